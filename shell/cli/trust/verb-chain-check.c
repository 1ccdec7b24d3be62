/* verb-chain-check.c - bulla chain check: checks whether chains must be renewed soon
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-chain.h"
#include "bulla-cli-file-name.h"
#include "bulla-cli-files.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-json.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-cli-trust-output.h"
#include "bulla-error.h"
#include "bulla-printable.h"

#define CHAIN_MAX (1 << 20)
#define WITHIN_MAX (3650 * G_GINT64_CONSTANT (86400))

static char *option_within;
static gboolean option_json, option_quiet;

static const GOptionEntry OPTIONS[] = {
    {"within", 'w', 0, G_OPTION_ARG_STRING, &option_within,
     N_ ("Also report chains that expire within this time (default: 0)"), N_ ("DURATION")},
    BULLA_CLI_JUDGE_ENTRIES,
    BULLA_CLI_STORE_ENTRY,
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla chain check --within 8d chain.cbor",
     N_ ("Renew a chain in time, for instance in a daily job:")},
    {"bulla chain check --within 2d --json *.cbor", N_ ("Check many chains for a monitor:")},
    {NULL},
};

/* the result for one chain */
typedef struct {
  const char *file;    /* borrowed */
  const char *reason;  /* why it cannot be used now; NULL if it can */
  gint64 now, ends;    /* Unix time in s; @ends is -1 if the chain cannot be used */
  const char *by;      /* what ends it */
  const char *mistake; /* borrowed; in the order of the certificates, translated; nullable */
  gboolean due;        /* whether it has to be renewed */
} Row;

static void
print_json (const Row *row)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, row->file);
  bulla_cli_json_boolean (builder, "due", row->due);
  bulla_cli_json_time (builder, "ends", row->ends);
  bulla_cli_json_string (builder, "ends_by", row->by);
  bulla_cli_json_string (builder, "reason", row->reason);
  if (row->mistake != NULL)
    bulla_cli_json_string (builder, "mistake", row->mistake);
  g_autofree char *line = bulla_cli_json_line (builder);
  bulla_cli_print ("%s\n", line);
}

static void
print_row (const Row *row)
{
  if (option_quiet)
    return;
  if (option_json) {
    print_json (row);
    return;
  }
  g_autofree char *file = bulla_cli_file_name_dup_shown (row->file);
  if (row->reason != NULL) {
    bulla_cli_print (row->mistake != NULL ? _ ("%s: cannot be used: %s; %s\n")
                                          : _ ("%s: cannot be used: %s\n"),
                     file, row->reason, row->mistake);
    return;
  }
  g_autofree char *end = bulla_cli_format_time (row->ends, row->now);
  bulla_cli_print (row->due ? _ ("%s: expires %s (%s); renew it\n") : _ ("%s: expires %s (%s)\n"),
                   file, end, row->by);
}

/* A damaged chain is judged; what never was one is an error. */
static gboolean
require_chain (GBytes *bytes, GError **error)
{
  gsize size = 0;
  const void *data = g_bytes_get_data (bytes, &size);

  if (bulla_cli_chain_recognise (data, size) != BULLA_CLI_CHAIN_NONE)
    return TRUE;
  const char *guess = bulla_cli_guess_content (data, size);
  if (g_strcmp0 (guess, "a PEM file") == 0)
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                         _ ("a PEM file without certificates"));
  else if (guess == NULL)
    g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                         _ ("neither a certificate chain nor a PEM file"));
  else
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("neither a certificate chain nor a PEM file, but %s"), _ (guess));
  return FALSE;
}

static BullaCliExit
check_chain (BullaLoader *loader, const char *file, gint64 within, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (file, CHAIN_MAX, error);
  g_autoptr (BullaVerdict) verdict = bytes != NULL && require_chain (bytes, error)
                                         ? bulla_cli_chain_judge (loader, bytes, NULL, error)
                                         : NULL;

  if (verdict == NULL)
    return BULLA_EXIT_FAILED;
  Row row = {.file = file,
             .reason = bulla_reason_get_nick (bulla_verdict_get_reason (verdict)),
             .now = bulla_verdict_get_time (verdict),
             .ends = bulla_verdict_get_expires (verdict),
             .by = bulla_expires_by_get_nick (bulla_verdict_get_expires_by (verdict))};
  g_autofree char *mistake = row.reason != NULL ? bulla_cli_chain_dup_mistake (bytes) : NULL;
  row.mistake = mistake;
  row.due = row.reason != NULL || (row.ends >= 0 && row.ends - row.now <= within);
  print_row (&row);
  return row.due ? BULLA_EXIT_JUDGED : BULLA_EXIT_FINE;
}

static BullaCliExit
run_chain_check (char **arguments, GError **error)
{
  BullaCliExit worst = BULLA_EXIT_FINE;
  int64_t within = 0;

  if (arguments[0] == NULL)
    bulla_cli_usage_error (error, _ ("no chain given; name a certificate chain or a PEM file"));
  if (arguments[0] == NULL
      || (option_within != NULL
          && !bulla_cli_parse_duration ("within", option_within, WITHIN_MAX, &within, error)))
    return BULLA_EXIT_FAILED;
  bulla_cli_loader_options.offline = TRUE;
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  g_autoptr (BullaLoader) loader = trust != NULL ? bulla_cli_new_loader (trust, error) : NULL;
  if (loader == NULL)
    return BULLA_EXIT_FAILED;
  for (guint i = 0; arguments[i] != NULL; i++) {
    g_autoptr (GError) failure = NULL;
    BullaCliExit code = check_chain (loader, arguments[i], within, &failure);
    if (failure != NULL) {
      bulla_cli_prefix_path (&failure, arguments[i]);
      g_autofree char *shown = bulla_printable_dup (failure->message);
      bulla_cli_print_error ("bulla chain check: %s\n", shown);
    }
    worst = MAX (worst, code);
  }
  return worst;
}

const BullaVerb bulla_verb_chain_check = {
    .name = "check",
    .synopsis = N_ ("CHAIN…"),
    .summary = N_ ("Check whether chains can be used, and for how long"),
    .description = N_ (
        "CHAIN is what a cert-url serves, or a PEM file, of which only the certificates are "
        "judged. A chain expires with its certificates, its OCSP response or its timestamps, "
        "whichever is first; from then on, exchanges that use it are refused. The network is not "
        "used.\n\n"
        "Exit status: 0 if every chain can be used for longer than --within; 1 if one has to be "
        "renewed; 2 if one could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_chain_check,
};
