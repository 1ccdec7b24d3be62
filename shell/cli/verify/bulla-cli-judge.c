/* bulla-cli-judge.c - judges one file or URL: loads the package, judges a request for it, and reads
 * its body
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-judge.h"

#include <glib/gi18n.h>

#include "bulla-bundle-internal.h"
#include "bulla-cli-chain.h"
#include "bulla-cli-files.h"
#include "bulla-cli-lint.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-refreshed.h"
#include "bulla-coding-check.h"
#include "bulla-hasher.h"
#include "bulla-key-hash.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-request-kind.h"
#include "bulla-wait.h"

#define READ_SIZE 65536
#define CHAIN_MAX (1u << 20) /* most bytes of a certificate chain in a file of its own */
#define DEFAULT_LANGUAGES "en-US,en;q=0.9"

/* kinds of a file that turned out not to be a bundle */
static const char *const KIND_NAMES[] = {
    [BULLA_PACKAGE_UNKNOWN] = "unknown",
    [BULLA_PACKAGE_EXCHANGE] = "exchange",
    [BULLA_PACKAGE_BUNDLE] = "bundle",
};

struct _BullaCliJudge {
  BullaLoader *loader;                 /* owned */
  GBytes *chain;                       /* owned; nullable */
  const BullaCliJudgeOptions *options; /* borrowed */
};

static BullaOuter *
new_outer (BullaCliJudge *self, GError **error)
{
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (self->options->url);
  char **headers = self->options->headers;

  for (int i = 0; headers != NULL && headers[i] != NULL; i++) {
    g_autofree char *name = NULL, *value = NULL;
    if (!bulla_cli_parse_header (headers[i], &name, &value, error))
      return NULL;
    /* As in curl, a name without a value removes the header. */
    bulla_outer_set_header (outer, name, value[0] != '\0' ? value : NULL);
  }
  return g_steal_pointer (&outer);
}

/* Checks the options before anything is judged. */
static gboolean
check_options (BullaCliJudge *self, GError **error)
{
  const char *url = self->options->url;
  char **headers = self->options->request_headers;
  g_autoptr (BullaOuter) outer = new_outer (self, error);

  if (outer == NULL)
    return FALSE;
  for (int i = 0; headers != NULL && headers[i] != NULL; i++) {
    g_autofree char *name = NULL, *value = NULL;
    if (!bulla_cli_parse_header (headers[i], &name, &value, error))
      return FALSE;
  }
  if (url == NULL || g_uri_is_valid (url, G_URI_FLAGS_NONE, NULL))
    return TRUE;
  bulla_cli_usage_error (error, _ ("“%s” is not an absolute URL"), url);
  return FALSE;
}

/* Returns the Accept-Language of the judged request; NULL if it has none. */
static char *
dup_languages (const BullaCliJudgeOptions *options)
{
  char *languages =
      g_strdup (options->client != NULL ? options->client->languages : DEFAULT_LANGUAGES);

  for (int i = 0; options->request_headers != NULL && options->request_headers[i] != NULL; i++) {
    g_autofree char *name = NULL, *value = NULL;
    if (!bulla_cli_parse_header (options->request_headers[i], &name, &value, NULL)
        || g_ascii_strcasecmp (name, "Accept-Language") != 0)
      continue;
    g_free (languages);
    languages = value[0] != '\0' ? g_steal_pointer (&value) : NULL;
  }
  return languages;
}

/**
 * bulla_cli_judge_new: (skip)
 * @trust: the roots and logs, shared with other threads
 * @options: the options of the judgement; they must outlive the judge
 * @chain: (nullable): the chain file of the options; read by the caller, because a pipe can be read
 *   only once
 * @error: set if an option is invalid
 *
 * Returns: (transfer full): a judge for the calling thread
 */
BullaCliJudge *
bulla_cli_judge_new (BullaTrust *trust, const BullaCliJudgeOptions *options, GBytes *chain,
                     GError **error)
{
  g_autoptr (BullaCliJudge) self = g_new0 (BullaCliJudge, 1);

  self->options = options;
  self->loader = options->profile != NULL
                     ? bulla_cli_new_timed_loader_for (options->profile, trust, error)
                     : bulla_cli_new_timed_loader (trust, error);
  if (self->loader == NULL || !check_options (self, error))
    return NULL;
  bulla_loader_set_store (self->loader, options->store);
  g_autofree char *languages = dup_languages (options);
  bulla_loader_set_languages (self->loader, languages);
  self->chain = chain != NULL ? g_bytes_ref (chain) : NULL;
  return g_steal_pointer (&self);
}

