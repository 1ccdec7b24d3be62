/* bulla-cli-batch.c - judges many files and URLs on all cores, and reports them in the order of the
 * arguments
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bulla-cli-cite.h"
#include "bulla-cli-files.h"
#include "bulla-cli-judge.h"
#include "bulla-cli-lint.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-names.h"
#include "bulla-cli-print.h"
#include "bulla-exchange-recorder.h"
#include "bulla-printable.h"

/* The result for one file or URL. */
typedef struct {
  gboolean done;
  gboolean fit;
  BullaOutcome outcome; /* set if @error is NULL */
  BullaReason reason;
  const char *rule; /* static; nullable; first requirement of a distributor that is not met */
  char *message;    /* owned; what is wrong; NULL if nobody takes it */
  char *text;       /* owned; printed output; NULL if not judged, or if it is printed later */
  GError *error;    /* owned; why it was not judged; NULL if it was */
  GPtrArray *loads; /* owned; of BullaLoad; versions to be recorded; NULL if there are none */
} Result;

/* Limits results that wait for output, so that a slow reader does not cost memory. */
#define MAX_AHEAD 512

/* The thread that prints is woken once for so many results, or after a moment. */
#define RESULTS_AT_ONCE 32
#define MOMENT (G_USEC_PER_SEC / 20)

#define PRINT_AT_ONCE 65536 /* bytes of results that are printed together */

typedef struct {
  BullaTrust *trust;                   /* borrowed */
  const BullaCliJudgeOptions *options; /* borrowed */
  GBytes *chain;                       /* borrowed; nullable */
  GPtrArray *names;                    /* owned; char * */
  guint n_skipped;                     /* number of files in folders that are not packages */
  GMutex mutex;
  GCond changed;
  BullaCliReportFunc render;
  Result results[MAX_AHEAD]; /* that of the name at index n is at n % MAX_AHEAD */
  guint n_done, n_told;
  guint n_waiting; /* threads that wait for their turn */
  GString *output; /* owned; text of results that is to be printed next */
  guint n_outcomes[BULLA_OUTCOME_NOT_A_PACKAGE + 1], n_failed, n_bad;
  GPtrArray *bad;    /* owned; of borrowed names; the first packages that are not good enough */
  gboolean progress; /* whether a progress line is on the terminal, which has to be removed */
} Batch;

#define MAX_BAD 20 /* most names in the summary */

/* Returns: (transfer none): the place of a result that is not printed yet, or is being printed */
static Result *
get_place (Batch *self, guint index)
{
  return &self->results[index % MAX_AHEAD];
}

