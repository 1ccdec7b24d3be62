/* verb-logs.c - bulla logs: browsers' lists of Certificate Transparency logs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store-files.h"
#include "bulla-cli-store.h"
#include "bulla-cli-trust-output.h"
#include "bulla-log-list-store.h"
#include "bulla-printable.h"

#define MAX_SIZE (16 << 20)
#define ID_SHOWN 8 /* bytes of a log's id in a line of text */

static gboolean option_json, option_quiet;
static char *option_at;

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

static const GOptionEntry IMPORT_OPTIONS[] = {COMMON_ENTRIES, {NULL}};

static const GOptionEntry SHOW_OPTIONS[] = {
    {"at", 0, 0, G_OPTION_ARG_STRING, &option_at,
     N_ ("Show the list in effect at this time: Unix seconds or ISO 8601 (default: now)"),
     N_ ("TIME")},
    COMMON_ENTRIES,
    {NULL},
};

static const GOptionEntry REMOVE_OPTIONS[] = {BULLA_CLI_STORE_ENTRY, QUIET_ENTRY, {NULL}};

static const BullaExample EXAMPLES[] = {
    {"bulla logs import log_list.json", N_ ("Keep a browser’s list beside earlier ones:")},
    {"bulla logs show --at 2026-06-20", N_ ("Show the logs that counted on a day:")},
    {"bulla logs remove 2026-06-16T13:37:21Z", N_ ("Remove a list, by its date:")},
    {NULL},
};

/* --- import */

static guint
count_logs (const BullaLogList *list, gboolean tiled)
{
  guint n = 0;

  for (guint i = 0; i < list->logs->len; i++)
    n += ((const BullaLog *)list->logs->pdata[i])->tiled == tiled;
  return n;
}

static guint
count_state (const BullaLogList *list, BullaLogState state)
{
  guint n = 0;

  for (guint i = 0; i < list->logs->len; i++)
    n += ((const BullaLog *)list->logs->pdata[i])->state == state;
  return n;
}

static void
print_import_json (const char *file, const BullaLogList *list, gboolean already_there)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "file", file);
  bulla_cli_json_string (builder, "version", list->version);
  bulla_cli_json_time (builder, "log_list_timestamp", list->timestamp);
  bulla_cli_json_number (builder, "operators", list->n_operators);
  bulla_cli_json_number (builder, "logs", count_logs (list, FALSE));
  bulla_cli_json_number (builder, "tiled_logs", count_logs (list, TRUE));
  bulla_cli_json_begin (builder, "states");
  for (guint i = 0; i < BULLA_N_LOG_STATES; i++)
    bulla_cli_json_number (builder, bulla_log_state_get_nick (i), count_state (list, i));
  json_builder_end_object (builder);
  bulla_cli_json_begin_array (builder, "dropped");
  for (guint i = 0; i < list->dropped->len; i++) {
    const BullaDroppedLog *dropped = list->dropped->pdata[i];
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "description", dropped->description);
    bulla_cli_json_string (builder, "why", dropped->why);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  bulla_cli_json_boolean (builder, "already_there", already_there);
  g_autofree char *line = bulla_cli_json_line (builder);
  bulla_cli_print ("%s\n", line);
}

static void
print_import_text (const char *file, const BullaLogList *list, gboolean already_there)
{
  g_autofree char *time = bulla_cli_time_text (list->timestamp);
  g_autofree char *name = bulla_printable_dup (file);
  g_autofree char *version = bulla_printable_dup (list->version != NULL ? list->version : "?");

  bulla_cli_print (already_there ? _ ("%s: version %s of %s was kept before\n")
                                 : _ ("%s: kept version %s of %s\n"),
                   name, version, time);
  bulla_cli_print (_ ("  %u operators, %u logs and %u tiled logs\n"), list->n_operators,
                   count_logs (list, FALSE), count_logs (list, TRUE));
  for (guint i = 0; i < BULLA_N_LOG_STATES; i++)
    if (count_state (list, i) > 0)
      bulla_cli_print ("  %-10s %u\n", bulla_log_state_get_nick (i), count_state (list, i));
  for (guint i = 0; i < list->dropped->len; i++) {
    const BullaDroppedLog *dropped = list->dropped->pdata[i];
    g_autofree char *log =
        bulla_printable_dup (dropped->description != NULL ? dropped->description : _ ("a log"));
    bulla_cli_print (_ ("  left out: %s: %s\n"), log, dropped->why);
  }
}

