/* bulla-demo-launch.c - starts the installed demo
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The demo is a program of its own: it starts its servers, and a shell that trusts its authority.
 * So no window of this shell ever trusts it. */
#include "bulla-demo-launch.h"

#include <glib/gi18n.h>

#define PROGRAM "bulla-demo"

static void
ended_cb (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (g_subprocess_wait_check_finish (G_SUBPROCESS (process), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
                             _ ("The demo failed: %s. Run “%s” in a terminal to see why."),
                             error->message, PROGRAM);
}

/**
 * bulla_demo_launch_async:
 * @callback: called when the demo has ended, or could not be started
 *
 * Runs the program `bulla-demo` of the search path. It outlives this process.
 */
void
bulla_demo_launch_async (GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autofree char *path = g_find_program_in_path (PROGRAM);
  g_autoptr (GError) error = NULL;

  if (path == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _ ("The demo is not installed: the program “%s” was not found."),
                             PROGRAM);
    return;
  }
  g_autoptr (GSubprocess) demo =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error, path, NULL);
  if (demo == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_subprocess_wait_check_async (demo, NULL, ended_cb, g_steal_pointer (&task));
}

/**
 * bulla_demo_launch_finish:
 * @error: says why the demo could not be started, or how it failed
 */
gboolean
bulla_demo_launch_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
