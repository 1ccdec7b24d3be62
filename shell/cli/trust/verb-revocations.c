/* verb-revocations.c - bulla revocations: certificates and keys that are not trusted any more
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store-files.h"
#include "bulla-cli-store.h"
#include "bulla-cli-trust-output.h"
#include "bulla-printable.h"
#include "bulla-revocation-import.h"
#include "bulla-revocation-store.h"

#define MAX_SIZE (64 << 20)

static gboolean option_json, option_quiet;
static char *option_issuer;

#define QUIET_ENTRY                                                                                \
  {                                                                                                \
    "quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing on standard output"),    \
        NULL                                                                                       \
  }

#define COMMON_ENTRIES                                                                             \
  BULLA_CLI_STORE_ENTRY,                                                                           \
      {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"),     \
       NULL},                                                                                      \
      QUIET_ENTRY

static const GOptionEntry IMPORT_OPTIONS[] = {
    {"issuer", 0, 0, G_OPTION_ARG_FILENAME, &option_issuer,
     N_ ("The certificate that a CRL is signed with"), N_ ("PEM")},
    COMMON_ENTRIES,
    {NULL},
};

static const GOptionEntry LIST_OPTIONS[] = {COMMON_ENTRIES, {NULL}};

static const GOptionEntry REMOVE_OPTIONS[] = {BULLA_CLI_STORE_ENTRY, QUIET_ENTRY, {NULL}};

static const BullaExample EXAMPLES[] = {
    {"bulla revocations import --issuer ca.pem ca.crl", N_ ("Add all entries of a CRL:")},
    {"echo 'spki 5b1c…e0  # key found on a public server' | bulla revocations import -",
     N_ ("Revoke a key, wherever it appears in a path:")},
    {"bulla revocations list", N_ ("Show what is revoked, and where the entries are from:")},
    {NULL},
};

/* --- import */

static void
print_import (const char *file, const BullaRevocationImport *result, guint total)
{
  if (option_quiet)
    return;
  if (!option_json) {
    g_autofree char *name = bulla_printable_dup (file);
    bulla_cli_print (ngettext ("%s (%s): %u entry added, %u already there; %u in all\n",
                               "%s (%s): %u entries added, %u already there; %u in all\n",
                               result->added),
                     name, result->format, result->added, result->already_there, total);
    return;
  }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "file", file);
  bulla_cli_json_string (builder, "format", result->format);
  bulla_cli_json_number (builder, "added", result->added);
  bulla_cli_json_number (builder, "already_there", result->already_there);
  bulla_cli_json_number (builder, "total", total);
  g_autofree char *line = bulla_cli_json_line (builder);
  bulla_cli_print ("%s\n", line);
}

static gboolean
import (BullaFiles *store, const char *file, GBytes *bytes, GBytes *issuer, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (BullaRevocations) revocations = bulla_revocation_store_load (store, error);
  BullaRevocationImport result;

  bulla_cli_print_notices (store);
  if (revocations == NULL)
    return FALSE;
  if (!bulla_revocations_import (revocations, bytes, issuer, file, now, &result, error)) {
    bulla_cli_prefix_path (error, file);
    return FALSE;
  }
  if (result.added > 0 && !bulla_revocation_store_save (store, revocations, error))
    return FALSE;
  print_import (file, &result, bulla_revocations_get_n (revocations));
  return TRUE;
}

static BullaCliExit
run_import (char **arguments, GError **error)
{
  if (!bulla_cli_require_arguments (arguments, 1, "FILE", error))
    return BULLA_EXIT_FAILED;
  g_autoptr (GBytes) bytes = bulla_cli_read_file (arguments[0], MAX_SIZE, error);
  g_autoptr (GBytes) issuer = bytes != NULL && option_issuer != NULL
                                  ? bulla_cli_read_file (option_issuer, MAX_SIZE, error)
                                  : NULL;
  if (bytes == NULL || (option_issuer != NULL && issuer == NULL))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  int lock = bulla_files_lock (store, error);
  if (lock < 0)
    return BULLA_EXIT_FAILED;
  gboolean fine = import (store, arguments[0], bytes, issuer, error);
  g_close (lock, NULL);
  return fine ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
}

/* --- list */

static void
print_entry_json (const BullaRevoked *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "id", entry->id);
  bulla_cli_json_string (builder, "kind", bulla_revoked_kind_get_nick (entry->kind));
  bulla_cli_json_string (builder, "issuer", entry->issuer);
  bulla_cli_json_string (builder, "serial", entry->serial);
  bulla_cli_json_string (builder, "sha256", entry->sha256);
  bulla_cli_json_string (builder, "why", entry->why);
  bulla_cli_json_string (builder, "source", entry->source);
  bulla_cli_json_time (builder, "imported", entry->imported);
  g_autofree char *line = bulla_cli_json_line (builder);
  bulla_cli_print ("%s\n", line);
}

