/* bulla-cli-pool.c - runs the same work for many items on all cores, and takes the results in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-pool.h"

/* Most results that wait for one before them, so that neither a slow item nor a slow reader of the
 * output costs memory. */
#define MAX_AHEAD 512

#define TICK (G_USEC_PER_SEC / 10)

typedef struct {
  const BullaCliPool *pool; /* borrowed */
  GMutex source;            /* held while the next item is read, which may take long */
  GMutex mutex;             /* guards what follows; locked after @source */
  GCond changed;
  gpointer
      results[MAX_AHEAD]; /* owned; the result of item n is at n % MAX_AHEAD; NULL until then */
  guint64 n_given, n_done, n_taken;
  gint64 ticked;  /* time of the last tick, on the monotonic clock */
  guint64 n_told; /* the results that it told of */
  gboolean ended; /* whether no item will follow */
  GError *error;  /* owned; why the items could not be listed further; nullable */
} Run;

/* Waits for a free place, then reads the next item. Returns: whether there was one */
static gboolean
take_item (Run *self, gpointer *item, guint64 *index)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMutexLocker) source = g_mutex_locker_new (&self->source);

  g_mutex_lock (&self->mutex);
  while (!self->ended && self->n_given >= self->n_taken + MAX_AHEAD)
    g_cond_wait (&self->changed, &self->mutex);
  gboolean ended = self->ended;
  g_mutex_unlock (&self->mutex);
  if (ended)
    return FALSE;
  *item = self->pool->next (self->pool->data, &error);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  if (*item == NULL) {
    self->ended = TRUE;
    self->error = g_steal_pointer (&error);
    g_cond_broadcast (&self->changed);
    return FALSE;
  }
  *index = self->n_given++;
  return TRUE;
}

static gpointer
work_through_items (gpointer data)
{
  Run *self = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  gpointer item = NULL;
  guint64 index = 0;

  g_main_context_push_thread_default (context);
  gpointer worker = self->pool->begin (self->pool->data);
  while (take_item (self, &item, &index)) {
    gpointer result = self->pool->work (worker, item);
    g_mutex_lock (&self->mutex);
    self->results[index % MAX_AHEAD] = result;
    self->n_done++;
    g_cond_broadcast (&self->changed);
    g_mutex_unlock (&self->mutex);
  }
  self->pool->end (worker);
  g_main_context_pop_thread_default (context);
  return NULL;
}

/* Tells of new results, but not more often than every TICK. Called with the mutex held, and
 * releases it meanwhile. */
static void
tick_if_due (Run *self)
{
  gint64 now = g_get_monotonic_time ();
  guint64 n_done = self->n_done;

  if (self->pool->tick == NULL || n_done == self->n_told || now - self->ticked < TICK)
    return;
  self->ticked = now;
  self->n_told = n_done;
  g_mutex_unlock (&self->mutex);
  self->pool->tick (n_done, self->pool->data);
  g_mutex_lock (&self->mutex);
}

/* Waits for the next result in the order of the items. Returns: (transfer full) (nullable): NULL at
 * the end */
static gpointer
await_result (Run *self)
{
  g_mutex_lock (&self->mutex);
  tick_if_due (self);
  while (self->results[self->n_taken % MAX_AHEAD] == NULL
         && !(self->ended && self->n_taken == self->n_given)) {
    gint64 until = g_get_monotonic_time () + TICK;
    g_cond_wait_until (&self->changed, &self->mutex, until);
    tick_if_due (self);
  }
  gpointer result = g_steal_pointer (&self->results[self->n_taken % MAX_AHEAD]);
  if (result != NULL)
    self->n_taken++;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  return result;
}

/**
 * bulla_cli_pool_run: (skip)
 * @pool: the work
 * @n_threads: number of threads; 0 for one of each core
 * @error: set if the items could not be listed to the end; the items before were worked through
 *
 * Each thread has a main context of its own. The memory does not depend on the number of items.
 *
 * Returns: whether all items were worked through
 */
gboolean
bulla_cli_pool_run (const BullaCliPool *pool, guint n_threads, GError **error)
{
  guint n = n_threads > 0 ? n_threads : MAX (g_get_num_processors (), 1);
  g_autofree GThread **threads = g_new0 (GThread *, n);
  g_autofree Run *self = g_new0 (Run, 1);
  gpointer result = NULL;

  self->pool = pool;
  g_mutex_init (&self->source);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  for (guint i = 0; i < n; i++)
    threads[i] = g_thread_new ("work", work_through_items, self);
  while ((result = await_result (self)) != NULL)
    pool->take (result, pool->data);
  for (guint i = 0; i < n; i++)
    g_thread_join (threads[i]);
  g_mutex_clear (&self->source);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, self->error);
  return FALSE;
}
