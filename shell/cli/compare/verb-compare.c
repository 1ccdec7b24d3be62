/* verb-compare.c - bulla compare: judges packages by several profiles, and shows what differs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <unistd.h>

#include "bulla-cli-compare-groups.h"
#include "bulla-cli-comparison.h"
#include "bulla-cli-file-name.h"
#include "bulla-cli-files.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-path-list.h"
#include "bulla-cli-pool.h"
#include "bulla-cli-print.h"
#include "bulla-cli-store.h"
#include "bulla-cli.h"
#include "bulla-printable.h"

static char **option_profiles;
static gboolean option_all, option_json, option_quiet;
static BullaCliJudgeOptions judge_options;

static const GOptionEntry OPTIONS[] = {
    {"profile", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &option_profiles,
     N_ ("Judge by this profile: a name or a file; given twice or more"), N_ ("PROFILE")},
    BULLA_CLI_JUDGE_CHANGE_ENTRIES,
    BULLA_CLI_DELIVERY_ENTRIES (judge_options),
    BULLA_CLI_NETWORK_ENTRIES,
    BULLA_CLI_SEND_HEADER_ENTRY,
    BULLA_CLI_OFFLINE_ENTRY,
    BULLA_CLI_TIMEOUT_ENTRY,
    BULLA_CLI_DNS_ENTRIES,
    BULLA_CLI_VALIDITY_ENTRY,
    BULLA_CLI_STORE_ENTRY,
    {"all", 'a', 0, G_OPTION_ARG_NONE, &option_all, N_ ("Also show packages without a difference"),
     NULL},
    {"json", 'j', 0, G_OPTION_ARG_NONE, &option_json,
     N_ ("Print one JSON object per line, as soon as a package has been judged"), NULL},
    {"quiet", 'q', 0, G_OPTION_ARG_NONE, &option_quiet, N_ ("Print nothing; only set the status"),
     NULL},
    {NULL},
};

static const BullaExample EXAMPLES[] = {
    {"bulla compare --profile draft-b3 --profile chromium packages/",
     N_ ("Show the packages on which the draft and Chromium differ, by rule:")},
    {"bulla compare --profile chromium --set certificate.ocsp-max-age=1d packages/",
     N_ ("Show the effect of a changed setting:")},
    {"find . -name '*.sxg' | bulla compare --json -p draft-b3 -p ./day.ini -",
     N_ ("Read the names of packages from standard input, and write JSON lines:")},
    {NULL},
};

/* A comparison of many packages. */
typedef struct {
  const BullaCliProfileSet *profiles; /* borrowed */
  BullaTrust *trust;                  /* borrowed */
  GBytes *chain;                      /* borrowed; nullable */
  BullaCliPathList *paths;            /* borrowed */
  BullaCliCompareGroups *groups;      /* borrowed; NULL with --json */
  guint64 n_taken, n_differing, n_failed;
  gboolean progress; /* whether a progress line is on the terminal */
} Comparing;

static gpointer
next_path (gpointer data, GError **error)
{
  const Comparing *self = data;

  return bulla_cli_path_list_next (self->paths, error);
}

/* One thread. */
typedef struct {
  const Comparing *comparing; /* borrowed */
  BullaCliComparer *comparer; /* owned; NULL if it could not be made */
  GError *error;              /* owned; why; nullable */
} Worker;

static gpointer
begin_worker (gpointer data)
{
  const Comparing *comparing = data;
  Worker *self = g_new0 (Worker, 1);

  self->comparing = comparing;
  self->comparer = bulla_cli_comparer_new (comparing->profiles, comparing->trust, &judge_options,
                                           comparing->chain, &self->error);
  return self;
}

static gpointer
compare_package (gpointer worker, gpointer path)
{
  const Worker *self = worker;
  g_autofree char *file = path;

  return self->comparer != NULL
             ? bulla_cli_comparer_judge (self->comparer, file)
             : bulla_cli_comparison_new_failed (self->comparing->profiles, file, self->error);
}

static void
end_worker (gpointer worker)
{
  Worker *self = worker;

  g_clear_pointer (&self->comparer, bulla_cli_comparer_free);
  g_clear_error (&self->error);
  g_free (self);
}

static void
clear_progress (Comparing *self)
{
  if (self->progress)
    bulla_cli_clear_progress ();
  self->progress = FALSE;
}

static void
show_progress (guint64 n_done, gpointer data)
{
  Comparing *self = data;

  self->progress = TRUE;
  bulla_cli_print_progress (_ ("%lu judged, %lu differ"), (gulong)n_done,
                            (gulong)self->n_differing);
}

static void
take_comparison (gpointer result, gpointer data)
{
  g_autoptr (BullaCliComparison) comparison = result;
  Comparing *self = data;

  self->n_taken++;
  if (comparison->error != NULL) {
    g_autofree char *file = bulla_cli_file_name_dup_shown (comparison->file);
    g_autofree char *message = bulla_printable_dup (comparison->error->message);
    self->n_failed++;
    clear_progress (self);
    bulla_cli_print_error ("bulla: %s: %s\n", file, message);
    return;
  }
  self->n_differing += comparison->differs ? 1 : 0;
  if (option_quiet || !(comparison->differs || option_all))
    return;
  if (self->groups != NULL) {
    bulla_cli_compare_groups_add (self->groups, comparison);
    return;
  }
  g_autofree char *line = bulla_cli_comparison_to_json (comparison);
  clear_progress (self);
  bulla_cli_print ("%s", line);
}

