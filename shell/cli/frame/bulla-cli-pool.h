/* bulla-cli-pool.h - runs the same work for many items on all cores, and takes the results in order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  /* Returns: (transfer full) (nullable): the next item; NULL at the end, or with @error set if the
   * items cannot be listed further. Called by one thread at a time; it may wait for input. */
  gpointer (*next) (gpointer data, GError **error);
  /* Returns: (transfer full): what a thread needs for its work; called in that thread */
  gpointer (*begin) (gpointer data);
  /* @item: (transfer full). Returns: (transfer full) (not nullable): the result */
  gpointer (*work) (gpointer worker, gpointer item);
  /* @worker: (transfer full): of the calling thread */
  void (*end) (gpointer worker);
  /* @result: (transfer full); called in the thread of bulla_cli_pool_run(), in the order of the
   * items */
  void (*take) (gpointer result, gpointer data);
  /* Called in that thread at most ten times in a second, when more results are finished, for
   * example to show progress; @n_done: their number. Nullable. */
  void (*tick) (guint64 n_done, gpointer data);
  gpointer data; /* borrowed; passed to these functions */
} BullaCliPool;

gboolean bulla_cli_pool_run (const BullaCliPool *pool, guint n_threads, GError **error);

G_END_DECLS
