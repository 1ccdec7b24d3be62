/* bulla-cli-batch.c - many files and URLs: on all cores, reported in the order they were named
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "bulla-cli-files.h"
#include "bulla-cli-judge.h"

#define MAX_DEPTH 64
#define MAX_NAMES 1000000
#define MAX_CHAIN_SIZE (16 << 20)

typedef struct {
  BullaTrust *trust;                   /* borrowed */
  const BullaCliJudgeOptions *options; /* borrowed */
  GBytes *chain;                       /* borrowed; nullable */
  GPtrArray *names;                    /* owned; char * */
  guint n_skipped;                     /* in folders, no package */
  GMutex mutex;
  GCond changed;
  BullaReport **reports; /* one a name; NULL until it is done */
  GError **errors;       /* likewise */
  guint n_done, n_told;
  gboolean progress; /* is on the terminal, and to be wiped off */
} Batch;

/* how far the work may be ahead of the telling: who reads slowly is not to cost memory */
#define MAX_AHEAD 512

static gboolean
add_name (Batch *self, const char *name, GError **error)
{
  if (self->names->len >= MAX_NAMES) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("more than %d packages"), MAX_NAMES);
    return FALSE;
  }
  g_ptr_array_add (self->names, g_strdup (name));
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *)a, *(char *const *)b);
}

/* is it worth a judgement? what cannot be read is: it is not to be passed over in silence */
static gboolean
is_package (const char *path)
{
  const char *kind = NULL;
  g_autoptr (GInputStream) stream = bulla_cli_open_package (path, &kind, NULL);
  return stream == NULL || g_strcmp0 (kind, "unknown") != 0;
}