static void
finish_one (Batch *self, guint index, Result result)
{
  result.done = TRUE;
  g_mutex_lock (&self->mutex);
  *get_place (self, index) = result;
  self->n_done++;
  if (self->options->remember != NULL || self->n_done % RESULTS_AT_ONCE == 0
      || self->n_done == self->names->len)
    g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/* What is remembered of one package counts for the next one, so each waits until those before it
 * are recorded. */
static void
await_turn (Batch *self, guint index)
{
  g_mutex_lock (&self->mutex);
  self->n_waiting++;
  while (index >= self->n_told + (self->options->remember != NULL ? 1 : MAX_AHEAD))
    g_cond_wait (&self->changed, &self->mutex);
  self->n_waiting--;
  g_mutex_unlock (&self->mutex);
}

/* One thread, with its own loader, judges every n-th name. */
typedef struct {
  Batch *batch; /* borrowed */
  guint first, stride;
} Share;

/* Says what is wrong with a package: its reason, or what a distributor objects to. */
static void
describe_result (const BullaCliReport *report, Result *result)
{
  g_autofree char *objections = bulla_cli_lint_dup_message (report->objections);

  if (objections == NULL) {
    result->message = bulla_cli_report_dup_message (report);
  } else if (result->reason != BULLA_REASON_NONE) {
    g_autofree char *reason = bulla_cli_report_dup_message (report);
    result->message = g_strjoin ("\n", reason, objections, NULL);
  } else {
    result->message = g_steal_pointer (&objections);
    result->rule = ((const BullaCliObjection *)report->objections->pdata[0])->rule;
  }
}

static gpointer
work (gpointer data)
{
  Share *share = data;
  Batch *self = share->batch;
  g_autoptr (GMainContext) context = g_main_context_new ();

  g_main_context_push_thread_default (context);
  g_autoptr (GError) refused = NULL;
  BullaCliJudge *judge = bulla_cli_judge_new (self->trust, self->options, self->chain, &refused);
  for (guint i = share->first; i < self->names->len; i += share->stride) {
    await_turn (self, i);
    Result result = {.error = judge == NULL ? g_error_copy (refused) : NULL};
    g_autoptr (BullaCliReport) report =
        judge != NULL ? bulla_cli_judge_one (judge, self->names->pdata[i], &result.error) : NULL;
    if (report != NULL) {
      result.text = self->render (report);
      result.outcome = bulla_cli_report_get_outcome (report);
      result.reason = bulla_cli_report_get_reason (report);
      if (self->options->take_result != NULL)
        describe_result (report, &result);
      result.fit = bulla_cli_report_is_fit (report)
                   && (!self->options->substitute || result.outcome == BULLA_OUTCOME_SUBSTITUTE);
      if (self->options->remember != NULL)
        result.loads = bulla_cli_report_dup_loads (report, &result.error);
    }
    finish_one (self, i, result);
  }
  g_clear_pointer (&judge, bulla_cli_judge_free);
  g_main_context_pop_thread_default (context);
  return NULL;
}

static gboolean
remember (const Batch *self, const Result *result, GError **error)
{
  for (guint i = 0; result->loads != NULL && i < result->loads->len; i++) {
    BullaLoad *load = result->loads->pdata[i];
    gint64 now = bulla_verdict_get_time (bulla_load_get_verdict (load));
    if (!bulla_store_remember_load (self->options->remember, load, now, error))
      return FALSE;
  }
  return TRUE;
}

/* Prints the results so far, before anything else is printed and before a pause. */
static void
flush_output (Batch *self)
{
  if (self->output->len > 0)
    bulla_cli_print_cited (self->output->str);
  g_string_truncate (self->output, 0);
}

/* Prints one result and returns the exit status that it implies. */
static BullaCliExit
print_result (Batch *self, guint index)
{
  const Result *result = get_place (self, index);

  if (result->error != NULL) {
    g_autofree char *name = bulla_printable_dup (self->names->pdata[index]);
    g_autofree char *message = bulla_printable_dup (result->error->message);
    flush_output (self);
    bulla_cli_print_error ("bulla: %s: %s\n", name, message);
    return BULLA_EXIT_FAILED;
  }
  if (result->text != NULL)
    g_string_append (self->output, result->text);
  if (self->output->len >= PRINT_AT_ONCE)
    flush_output (self);
  g_autoptr (GError) error = NULL;
  if (!remember (self, result, &error)) {
    flush_output (self);
    bulla_cli_print_error ("bulla: %s\n", error->message);
    return BULLA_EXIT_FAILED;
  }
  return result->fit ? BULLA_EXIT_FINE : BULLA_EXIT_JUDGED;
}

static void
show_progress (Batch *self)
{
  self->progress = self->names->len > 1 && !self->options->quiet && isatty (STDERR_FILENO);
  if (self->progress)
    bulla_cli_print_progress ("%u / %u", self->n_done, self->names->len);
}

/* removes the progress line before other output */
static void
wipe_progress (Batch *self)
{
  if (self->progress)
    bulla_cli_clear_progress ();
  self->progress = FALSE;
}

/* Waits for the result at @index, which is printed next. */
static void
await_result (Batch *self, guint index)
{
  g_mutex_lock (&self->mutex);
  self->n_told = index;
  if (self->n_waiting > 0)
    g_cond_broadcast (&self->changed);
  while (!get_place (self, index)->done) {
    g_mutex_unlock (&self->mutex);
    flush_output (self);
    g_mutex_lock (&self->mutex);
    if (get_place (self, index)->done)
      break;
    show_progress (self);
    g_cond_wait_until (&self->changed, &self->mutex, g_get_monotonic_time () + MOMENT);
  }
  g_mutex_unlock (&self->mutex);
  wipe_progress (self);
}

static void
count_result (Batch *self, guint index, BullaCliExit exit)
{
  const Result *result = get_place (self, index);

  if (result->error != NULL)
    self->n_failed++;
  else
    self->n_outcomes[result->outcome]++;
  if (exit != BULLA_EXIT_FINE && self->bad->len < MAX_BAD)
    g_ptr_array_add (self->bad, self->names->pdata[index]);
  self->n_bad += exit != BULLA_EXIT_FINE ? 1 : 0;
}

static void
pass_result (Batch *self, guint index)
{
  const Result *result = get_place (self, index);
  BullaCliResult passed = {.name = self->names->pdata[index],
                           .fit = result->fit,
                           .outcome = result->outcome,
                           .reason = result->reason,
                           .rule = result->rule,
                           .message = result->message,
                           .error = result->error};

  if (self->options->take_result != NULL)
    self->options->take_result (&passed, self->options->take_data);
}

/* Names the packages that are not good enough, so that they do not scroll away, and counts all. */
static void
print_summary (const Batch *self)
{
  g_autoptr (GString) counts = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (self->n_outcomes); i++)
    if (self->n_outcomes[i] > 0)
      g_string_append_printf (counts, "%s%u %s", counts->len > 0 ? ", " : "", self->n_outcomes[i],
                              bulla_outcome_get_nick ((BullaOutcome)i));
  if (self->n_failed > 0)
    g_string_append_printf (counts, _ ("%s%u not read"), counts->len > 0 ? ", " : "",
                            self->n_failed);
  for (guint i = 0; i < self->bad->len; i++) {
    g_autofree char *name = bulla_printable_dup (self->bad->pdata[i]);
    bulla_cli_print_error ("bulla: %s\n", name);
  }
  if (self->n_bad > self->bad->len)
    bulla_cli_print_error (_ ("bulla: … and %u more\n"), self->n_bad - self->bad->len);
  bulla_cli_print_error (
      ngettext ("bulla: %u package: %s\n", "bulla: %u packages: %s\n", self->names->len),
      self->names->len, counts->str);
}

