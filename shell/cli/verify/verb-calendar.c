/* verb-calendar.c - bulla calendar: lists packages by the time at which they stop being trusted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <glob.h>
#include <string.h>

#include "bulla-cli-expiry.h"
#include "bulla-cli-file-name.h"
#include "bulla-cli-files.h"
#include "bulla-cli-json.h"
#include "bulla-cli-judge.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store.h"
#include "bulla-explain-time.h"
#include "bulla-printable.h"

#define WITHIN_MAX G_GINT64_CONSTANT (253402300799) /* seconds */

static gboolean option_json, option_quiet;
static char *option_within;
static BullaCliJudgeOptions judge_options;

static const GOptionEntry OPTIONS[] = {
    {"within", 'w', 0, G_OPTION_ARG_STRING, &option_within,
     N_ ("Show only what is not trusted at the end of this time, such as 2d or 12h"),
     N_ ("DURATION")},
    BULLA_CLI_JUDGE_ENTRIES,
    BULLA_CLI_DELIVERY_ENTRIES (judge_options),
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_SEND_HEADER_ENTRY,
    BULLA_CLI_OFFLINE_ENTRY,
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_DNS_ENTRIES,
    BULLA_CLI_VALIDITY_ENTRY,
    BULLA_CLI_LEDGER_ENTRY,
    BULLA_CLI_STORE_ENTRY,
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla calendar packages/", N_ ("Show what expires when:")},
    {"bulla calendar --within 2d packages/ || echo 'renew these'",
     N_ ("Warn of what expires within two days:")},
    {"bulla calendar --profile mozilla --caa-evidence page.caa --offline --json 'site/*.sxg'",
     N_ ("Include the end of saved DNS evidence, without a network:")},
    {NULL},
};

/* one package of the calendar */
typedef struct {
  char *file; /* owned */
  char *url;  /* owned; nullable */
  BullaCliExpiry expiry;
  gint64 now; /* Unix time in s of the judgement */
  BullaReason reason;
  BullaOutcome outcome;
} Entry;

static GMutex entries_mutex;
static GPtrArray *entries; /* of Entry; several threads add to it */

static void
entry_free (gpointer data)
{
  Entry *self = data;

  g_free (self->file);
  g_free (self->url);
  g_free (self);
}

/* Called in the thread that judged. Returns: NULL: nothing is printed before all is sorted */
static char *
collect (const BullaCliReport *report)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->file = g_strdup (report->name);
  entry->url = g_strdup (bulla_cli_report_get_url (report));
  entry->now = bulla_verdict_get_time (bulla_cli_report_get_verdict (report));
  entry->outcome = bulla_cli_report_get_outcome (report);
  entry->reason = bulla_cli_report_get_reason (report);
  bulla_cli_report_find_expiry (report, &entry->expiry);
  g_mutex_lock (&entries_mutex);
  g_ptr_array_add (entries, entry);
  g_mutex_unlock (&entries_mutex);
  return NULL;
}

/* The soonest first, what is not trusted last. */
static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Entry *one = *(Entry *const *)a, *other = *(Entry *const *)b;
  gboolean known = one->expiry.time >= 0;

  if (known != (other->expiry.time >= 0))
    return known ? -1 : 1;
  if (one->expiry.time != other->expiry.time)
    return one->expiry.time < other->expiry.time ? -1 : 1;
  return strcmp (one->file, other->file);
}

/* @within: seconds; -1 shows everything */
static gboolean
is_shown (const Entry *self, gint64 within)
{
  return within < 0 || self->expiry.time < 0 || self->expiry.time - self->now <= within;
}

/* --- output */

static void
print_json (const Entry *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, self->file);
  bulla_cli_json_string (builder, "url", self->url);
  bulla_cli_expiry_add_to_json (builder, &self->expiry, self->now);
  bulla_cli_json_string (builder, "state", bulla_cli_expiry_state_get_nick (self->expiry.state));
  bulla_cli_json_string (builder, "reason", bulla_reason_get_nick (self->reason));
  bulla_cli_json_string (builder, "outcome", bulla_outcome_get_nick (self->outcome));
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  bulla_cli_print ("%s\n", line);
}

/* Returns: (transfer full): the time, and its distance from now */
static char *
dup_when (const Entry *self)
{
  if (self->expiry.time < 0)
    return g_strdup (_ ("not trusted"));
  g_autofree char *time = bulla_cli_format_utc (self->expiry.time);
  g_autofree char *distance = bulla_explain_time_distance (self->expiry.time, self->now);
  return g_strdup_printf ("%s (%s)", time, distance);
}

static const char *
get_why (const Entry *self)
{
  if (self->expiry.time >= 0)
    return bulla_expires_by_get_nick (self->expiry.by);
  return self->reason != BULLA_REASON_NONE ? bulla_reason_get_nick (self->reason)
                                           : _ ("not signed");
}

static void
append_cell (GString *line, const char *text, glong width)
{
  g_string_append (line, text);
  for (glong i = g_utf8_strlen (text, -1); i < width + 3; i++)
    g_string_append_c (line, ' ');
}

typedef struct {
  glong when, why, file; /* widths of columns, in characters */
} Widths;

