/* verb-variants.c - bulla variants: shows which variant of each resource each client gets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "bulla-cli-lines.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-names.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variants-baseline.h"
#include "bulla-cli-variants-cost.h"
#include "bulla-cli-variants-html.h"
#include "bulla-cli-variants-json.h"
#include "bulla-cli-variants-junit.h"
#include "bulla-cli-variants-lint.h"
#include "bulla-cli-variants-matrix.h"
#include "bulla-cli-variants-read.h"
#include "bulla-cli-variants-text.h"
#include "bulla-cli-write.h"
#include "bulla-loader-clients.h"
#include "bulla-printable.h"

static gboolean option_all_clients, option_json, option_quiet, option_matrix, option_cost;
static char **option_clients, **option_urls;
static char *option_html, *option_junit, *option_baseline, *option_fail_on;

static const GOptionEntry OPTIONS[] = {
    {"client", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_clients,
     N_ ("Show what this client gets; may be repeated (default: all)"), N_ ("NAME|FILE")},
    {"all-clients", 0, 0, G_OPTION_ARG_NONE, &option_all_clients,
     N_ ("Show what every known client gets"), NULL},
    {"url", 'u', 0, G_OPTION_ARG_STRING_ARRAY, &option_urls,
     N_ ("Show only this URL; may be repeated"), N_ ("URL")},
    {"matrix", 'm', 0, G_OPTION_ARG_NONE, &option_matrix,
     N_ ("Show which clients get which value of each axis"), NULL},
    {"cost", 0, 0, G_OPTION_ARG_NONE, &option_cost,
     N_ ("Show the bytes of each variant, and which clients need it"), NULL},
    {"html", 0, 0, G_OPTION_ARG_FILENAME, &option_html,
     N_ ("Write the result as an HTML page to this file"), N_ ("FILE")},
    {"junit", 0, 0, G_OPTION_ARG_FILENAME, &option_junit,
     N_ ("Write the result as JUnit XML to this file"), N_ ("FILE")},
    {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &option_baseline,
     N_ ("Fail only for what got worse since this output of --json"), N_ ("FILE")},
    {"fail-on", 0, 0, G_OPTION_ARG_STRING, &option_fail_on,
     N_ ("Fail also on these: later-choice, wildcard, default, null, lint-error, lint-warning"),
     N_ ("LIST")},
    BULLA_CLI_JUDGE_ENTRIES,
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print only the summary"), NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla variants --all-clients site/", N_ ("Show who gets what of a folder of packages:")},
    {"bulla variants --client kaios-2.5 --client webkitgtk-2.50 article.wbn",
     N_ ("Compare two clients:")},
    {"bulla variants --all-clients --matrix --cost site/",
     N_ ("Show which clients get which value, and what each variant costs:")},
    {"bulla variants --all-clients --html variants.html site/",
     N_ ("Write a page that shows what each client gets, and which are left out:")},
    {"bulla variants --all-clients --json --baseline variants.jsonl --junit variants.xml site/ "
     ">now.jsonl",
     N_ ("Fail in CI if a client is newly left out:")},
    {NULL},
};

/* --- the packages */

/* Adds the paths on standard input, one on each line. */
static gboolean
add_lines (GStrvBuilder *paths, GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GError) failure = NULL;

  while (bulla_cli_read_line (line, &failure)) {
    g_strchomp (line->str);
    if (*line->str != '\0')
      g_strv_builder_add (paths, line->str);
  }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Replaces “-” by the paths on standard input. Returns: (nullable): NULL with @error set */
static GStrv
expand_arguments (char **arguments, GError **error)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();

  for (guint i = 0; arguments[i] != NULL; i++) {
    if (!g_str_equal (arguments[i], "-")) {
      g_strv_builder_add (paths, arguments[i]);
      continue;
    }
    if (!add_lines (paths, error))
      return NULL;
  }
  return g_strv_builder_end (paths);
}

/* Reads all packages, and reports those that cannot be read. Returns: whether all were read */
static gboolean
read_packages (BullaLoader *loader, const GPtrArray *names, BullaCliVariantsSet *into)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  gboolean fine = TRUE;

  for (guint i = 0; i < names->len; i++) {
    g_autoptr (GError) error = NULL;
    if (!g_hash_table_add (seen, names->pdata[i]))
      continue; /* it was named twice */
    if (!bulla_cli_variants_read (loader, names->pdata[i], into, &error))
      fine = bulla_cli_variants_report_failure (names->pdata[i], error);
  }
  bulla_cli_variants_set_finish (into);
  return fine;
}

static void
print_skipped (guint n)
{
  if (n > 0 && !option_quiet)
    bulla_cli_print_error (ngettext ("bulla: skipped %u file that is not a package\n",
                                     "bulla: skipped %u files that are not packages\n", n),
                           n);
}

