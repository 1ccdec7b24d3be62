/* bulla-cli-review.c - judges packages and chains before they are written
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-review.h"

#include <glib/gi18n.h>

#include "bulla-bundle-check.h"
#include "bulla-bundle-internal.h"
#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-judge.h"
#include "bulla-coding-check.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-printable.h"
#include "bulla-variants-headers.h"

#define READ_SIZE 65536
#define FINDINGS_MAX 20 /* most broken rules that are listed */

/* a broken rule, and where it is broken in the same way */
typedef struct {
  char *text;     /* owned; the reason, what was found and what to do */
  char *url;      /* owned; the first response in a bundle; NULL for the whole package */
  guint n_places; /* at least 1 */
} Finding;

/* what a review has found so far */
typedef struct {
  const BullaCliReview *review; /* borrowed */
  GPtrArray *list;              /* owned; of Finding, FINDINGS_MAX at most */
  GHashTable *by_text;          /* owned; text borrowed from the list -> Finding, borrowed */
  guint n_more;                 /* findings that are not in the list */
} Findings;

static void
finding_free (gpointer data)
{
  Finding *self = data;

  g_free (self->text);
  g_free (self->url);
  g_free (self);
}

static void
findings_init (Findings *self, const BullaCliReview *review)
{
  *self = (Findings){.review = review,
                     .list = g_ptr_array_new_with_free_func (finding_free),
                     .by_text = g_hash_table_new (g_str_hash, g_str_equal)};
}

static void
findings_clear (Findings *self)
{
  g_clear_pointer (&self->by_text, g_hash_table_unref);
  g_clear_pointer (&self->list, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Findings, findings_clear)

static gboolean has_warned; /* of a broken rule that --ignore-errors ignores */

/* A verifier may trust other roots and logs than this command. */
static gboolean
depends_on_trust (BullaReason reason)
{
  switch (reason) {
  case BULLA_REASON_CHAIN_UNKNOWN:
  case BULLA_REASON_CERT_UNTRUSTED:
  case BULLA_REASON_SCT_UNKNOWN:
  case BULLA_REASON_SCT_UNKNOWN_LOG:
  case BULLA_REASON_PROFILE_NO_SUBSTITUTION:
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
is_skipped (const BullaCliReview *self, BullaReason reason)
{
  const char *nick = bulla_reason_get_nick (reason);

  if ((self->skipped & BULLA_REVIEW_NO_STAPLES) != 0
      && (g_str_has_prefix (nick, "ocsp.") || g_str_has_prefix (nick, "sct.")))
    return TRUE;
  return (self->skipped & BULLA_REVIEW_TLS) != 0
         && (reason == BULLA_REASON_CERT_CAN_SIGN_MISSING
             || reason == BULLA_REASON_CERT_VALIDITY_TOO_LONG);
}

/* Adds a broken rule. @url: (nullable): the response in a bundle that it is about */
static void
add_broken (Findings *self, BullaReason reason, const char *url, const char *observed,
            const char *required)
{
  g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
  g_autofree char *text =
      g_strdup_printf (_ ("%s: %s; required: %s. %s"), bulla_reason_get_nick (reason), observed,
                       required, bulla_explanation_get_remedy (explanation));
  Finding *known = g_hash_table_lookup (self->by_text, text);

  if (known != NULL) {
    known->n_places++;
    return;
  }
  if (self->list->len >= FINDINGS_MAX) {
    self->n_more++;
    return;
  }
  Finding *finding = g_new (Finding, 1);
  *finding = (Finding){g_steal_pointer (&text), g_strdup (url), 1};
  g_ptr_array_add (self->list, finding);
  g_hash_table_insert (self->by_text, finding->text, finding);
}

/* @url: (nullable): the response in a bundle that the verdict is about */
static void
collect_broken (Findings *self, const BullaVerdict *verdict, const char *url)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    BullaReason reason = bulla_verdict_get_step_reason (verdict, i);
    if (bulla_verdict_get_state (verdict, i) != BULLA_STATE_BROKEN || depends_on_trust (reason)
        || is_skipped (self->review, reason))
      continue;
    g_autofree char *observed = bulla_explain_observed (verdict, i);
    g_autofree char *required = bulla_explain_required (verdict, i);
    add_broken (self, reason, url,
                observed != NULL ? observed : bulla_verdict_get_rule (verdict, i), required);
  }
}

/* Returns: (transfer full): the finding with its place, or the first of several */
static char *
dup_line (const Finding *finding)
{
  if (finding->url == NULL)
    return g_strdup (finding->text);
  if (finding->n_places == 1)
    return g_strdup_printf ("%s: %s", finding->url, finding->text);
  guint n_others = finding->n_places - 1;
  return g_strdup_printf (
      ngettext ("%s and %u other URL: %s", "%s and %u other URLs: %s", n_others), finding->url,
      n_others, finding->text);
}

/* Prints what was found, and says whether the file may be written. */
static gboolean
conclude (const Findings *self, GError **error)
{
  const BullaCliReview *review = self->review;

  if (self->list->len == 0)
    return TRUE;
  for (guint i = 0; i < self->list->len; i++) {
    g_autofree char *plain = dup_line (self->list->pdata[i]);
    g_autofree char *line = bulla_printable_dup (plain);
    if (review->ignore_errors)
      bulla_cli_print_error (_ ("Warning: %s\n"), line);
    else
      bulla_cli_print_error ("  %s\n", line);
  }
  if (self->n_more > 0)
    bulla_cli_print_error (_ ("  and %u more\n"), self->n_more);
  if (review->ignore_errors) {
    has_warned = TRUE;
    return TRUE;
  }
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               _ ("%s was not written, because verification would refuse it; “bulla explain "
                  "REASON” says more, and --ignore-errors writes it"),
               review->name);
  return FALSE;
}