static void
print_summary (const Comparing *self)
{
  gulong n = (gulong)self->n_taken, n_skipped = bulla_cli_path_list_get_n_skipped (self->paths);

  if (n_skipped > 0)
    bulla_cli_print_error (ngettext ("bulla: skipped %lu file that is not a package\n",
                                     "bulla: skipped %lu files that are not packages\n", n_skipped),
                           n_skipped);
  bulla_cli_print_error (ngettext ("bulla: %lu package, %lu with a difference, %lu not read\n",
                                   "bulla: %lu packages, %lu with a difference, %lu not read\n", n),
                         n, (gulong)self->n_differing, (gulong)self->n_failed);
}

/* Judges all packages, and prints what differs. */
static BullaCliExit
compare_all (Comparing *self, GError **error)
{
  BullaCliPool pool = {.next = next_path,
                       .begin = begin_worker,
                       .work = compare_package,
                       .end = end_worker,
                       .take = take_comparison,
                       .tick = !option_quiet && isatty (STDERR_FILENO) ? show_progress : NULL,
                       .data = self};
  gboolean complete = bulla_cli_pool_run (&pool, 0, error);

  clear_progress (self);
  if (self->groups != NULL)
    bulla_cli_compare_groups_print (self->groups);
  if (!complete)
    return BULLA_EXIT_FAILED;
  if (self->n_taken == 0) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("no packages found"));
    return BULLA_EXIT_FAILED;
  }
  if (!option_quiet)
    print_summary (self);
  if (self->n_failed > 0)
    return BULLA_EXIT_FAILED;
  return self->n_differing > 0 ? BULLA_EXIT_JUDGED : BULLA_EXIT_FINE;
}

/* All packages are judged as of the same time, also if that takes hours. */
static void
fix_time (void)
{
  if (bulla_cli_loader_options.at == NULL)
    bulla_cli_loader_options.at =
        g_strdup_printf ("%" G_GINT64_FORMAT, g_get_real_time () / G_USEC_PER_SEC);
}

static BullaCliExit
run_compare (char **arguments, GError **error)
{
  if (arguments[0] == NULL) {
    bulla_cli_usage_error (error, _ ("no package given; name a file or a URL"));
    return BULLA_EXIT_FAILED;
  }
  g_autoptr (BullaCliProfileSet) profiles = bulla_cli_profile_set_new (option_profiles, error);
  g_autoptr (BullaTrust) trust = profiles != NULL ? bulla_cli_new_trust (error) : NULL;
  if (trust == NULL)
    return BULLA_EXIT_FAILED;
  fix_time ();
  g_autoptr (GBytes) chain = NULL;
  if (judge_options.chain != NULL
      && (chain = bulla_cli_read_file (judge_options.chain, BULLA_CLI_CHAIN_SIZE_MAX, error))
             == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaStore) store = NULL;
  if (!bulla_cli_open_store_to_read (&store, error))
    return BULLA_EXIT_FAILED;
  judge_options.store = store;
  g_autoptr (BullaCliComparer) probe =
      bulla_cli_comparer_new (profiles, trust, &judge_options, chain, error);
  if (probe == NULL) /* reported once, not by each thread */
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaCliPathList) paths = bulla_cli_path_list_new (arguments);
  g_autoptr (BullaCliCompareGroups) groups = option_json ? NULL : bulla_cli_compare_groups_new ();
  Comparing comparing = {
      .profiles = profiles, .trust = trust, .chain = chain, .paths = paths, .groups = groups};
  return compare_all (&comparing, error);
}

const BullaVerb bulla_verb_compare = {
    .name = "compare",
    .synopsis = N_ ("FILE|FOLDER|URL|-…"),
    .summary = N_ ("Judge packages by several profiles, and show the differences"),
    .description = N_ (
        "A package differs if the profiles give different outcomes or reasons. Packages are "
        "grouped by the rules that make the difference: rules that decided under one profile and "
        "are not broken under another. The largest group is shown first, with at most 1,000 "
        "packages each.\n\n"
        "--set applies to every profile. With fewer than two profiles, the named profile, or else "
        "draft-b3, is compared with itself as changed by --set and --check-validity.\n\n"
        "“-” stands for the files, folders and URLs in the lines of standard input. Folders are "
        "searched recursively; files that are not packages are skipped. Packages are judged on all "
        "cores, at the time when the command began, and shown in the order of the arguments; "
        "within folders, by name. A URL or a pipe is read once, for all profiles. --chain, --url, "
        "--header and --request-header work as in bulla verify; --timeout limits the waits for "
        "each package.\n\n"
        "--json prints an object for each package that differs, with --all for every package that "
        "could be read: "
        "“file”, “url”, “verdicts”, which has “outcome” and “reason” for each profile, and "
        "“rules”. The name of a changed profile includes its changes. Lines are read and written "
        "one by one, so the memory used does not depend on their number.\n\n"
        "Exit status: 0 if no package differs, 1 if one does, 2 if a package, a profile or an "
        "argument could not be read, or if no packages were found."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_compare,
};
