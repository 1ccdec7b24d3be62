/* verb-vulnerable.c - bulla vulnerable: keeps a list of versions that are not to be shown
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store.h"
#include "bulla-cli.h"
#include "bulla-printable.h"
#include "bulla-vulnerable.h"

static gboolean option_json, option_quiet;

#define QUIET_ENTRY                                                                                \
  {                                                                                                \
    "quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),  \
        NULL                                                                                       \
  }

static const GOptionEntry OPTIONS[] = {
    BULLA_CLI_STORE_ENTRY,
    QUIET_ENTRY,
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {NULL},
};

static const GOptionEntry REMOVE_OPTIONS[] = {BULLA_CLI_STORE_ENTRY, QUIET_ENTRY, {NULL}};

static const BullaExample EXAMPLES[] = {
    {"bulla vulnerable import advisory.txt", N_ ("Block the versions that an advisory lists:")},
    {"echo 'body-digest 5b1c…e0 https://example.com/app.js # XSS' | bulla vulnerable import -",
     N_ ("Block one version of a script:")},
    {"bulla vulnerable list", N_ ("Show what is blocked, and why:")},
    {NULL},
};

static void
print_object (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

/* --- bulla vulnerable import */

static void
print_import (const char *file, guint n, guint added, guint total)
{
  if (!option_json) {
    g_autofree char *name = bulla_printable_dup (file);
    bulla_cli_print (_ ("%s: %u added, %u already there; the list has %u\n"), name, added,
                     n - added, total);
    return;
  }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "file", file);
  bulla_cli_json_string (builder, "format", "text");
  bulla_cli_json_number (builder, "added", added);
  bulla_cli_json_number (builder, "already_there", n - added);
  bulla_cli_json_number (builder, "total", total);
  print_object (builder);
}

static BullaCliExit
run_import (char **arguments, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  guint added = 0, total = 0;
  gsize length = 0;

  if (!bulla_cli_require_arguments (arguments, 1, "FILE", error))
    return BULLA_EXIT_FAILED;
  g_autoptr (GBytes) file = bulla_cli_read_file (arguments[0], BULLA_VULNERABLE_SIZE_MAX, error);
  if (file == NULL)
    return BULLA_EXIT_FAILED;
  const char *text = g_bytes_get_data (file, &length);
  g_autoptr (GPtrArray) entries = bulla_vulnerable_parse (text, length, error);
  if (entries == NULL) {
    bulla_cli_prefix_path (error, arguments[0]);
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaStore) store =
      bulla_cli_open_store (BULLA_STORE_CREATE | BULLA_STORE_CHECK, error);
  g_autofree char *source = g_utf8_make_valid (arguments[0], -1);
  if (store == NULL
      || !bulla_vulnerable_import (store, entries, source, now, &added, &total, error))
    return BULLA_EXIT_FAILED;
  if (!option_quiet)
    print_import (arguments[0], entries->len, added, total);
  return BULLA_EXIT_FINE;
}

static const BullaVerb IMPORT = {
    .name = "import",
    .synopsis = N_ ("FILE"),
    .summary = N_ ("Add versions to the list of vulnerable ones"),
    .description =
        N_ ("FILE is text with one version per line: “header-integrity DIGEST” or “body-digest "
            "DIGEST”, then optionally a URL, then optionally “# why”. DIGEST is as “bulla log "
            "export” prints it (sha256-BASE64, or mi-sha256-03=BASE64), or 64 hexadecimal digits. "
            "Without a URL the version is blocked at every URL. “-” is standard input. All of the "
            "file is imported, or nothing.\n\n"
            "Exit status: 0 if all of it is on the list now; 2 if the file could not be read or "
            "has a malformed line."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_import,
};

/* --- bulla vulnerable list */

static void
print_json (const BullaVulnerable *entry)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "id", entry->id);
  bulla_cli_json_string (builder, "kind", bulla_vulnerable_kind_get_nick (entry->kind));
  bulla_cli_json_string (builder, "sha256", entry->sha256);
  bulla_cli_json_string (builder, "url", entry->url);
  bulla_cli_json_string (builder, "why", entry->why);
  bulla_cli_json_string (builder, "source", entry->source);
  bulla_cli_json_time (builder, "imported", entry->imported);
  print_object (builder);
}