/* Roots and logs do not matter, and the network is not used. */
static BullaLoader *
new_loader (const BullaCliReview *self, GError **error)
{
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with (bulla_cli_loader_options.profile, "off", "ignore", NULL, error);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();

  if (profile == NULL)
    return NULL;
  bulla_trust_set_system_roots (trust, FALSE);
  BullaLoader *loader = bulla_loader_new (profile, trust);
  bulla_loader_set_offline (loader, TRUE);
  bulla_loader_set_time (loader, self->at);
  return loader;
}

/* Reads the body to its end; a wrong record becomes a fact. */
static gboolean
read_body (BullaLoad *load, GError **error)
{
  GInputStream *body = bulla_load_peek_body (load);
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BullaCodingCheck) coding = bulla_coding_check_new (load, NULL);
  gssize n = body != NULL ? 1 : 0;

  while (n > 0) {
    n = g_input_stream_read (body, buffer, READ_SIZE, NULL, &failure);
    bulla_coding_check_push (coding, buffer, (gsize)MAX (n, 0));
  }
  if (n == 0)
    bulla_coding_check_end (coding);
  if (n == 0 || failure->domain == BULLA_FAULT)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Collects that no request selects the exchange, because of its Variants and Variant-Key. */
static void
collect_variants (Findings *self, BullaLoad *load, const BullaProfile *profile)
{
  const BullaFacts *facts = bulla_load_get_facts (load);

  if (facts->headers.read != BULLA_YES)
    return;
  BullaVariantsFields fields =
      bulla_variants_fields_of (facts, bulla_profile_get_settings (profile));
  g_autofree char *obstacle = bulla_variants_find_obstacle (&fields);
  if (obstacle != NULL)
    add_broken (self, BULLA_REASON_REQUEST_VARIANTS, NULL, obstacle,
                _ ("a variant that some request selects"));
}

static gboolean
collect_exchange (Findings *self, BullaLoad *load, const BullaProfile *profile, GError **error)
{
  if (!read_body (load, error))
    return FALSE;
  g_autoptr (BullaVerdict) body = bulla_judge_body (bulla_load_get_verdict (load));
  g_autoptr (BullaVerdict) verdict = bulla_judge_coding (body);
  collect_broken (self, verdict, NULL);
  collect_variants (self, load, profile);
  return TRUE;
}

/* Collects what is wrong with one response of a bundle. A status that the profile does not take
 * refuses the response alone, unless it was signed: nobody would take it as signed then. */
static void
collect_response_cb (BullaLoad *load, const BullaBundleFinding *finding, gboolean decides,
                     gpointer user_data)
{
  gboolean covered = bulla_load_get_facts (load)->response.vouched == BULLA_YES;

  if (finding->reason != BULLA_REASON_NONE && (decides || covered))
    collect_broken (user_data, bulla_load_get_verdict (load), bulla_load_get_url (load));
}

static gboolean
collect_bundle (Findings *self, BullaBundle *bundle, GError **error)
{
  collect_broken (self, bulla_bundle_get_verdict (bundle), NULL);
  g_autoptr (BullaBundleCheck) check =
      bulla_bundle_check_each (bundle, collect_response_cb, self, error);
  return check != NULL;
}

/**
 * bulla_cli_review_package: (skip)
 * @self: how to judge
 * @path: a complete exchange or bundle, in a file that has not got its final name yet
 * @error: set if verification would refuse the package whoever is trusted, and errors are not
 *   ignored, or if it cannot be read; the broken rules are printed on stderr
 *
 * Returns: whether the package may be written
 */
gboolean
bulla_cli_review_package (const BullaCliReview *self, const char *path, GError **error)
{
  g_auto (Findings) findings = {NULL};
  g_autoptr (BullaLoader) loader = new_loader (self, error);
  BullaPackageKind kind = BULLA_PACKAGE_UNKNOWN;

  findings_init (&findings, self);
  if (loader == NULL)
    return FALSE;
  g_autoptr (GInputStream) stream = bulla_cli_open_package (path, &kind, NULL, error);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  if (stream == NULL)
    return FALSE;
  g_autoptr (GObject) package =
      kind == BULLA_PACKAGE_BUNDLE
          ? bulla_loader_open_file (loader, path, kind, outer, NULL, NULL, error)
          : (GObject *)bulla_loader_load (loader, outer, stream, self->chain, NULL, error);
  if (package == NULL)
    return FALSE;
  if (!(BULLA_IS_BUNDLE (package) ? collect_bundle (&findings, BULLA_BUNDLE (package), error)
                                  : collect_exchange (&findings, BULLA_LOAD (package),
                                                      bulla_loader_get_profile (loader), error)))
    return FALSE;
  return conclude (&findings, error);
}

/**
 * bulla_cli_review_chain: (skip)
 * @self: how to judge
 * @chain: `application/cert-chain+cbor`
 * @error: set if verification would refuse the chain whoever is trusted, and errors are not
 *   ignored; the broken rules are printed on stderr
 *
 * Returns: whether the chain may be written
 */
gboolean
bulla_cli_review_chain (const BullaCliReview *self, GBytes *chain, GError **error)
{
  g_auto (Findings) findings = {NULL};
  g_autoptr (BullaLoader) loader = new_loader (self, error);

  findings_init (&findings, self);
  if (loader == NULL)
    return FALSE;
  g_autoptr (BullaVerdict) verdict = bulla_loader_judge_chain (loader, chain, TRUE, NULL);
  collect_broken (&findings, verdict, NULL);
  return conclude (&findings, error);
}

/* Says whether a review found broken rules that were ignored: verification will name them. */
gboolean
bulla_cli_review_has_warned (void)
{
  return has_warned;
}
