/* bulla-cli-bundle.c - functions shared by the verbs that handle bundles
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bundle-index.h"
#include "bulla-bundle-internal.h"
#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-loader.h"
#include "bulla-field.h"
#include "bulla-load-internal.h"
#include "bulla-package-kind.h"
#include "bulla-outer-internal.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"
#include "bulla-wait.h"

#define READ_SIZE 65536
#define LENGTH_SIZE 8 /* bytes at the end of a bundle, which are its length */

static GObject *
open_url (BullaLoader *loader, const char *url, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_loader_open_url_async (loader, url, NULL, NULL, bulla_wait_cb, &result);
  return bulla_loader_open_finish (loader, bulla_wait_for (&result), error);
}

static GObject *
open_bytes (BullaLoader *loader, GBytes *bytes, const char *base_url, const char **guess,
            GError **error)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (base_url);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (bulla_package_sniff (data, length) == BULLA_PACKAGE_UNKNOWN)
    *guess = bulla_cli_guess_content (data, length);
  return bulla_loader_open_stream (loader, BULLA_PACKAGE_UNKNOWN, outer, stream, NULL, NULL, error);
}

/* @bytes: (nullable): of the package, if it was read; @guess: (out): what came instead of one, for
 * gettext; or NULL */
static GObject *
open_package (BullaLoader *loader, const char *name, GBytes *bytes, const char *base_url,
              const char **guess, GError **error)
{
  BullaPackageKind kind = BULLA_PACKAGE_UNKNOWN;

  if (bytes != NULL)
    return open_bytes (loader, bytes, base_url, guess, error);
  if (bulla_cli_is_url (name))
    return open_url (loader, name, error);
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (base_url);
  if (strcmp (name, "-") != 0 && g_file_test (name, G_FILE_TEST_IS_REGULAR))
    return bulla_loader_open_file (loader, name, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, error);
  g_autoptr (GInputStream) stream = bulla_cli_open_package (name, &kind, guess, error);
  if (stream == NULL)
    return NULL;
  return bulla_loader_open_stream (loader, BULLA_PACKAGE_UNKNOWN, outer, stream, NULL, NULL, error);
}

/* Names a URL that is left out. @odd: (nullable): the URL, with what is wrong with it */
static void
warn_of_odd_url (BullaCliBundle *self, BullaReason reason, const char *odd)
{
  if (odd == NULL)
    return;
  g_autofree char *name = bulla_printable_dup (self->name);
  g_autofree char *shown = bulla_printable_dup (odd);
  bulla_cli_print_error (_ ("bulla: %s: %s: left out: %s\n"), name, bulla_reason_get_nick (reason),
                         shown);
  self->n_odd++;
}

/* Names the URLs that cannot be used: keys of the index, and those of the page and the manifest.
 * The other responses are shown without them. */
static void
warn_of_odd_urls (BullaCliBundle *self)
{
  const BullaBundleIndex *index = bulla_bundle_get_index (self->bundle);
  const GPtrArray *odd = index != NULL ? bulla_bundle_index_get_odd (index) : NULL;
  const BullaBundleFacts *facts = &bulla_bundle_get_facts (self->bundle)->bundle;

  warn_of_odd_url (self,
                   facts->primary_found == BULLA_NO ? BULLA_REASON_BUNDLE_PRIMARY_MISSING
                                                    : BULLA_REASON_BUNDLE_PRIMARY,
                   facts->primary_odd);
  warn_of_odd_url (self, BULLA_REASON_BUNDLE_MANIFEST, facts->manifest_odd);
  for (guint i = 0; odd != NULL && i < odd->len; i++)
    warn_of_odd_url (self, BULLA_REASON_INDEX_URL, odd->pdata[i]);
}

/* Names the URLs of which the index has several entries: only the first one is ever shown. */
static void
warn_of_same_urls (BullaCliBundle *self)
{
  guint n = bulla_bundle_get_facts (self->bundle)->bundle.n_ambiguous;

  for (guint i = 0; n > 0 && i < bulla_bundle_get_n_resources (self->bundle); i++) {
    if (!bulla_bundle_is_passed_over (self->bundle, i))
      continue;
    g_autofree char *url = bulla_bundle_dup_url (self->bundle, i);
    g_autofree char *name = bulla_printable_dup (self->name);
    g_autofree char *shown = bulla_printable_dup (url);
    bulla_cli_print_error (_ ("bulla: %s: the index has another entry before this one for %s; only "
                              "the first is used\n"),
                           name, shown);
    n--;
  }
}