void
bulla_cli_judge_free (BullaCliJudge *self)
{
  if (self->loader != NULL)
    bulla_ledger_close (bulla_loader_get_ledger (self->loader));
  g_clear_object (&self->loader);
  g_clear_pointer (&self->chain, g_bytes_unref);
  g_free (self);
}

/**
 * bulla_cli_judge_renew_deadline: (skip)
 * @self: a judge
 *
 * Begins the time of --timeout anew: from now on it counts for the packages that are judged next,
 * and no longer for the whole command.
 */
void
bulla_cli_judge_renew_deadline (BullaCliJudge *self)
{
  bulla_loader_set_deadline (
      self->loader, g_get_monotonic_time ()
                        + (gint64)(bulla_cli_loader_options.timeout * (double)G_USEC_PER_SEC));
}

/* Returns: (transfer none): the loader, for requests that the judge's options apply to */
BullaLoader *
bulla_cli_judge_get_loader (BullaCliJudge *self)
{
  return self->loader;
}

/* Opens the answer of a server, and notes what it is. @delivery: (nullable): the response, if it is
 * there already */
static GObject *
open_url (BullaCliJudge *self, BullaCliReport *report, const BullaCliDelivery *delivery,
          GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (BullaCliDelivery) own =
      delivery == NULL ? bulla_cli_delivery_request (self->loader, report->name, error) : NULL;
  const BullaCliDelivery *answer = delivery != NULL ? delivery : own;

  if (answer == NULL)
    return NULL;
  g_autoptr (BullaOuter) outer = bulla_cli_delivery_dup_outer (answer);
  g_autoptr (GInputStream) body = bulla_cli_delivery_open_answer (answer, &report->guess);
  report->status = bulla_outer_get_status (outer);
  bulla_loader_open_stream_async (self->loader, bulla_cli_delivery_get_kind (answer), outer, body,
                                  self->chain, NULL, bulla_wait_cb, &result);
  return bulla_loader_open_finish (self->loader, bulla_wait_for (&result), error);
}

/* Opens a package. An exchange or a stream is read from its start; another file may have a
 * bundle at its end. */
static GObject *
open_file (BullaCliJudge *self, const char *name, BullaPackageKind kind, GInputStream *file,
           GError **error)
{
  g_autoptr (BullaOuter) outer = new_outer (self, error);

  if (outer == NULL)
    return NULL;
  if (kind == BULLA_PACKAGE_EXCHANGE)
    return (GObject *)bulla_loader_load (self->loader, outer, file, self->chain, NULL, error);
  if (!g_str_equal (name, "-") && g_file_test (name, G_FILE_TEST_IS_REGULAR))
    return bulla_loader_open_file (self->loader, name, kind, outer, self->chain, NULL, error);
  return bulla_loader_open_stream (self->loader, kind, outer, file, self->chain, NULL, error);
}

/* Fills in the request of a client: a navigation, or the request of a page for a resource of the
 * exchange's kind. */
static gboolean
fill_client_request (const BullaClient *client, BullaLoad *load, BullaRequestFacts *request,
                     GError **error)
{
  const BullaHeader *type = bulla_facts_find_header (bulla_load_get_facts (load), "content-type");
  const char *kind = bulla_request_kind_of (type != NULL ? type->value : NULL);

  if (bulla_client_fill_request (client, kind, bulla_load_get_url (load), request))
    return TRUE;
  bulla_cli_usage_error (error, _ ("the client “%s” never requests a resource of the kind “%s”"),
                         client->name, kind);
  return FALSE;
}

/* Judges the request: a navigation to the exchange's own URL, unless a client is given. */
static BullaVerdict *
judge_request (BullaCliJudge *self, BullaLoad *load, GError **error)
{
  BullaRequestFacts request = {
      .method = "GET",
      .url = bulla_load_get_url (load),
      .accept_language = DEFAULT_LANGUAGES,
      .destination = BULLA_DESTINATION_NAVIGATION,
  };

  struct {
    const char *name;
    const char **into;
  } known[] = {
      {"accept", &request.accept},
      {"accept-language", &request.accept_language},
      {"accept-encoding", &request.accept_encoding},
      {"cookie", &request.cookie},
  };
  const BullaClient *client = self->options->client;
  if (client != NULL && !fill_client_request (client, load, &request, error))
    return NULL;
  g_autoptr (GPtrArray) values = g_ptr_array_new_with_free_func (g_free);
  char **headers = self->options->request_headers;
  for (int i = 0; headers != NULL && headers[i] != NULL; i++) {
    g_autofree char *name = NULL;
    char *value = NULL;
    if (!bulla_cli_parse_header (headers[i], &name, &value, error))
      return NULL;
    g_ptr_array_add (values, value);
    for (size_t j = 0; j < G_N_ELEMENTS (known); j++)
      if (g_ascii_strcasecmp (name, known[j].name) == 0)
        *known[j].into = value[0] != '\0' ? value : NULL;
  }
  return bulla_load_judge_request (load, &request, bulla_loader_get_time (self->loader));
}

