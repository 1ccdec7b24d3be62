/* bulla-wait.c - blocks until an asynchronous operation ends, running its main context
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-wait.h"

/**
 * bulla_wait_cb: (skip)
 * @source: the object of the operation
 * @result: the result of the operation
 * @user_data: (out) (transfer full): a `GAsyncResult *` that is %NULL; it is set to @result
 *
 * The callback of an operation that bulla_wait_for() waits for.
 */
void
bulla_wait_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **)user_data = g_object_ref (result);
}

/**
 * bulla_wait_for: (skip)
 * @result: the location given to bulla_wait_cb(); owned by the caller
 *
 * Runs the calling thread's main context until the operation ends.
 *
 * Returns: (transfer none): @result, for the function that finishes the operation
 */
GAsyncResult *
bulla_wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  return *result;
}
