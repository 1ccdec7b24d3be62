/* bulla-network-dialog.c - asks in a window whether a page of a bundle may use the network
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A page can name any number of hosts. So a package has one dialog open at a time, and few that
 * wait. */
#include "bulla-network-dialog.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "bulla-error.h"
#include "bulla-window-actions.h"

#define NAME_LENGTH 12  /* characters shown of a package id */
#define QUESTIONS_MAX 8 /* most questions of one package that are not answered yet */

struct _BullaNetworkDialog {
  GObject parent_instance;

  GHashTable *answers; /* owned; "package host" -> TRUE or FALSE, kept until the program ends */
  GQueue questions;    /* owned Question; those that are not answered yet, the oldest first */
};

static void prompt_init (BullaNetworkPromptInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BullaNetworkDialog, bulla_network_dialog, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_NETWORK_PROMPT, prompt_init))

typedef struct {
  char *view;           /* owned; nullable; token of the view */
  char *package, *host; /* owned */
  GPtrArray *tasks;     /* owned GTask; those that wait for the answer */
  gboolean shown;       /* its dialog is open */
} Question;

/* an open dialog */
typedef struct {
  BullaNetworkDialog *self; /* owned */
  Question *question;       /* borrowed; NULL once it is answered */
} Shown;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->view);
  g_free (question->package);
  g_free (question->host);
  g_ptr_array_unref (question->tasks);
  g_free (question);
}

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

static void show_next (BullaNetworkDialog *self, const char *package);

/* @question: (transfer full); @error: (nullable): why nobody answered it. The next question of the
 * package follows. */
static void
settle (BullaNetworkDialog *self, Question *question, gboolean allowed, const GError *error)
{
  g_queue_remove (&self->questions, question);
  if (error == NULL)
    g_hash_table_replace (self->answers,
                          g_strdup_printf ("%s %s", question->package, question->host),
                          GINT_TO_POINTER (allowed));
  for (guint i = 0; i < question->tasks->len; i++)
    if (error != NULL)
      g_task_return_error (question->tasks->pdata[i], g_error_copy (error));
    else
      g_task_return_boolean (question->tasks->pdata[i], allowed);
  show_next (self, question->package);
  question_free (question);
}

static void
response_cb (AdwMessageDialog *dialog, const char *response, Shown *shown)
{
  Question *question = g_steal_pointer (&shown->question);

  if (question != NULL)
    settle (shown->self, question, g_str_equal (response, "allow"), NULL);
}

/* The dialog may have gone with its window, without a response. */
static void
shown_free (gpointer data, GClosure *closure)
{
  Shown *shown = data;
  Question *question = g_steal_pointer (&shown->question);
  g_autoptr (GError) error =
      g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED, "the window was closed");

  if (question != NULL)
    settle (shown->self, question, FALSE, error);
  g_object_unref (shown->self);
  g_free (shown);
}

static void
show_question (BullaNetworkDialog *self, GtkWindow *window, Question *question)
{
  g_autofree char *name = g_strndup (question->package, NAME_LENGTH);
  Shown *shown = g_new0 (Shown, 1);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (window, _ ("Allow This Bundle to Use the Network?"), NULL));

  adw_message_dialog_format_body (
      dialog,
      _ ("A page in the bundle %s… requests a resource from %s that is not in the bundle. The "
         "operator of that server will learn that you have opened the bundle."),
      name, question->host);
  adw_message_dialog_add_responses (dialog, "refuse", _ ("_Keep It Offline"), "allow", _ ("_Allow"),
                                    NULL);
  adw_message_dialog_set_response_appearance (dialog, "allow", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "refuse");
  adw_message_dialog_set_close_response (dialog, "refuse");
  question->shown = TRUE;
  *shown = (Shown){g_object_ref (self), question};
  g_signal_connect_data (dialog, "response", G_CALLBACK (response_cb), shown, shown_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

/* Shows the oldest question of a package, unless another one is shown. */
static void
show_next (BullaNetworkDialog *self, const char *package)
{
  Question *next = NULL;
  g_autoptr (GError) error =
      g_error_new_literal (BULLA_ERROR, BULLA_ERROR_REFUSED, "no window could ask");

  for (GList *each = self->questions.head; each != NULL; each = each->next) {
    Question *question = each->data;
    if (!g_str_equal (question->package, package))
      continue;
    if (question->shown)
      return;
    next = next != NULL ? next : question;
  }
  GtkWindow *window = next != NULL ? find_window (next->view) : NULL;
  if (window != NULL)
    show_question (self, window, next);
  else if (next != NULL)
    settle (self, next, FALSE, error);
}

/* Returns: (nullable): the open question. @n: (out): number of open questions of the package */
static Question *
find_question (BullaNetworkDialog *self, const char *package, const char *host, guint *n)
{
  Question *found = NULL;

  *n = 0;
  for (GList *each = self->questions.head; each != NULL; each = each->next) {
    Question *question = each->data;
    if (!g_str_equal (question->package, package))
      continue;
    ++*n;
    if (g_str_equal (question->host, host))
      found = question;
  }
  return found;
}

static void
ask_async (BullaNetworkPrompt *prompt, gpointer source, const char *view, const char *package,
           const char *host, GCancellable *cancellable, GAsyncReadyCallback callback,
           gpointer user_data)
{
  BullaNetworkDialog *self = BULLA_NETWORK_DIALOG (prompt);
  g_autoptr (GTask) task = g_task_new (source, cancellable, callback, user_data);
  g_autofree char *key = g_strdup_printf ("%s %s", package, host);
  gpointer known = NULL;
  guint n = 0;

  if (g_hash_table_lookup_extended (self->answers, key, NULL, &known)
      || find_window (view) == NULL) {
    g_task_return_boolean (task, GPOINTER_TO_INT (known));
    return;
  }
  Question *question = find_question (self, package, host, &n);
  if (question != NULL) {
    g_ptr_array_add (question->tasks, g_steal_pointer (&task));
    return;
  }
  if (n >= QUESTIONS_MAX) {
    g_task_return_new_error (task, BULLA_ERROR, BULLA_ERROR_LIMIT,
                             "the bundle asks for too many servers at once");
    return;
  }
  question = g_new0 (Question, 1);
  *question = (Question){g_strdup (view), g_strdup (package), g_strdup (host),
                         g_ptr_array_new_with_free_func (g_object_unref), FALSE};
  g_ptr_array_add (question->tasks, g_steal_pointer (&task));
  g_queue_push_tail (&self->questions, question);
  show_next (self, package);
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
  g_queue_clear_full (&self->questions, question_free);
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
  g_queue_init (&self->questions);
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