/* A body from the network is not there yet, and arrives while the main context runs; a file needs
 * no turn of it. */
static gssize
read_piece (const BullaCliReport *report, guint8 *buffer, GError **error)
{
  GInputStream *body = bulla_load_get_body (report->load);
  g_autoptr (GAsyncResult) result = NULL;

  if (!bulla_cli_is_url (report->name))
    return g_input_stream_read (body, buffer, READ_SIZE, NULL, error);
  g_input_stream_read_async (body, buffer, READ_SIZE, G_PRIORITY_DEFAULT, NULL, bulla_wait_cb,
                             &result);
  return g_input_stream_read_finish (body, bulla_wait_for (&result), error);
}

/* Reads the body to its end in bounded pieces; its faults are in the verdict. */
static gboolean
read_body (BullaCliReport *report, GError **error)
{
  g_autoptr (BullaHasher) hasher = bulla_hasher_new (BULLA_HASH_SHA256);
  guint8 hash[BULLA_HASH_MAX];
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BullaCodingCheck) coding = bulla_coding_check_new (report->load, NULL);
  gssize n = 0;

  while ((n = read_piece (report, buffer, &failure)) > 0) {
    bulla_coding_check_push (coding, buffer, (gsize)n);
    bulla_hasher_push (hasher, buffer, (size_t)n);
    if (report->body != NULL)
      g_byte_array_append (report->body, buffer, (guint)n);
    report->body_length += (guint64)n;
  }
  if (n < 0 && failure->domain != BULLA_FAULT) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  if (n == 0)
    bulla_coding_check_end (coding);
  report->body_complete = n == 0;
  bulla_hasher_finish (hasher, hash);
  report->body_sha256 = bulla_key_hash_dup_hex (hash);
  return TRUE;
}

/* Reads the body and judges the request, unless the head rules out substitution. */
static gboolean
complete_load (BullaCliJudge *self, BullaCliReport *report, GError **error)
{
  BullaVerdict *verdict = bulla_load_get_verdict (report->load);

  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    return TRUE;
  if (!read_body (report, error))
    return FALSE;
  verdict = bulla_load_get_verdict (report->load);
  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE)
    return TRUE;
  report->request = judge_request (self, report->load, error);
  return report->request != NULL;
}

/* The publisher's answer may come after the verdict, and is reported beside it. */
static void
await_answer (BullaLoad *load)
{
  while (bulla_load_is_asking (load))
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
}

static gboolean
complete_exchange (BullaCliJudge *self, BullaCliReport *report, GError **error)
{
  const BullaCliJudgeOptions *options = self->options;

  if (options->refreshed != NULL && bulla_cli_refreshed_needs_body (report->name))
    report->body = g_byte_array_new ();
  if (!complete_load (self, report, error))
    return FALSE;
  await_answer (report->load);
  GByteArray *body = report->body_complete ? report->body : NULL;
  return options->refreshed == NULL
         || bulla_cli_write_refreshed (report->load, report->name, body, options->refreshed,
                                       options->force, error);
}

/* For packages without a validity URL of their own. */
static gboolean
check_refreshable (const BullaCliJudgeOptions *options, GError **error)
{
  if (options->refreshed == NULL)
    return TRUE;
  bulla_cli_usage_error (error, _ ("--refreshed needs a signed exchange"));
  return FALSE;
}

static gboolean
complete_bundle (BullaCliJudge *self, BullaCliReport *report, GError **error)
{
  const BullaCliJudgeOptions *options = self->options;

  report->kind = bulla_bundle_is_signed (report->bundle) ? "signed-bundle" : "bundle";
  if (!check_refreshable (options, error))
    return FALSE;
  report->check = bulla_bundle_check (report->bundle, options->progress, NULL, error);
  if (report->check == NULL)
    return FALSE;
  while (bulla_bundle_is_asking (report->bundle))
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  const BullaBundleFinding *primary = bulla_cli_report_find_primary (report);
  if (primary == NULL)
    return TRUE;
  report->body_sha256 = g_strdup (primary->body_sha256);
  report->body_length = primary->body_length;
  report->body_complete = primary->body_sha256 != NULL;
  return TRUE;
}

