/* verb-issuers-import.c - bulla issuers import: imports a table of authorities and CAA domains
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-trust.h"
#include "bulla-printable.h"

#define SYNOPSIS N_ ("FILE")

static gboolean option_replace, option_json, option_quiet;

static const GOptionEntry OPTIONS[] = {
    {"replace", 0, 0, G_OPTION_ARG_NONE, &option_replace, N_ ("Forget earlier imports"), NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing on standard output"),
     NULL},
    BULLA_CLI_STORE_ENTRY,
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla issuers import AllCAAIdentifiersReportCSVV2.csv", N_ ("Import CCADB’s list:")},
    {"printf 'o\\tExample CA\\tca.example\\n' | bulla issuers import -",
     N_ ("Add an authority of your own:")},
    {NULL},
};

static void
print_result (const char *file, const BullaIssuerImport *result)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *name = bulla_printable_dup (file);

  if (option_quiet)
    return;
  if (!option_json) {
    bulla_cli_print (ngettext ("%s: %u authority added, %u already there; %u imported in all\n",
                               "%s: %u authorities added, %u already there; %u imported in all\n",
                               result->added),
                     name, result->added, result->already_there, result->total);
    return;
  }
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "file", file);
  bulla_cli_json_string (builder, "format", result->format);
  bulla_cli_json_number (builder, "added", result->added);
  bulla_cli_json_number (builder, "already_there", result->already_there);
  bulla_cli_json_number (builder, "total", result->total);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

static BullaCliExit
run_import (char **arguments, GError **error)
{
  g_autofree char *folder = NULL;
  BullaIssuerImport result = {0};

  if (!bulla_cli_require_arguments (arguments, 1, SYNOPSIS, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (GBytes) file = bulla_cli_read_file (arguments[0], BULLA_ISSUERS_SIZE_MAX, error);
  g_autoptr (BullaIssuerStore) store =
      file != NULL ? bulla_cli_open_issuers (&folder, error) : NULL;
  if (store == NULL)
    return BULLA_EXIT_FAILED;
  gboolean is_stdin = strcmp (arguments[0], "-") == 0;
  g_autofree char *base = g_path_get_basename (is_stdin ? "standard-input" : arguments[0]);
  /* sources are separated by spaces */
  g_autofree char *source = g_strdelimit (g_utf8_make_valid (base, -1), " \t\r\n", '_');
  if (!bulla_issuer_store_import (store, folder, file, source, option_replace, &result, error)) {
    bulla_cli_prefix_path (error, arguments[0]);
    return BULLA_EXIT_FAILED;
  }
  print_result (arguments[0], &result);
  return BULLA_EXIT_FINE;
}

const BullaVerb bulla_verb_issuers_import = {
    .name = "import",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Import domains by which CAA records name authorities"),
    .description = N_ (
        "FILE is CCADB’s list of CAA identifiers (AllCAAIdentifiersReportCSVV2), or has a line for "
        "each authority: kind, value and domains, with tabs between them and spaces between "
        "domains. kind is ski (the subject key identifier of its certificate, in hex), dn (its "
        "subject) or o (its organisation). “-” is standard input. An imported entry replaces one "
        "of the same kind and value. All of the file is imported, or nothing.\n\n"
        "Exit status: 0, or 2 if the file could not be read or has a malformed line."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_import,
};