static void
print_entry_text (const BullaRevoked *entry)
{
  g_autofree char *time = bulla_cli_time_text (entry->imported);
  g_autofree char *what =
      entry->sha256 != NULL ? g_strdup (entry->sha256)
                            : g_strdup_printf (_ ("%s issued by %s"), entry->serial, entry->issuer);
  g_autofree char *printable = bulla_printable_dup (what);
  g_autofree char *source = bulla_printable_dup (entry->source != NULL ? entry->source : "?");
  g_autofree char *why = bulla_printable_dup (entry->why != NULL ? entry->why : "");

  bulla_cli_print ("%s  %-11s  %s\n", entry->id, bulla_revoked_kind_get_nick (entry->kind),
                   printable);
  bulla_cli_print (_ ("                  imported from %s at %s%s%s\n"), source, time,
                   *why != '\0' ? ": " : "", why);
}

static BullaCliExit
run_list (char **arguments, GError **error)
{
  if (arguments[0] != NULL) {
    bulla_cli_usage_error (error, _ ("this command takes no arguments"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  g_autoptr (BullaRevocations) revocations = bulla_revocation_store_load (store, error);
  bulla_cli_print_notices (store);
  if (revocations == NULL)
    return BULLA_EXIT_FAILED;
  for (guint i = 0; !option_quiet && i < bulla_revocations_get_n (revocations); i++)
    (option_json ? print_entry_json : print_entry_text) (bulla_revocations_get (revocations, i));
  return BULLA_EXIT_FINE;
}

/* --- remove */

static BullaCliExit
remove_all (BullaFiles *store, char **ids, GError **error)
{
  g_autoptr (BullaRevocations) revocations = bulla_revocation_store_load (store, error);
  gboolean all = TRUE, any = FALSE;

  bulla_cli_print_notices (store);
  if (revocations == NULL)
    return BULLA_EXIT_FAILED;
  for (guint i = 0; ids[i] != NULL; i++) {
    gboolean removed = bulla_revocations_remove (revocations, ids[i]);
    if (!removed)
      bulla_cli_print_error (_ ("bulla revocations remove: there is no entry “%s”\n"), ids[i]);
    all = all && removed;
    any = any || removed;
  }
  if (any && !bulla_revocation_store_save (store, revocations, error))
    return BULLA_EXIT_FAILED;
  return all ? BULLA_EXIT_FINE : BULLA_EXIT_JUDGED;
}

static BullaCliExit
run_remove (char **arguments, GError **error)
{
  if (arguments[0] == NULL) {
    bulla_cli_usage_error (error, _ ("missing argument: expected %s"), _ ("ID…"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  int lock = bulla_files_lock (store, error);
  if (lock < 0)
    return BULLA_EXIT_FAILED;
  BullaCliExit code = remove_all (store, arguments, error);
  g_close (lock, NULL);
  return code;
}

const BullaVerb bulla_verb_revocations_import = {
    .name = "import",
    .synopsis = N_ ("FILE"),
    .summary = N_ ("Add entries to the local revocation list"),
    .description = N_ (
        "FILE is a CRL in DER or PEM, whose signature is verified with --issuer; the records of "
        "Mozilla’s OneCRL, as JSON; or text with one entry per line: “serial HEX issuer DN”, “spki "
        "SHA256” or “certificate SHA256”, and optionally “# why”. “-” is standard input. If any "
        "part of it is malformed, nothing is imported.\n\n"
        "Exit status: 0 if all of it is on the list now; 2 if it cannot be read."),
    .examples = EXAMPLES,
    .options = IMPORT_OPTIONS,
    .run = run_import,
};

const BullaVerb bulla_verb_revocations_list = {
    .name = "list",
    .summary = N_ ("Show the local revocation list"),
    .examples = EXAMPLES,
    .options = LIST_OPTIONS,
    .run = run_list,
};

const BullaVerb bulla_verb_revocations_remove = {
    .name = "remove",
    .synopsis = N_ ("ID…"),
    .summary = N_ ("Remove entries from the local revocation list"),
    .description = N_ ("ID is the first column of “bulla revocations list”.\n\n"
                       "Exit status: 1 if there is no such entry."),
    .examples = EXAMPLES,
    .options = REMOVE_OPTIONS,
    .run = run_remove,
};

static const BullaVerb *const VERBS[] = {
    &bulla_verb_revocations_import,
    &bulla_verb_revocations_list,
    &bulla_verb_revocations_remove,
    NULL,
};

const BullaVerb bulla_verb_revocations = {
    .name = "revocations",
    .summary = N_ ("Keep a list of certificates and keys that are not trusted any more"),
    .description = N_ (
        "Every certificate of a path is compared with the list, the intermediates and the root "
        "included: by serial number and issuer, by its key, and as a whole. If one is on the list, "
        "the rule cert.not-on-revocation-list fails, with the reason cert.locally-revoked."),
    .examples = EXAMPLES,
    .verbs = VERBS,
};