static gboolean
is_url_shown (const BullaCliGroup *group)
{
  return option_urls == NULL || g_strv_contains ((const char *const *)option_urls, group->url);
}

static GPtrArray *
select_groups (const GPtrArray *all)
{
  GPtrArray *groups = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    if (is_url_shown (all->pdata[i]))
      g_ptr_array_add (groups, all->pdata[i]);
  return groups;
}

/* Reports the URLs of --url that no package has. What the baseline has is reported as gone. */
static gboolean
report_absent_urls (const GPtrArray *groups, const BullaCliBaseline *baseline)
{
  gboolean fine = TRUE;

  for (guint i = 0; option_urls != NULL && option_urls[i] != NULL; i++) {
    gboolean found = baseline != NULL && bulla_cli_baseline_has_url (baseline, option_urls[i]);
    for (guint j = 0; j < groups->len && !found; j++)
      found = strcmp (((BullaCliGroup *)groups->pdata[j])->url, option_urls[i]) == 0;
    if (found)
      continue;
    g_autofree char *url = bulla_printable_dup (option_urls[i]);
    bulla_cli_print_error (_ ("bulla variants: no package has %s\n"), url);
    fine = FALSE;
  }
  return fine;
}

/* --- the clients */

/* Loads each client once. @whole: (inout): FALSE if a file of the user could not be read, which is
 * reported; only a client that was named is an error */
static GPtrArray *
load_clients (gboolean *whole, GError **error)
{
  g_autoptr (GPtrArray) clients =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_client_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_auto (GStrv) all = option_clients == NULL || option_all_clients ? bulla_client_list () : NULL;
  char **names = all != NULL ? all : option_clients;

  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) failure = NULL;
    if (!g_hash_table_add (seen, names[i]))
      continue;
    BullaClient *client = bulla_client_load (names[i], &failure);
    if (client == NULL && all == NULL) {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
    if (client != NULL)
      g_ptr_array_add (clients, client);
    else
      *whole = bulla_cli_variants_report_failure (names[i], failure);
  }
  return g_steal_pointer (&clients);
}

/* --- output */

static void
print_choices (const BullaCliChoices *choices)
{
  const BullaCliGroup *last = NULL;

  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++) {
    const BullaCliChoice *choice = bulla_cli_choices_get (choices, i);
    g_autofree char *line =
        option_json ? bulla_cli_choice_to_json (choice) : bulla_cli_choice_to_text (choice);
    if (!option_json && choice->group != last) {
      g_autofree char *heading = bulla_cli_group_to_heading (choice->group);
      bulla_cli_print ("%s%s\n", last != NULL ? "\n" : "", heading);
    }
    last = choice->group;
    bulla_cli_print ("%s\n", line);
  }
}

static void
print_line (const char *line, gpointer user_data)
{
  bulla_cli_print ("%s\n", line);
}

/* @changes: (nullable): NULL without a baseline */
static void
print_changes (const GPtrArray *changes)
{
  for (guint i = 0; changes != NULL && i < changes->len; i++) {
    g_autofree char *line = option_json ? bulla_cli_change_to_json (changes->pdata[i])
                                        : bulla_cli_change_to_text (changes->pdata[i]);
    if (i == 0 && !option_json)
      bulla_cli_print (_ ("\nChanges since the baseline\n"));
    bulla_cli_print (option_json ? "%s\n" : "  %s\n", line);
  }
}

static void
print_lints (const GPtrArray *lints)
{
  for (guint i = 0; i < lints->len; i++) {
    g_autofree char *line = option_json ? bulla_cli_lint_to_json (lints->pdata[i])
                                        : bulla_cli_lint_to_text (lints->pdata[i]);
    bulla_cli_print ("%s%s\n", i == 0 && !option_json ? "\n" : "", line);
  }
}

/* --- what makes the command fail */

static const char *const FAIL_ON[] = {"later-choice", "wildcard",     "default", "null",
                                      "lint-error",   "lint-warning", NULL};

static GStrv
read_fail_on (GError **error)
{
  g_auto (GStrv) list = g_strsplit (option_fail_on != NULL ? option_fail_on : "", ",", -1);

  for (guint i = 0; list[i] != NULL; i++) {
    if (g_strv_contains (FAIL_ON, g_strstrip (list[i])))
      continue;
    g_autofree char *known = g_strjoinv (", ", (char **)FAIL_ON);
    bulla_cli_usage_error (error, _ ("--fail-on takes a list of %s, not “%s”"), known, list[i]);
    return NULL;
  }
  return g_steal_pointer (&list);
}

static gboolean
lists (GStrv list, const char *word)
{
  return g_strv_contains ((const char *const *)list, word);
}