static BullaCliExit
run_import (char **arguments, GError **error)
{
  gboolean already_there = FALSE;

  if (!bulla_cli_require_arguments (arguments, 1, "FILE", error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  g_autoptr (GBytes) json = bulla_cli_read_file (arguments[0], MAX_SIZE, error);
  if (json == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaLogList) list = bulla_log_list_store_import (store, json, &already_there, error);
  bulla_cli_print_notices (store);
  if (list == NULL) {
    bulla_cli_prefix_path (error, arguments[0]);
    return BULLA_EXIT_FAILED;
  }
  if (!option_quiet)
    (option_json ? print_import_json : print_import_text) (arguments[0], list, already_there);
  return BULLA_EXIT_FINE;
}

/* --- show */

static char *
dup_id (const BullaLog *log, guint bytes)
{
  g_autoptr (GString) hex = g_string_new (NULL);

  for (guint i = 0; i < bytes; i++)
    g_string_append_printf (hex, "%02x", log->id[i]);
  return g_string_free (g_steal_pointer (&hex), FALSE);
}

/* hex, base64, or the beginning of either */
static gboolean
is_named (const BullaLog *log, const char *name)
{
  g_autofree char *hex = dup_id (log, sizeof log->id);
  g_autofree char *base64 = g_base64_encode (log->id, sizeof log->id);

  return *name != '\0'
         && (g_ascii_strncasecmp (hex, name, strlen (name)) == 0
             || g_str_has_prefix (base64, name));
}

static void
add_previous (JsonBuilder *builder, const BullaLog *log)
{
  bulla_cli_json_begin_array (builder, "previous_operators");
  for (guint i = 0; i < log->previous->len; i++) {
    const BullaLogOperator *previous = log->previous->pdata[i];
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "name", previous->name);
    bulla_cli_json_time (builder, "until", previous->until);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_interval (JsonBuilder *builder, const BullaLog *log)
{
  if (log->start < 0) {
    bulla_cli_json_string (builder, "temporal_interval", NULL);
    return;
  }
  bulla_cli_json_begin (builder, "temporal_interval");
  bulla_cli_json_time (builder, "start", log->start);
  bulla_cli_json_time (builder, "end", log->end);
  json_builder_end_object (builder);
}

static void
print_log_json (const BullaLogList *list, const BullaLog *log)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *id = dup_id (log, sizeof log->id);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "log_id", id);
  bulla_cli_json_string (builder, "description", log->description);
  bulla_cli_json_string (builder, "operator", log->operator_name);
  add_previous (builder, log);
  bulla_cli_json_string (builder, "type", log->tiled ? "static-ct" : "rfc6962");
  bulla_cli_json_string (builder, "state", bulla_log_state_get_nick (log->state));
  bulla_cli_json_time (builder, "state_since", log->state_since);
  bulla_cli_json_string (builder, "url", log->url);
  bulla_cli_json_string (builder, "submission_url", log->submission_url);
  bulla_cli_json_string (builder, "monitoring_url", log->monitoring_url);
  bulla_cli_json_count (builder, "mmd_s", log->mmd);
  add_interval (builder, log);
  bulla_cli_json_count (builder, "final_tree_size", log->final_tree_size);
  bulla_cli_json_boolean (builder, "placeholder", log->placeholder);
  bulla_cli_json_time (builder, "list_timestamp", list->timestamp);
  g_autofree char *line = bulla_cli_json_line (builder);
  bulla_cli_print ("%s\n", line);
}

static void
print_log_text (const BullaLogList *list, const BullaLog *log)
{
  g_autofree char *id = dup_id (log, ID_SHOWN);
  g_autofree char *since = bulla_cli_time_text (log->state_since);
  g_autofree char *name = bulla_printable_dup (log->description != NULL ? log->description : "");
  g_autofree char *start = bulla_cli_time_text (log->start);
  g_autofree char *end = bulla_cli_time_text (log->end);

  bulla_cli_print (_ ("%s  %-9s since %s  %s%s\n"), id, bulla_log_state_get_nick (log->state),
                   since, name, log->placeholder ? _ (" (a placeholder; never counts)") : "");
  if (log->start >= 0)
    bulla_cli_print (_ ("                  for certificates that expire from %s until %s\n"), start,
                     end);
}

static gboolean
is_wanted (const BullaLog *log, char **names)
{
  gboolean wanted = names[0] == NULL;

  for (guint i = 0; names[i] != NULL; i++)
    wanted = wanted || is_named (log, names[i]);
  return wanted;
}

/* FALSE: one of the names is that of no log */
static gboolean
check_names (const BullaLogList *list, char **names)
{
  gboolean all = TRUE;

  for (guint i = 0; names[i] != NULL; i++) {
    gboolean found = FALSE;
    for (guint j = 0; list != NULL && j < list->logs->len; j++)
      found = found || is_named (list->logs->pdata[j], names[i]);
    if (!found)
      bulla_cli_print_error (_ ("bulla logs show: no log with the ID “%s” is in the list\n"),
                             names[i]);
    all = all && found;
  }
  return all;
}

static BullaCliExit
run_show (char **arguments, GError **error)
{
  int64_t at = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GError) failure = NULL;

  if (option_at != NULL && !bulla_cli_parse_time ("at", option_at, &at, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  if (!bulla_log_list_store_exists (store))
    return check_names (NULL, arguments) ? BULLA_EXIT_FINE : BULLA_EXIT_JUDGED;
  g_autoptr (BullaLogList) list = bulla_log_list_store_find (store, at, &failure);
  bulla_cli_print_notices (store);
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return BULLA_EXIT_FAILED;
  }
  for (guint i = 0; list != NULL && !option_quiet && i < list->logs->len; i++)
    if (is_wanted (list->logs->pdata[i], arguments))
      (option_json ? print_log_json : print_log_text) (list, list->logs->pdata[i]);
  return check_names (list, arguments) ? BULLA_EXIT_FINE : BULLA_EXIT_JUDGED;
}

/* --- remove */

static BullaCliExit
run_remove (char **arguments, GError **error)
{
  gboolean removed = FALSE;
  int64_t timestamp = -1;

  if (!bulla_cli_require_arguments (arguments, 1, "TIMESTAMP", error))
    return BULLA_EXIT_FAILED;
  if (!bulla_cli_parse_time ("", arguments[0], &timestamp, NULL)) {
    bulla_cli_usage_error (error, _ ("“%s” is not a valid time; use Unix seconds or ISO 8601"),
                           arguments[0]);
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  if (!bulla_log_list_store_remove (store, timestamp, &removed, error))
    return BULLA_EXIT_FAILED;
  if (removed)
    return BULLA_EXIT_FINE;
  bulla_cli_print_error (_ ("bulla logs remove: no list of %s is kept\n"), arguments[0]);
  return BULLA_EXIT_JUDGED;
}

const BullaVerb bulla_verb_logs_import = {
    .name = "import",
    .synopsis = N_ ("FILE"),
    .summary = N_ ("Keep a browser’s log list, version 3"),
    .description = N_ (
        "The list is kept under its log_list_timestamp, beside earlier lists, so that packages "
        "can be judged at the time of each. Logs without a state, and logs whose log_id is not the "
        "SHA-256 of their key, are left out and named. Lists of version 1 and 2 are refused.\n\n"
        "Exit status: 0 if the list is kept, even if it was there before; 2 if FILE is not such a "
        "list, and then nothing has changed."),
    .examples = EXAMPLES,
    .options = IMPORT_OPTIONS,
    .run = run_import,
};

const BullaVerb bulla_verb_logs_show = {
    .name = "show",
    .synopsis = N_ ("[LOG-ID…]"),
    .summary = N_ ("Show the log list in effect at a time"),
    .description =
        N_ ("The list in effect is the newest one that is not of a later time. LOG-ID is in hex or "
            "base64; its beginning suffices.\n\n"
            "Exit status: 1 if there is no log with one of the IDs."),
    .examples = EXAMPLES,
    .options = SHOW_OPTIONS,
    .run = run_show,
};

const BullaVerb bulla_verb_logs_remove = {
    .name = "remove",
    .synopsis = N_ ("TIMESTAMP"),
    .summary = N_ ("Remove a log list that is kept"),
    .description = N_ ("TIMESTAMP is the log_list_timestamp of the list, in Unix seconds or ISO "
                       "8601.\n\n"
                       "Exit status: 1 if no such list is kept."),
    .examples = EXAMPLES,
    .options = REMOVE_OPTIONS,
    .run = run_remove,
};

static const BullaVerb *const VERBS[] = {
    &bulla_verb_logs_import,
    &bulla_verb_logs_show,
    &bulla_verb_logs_remove,
    NULL,
};

const BullaVerb bulla_verb_logs = {
    .name = "logs",
    .summary = N_ ("Keep lists of transparency logs, and show which logs count"),
    .description = N_ (
        "“bulla verify” uses the list that --ct-logs names, or else the kept list in effect at the "
        "time of --at. A timestamp of a log counts if the log is qualified, usable or read-only; "
        "of a retired log, if the timestamp is of before its retirement and another log vouches "
        "too. The certificate must expire within the log’s temporal interval."),
    .examples = EXAMPLES,
    .verbs = VERBS,
};
