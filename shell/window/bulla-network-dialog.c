/* bulla-network-dialog.c - asks in a window whether a page of a bundle may use the network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-network-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "bulla-window-actions.h"

#define NAME_LENGTH 12 /* characters shown of a package id */

struct _BullaNetworkDialog {
  GObject parent_instance;

  GHashTable *answers; /* owned; "package host" -> TRUE or FALSE, kept until the program ends */
  GHashTable *waiting; /* owned; "package host" -> GPtrArray of GTask that wait for the user */
};

static void prompt_init (BullaNetworkPromptInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaNetworkDialog, bulla_network_dialog, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_NETWORK_PROMPT, prompt_init))

/* one open dialog */
typedef struct {
  BullaNetworkDialog *self; /* owned */
  char *key;                /* owned; "package host" */
} Shown;

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
shown_free (gpointer data, GClosure *closure)
{
  Shown *shown = data;

  g_object_unref (shown->self);
  g_free (shown->key);
  g_free (shown);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, const Shown *shown)
{
  BullaNetworkDialog *self = shown->self;
  gboolean allowed = g_str_equal (response, "allow");
  g_autofree char *answered = g_strdup (shown->key);
  g_autoptr (GPtrArray) tasks = g_ptr_array_ref (g_hash_table_lookup (self->waiting, answered));

  g_hash_table_remove (self->waiting, answered);
  g_hash_table_replace (self->answers, g_strdup (answered), GINT_TO_POINTER (allowed));
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_boolean (tasks->pdata[i], allowed);
}

static void
show_question (BullaNetworkDialog *self, GtkWindow *window, const char *key, const char *package,
               const char *host)
{
  g_autofree char *name = g_strndup (package, NAME_LENGTH);
  Shown *shown = g_new0 (Shown, 1);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (window, _ ("Allow This Bundle to Use the Network?"), NULL));

  adw_message_dialog_format_body (
      dialog,
      _ ("A page in the bundle %s… requests a resource from %s that is not in the bundle. The "
         "operator of that server will learn that you have opened the bundle."),
      name, host);
  adw_message_dialog_add_responses (dialog, "refuse", _ ("_Keep It Offline"), "allow", _ ("_Allow"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "allow", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "refuse");
  adw_message_dialog_set_close_response (dialog, "refuse");
  shown->self = g_object_ref (self);
  shown->key = g_strdup (key);
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), shown, shown_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
ask_async (BullaNetworkPrompt *prompt, gpointer source, const char *view, const char *package,
           const char *host, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  BullaNetworkDialog *self = BULLA_NETWORK_DIALOG (prompt);
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  g_autofree char *key = g_strdup_printf ("%s %s", package, host);
  GtkWindow *window = find_window (view);
  gpointer known = NULL;

  if (g_hash_table_lookup_extended (self->answers, key, NULL, &known) || window == NULL) {
    g_task_return_boolean (task, GPOINTER_TO_INT (known));
    return;
  }
  GPtrArray *tasks = g_hash_table_lookup (self->waiting, key);
  gboolean first = tasks == NULL;
  if (first) {
    tasks = g_ptr_array_new_with_free_func (g_object_unref);
    g_hash_table_replace (self->waiting, g_strdup (key), tasks);
  }
  g_ptr_array_add (tasks, g_steal_pointer (&task));
  if (first)
    show_question (self, window, key, package, host);
}

static gboolean
ask_finish (BullaNetworkPrompt *prompt, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
prompt_init (BullaNetworkPromptInterface *iface)
{
  iface->ask_async = ask_async;
  iface->ask_finish = ask_finish;
}

static void
bulla_network_dialog_finalize (GObject *object)
{
  BullaNetworkDialog *self = BULLA_NETWORK_DIALOG (object);

  g_hash_table_unref (self->answers);
  g_hash_table_unref (self->waiting);
  G_OBJECT_CLASS (bulla_network_dialog_parent_class)->finalize (object);
}

static void
bulla_network_dialog_class_init (BullaNetworkDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_network_dialog_finalize;
}

static void
bulla_network_dialog_init (BullaNetworkDialog *self)
{
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->waiting =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
}

/**
 * bulla_network_dialog_new:
 *
 * Returns: (transfer full): a prompt that asks in the window of the view
 */
BullaNetworkPrompt *
bulla_network_dialog_new (void)
{
  return g_object_new (BULLA_TYPE_NETWORK_DIALOG, NULL);
}
