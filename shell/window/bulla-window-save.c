/* bulla-window-save.c - saves the ledger of a window's view to a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-window-save.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-engine.h"
#include "bulla-window-actions.h"

static gboolean
write_har (BullaLedger *ledger, guint view, GFile *file, GError **error)
{
  g_autofree char *text = bulla_ledger_to_har (ledger, view);

  return g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                  NULL, NULL, error);
}

static gboolean
write_lines (BullaLedger *ledger, guint view, GFile *file, GError **error)
{
  g_autoptr (GFileOutputStream) out =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);

  return out != NULL && bulla_ledger_save (ledger, view, G_OUTPUT_STREAM (out), NULL, error)
         && g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, BullaWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  BullaView *view = bulla_window_get_view (self);
  BullaLedger *ledger = bulla_engine_get_ledger (bulla_view_get_engine (view));
  gboolean as_har = g_object_get_data (G_OBJECT (dialog), "as-har") != NULL;
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT && file != NULL
      && !(as_har ? write_har : write_lines) (ledger, bulla_view_get_number (view), file, &error)) {
    g_autofree char *text = g_strdup_printf (_ ("Failed to save the ledger: %s"), error->message);
    bulla_window_show_notice (self, text);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

/**
 * bulla_window_save_ledger:
 * @as_har: whether to save as HAR; otherwise as JSON lines
 *
 * Asks for the file, and reports if it could not be written. Contacts of other windows are not
 * saved.
 */
void
bulla_window_save_ledger (BullaWindow *self, gboolean as_har)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      as_har ? _ ("Export the Ledger as HAR") : _ ("Save the Ledger"), GTK_WINDOW (self),
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog),
                                     as_har ? "ledger.har" : "ledger.jsonl");
  g_object_set_data (G_OBJECT (dialog), "as-har", as_har ? self : NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
