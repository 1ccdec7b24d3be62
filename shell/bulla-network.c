/* bulla-network.c - may a page of a bundle use the network? asks the user
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-network.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "bulla-window-actions.h"

#define NAME_LENGTH 12 /* of a package ID, as it is shown */

/* what was answered, for as long as the program runs: "package host" -> TRUE or FALSE */
static GHashTable *answers;
static GHashTable *waiting; /* the same -> a GPtrArray of GTask, while the user thinks */

static GtkWindow *
find_window (const char *view)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  GList *windows = application != NULL ? gtk_application_get_windows (application) : NULL;

  for (GList *each = windows; view != NULL && each != NULL; each = each->next)
    if (BULLA_IS_WINDOW (each->data)
        && bulla_view_stack_has_token (bulla_window_get_views (each->data), view))
      return each->data;
  return application != NULL ? gtk_application_get_active_window (application) : NULL;
}

static void
free_key (gpointer key, GClosure *closure)
{
  g_free (key);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, const char *key)
{
  gboolean allowed = g_str_equal (response, "allow");
  g_autofree char *answered = g_strdup (key);
  g_autoptr (GPtrArray) tasks = g_ptr_array_ref (g_hash_table_lookup (waiting, answered));

  g_hash_table_remove (waiting, answered);
  g_hash_table_replace (answers, g_strdup (answered), GINT_TO_POINTER (allowed));
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], allowed);
}

static void
show_question (GtkWindow *window, const char *key, const char *package, const char *host)
{
  g_autofree char *name = g_strndup (package, NAME_LENGTH);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (window, _ ("Let This Bundle Use the Network?"), NULL));

  adw_message_dialog_format_body (
      dialog,
      _ ("A page of the bundle %s… asks %s for something that is not in the bundle. Whoever runs "
         "that server will know that you have opened it."),
      name, host);
  adw_message_dialog_add_responses (dialog, "refuse", _ ("_Keep It Offline"), "allow", _ ("_Allow"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "allow", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "refuse");
  adw_message_dialog_set_close_response (dialog, "refuse");
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), g_strdup (key), free_key, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
make_tables (void)
{
  if (answers != NULL)
    return;
  answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  waiting =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

/**
 * bulla_network_ask_async:
 * @source: (nullable): what @callback is called with
 * @view: (nullable): the token of the view that shows the page
 * @package: the id of the package
 * @host: whom it wants to reach
 *
 * The user is asked once for each package and host.
 */
void
bulla_network_ask_async (gpointer source, const char *view, const char *package, const char *host,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  g_autofree char *key = g_strdup_printf ("%s %s", package, host);
  GtkWindow *window = find_window (view);
  gpointer known = NULL;

  make_tables ();
  if (g_hash_table_lookup_extended (answers, key, NULL, &known) || window == NULL) {
    g_task_return_boolean (task, GPOINTER_TO_INT (known));
    return;
  }
  GPtrArray *tasks = g_hash_table_lookup (waiting, key);
  gboolean first = tasks == NULL;
  if (first) {
    tasks = g_ptr_array_new_with_free_func (g_object_unref);
    g_hash_table_replace (waiting, g_strdup (key), tasks);
  }
  g_ptr_array_add (tasks, g_steal_pointer (&task));
  if (first)
    show_question (window, key, package, host);
}

/**
 * bulla_network_ask_finish:
 *
 * Returns: whether pages of the package may reach the host
 */
gboolean
bulla_network_ask_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