/* Says whether the choice is one that --fail-on names. */
static gboolean
is_failing (const BullaCliChoice *choice, GStrv fail_on)
{
  if (choice->grade > BULLA_CLI_GRADE_FIRST_CHOICE && choice->grade < BULLA_CLI_GRADE_NOTHING
      && lists (fail_on, bulla_cli_grade_get_nick (choice->grade)))
    return TRUE;
  return choice->chosen != NULL && choice->usable == BULLA_UNKNOWN && lists (fail_on, "null");
}

static gboolean
any_fails (const BullaCliChoices *choices, const GPtrArray *lints, GStrv fail_on)
{
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++)
    if (is_failing (bulla_cli_choices_get (choices, i), fail_on))
      return TRUE;
  for (guint i = 0; i < lints->len; i++) {
    BullaCliLintSeverity severity = ((BullaCliLint *)lints->pdata[i])->severity;
    if ((severity == BULLA_CLI_LINT_ERROR && lists (fail_on, "lint-error"))
        || (severity <= BULLA_CLI_LINT_WARNING && lists (fail_on, "lint-warning")))
      return TRUE;
  }
  return FALSE;
}

static gboolean
any_left_out (const BullaCliChoices *choices)
{
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++)
    if (bulla_cli_choice_is_left_out (bulla_cli_choices_get (choices, i)))
      return TRUE;
  return FALSE;
}

/* --- the report */

/* The choices to report, and the options of the report. */
typedef struct {
  GPtrArray *groups, *clients;   /* borrowed */
  const BullaSettings *settings; /* borrowed */
  BullaCliBaseline *baseline;    /* borrowed; nullable */
  GStrv fail_on;                 /* borrowed */
  const char *profile;           /* borrowed */
  gint64 now;                    /* Unix seconds */
} Report;

static void
print_summary (const BullaCliChoices *choices, guint n_clients)
{
  BullaCliVariantsSummary summary;

  bulla_cli_choices_summarise (choices, n_clients, &summary);
  g_autofree char *text = bulla_cli_variants_summary_to_text (&summary);
  g_autofree char *json = bulla_cli_variants_summary_to_json (&summary, text);
  if (option_json && !option_quiet)
    bulla_cli_print ("%s\n", json);
  fflush (stdout);
  bulla_cli_print_error ("%s\n", text);
}

static gboolean
write_text (const char *path, char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return bulla_cli_write_bytes (path, bytes, TRUE, error);
}

static void
print_all (const BullaCliChoices *choices, const GPtrArray *lints, const GPtrArray *changes,
           guint n_clients)
{
  if (option_quiet)
    return;
  print_choices (choices);
  if ((option_matrix || option_cost) && !option_json)
    bulla_cli_print ("\n");
  if (option_matrix)
    bulla_cli_variants_matrix (choices, n_clients, option_json, print_line, NULL);
  if (option_cost)
    bulla_cli_variants_cost (choices, n_clients, option_json, print_line, NULL);
  print_lints (lints);
  print_changes (changes);
}

static void
take_line (const char *line, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (line));
}

/* Writes the page; its data are the records of --json --matrix --cost. */
static gboolean
write_html (const Report *self, const BullaCliChoices *choices, const GPtrArray *lints,
            const GPtrArray *changes, GError **error)
{
  guint n = self->clients->len;
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func (g_free);
  BullaCliVariantsSummary summary;

  if (option_html == NULL)
    return TRUE;
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i++)
    g_ptr_array_add (records, bulla_cli_choice_to_json (bulla_cli_choices_get (choices, i)));
  bulla_cli_variants_matrix (choices, n, TRUE, take_line, records);
  bulla_cli_variants_cost (choices, n, TRUE, take_line, records);
  for (guint i = 0; i < lints->len; i++)
    g_ptr_array_add (records, bulla_cli_lint_to_json (lints->pdata[i]));
  for (guint i = 0; changes != NULL && i < changes->len; i++)
    g_ptr_array_add (records, bulla_cli_change_to_json (changes->pdata[i]));
  bulla_cli_choices_summarise (choices, n, &summary);
  g_autofree char *text = bulla_cli_variants_summary_to_text (&summary);
  g_ptr_array_add (records, bulla_cli_variants_summary_to_json (&summary, text));
  BullaCliVariantsPage page = {.profile = self->profile,
                               .summary = text,
                               .clients = self->clients,
                               .lints = lints,
                               .changes = changes,
                               .records = records,
                               .now = self->now};
  return write_text (option_html, bulla_cli_choices_to_html (choices, &page), error);
}