static gboolean
is_chain (GInputStream *file)
{
  gsize length = 0;
  const void *start = g_buffered_input_stream_peek_buffer (G_BUFFERED_INPUT_STREAM (file), &length);

  return bulla_cli_chain_recognise (start, length) != BULLA_CLI_CHAIN_NONE;
}

/* @report: (transfer full); returns: (transfer full) (nullable): the report on a chain */
static BullaCliReport *
judge_chain (BullaCliJudge *self, BullaCliReport *report, GInputStream *file, GError **error)
{
  g_autoptr (BullaCliReport) owned = report;
  g_autofree guint8 *data = g_malloc (CHAIN_MAX + 1);
  gsize length = 0;

  if (!check_refreshable (self->options, error))
    return NULL;
  if (!g_input_stream_read_all (file, data, CHAIN_MAX + 1, &length, NULL, error))
    return NULL;
  if (length > CHAIN_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("larger than %u MiB"), CHAIN_MAX >> 20);
    return NULL;
  }
  g_autoptr (GBytes) bytes = g_bytes_new (data, length);
  gboolean pem = bulla_cli_chain_recognise (data, length) == BULLA_CLI_CHAIN_PEM;
  owned->guess = NULL; /* certificates are judged, too */
  owned->kind = pem ? "certificates" : "chain";
  owned->chain = bulla_cli_chain_judge (self->loader, bytes, &owned->chain_facts, error);
  if (owned->chain != NULL && bulla_verdict_get_reason (owned->chain) != BULLA_REASON_NONE)
    owned->chain_mistake = bulla_cli_chain_dup_mistake (bytes);
  if (self->options->lint)
    owned->objections = bulla_cli_lint (owned);
  return owned->chain != NULL ? g_steal_pointer (&owned) : NULL;
}

/* Opens a file, and detects what it is. @delivery: (nullable): its bytes, if they are there already
 */
static GInputStream *
open_start (const char *name, const BullaCliDelivery *delivery, BullaPackageKind *kind,
            const char **guess, GError **error)
{
  if (delivery == NULL)
    return bulla_cli_open_package (name, kind, guess, error);
  g_autoptr (GInputStream) bytes = bulla_cli_delivery_open (delivery);
  return bulla_cli_sniff_package (bytes, kind, guess, error);
}

/**
 * bulla_cli_judge_one: (skip)
 * @self: a judge
 * @name: a file or a URL; "-" is standard input
 * @error: set if the package could not be read; its faults are in the report
 *
 * Returns: (transfer full) (nullable): the report
 */
BullaCliReport *
bulla_cli_judge_one (BullaCliJudge *self, const char *name, GError **error)
{
  return bulla_cli_judge_delivery (self, name, NULL, error);
}

/**
 * bulla_cli_judge_delivery: (skip)
 * @self: a judge
 * @name: a file or a URL; "-" is standard input
 * @delivery: (nullable): what was read of it before, for several judges; %NULL to read it now
 * @error: set if the package could not be read; its faults are in the report
 *
 * Returns: (transfer full) (nullable): the report
 */
BullaCliReport *
bulla_cli_judge_delivery (BullaCliJudge *self, const char *name, const BullaCliDelivery *delivery,
                          GError **error)
{
  g_autoptr (BullaCliReport) report = g_new0 (BullaCliReport, 1);
  g_autoptr (GInputStream) file = NULL;
  gboolean is_url = bulla_cli_is_url (name);
  gint64 started = g_get_monotonic_time ();

  report->name = name;
  g_set_object (&report->caa, bulla_loader_get_context (self->loader)->caa);
  BullaPackageKind kind = BULLA_PACKAGE_EXCHANGE;
  if (!is_url && (file = open_start (name, delivery, &kind, &report->guess, error)) == NULL)
    return NULL;
  if (file != NULL && kind == BULLA_PACKAGE_UNKNOWN && is_chain (file))
    return judge_chain (self, g_steal_pointer (&report), file, error);
  report->kind = KIND_NAMES[kind];
  g_autoptr (GObject) package =
      is_url ? open_url (self, report, delivery, error) : open_file (self, name, kind, file, error);
  if (package == NULL)
    return NULL;
  if (BULLA_IS_BUNDLE (package))
    report->bundle = BULLA_BUNDLE (g_steal_pointer (&package));
  else
    report->load = BULLA_LOAD (g_steal_pointer (&package));
  if (!(report->bundle != NULL ? complete_bundle : complete_exchange) (self, report, error))
    return NULL;
  if (self->options->lint)
    report->objections = bulla_cli_lint (report);
  report->elapsed = is_url ? (g_get_monotonic_time () - started) / 1000 : 0;
  return g_steal_pointer (&report);
}