/* One odd URL must not hide the other responses. */
static void
skip_odd_urls (void)
{
  static char skip[] = "bundle.odd-urls=skip";
  static char *settings[] = {skip, NULL};

  if (bulla_cli_loader_options.settings == NULL)
    bulla_cli_loader_options.settings = settings;
}

/* Says whether nothing is wrong with the bundle but that its URLs are those of another app, so that
 * all readers see the same contents in it; if so, the command says that, and goes on. */
static gboolean
is_only_foreign (BullaCliBundle *self, const BullaVerdict *verdict)
{
  const char *url = bulla_bundle_get_facts (self->bundle)->bundle.app_foreign_url;

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (bulla_verdict_get_state (verdict, i) == BULLA_STATE_BROKEN
        && bulla_verdict_get_step_reason (verdict, i) != BULLA_REASON_INDEX_APP_URL)
      return FALSE;
  if (bulla_verdict_get_reason (verdict) != BULLA_REASON_INDEX_APP_URL
      || bulla_bundle_get_n_resources (self->bundle) == 0)
    return FALSE;
  g_autofree char *name = bulla_printable_dup (self->name);
  g_autofree char *shown = bulla_printable_dup (url != NULL ? url : "?");
  bulla_cli_print_error (
      _ ("bulla: %s: index.app-url: browsers refuse the app for %s, which is not "
         "a URL of its key\n"),
      name, shown);
  self->n_odd++;
  return TRUE;
}

/* Opens the bundle behind the integrity block, which makes no app of it, in place of the whole.
 * Returns: FALSE if that is not possible: a pipe or a URL cannot be read again */
static gboolean
reopen_inner (BullaCliBundle *self, const char *base_url)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (base_url);
  g_autoptr (GBytes) whole = g_file_test (self->name, G_FILE_TEST_IS_REGULAR)
                                 ? bulla_cli_read_file (self->name, G_MAXUINT64, NULL)
                                 : NULL;
  gsize size = 0;
  const guint8 *data = whole != NULL ? g_bytes_get_data (whole, &size) : NULL;
  guint64 length = 0;

  for (gsize i = size - MIN (size, LENGTH_SIZE); i < size; i++)
    length = length << 8 | data[i];
  if (length == 0 || length > size)
    return FALSE;
  g_autoptr (GBytes) inner = g_bytes_new_from_bytes (whole, size - (gsize)length, (gsize)length);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (inner);
  g_autoptr (GObject) package = bulla_loader_open_stream (self->loader, BULLA_PACKAGE_BUNDLE, outer,
                                                          stream, NULL, NULL, NULL);
  if (!BULLA_IS_BUNDLE (package))
    return FALSE;
  g_set_object (&self->bundle, BULLA_BUNDLE (package));
  return TRUE;
}

/* Says what a file is that has nothing of a bundle. Returns: (nullable): for gettext; NULL if it
 * has something of one, or cannot be read again */
static const char *
guess_file (const char *name)
{
  BullaPackageKind kind = BULLA_PACKAGE_UNKNOWN;
  const char *guess = NULL;

  if (bulla_cli_is_url (name) || !g_file_test (name, G_FILE_TEST_IS_REGULAR))
    return NULL;
  g_autoptr (GInputStream) stream = bulla_cli_open_package (name, &kind, &guess, NULL);
  return kind == BULLA_PACKAGE_EXCHANGE ? N_ ("a signed exchange") : guess;
}

static const char *
find_guess (const BullaCliBundle *self)
{
  return self->guess != NULL ? self->guess : guess_file (self->name);
}

/* Reports that the package is not a bundle. @name: as it is shown; @guess: (nullable): what it is
 * instead */
static void
report_no_bundle (const char *name, const char *guess)
{
  if (guess != NULL && strcmp (guess, "empty") == 0)
    bulla_cli_print_error (_ ("bulla: %s is not a web bundle: the file is empty\n"), name);
  else if (guess != NULL)
    bulla_cli_print_error (_ ("bulla: %s is not a web bundle but %s\n"), name, _ (guess));
  else
    bulla_cli_print_error (_ ("bulla: %s is not a web bundle\n"), name);
}