static void
widen (Widths *widths, const Entry *entry)
{
  g_autofree char *when = dup_when (entry);
  g_autofree char *file = bulla_cli_file_name_dup_shown (entry->file);

  widths->when = MAX (widths->when, g_utf8_strlen (when, -1));
  widths->why = MAX (widths->why, g_utf8_strlen (get_why (entry), -1));
  widths->file = MAX (widths->file, g_utf8_strlen (file, -1));
}

static void
print_text (const Entry *self, const Widths *widths)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *when = dup_when (self);
  g_autofree char *file = bulla_cli_file_name_dup_shown (self->file);
  g_autofree char *url = self->url != NULL ? bulla_printable_dup (self->url) : NULL;

  append_cell (line, when, widths->when);
  append_cell (line, get_why (self), widths->why);
  if (url == NULL)
    g_string_append (line, file);
  else
    append_cell (line, file, widths->file);
  bulla_cli_print ("%s%s\n", line->str, url != NULL ? url : "");
}

/* Prints the names of the columns, before the first row. */
static void
print_heading (Widths *widths)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (option_json || !bulla_cli_has_headings ())
    return;
  widths->when = MAX (widths->when, g_utf8_strlen (_ ("Until"), -1));
  widths->why = MAX (widths->why, g_utf8_strlen (_ ("Limit or reason"), -1));
  widths->file = MAX (widths->file, g_utf8_strlen (_ ("File"), -1));
  append_cell (line, _ ("Until"), widths->when);
  append_cell (line, _ ("Limit or reason"), widths->why);
  append_cell (line, _ ("File"), widths->file);
  bulla_cli_print_heading ("%s%s\n", line->str, _ ("URL"));
}

/* @within: seconds; -1 shows everything. Returns: how many packages are shown */
static guint
print_entries (gint64 within)
{
  Widths widths = {0};
  guint n_shown = 0;

  g_ptr_array_sort (entries, compare_entries);
  for (guint i = 0; i < entries->len; i++)
    if (is_shown (g_ptr_array_index (entries, i), within))
      widen (&widths, g_ptr_array_index (entries, i));
  for (guint i = 0; i < entries->len; i++) {
    const Entry *entry = g_ptr_array_index (entries, i);
    if (!is_shown (entry, within))
      continue;
    n_shown++;
    if (option_quiet)
      continue;
    if (n_shown == 1)
      print_heading (&widths);
    if (option_json)
      print_json (entry);
    else
      print_text (entry, &widths);
  }
  return n_shown;
}

/* --- arguments */

static gboolean
is_pattern (const char *name)
{
  return strpbrk (name, "*?[") != NULL && !bulla_cli_is_url (name)
         && !g_file_test (name, G_FILE_TEST_EXISTS);
}

/* Returns: (transfer full): the names with patterns replaced by what they match; a pattern without
 * a match is kept, and then reported as a missing file */
static GStrv
expand (char **names)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; names[i] != NULL; i++) {
    glob_t found = {0};
    if (!is_pattern (names[i]) || glob (names[i], 0, NULL, &found) != 0)
      g_strv_builder_add (builder, names[i]);
    else
      g_strv_builder_addv (builder, (const char **)found.gl_pathv);
    globfree (&found);
  }
  return g_strv_builder_end (builder);
}

static BullaCliExit
run_calendar (char **arguments, GError **error)
{
  int64_t within = -1;

  if (arguments[0] == NULL) {
    bulla_cli_usage_error (error, _ ("no package given; name a file or a folder"));
    return BULLA_EXIT_FAILED;
  }
  if (option_within != NULL
      && !bulla_cli_parse_duration ("within", option_within, WITHIN_MAX, &within, error))
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaTrust) trust = bulla_cli_new_trust (error);
  if (trust == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (GError) failure = NULL;
  g_auto (GStrv) names = expand (arguments);
  g_autoptr (BullaStore) store = NULL;
  if (!bulla_cli_open_store_to_read (&store, error))
    return BULLA_EXIT_FAILED;
  judge_options.store = store;
  entries = g_ptr_array_new_with_free_func (entry_free);
  BullaCliExit judged = bulla_cli_judge_all (names, trust, &judge_options, collect, &failure);
  guint n_shown = failure == NULL ? print_entries (within) : 0;
  g_clear_pointer (&entries, g_ptr_array_unref);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  if (judged == BULLA_EXIT_FAILED)
    return BULLA_EXIT_FAILED;
  return within >= 0 && n_shown > 0 ? BULLA_EXIT_JUDGED : BULLA_EXIT_FINE;
}

const BullaVerb bulla_verb_calendar = {
    .name = "calendar",
    .synopsis = N_ ("PATH…"),
    .summary = N_ ("List packages by the time at which they stop being trusted"),
    .description = N_ (
        "Each package is judged as by bulla verify. The time is the first second in which it is "
        "not "
        "trusted any more, and beside it stands what ends the trust: the signature, a certificate "
        "of its path, the OCSP response, the timestamps of transparency logs (sct), the DNSSEC "
        "signatures of the CAA records (caa), or a limit of the profile. The soonest comes first; "
        "packages that are not trusted come last, with the reason. A bundle is trusted as long as "
        "all of its signatures.\n\n"
        "A path is a file, a folder, which is searched, or a pattern such as 'site/*.sxg'.\n\n"
        "Exit status: 0, or with --within 1 if a package is shown, because it expires in that "
        "time, has expired or is not trusted; 2 if a file or an argument could not be read, or no "
        "package was found."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_calendar,
};