static BullaCliExit
report (const Report *self, GError **error)
{
  guint n = self->clients->len;
  g_autoptr (BullaCliChoices) choices =
      bulla_cli_choices_new (self->groups, self->clients, self->settings);
  g_autoptr (GPtrArray) lints = bulla_cli_variants_lint (choices, n, self->settings);
  const BullaCliScope scope = {self->clients, (const char *const *)option_urls};
  gboolean worse = FALSE;
  g_autoptr (GPtrArray) changes =
      self->baseline != NULL ? bulla_cli_baseline_compare (self->baseline, choices, &scope, &worse)
                             : NULL;
  gboolean fails = changes != NULL ? worse : any_left_out (choices);

  print_all (choices, lints, changes, n);
  print_summary (choices, n);
  if (!write_html (self, choices, lints, changes, error))
    return BULLA_EXIT_FAILED;
  if (option_junit != NULL
      && !write_text (option_junit, bulla_cli_choices_to_junit (choices, n), error))
    return BULLA_EXIT_FAILED;
  return fails || any_fails (choices, lints, self->fail_on) ? BULLA_EXIT_JUDGED : BULLA_EXIT_FINE;
}

static BullaCliExit
run_variants (char **arguments, GError **error)
{
  g_auto (GStrv) paths = expand_arguments (arguments, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  guint n_skipped = 0;

  bulla_cli_variants_normalise_urls (option_urls);
  if (paths == NULL)
    return BULLA_EXIT_FAILED;
  if (paths[0] == NULL) {
    bulla_cli_usage_error (error, _ ("no package given; name a file or a folder"));
    return BULLA_EXIT_FAILED;
  }
  g_auto (GStrv) fail_on = read_fail_on (error);
  g_autoptr (BullaCliBaseline) baseline = fail_on != NULL && option_baseline != NULL
                                              ? bulla_cli_baseline_read (option_baseline, error)
                                              : NULL;
  if (fail_on == NULL || (option_baseline != NULL && baseline == NULL))
    return BULLA_EXIT_FAILED;
  gboolean whole = TRUE;
  g_autoptr (GPtrArray) clients = load_clients (&whole, error);
  bulla_cli_loader_options.offline = TRUE;
  g_autoptr (BullaLoader) loader = clients != NULL ? bulla_cli_new_loader (trust, error) : NULL;
  if (loader == NULL || !bulla_cli_names_collect (paths, names, &n_skipped, error))
    return BULLA_EXIT_FAILED;
  const BullaSettings *settings = bulla_profile_get_settings (bulla_loader_get_profile (loader));
  g_autoptr (BullaCliVariantsSet) set = bulla_cli_variants_set_new (settings);
  whole = read_packages (loader, names, set) && whole;
  const GPtrArray *all = bulla_cli_variants_set_get_groups (set);
  print_skipped (n_skipped);
  if (all->len == 0) {
    bulla_cli_print_error (_ ("bulla variants: no package was found\n"));
    return BULLA_EXIT_FAILED;
  }
  if (!report_absent_urls (all, baseline))
    return BULLA_EXIT_FAILED;
  g_autoptr (GPtrArray) groups = select_groups (all);
  Report what = {groups,
                 clients,
                 settings,
                 baseline,
                 fail_on,
                 bulla_profile_get_name (bulla_loader_get_profile (loader)),
                 bulla_loader_get_time (loader)};
  BullaCliExit exit = report (&what, error);
  bulla_ledger_close (bulla_loader_get_ledger (loader));
  return whole ? exit : BULLA_EXIT_FAILED;
}

const BullaVerb bulla_verb_variants = {
    .name = "variants",
    .synopsis = N_ ("PATH…"),
    .summary = N_ ("Show which variant of each resource each client gets"),
    .description = N_ (
        "A path is an exchange, a bundle, or a folder, which is searched; “-” reads paths from "
        "standard input, one on each line. All exchanges of a URL compete with each other; in a "
        "bundle the responses of a URL do. Signatures are not checked, and nothing is fetched.\n\n"
        "Each choice has a grade: first-choice; later-choice, if the package lacks an earlier "
        "possible variant; wildcard, if a value matches only a range with a star; default, if "
        "nothing matched; only, if nothing is negotiated; nothing; or not-asked, if the client "
        "never requests such a resource. A chosen variant is unusable if the client cannot decode "
        "its coding or its media type, or if its user does not read the language.\n\n"
        "Mistakes of the publisher (lint) follow, with rule, severity and remedy. With --baseline, "
        "an earlier --json output, the command fails only for a lower grade, a variant that became "
        "unusable, a resource that vanished, or a client that is newly left out; clients and URLs "
        "that are not shown are not compared. A URL of --url that no package has is an error.\n\n"
        "Exit status: 0 if every client that requests a resource gets one that it can use, as far "
        "as is known; 1 if some client gets nothing, or nothing that it can use, or something that "
        "--fail-on names occurs; with --baseline only if something got worse, or something that "
        "--fail-on names occurs; 2 if no package was found, or a package or a client file of the "
        "user could not be read."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_variants,
};