/* A malformed bundle is refused, because readers may see different contents in it. */
static gboolean
is_readable (BullaCliBundle *self, const char *base_url)
{
  BullaVerdict *verdict = bulla_bundle_get_verdict (self->bundle);
  BullaOutcome outcome = bulla_verdict_get_outcome (verdict);

  if (outcome <= BULLA_OUTCOME_SEPARATE_ORIGIN
      || (outcome == BULLA_OUTCOME_FALL_BACK && bulla_bundle_get_n_resources (self->bundle) > 0))
    return TRUE;
  if (is_only_foreign (self, verdict) && reopen_inner (self, base_url))
    return TRUE;
  g_autofree char *name = bulla_printable_dup (self->name);
  BullaReason reason = bulla_verdict_get_reason (verdict);
  const BullaBundleFacts *facts = &bulla_bundle_get_facts (self->bundle)->bundle;
  const char *guess = facts->version == NULL ? find_guess (self) : NULL;
  if (guess != NULL || reason == BULLA_REASON_BUNDLE_MAGIC) {
    report_no_bundle (name, guess);
    return FALSE;
  }
  bulla_cli_print_error (
      _ ("bulla: %s: refused: %s; run bulla inspect to see the readable parts\n"), name,
      bulla_reason_get_nick (reason));
  return FALSE;
}

/* Reports that the package is not a bundle, or that the server answered with an error. Returns: the
 * exit status */
static BullaCliExit
report_other (const BullaCliBundle *self, BullaLoad *load)
{
  g_autofree char *shown = bulla_printable_dup (self->name);
  guint status = bulla_outer_get_status (bulla_load_get_outer (load));

  if (status != 0 && status / 100 != 2) {
    bulla_cli_print_error (_ ("bulla: %s: the server answered with status %u\n"), shown, status);
    return BULLA_EXIT_FAILED;
  }
  report_no_bundle (shown, find_guess (self));
  return BULLA_EXIT_JUDGED;
}

/**
 * bulla_cli_bundle_open_bytes: (skip)
 * @name: a file or a URL; "-" is standard input
 * @bytes: (nullable): its bytes, if they were read
 * @base_url: (nullable): base of its relative URLs
 * @exit: (out): the exit status if %NULL is returned
 * @error: (nullable): set if the bundle could not be opened; unset if its fault was already
 *   reported on stderr
 *
 * Returns: (transfer full) (nullable): the bundle, well-formed as far as its index
 */
BullaCliBundle *
bulla_cli_bundle_open_bytes (const char *name, GBytes *bytes, const char *base_url,
                             BullaCliExit *exit, GError **error)
{
  *exit = BULLA_EXIT_FAILED;
  if (base_url != NULL && !g_uri_is_valid (base_url, G_URI_FLAGS_NONE, NULL)) {
    bulla_cli_usage_error (error, _ ("“%s” is not an absolute URL"), base_url);
    return NULL;
  }
  skip_odd_urls ();
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  g_autoptr (BullaCliBundle) self = g_new0 (BullaCliBundle, 1);
  self->name = name;
  self->loader = trust != NULL ? bulla_cli_new_timed_loader (trust, error) : NULL;
  g_autoptr (GObject) package =
      self->loader != NULL ? open_package (self->loader, name, bytes, base_url, &self->guess, error)
                           : NULL;
  if (package == NULL) {
    bulla_cli_prefix_path (error, name);
    return NULL;
  }
  *exit = BULLA_EXIT_JUDGED;
  if (!BULLA_IS_BUNDLE (package)) {
    *exit = report_other (self, BULLA_LOAD (package));
    return NULL;
  }
  self->bundle = BULLA_BUNDLE (g_steal_pointer (&package));
  warn_of_odd_urls (self);
  warn_of_same_urls (self);
  return is_readable (self, base_url) ? g_steal_pointer (&self) : NULL;
}

/* Opens a package that was not read yet; otherwise as bulla_cli_bundle_open_bytes(). */
BullaCliBundle *
bulla_cli_bundle_open (const char *name, const char *base_url, BullaCliExit *exit, GError **error)
{
  return bulla_cli_bundle_open_bytes (name, NULL, base_url, exit, error);
}

void
bulla_cli_bundle_free (BullaCliBundle *self)
{
  g_clear_object (&self->bundle);
  g_clear_object (&self->loader);
  g_free (self);
}