/* Frees a result that was printed, and makes room for a later one. */
static void
clear_result (Result *result)
{
  g_free (result->message);
  g_free (result->text);
  g_clear_error (&result->error);
  g_clear_pointer (&result->loads, g_ptr_array_unref);
  *result = (Result){0};
}

static BullaCliExit
print_results (Batch *self)
{
  BullaCliExit worst = BULLA_EXIT_FINE;

  for (guint i = 0; i < self->names->len; i++) {
    await_result (self, i);
    BullaCliExit exit = print_result (self, i);
    worst = MAX (worst, exit);
    count_result (self, i, exit);
    pass_result (self, i);
    clear_result (get_place (self, i));
  }
  flush_output (self);
  if (self->names->len > 1 && self->options->summary)
    print_summary (self);
  return worst;
}

static BullaCliExit
run (Batch *self)
{
  guint n = MAX (MIN (g_get_num_processors (), self->names->len), 1);
  g_autofree Share *shares = g_new0 (Share, n);
  g_autofree GThread **threads = g_new0 (GThread *, n);

  for (guint i = 0; i < n; i++) {
    shares[i] = (Share){self, i, n};
    if (self->names->len > 1)
      threads[i] = g_thread_new ("judge", work, &shares[i]);
    else
      work (&shares[i]);
  }
  BullaCliExit worst = print_results (self);
  for (guint i = 0; i < n; i++)
    if (threads[i] != NULL)
      g_thread_join (threads[i]);
  return worst;
}

#define PROGRESS_EVERY (G_USEC_PER_SEC / 10)

/* Reports the progress of a bundle that is judged alone; otherwise packages are counted. */
static gboolean
print_progress_cb (guint n_read, guint n_all, gpointer user_data)
{
  static gint64 last = 0;
  gint64 now = g_get_monotonic_time ();

  if (last == 0)
    last = now;
  if (n_read >= n_all)
    bulla_cli_clear_progress ();
  else if (now - last >= PROGRESS_EVERY) {
    bulla_cli_print_progress ("%u / %u", n_read, n_all);
    last = now;
  }
  return TRUE;
}

/**
 * bulla_cli_judge_all: (skip)
 * @names: (array zero-terminated=1): files, folders, URLs
 * @trust: the trusted roots and logs
 * @options: the options of the judgement
 * @render: formats a report, called in any order and in any thread; %NULL prints nothing
 * @error: set if nothing could be judged, or folders have no packages
 *
 * Returns: the worst exit status of all
 */
BullaCliExit
bulla_cli_judge_all (char **names, BullaTrust *trust, BullaCliJudgeOptions *options,
                     BullaCliReportFunc render, GError **error)
{
  g_autoptr (GBytes) chain = NULL;

  if (options->profile == NULL) { /* parsed once for all threads */
    g_autoptr (BullaProfile) profile =
        bulla_cli_load_profile (bulla_cli_loader_options.profile, TRUE, error);
    BullaCliJudgeOptions loaded = *options;
    loaded.profile = profile;
    return profile != NULL ? bulla_cli_judge_all (names, trust, &loaded, render, error)
                           : BULLA_EXIT_FAILED;
  }
  if (options->chain != NULL
      && (chain = bulla_cli_read_file (options->chain, BULLA_CLI_CHAIN_SIZE_MAX, error)) == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaCliJudge) probe = bulla_cli_judge_new (trust, options, chain, error);
  if (probe == NULL) /* reported once, not for each name */
    return BULLA_EXIT_FAILED;
  Batch self = {.trust = trust, .options = options, .chain = chain, .render = render};
  self.names = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self.mutex);
  g_cond_init (&self.changed);
  BullaCliExit exit = BULLA_EXIT_FAILED;
  self.bad = g_ptr_array_new ();
  self.output = g_string_new (NULL);
  gboolean collected = bulla_cli_names_collect (names, self.names, &self.n_skipped, error);
  if (collected && self.names->len == 0) {
    g_autofree char *folders = g_strjoinv (", ", names);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s: no packages found"), folders);
  } else if (collected) {
    if (self.names->len == 1 && !options->quiet && isatty (STDERR_FILENO))
      options->progress = print_progress_cb;
    exit = run (&self);
  }
  if (self.n_skipped > 0 && !options->quiet)
    bulla_cli_print_error (ngettext ("bulla: skipped %u file that is not a package\n",
                                     "bulla: skipped %u files that are not packages\n",
                                     self.n_skipped),
                           self.n_skipped);
  g_ptr_array_unref (self.names);
  g_ptr_array_unref (self.bad);
  g_string_free (self.output, TRUE);
  g_mutex_clear (&self.mutex);
  g_cond_clear (&self.changed);
  return exit;
}