static void
print_text (const BullaVulnerable *entry)
{
  g_autofree char *url = bulla_printable_dup (entry->url != NULL ? entry->url : _ ("any URL"));
  g_autofree char *why = bulla_printable_dup (entry->why != NULL ? entry->why : "");
  g_autofree char *source = bulla_printable_dup (entry->source != NULL ? entry->source : "?");
  g_autofree char *time = bulla_cli_format_utc (entry->imported);

  bulla_cli_print ("%s  %-16s  %s  %s\n", entry->id, bulla_vulnerable_kind_get_nick (entry->kind),
                   entry->sha256, url);
  bulla_cli_print (_ ("                  imported from %s at %s%s%s\n"), source, time,
                   *why != '\0' ? ": " : "", why);
}

static BullaCliExit
run_list (char **arguments, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (arguments[0] != NULL) {
    bulla_cli_usage_error (error, _ ("unexpected argument “%s”"), arguments[0]);
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaStore) store = bulla_cli_open_store (BULLA_STORE_CHECK, &failure);
  g_autoptr (GPtrArray) entries = store != NULL ? bulla_vulnerable_list (store, &failure) : NULL;
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return BULLA_EXIT_FAILED;
  }
  for (guint i = 0; !option_quiet && entries != NULL && i < entries->len; i++)
    (option_json ? print_json : print_text) (entries->pdata[i]);
  return BULLA_EXIT_FINE;
}

static const BullaVerb LIST = {
    .name = "list",
    .summary = N_ ("Show the list of vulnerable versions"),
    .description = N_ ("Without a store nothing is printed.\n\n"
                       "Exit status: 0, or 2 if the store could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_list,
};

/* --- bulla vulnerable remove */

static BullaCliExit
run_remove (char **arguments, GError **error)
{
  BullaCliExit exit = BULLA_EXIT_FINE;
  g_autoptr (GError) failure = NULL;

  if (arguments[0] == NULL) {
    bulla_cli_usage_error (error, _ ("name the entries to remove; “bulla vulnerable list” shows "
                                     "their IDs"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaStore) store = bulla_cli_open_store (BULLA_STORE_CHECK, &failure);
  for (guint i = 0; failure == NULL && arguments[i] != NULL; i++) {
    g_autofree char *id = bulla_printable_dup (arguments[i]);
    gboolean removed = FALSE;
    if (store != NULL && !bulla_vulnerable_remove (store, arguments[i], &removed, &failure))
      break;
    if (!removed) {
      bulla_cli_print_error (_ ("bulla: the list has no entry %s\n"), id);
      exit = BULLA_EXIT_JUDGED;
    }
  }
  if (failure == NULL)
    return exit;
  g_propagate_error (error, g_steal_pointer (&failure));
  return BULLA_EXIT_FAILED;
}

static const BullaVerb REMOVE = {
    .name = "remove",
    .synopsis = N_ ("ID…"),
    .summary = N_ ("Remove entries from the list of vulnerable versions"),
    .description = N_ ("ID is the first word of “bulla vulnerable list”.\n\n"
                       "Exit status: 0 if every entry was removed; 1 if the list had none of that "
                       "ID; 2 if the command failed."),
    .examples = EXAMPLES,
    .options = REMOVE_OPTIONS,
    .run = run_remove,
};

static const BullaVerb *const VERBS[] = {&IMPORT, &LIST, &REMOVE, NULL};

const BullaVerb bulla_verb_vulnerable = {
    .name = "vulnerable",
    .summary = N_ ("Keep a list of versions with known flaws, which are not shown"),
    .description =
        N_ ("A signature stays valid although the publisher has fixed the page since. A version on "
            "this list is not shown in its publisher’s origin: the rule version.not-vulnerable "
            "fails, with the reason version.vulnerable. “bulla verify”, the gateway and the "
            "browser read the list, in every profile."),
    .examples = EXAMPLES,
    .verbs = VERBS,
};