/**
 * bulla_cli_bundle_load: (skip)
 * @self: a bundle
 * @resource: index of the resource
 * @variant: number of the variant
 * @response: (out caller-allocates): receives the response; cleared by the caller; without a load
 *   if b1 has no such variant
 * @error: set if the response could not be read; its faults are in the load
 */
gboolean
bulla_cli_bundle_load (BullaCliBundle *self, guint resource, guint variant,
                       BullaCliResponse *response, GError **error)
{
  BullaRange range = {0};

  *response = (BullaCliResponse){resource, variant, NULL, NULL};
  response->url = bulla_bundle_dup_url (self->bundle, resource);
  if (!bulla_bundle_get_range (self->bundle, resource, variant, &range) || range.length == 0)
    return TRUE;
  response->load = bulla_bundle_load (self->bundle, resource, variant, NULL, error);
  return response->load != NULL;
}

void
bulla_cli_response_clear (BullaCliResponse *self)
{
  g_clear_pointer (&self->url, g_free);
  g_clear_object (&self->load);
}

/* Returns the URL, with the number of the variant if there are several. */
char *
bulla_cli_bundle_dup_label (BullaCliBundle *self, const BullaCliResponse *response)
{
  g_autofree char *url = bulla_printable_dup (response->url);

  if (bulla_bundle_get_n_variants (self->bundle, response->resource) <= 1)
    return g_steal_pointer (&url);
  return g_strdup_printf (_ ("%s (variant %u)"), url, response->variant);
}

/* Returns the first fault of the bundle; an invalid signature does not count. */
BullaReason
bulla_cli_response_get_fault (const BullaCliResponse *self)
{
  BullaVerdict *verdict = bulla_load_get_verdict (self->load);

  return bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_REFUSE
             ? bulla_verdict_get_reason (verdict)
             : BULLA_REASON_NONE;
}

const BullaFacts *
bulla_cli_response_get_facts (const BullaCliResponse *self)
{
  return bulla_load_get_facts (self->load);
}

/**
 * bulla_cli_response_hash: (skip)
 * @self: a response without fault
 * @sha256: (out) (transfer full): SHA-256 of its body, in hexadecimal
 * @length: (out): bytes of the decoded body
 * @fault: (out): the fault of the body
 * @error: if it could not be read
 */
gboolean
bulla_cli_response_hash (BullaCliResponse *self, char **sha256, guint64 *length, BullaReason *fault,
                         GError **error)
{
  GInputStream *body = bulla_load_get_body (self->load);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  g_autoptr (GError) failure = NULL;
  gssize n = 0;

  *length = 0;
  *fault = BULLA_REASON_NONE;
  while (body != NULL && (n = g_input_stream_read (body, buffer, READ_SIZE, NULL, &failure)) > 0) {
    g_checksum_update (checksum, buffer, n);
    *length += (guint64)n;
  }
  if (n < 0 && failure->domain != BULLA_FAULT) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (n < 0)
    *fault = (BullaReason)failure->code;
  *sha256 = g_strdup (g_checksum_get_string (checksum));
  return TRUE;
}

/**
 * bulla_cli_facts_are_coded: (skip)
 * @facts: facts of a response
 * @inner: (out) (transfer full) (nullable): the content codings below the record encoding
 *
 * Returns: whether the payload is encoded in records, as for a signed response
 */
gboolean
bulla_cli_facts_are_coded (const BullaFacts *facts, char **inner)
{
  const BullaHeader *coding = bulla_facts_find_header (facts, "content-encoding");

  if (coding == NULL || !bulla_field_codings_are_decodable (coding->value, FALSE))
    return FALSE;
  *inner = bulla_field_dup_inner_codings (coding->value);
  return TRUE;
}

/**
 * bulla_cli_is_wanted: (skip)
 * @patterns: (nullable): URLs; a “*” at the end matches any rest; %NULL or an empty list matches
 *   all
 * @url: a URL
 */
gboolean
bulla_cli_is_wanted (char **patterns, const char *url)
{
  for (guint i = 0; patterns != NULL && patterns[i] != NULL; i++) {
    size_t length = strlen (patterns[i]);
    gboolean is_prefix = length > 0 && patterns[i][length - 1] == '*';
    if (is_prefix ? strncmp (patterns[i], url, length - 1) == 0 : strcmp (patterns[i], url) == 0)
      return TRUE;
  }
  return patterns == NULL;
}
