/* verb-log.c - bulla log: exports and checks the local transparency log
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-log-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store.h"
#include "bulla-cli-write.h"
#include "bulla-printable.h"

static gboolean option_json, option_quiet, option_force;
static char *option_since, *option_output, *option_head;

static const GOptionEntry EXPORT_OPTIONS[] = {
    {"since", 0, 0, G_OPTION_ARG_STRING, &option_since,
     N_ ("Leave out exchanges that were accepted before this time"), N_ ("TIME")},
    {"output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output,
     N_ ("Write to this file instead of standard output"), N_ ("FILE")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force, N_ ("Replace the file if it exists"), NULL},
    BULLA_CLI_STORE_ENTRY,
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only write --output"),
     NULL},
    {NULL},
};

static const GOptionEntry VERIFY_OPTIONS[] = {
    {"head", 0, 0, G_OPTION_ARG_STRING, &option_head,
     N_ ("Require an entry with this hash, which was noted before"), N_ ("HASH")},
    BULLA_CLI_STORE_ENTRY,
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object"), NULL},
    {NULL},
};

static const BullaExample EXPORT_EXAMPLES[] = {
    {"bulla log export -o today.jsonl", N_ ("Write the whole log to a file:")},
    {"bulla log export --since 2026-11-29 | jq .url",
     N_ ("List the URLs that were accepted since a day:")},
    {NULL},
};

static const BullaExample VERIFY_EXAMPLES[] = {
    {"bulla log verify", N_ ("Check the log in the store:")},
    {"bulla log verify today.jsonl", N_ ("Check an exported log:")},
    {"bulla log verify --head $(tail -1 monday.jsonl | jq -r .hash)",
     N_ ("Check that nothing of an earlier export was cut off:")},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla log export -o today.jsonl && bulla log verify today.jsonl",
     N_ ("Export the log, and check the file:")},
    {"bulla log compare mine.jsonl yours.jsonl",
     N_ ("Find exchanges whose bytes differ from one user to another:")},
    {NULL},
};

/* --- bulla log export */

/* Returns: (transfer full): the same JSON in ASCII: a terminal cannot be commanded, and no
 * further escaping changes the hashed bytes */
static char *
dup_ascii (const char *line)
{
  glong n = 0;
  g_autofree gunichar2 *units = g_utf8_to_utf16 (line, -1, NULL, &n, NULL);
  GString *text = g_string_new (NULL);

  for (glong i = 0; i < n; i++)
    if (units[i] < 0x7f)
      g_string_append_c (text, (char)units[i]);
    else
      g_string_append_printf (text, "\\u%04x", units[i]);
  return g_string_free (text, FALSE);
}

static gboolean
write_line (const char *line, gpointer user_data, GError **error)
{
  GOutputStream *out = user_data;
  g_autofree char *text = dup_ascii (line);

  if (out != NULL)
    return g_output_stream_write_all (out, text, strlen (text), NULL, NULL, error)
           && g_output_stream_write_all (out, "\n", 1, NULL, NULL, error);
  bulla_cli_print ("%s\n", text);
  return TRUE;
}

typedef struct {
  BullaStore *store; /* borrowed; NULL without a store */
  gint64 since;
} Export;

/* A BullaWriteFunc that writes the entries; @out: (nullable): NULL for standard output */
static gboolean
export_all (GOutputStream *out, gpointer user_data, GError **error)
{
  Export *self = user_data;

  return self->store == NULL
         || bulla_exchange_log_foreach (self->store, self->since, write_line, out, error);
}

static BullaCliExit
run_export (char **arguments, GError **error)
{
  g_autoptr (GError) failure = NULL;
  Export self = {.since = 0};
  int64_t since = 0;

  if (arguments[0] != NULL) {
    bulla_cli_usage_error (error, _ ("unexpected argument “%s”"), arguments[0]);
    return BULLA_EXIT_FAILED;
  }
  if (option_since != NULL && !bulla_cli_parse_time ("since", option_since, &since, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaStore) store = bulla_cli_open_store (BULLA_STORE_CHECK, &failure);
  if (failure != NULL) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return BULLA_EXIT_FAILED;
  }
  self = (Export){store, since};
  gboolean to_file = option_output != NULL && strcmp (option_output, "-") != 0;
  gboolean done = to_file
                      ? bulla_cli_check_absent (option_output, option_force, error)
                            && bulla_cli_write_atomically (option_output, BULLA_CLI_SECRET_MODE,
                                                           option_force, export_all, &self, error)
                      : option_quiet || export_all (NULL, &self, error);
  return done ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
}

static const BullaVerb EXPORT = {
    .name = "export",
    .summary = N_ ("Write the log as JSON lines, the oldest entry first"),
    .description =
        N_ ("Each line is an exchange that was accepted: n, which counts from 1; time; url; "
            "distributor; date and expires of its signature; certificate_sha256; "
            "header_integrity; body_digest; profile; previous, the hash of the entry before, or "
            "64 zeros; and hash, SHA-256 of the object without hash, serialised by RFC 8785.\n\n"
            "The log says which pages were visited. Only its owner can read the file.\n\n"
            "Exit status: 0 if the log was written; 2 if the command failed."),
    .examples = EXPORT_EXAMPLES,
    .options = EXPORT_OPTIONS,
    .run = run_export,
};