/* walks a folder without following links to folders, so that no walk is endless */
static gboolean
add_folder (Batch *self, const char *path, guint depth, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  if (folder == NULL) /* whoever opens it as a file will say why not */
    return add_name (self, path, error);
  if (depth > MAX_DEPTH) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: folders too deep"), path);
    return FALSE;
  }
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (g_free);
  const char *child = NULL;
  while ((child = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (children, g_build_filename (path, child, NULL));
  g_ptr_array_sort (children, compare_names);
  for (guint i = 0; i < children->len; i++) {
    const char *name = children->pdata[i];
    gboolean is_link = g_file_test (name, G_FILE_TEST_IS_SYMLINK);
    if (g_file_test (name, G_FILE_TEST_IS_DIR)) {
      if (!is_link && !add_folder (self, name, depth + 1, error))
        return FALSE;
    } else if (g_file_test (name, G_FILE_TEST_IS_REGULAR) && is_package (name)) {
      if (!add_name (self, name, error))
        return FALSE;
    } else {
      self->n_skipped++;
    }
  }
  return TRUE;
}

static gboolean
collect (Batch *self, char **names, GError **error)
{
  for (int i = 0; names[i] != NULL; i++) {
    gboolean is_folder = !bulla_cli_is_url (names[i]) && g_file_test (names[i], G_FILE_TEST_IS_DIR);
    if (!(is_folder ? add_folder (self, names[i], 0, error) : add_name (self, names[i], error)))
      return FALSE;
  }
  return TRUE;
}

static void
finish_one (Batch *self, guint index, BullaReport *report, GError *error)
{
  g_mutex_lock (&self->mutex);
  self->reports[index] = report;
  self->errors[index] = error;
  self->n_done++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
}

static void
await_turn (Batch *self, guint index)
{
  g_mutex_lock (&self->mutex);
  while (index >= self->n_told + MAX_AHEAD)
    g_cond_wait (&self->changed, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

/* one thread: a loader of its own, and every n-th name */
typedef struct {
  Batch *batch; /* borrowed */
  guint first, stride;
} Share;

static gpointer
work (gpointer data)
{
  Share *share = data;
  Batch *self = share->batch;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  g_autoptr (GError) refused = NULL;
  BullaJudge *judge = bulla_judge_new (self->trust, self->options, self->chain, &refused);
  for (guint i = share->first; i < self->names->len; i += share->stride) {
    await_turn (self, i);
    GError *error = judge == NULL ? g_error_copy (refused) : NULL;
    BullaReport *report =
        judge != NULL ? bulla_judge_one (judge, self->names->pdata[i], &error) : NULL;
    finish_one (self, i, report, error);
  }
  g_clear_pointer (&judge, bulla_judge_free);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* prints one result; what it means for the exit status */
static BullaExit
tell (const Batch *self, guint index, BullaReportFunc print)
{
  if (self->errors[index] != NULL) {
    g_autofree char *name = bulla_cli_dup_printable (self->names->pdata[index]);
    g_autofree char *message = bulla_cli_dup_printable (self->errors[index]->message);
    g_printerr ("bulla: %s: %s\n", name, message);
    return BULLA_EXIT_FAILED;
  }
  print (self->reports[index]);
  return bulla_report_get_outcome (self->reports[index]) == BULLA_OUTCOME_SUBSTITUTE
             ? BULLA_EXIT_FINE
             : BULLA_EXIT_JUDGED;
}

static void
show_progress (Batch *self)
{
  self->progress = self->names->len > 1 && isatty (STDERR_FILENO);
  if (self->progress)
    g_printerr ("\r%u / %u", self->n_done, self->names->len);
}

/* before anything else goes to the terminal */
static void
wipe_progress (Batch *self)
{
  if (self->progress)
    g_printerr ("\r\033[K");
  self->progress = FALSE;
}

/* waits for the result at @index, which is the next to be told */
static void
await_result (Batch *self, guint index)
{
  g_mutex_lock (&self->mutex);
  self->n_told = index;
  g_cond_broadcast (&self->changed);
  while (self->reports[index] == NULL && self->errors[index] == NULL) {
    show_progress (self);
    g_cond_wait (&self->changed, &self->mutex);
  }
  g_mutex_unlock (&self->mutex);
  wipe_progress (self);
}

static BullaExit
tell_all (Batch *self, BullaReportFunc print)
{
  BullaExit worst = BULLA_EXIT_FINE;
  for (guint i = 0; i < self->names->len; i++) {
    await_result (self, i);
    BullaExit exit = tell (self, i, print);
    worst = MAX (worst, exit);
    g_clear_pointer (&self->reports[i], bulla_report_free);
    g_clear_error (&self->errors[i]);
    self->errors[i] = NULL;
  }
  return worst;
}

static BullaExit
run (Batch *self, BullaReportFunc print)
{
  guint n = MAX (MIN (g_get_num_processors (), self->names->len), 1);
  g_autofree Share *shares = g_new0 (Share, n);
  g_autofree GThread **threads = g_new0 (GThread *, n);
  self->reports = g_new0 (BullaReport *, self->names->len + 1);
  self->errors = g_new0 (GError *, self->names->len + 1);
  for (guint i = 0; i < n; i++) {
    shares[i] = (Share){self, i, n};
    if (self->names->len > 1)
      threads[i] = g_thread_new ("judge", work, &shares[i]);
    else
      work (&shares[i]);
  }
  BullaExit worst = tell_all (self, print);
  for (guint i = 0; i < n; i++)
    if (threads[i] != NULL)
      g_thread_join (threads[i]);
  g_free (self->reports);
  g_free (self->errors);
  return worst;
}

/**
 * bulla_cli_judge: (skip)
 * @names: (array zero-terminated=1): files, folders, URLs
 * @trust: whom to believe
 * @options: how to judge
 * @print: called in the order of @names
 * @error: if nothing could be done at all
 *
 * Returns: the worst that happened
 */
BullaExit
bulla_cli_judge (char **names, BullaTrust *trust, const BullaCliJudgeOptions *options,
                 BullaReportFunc print, GError **error)
{
  g_autoptr (GBytes) chain = NULL;
  if (options->chain != NULL
      && (chain = bulla_cli_read_file (options->chain, MAX_CHAIN_SIZE, error)) == NULL)
    return BULLA_EXIT_FAILED;
  g_autoptr (BullaJudge) probe = bulla_judge_new (trust, options, chain, error);
  if (probe == NULL) /* said once, not once a name */
    return BULLA_EXIT_FAILED;
  Batch self = {.trust = trust, .options = options, .chain = chain};
  self.names = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self.mutex);
  g_cond_init (&self.changed);
  BullaExit exit = BULLA_EXIT_FAILED;
  if (collect (&self, names, error))
    exit = run (&self, print);
  if (self.n_skipped > 0)
    g_printerr (ngettext ("bulla: %u file that is no package was skipped\n",
                          "bulla: %u files that are no packages were skipped\n", self.n_skipped),
                self.n_skipped);
  g_ptr_array_unref (self.names);
  g_mutex_clear (&self.mutex);
  g_cond_clear (&self.changed);
  return exit;
}
