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

#define READ_SIZE 65536
#define FINDINGS_MAX 20 /* most broken rules that are listed */

/* what a review has found so far */
typedef struct {
  const BullaCliReview *review; /* borrowed */
  GPtrArray *lines;             /* owned; char *, the broken rules */
  guint n_broken;
} Findings;

static void
findings_clear (Findings *self)
{
  g_clear_pointer (&self->lines, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Findings, findings_clear)

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

/* @url: (nullable): the response in a bundle that the verdict is about */
static void
collect_broken (Findings *self, const BullaVerdict *verdict, const char *url)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    BullaReason reason = bulla_verdict_get_step_reason (verdict, i);
    if (bulla_verdict_get_state (verdict, i) != BULLA_STATE_BROKEN || depends_on_trust (reason)
        || is_skipped (self->review, reason))
      continue;
    self->n_broken++;
    if (self->lines->len >= FINDINGS_MAX)
      continue;
    g_autofree char *observed = bulla_explain_observed (verdict, i);
    g_autofree char *required = bulla_explain_required (verdict, i);
    g_autoptr (BullaExplanation) explanation = bulla_explain (reason);
    const char *shown = observed != NULL ? observed : bulla_verdict_get_rule (verdict, i);
    g_ptr_array_add (self->lines,
                     g_strdup_printf (_ ("%s%s%s: %s; required: %s. %s"), url != NULL ? url : "",
                                      url != NULL ? ": " : "", bulla_reason_get_nick (reason),
                                      shown, required, bulla_explanation_get_remedy (explanation)));
  }
}

/* Prints what was found, and says whether the file may be written. */
static gboolean
conclude (const Findings *self, GError **error)
{
  const BullaCliReview *review = self->review;

  if (self->n_broken == 0)
    return TRUE;
  for (guint i = 0; i < self->lines->len; i++) {
    g_autofree char *line = bulla_printable_dup (self->lines->pdata[i]);
    if (review->ignore_errors)
      bulla_cli_print_error (_ ("Warning: %s\n"), line);
    else
      bulla_cli_print_error ("  %s\n", line);
  }
  if (self->n_broken > self->lines->len)
    bulla_cli_print_error (_ ("  and %u more\n"), self->n_broken - self->lines->len);
  if (review->ignore_errors)
    return TRUE;
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

static gboolean
collect_exchange (Findings *self, BullaLoad *load, GError **error)
{
  if (!read_body (load, error))
    return FALSE;
  g_autoptr (BullaVerdict) body = bulla_judge_body (bulla_load_get_verdict (load));
  g_autoptr (BullaVerdict) verdict = bulla_judge_coding (body);
  collect_broken (self, verdict, NULL);
  return TRUE;
}

static gboolean
collect_bundle (Findings *self, BullaBundle *bundle, GError **error)
{
  collect_broken (self, bulla_bundle_get_verdict (bundle), NULL);
  g_autoptr (BullaBundleCheck) check = bulla_bundle_check (bundle, NULL, NULL, error);
  if (check == NULL)
    return FALSE;
  if (check->decisive != NULL)
    collect_broken (self, bulla_load_get_verdict (check->decisive),
                    bulla_load_get_url (check->decisive));
  return TRUE;
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
  g_auto (Findings) findings = {self, g_ptr_array_new_with_free_func (g_free), 0};
  g_autoptr (BullaLoader) loader = new_loader (self, error);
  BullaPackageKind kind = BULLA_PACKAGE_UNKNOWN;

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
                                  : collect_exchange (&findings, BULLA_LOAD (package), error)))
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
  g_auto (Findings) findings = {self, g_ptr_array_new_with_free_func (g_free), 0};
  g_autoptr (BullaLoader) loader = new_loader (self, error);

  if (loader == NULL)
    return FALSE;
  g_autoptr (BullaVerdict) verdict = bulla_loader_judge_chain (loader, chain, TRUE, NULL);
  collect_broken (&findings, verdict, NULL);
  return conclude (&findings, error);
}