/* --- bulla log verify */

static gboolean
check_line (const char *line, gpointer user_data, GError **error)
{
  bulla_exchange_log_check_line (user_data, line);
  return TRUE;
}

static void
print_json (const BullaExchangeLogCheck *check, const char *file, const char *why)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "file", file);
  bulla_cli_json_number (builder, "entries", check->entries);
  bulla_cli_json_time (builder, "first", check->first > 0 ? check->first : -1);
  bulla_cli_json_time (builder, "last", check->last > 0 ? check->last : -1);
  bulla_cli_json_string (builder, "head", check->head);
  bulla_cli_json_boolean (builder, "intact", why == NULL);
  bulla_cli_json_time (builder, "broken_at", check->broken_at > 0 ? check->broken_at : -1);
  bulla_cli_json_string (builder, "why", why);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

static void
print_text (const BullaExchangeLogCheck *check, const char *file, const char *why)
{
  g_autofree char *name = bulla_printable_dup (file != NULL ? file : _ ("the store"));
  g_autofree char *cause = why != NULL ? bulla_printable_dup (why) : NULL;

  bulla_cli_print ("%s   %s   ", why == NULL ? _ ("intact") : C_ ("hash chain", "broken"), name);
  bulla_cli_print (ngettext ("%lu entry", "%lu entries", check->entries), (gulong)check->entries);
  if (check->head != NULL) {
    g_autofree char *head = bulla_printable_dup (check->head);
    bulla_cli_print (_ (", the last one has the hash %s"), head);
  }
  bulla_cli_print ("\n");
  if (cause != NULL)
    bulla_cli_print ("  %s\n", cause);
}

/* Returns: whether the whole log was read */
static gboolean
check_all (BullaExchangeLogCheck *check, const char *file, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (BullaStore) store =
      file == NULL ? bulla_cli_open_store (BULLA_STORE_CHECK, &failure) : NULL;

  if (file != NULL)
    bulla_cli_log_read_file (file, check_line, check, &failure);
  else if (store != NULL)
    bulla_exchange_log_foreach (store, 0, check_line, check, &failure);
  if (failure == NULL && file != NULL && check->entries > 0 && check->n_readable == 0)
    g_set_error (&failure, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("%s: not an exported log: no line is a JSON object"), file);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Says whether the text is 64 hexadecimal digits in lower case. */
static gboolean
read_head (char **head, GError **error)
{
  *head = option_head != NULL ? g_ascii_strdown (option_head, -1) : NULL;
  if (*head == NULL
      || (strlen (*head) == 64 && strspn (*head, "0123456789abcdef") == strlen (*head)))
    return TRUE;
  bulla_cli_usage_error (error, _ ("--head: “%s” is not a hash of 64 hexadecimal digits"),
                         option_head);
  return FALSE;
}

static BullaCliExit
run_verify (char **arguments, GError **error)
{
  g_autofree char *head = NULL;
  const char *file = arguments[0];

  if (file != NULL && arguments[1] != NULL) {
    bulla_cli_usage_error (error, _ ("name one exported log, or none for the log in the store"));
    return BULLA_EXIT_FAILED;
  }
  if (!read_head (&head, error))
    return BULLA_EXIT_FAILED;
  g_auto (BullaExchangeLogCheck) check = {.wanted = head};
  if (!check_all (&check, file, error))
    return BULLA_EXIT_FAILED;
  const char *why = check.why;
  if (why == NULL && head != NULL && !check.found)
    why = _ ("no entry has the hash of --head: something was cut off, or it is another log");
  if (!option_quiet)
    (option_json ? print_json : print_text) (&check, file, why);
  return why == NULL ? BULLA_EXIT_FINE : BULLA_EXIT_JUDGED;
}

static const BullaVerb VERIFY = {
    .name = "verify",
    .synopsis = N_ ("[FILE]"),
    .summary = N_ ("Recompute the hashes of the log, or of an exported one"),
    .description =
        N_ ("Whoever changes, moves or removes an entry breaks the chain there, unless all later "
            "entries are computed anew: note the hash of the last entry somewhere else, and give "
            "it with --head. A file that was exported with --since begins with a later entry and "
            "is checked from there. “-” is standard input.\n\n"
            "Exit status: 0 if the chain is intact; 1 if it is broken, or has no entry with the "
            "hash of --head; 2 if the log could not be read."),
    .examples = VERIFY_EXAMPLES,
    .options = VERIFY_OPTIONS,
    .run = run_verify,
};

static const BullaVerb *const VERBS[] = {&EXPORT, &VERIFY, &bulla_verb_log_compare, NULL};

const BullaVerb bulla_verb_log = {
    .name = "log",
    .summary = N_ ("Export, check and compare the log of accepted exchanges"),
    .description =
        N_ ("Each exchange that the browser or the gateway accepts is appended to a log in the "
            "store, each entry with the hash of the one before it; “bulla verify” does so with "
            "--remember. Two users who compare their logs find packages that were made for one "
            "of them."),
    .examples = EXAMPLES,
    .verbs = VERBS,
};
