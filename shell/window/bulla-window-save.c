/* bulla-window-save.c - saves a view's ledger, or the verdict on its page, to a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-window-save.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-engine.h"
#include "bulla-verdict-export.h"
#include "bulla-window-actions.h"

/* what is saved */
typedef struct {
  const char *title, *name, *failure; /* N_(); a name of a file; N_() */
  gboolean (*write) (GtkNativeDialog *dialog, BullaView *view, GFile *file, GError **error);
} Saving;

static gboolean
write_text (GFile *file, const char *text, GError **error)
{
  return g_file_replace_contents (file, text, strlen (text), NULL, FALSE, G_FILE_CREATE_PRIVATE,
                                  NULL, NULL, error);
}

static gboolean
write_har (GtkNativeDialog *dialog, BullaView *view, GFile *file, GError **error)
{
  BullaLedger *ledger = bulla_engine_get_ledger (bulla_view_get_engine (view));
  g_autofree char *text = bulla_ledger_to_har (ledger, bulla_view_get_number (view));

  return write_text (file, text, error);
}

static gboolean
write_lines (GtkNativeDialog *dialog, BullaView *view, GFile *file, GError **error)
{
  BullaLedger *ledger = bulla_engine_get_ledger (bulla_view_get_engine (view));
  g_autoptr (GFileOutputStream) out =
      g_file_replace (file, NULL, FALSE, G_FILE_CREATE_PRIVATE, NULL, error);

  return out != NULL
         && bulla_ledger_save (ledger, bulla_view_get_number (view), G_OUTPUT_STREAM (out), NULL,
                               error)
         && g_output_stream_close (G_OUTPUT_STREAM (out), NULL, error);
}

/* Writes the verdict on the page that was shown when the user asked. */
static gboolean
write_verdict (GtkNativeDialog *dialog, BullaView *view, GFile *file, GError **error)
{
  return write_text (file, g_object_get_data (G_OBJECT (dialog), "verdict"), error);
}

static const Saving LEDGER = {N_ ("Save the Ledger"), "ledger.jsonl",
                              N_ ("Failed to save the ledger"), write_lines};
static const Saving HAR = {N_ ("Export the Ledger as HAR"), "ledger.har",
                           N_ ("Failed to save the ledger"), write_har};
static const Saving VERDICT = {N_ ("Save the Verdict"), "verdict.json",
                               N_ ("Failed to save the verdict"), write_verdict};

static void
chosen_cb (GtkNativeDialog *dialog, int response, BullaWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  const Saving *saving = g_object_get_data (G_OBJECT (dialog), "saving");
  g_autoptr (GError) error = NULL;

  if (response == GTK_RESPONSE_ACCEPT && file != NULL
      && !saving->write (dialog, bulla_window_get_view (self), file, &error)) {
    g_autofree char *text = g_strdup_printf ("%s: %s", _ (saving->failure), error->message);
    bulla_window_show_notice (self, text);
  }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

/* Returns: (transfer none): a dialog that asks for the file */
static GtkFileChooserNative *
make_dialog (BullaWindow *self, const Saving *saving)
{
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ (saving->title), GTK_WINDOW (self),
                                   GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), saving->name);
  g_object_set_data (G_OBJECT (dialog), "saving", (gpointer)saving);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  return dialog;
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
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (make_dialog (self, as_har ? &HAR : &LEDGER)));
}

/**
 * bulla_window_save_verdict:
 *
 * Asks for a file, and writes the verdict on the page that is shown now, as JSON. Without a verdict
 * a notice says so.
 */
void
bulla_window_save_verdict (BullaWindow *self)
{
  BullaProvenance *provenance = bulla_view_get_provenance (bulla_window_get_view (self));
  g_autofree char *text = bulla_verdict_export (provenance);

  if (text == NULL) {
    bulla_window_show_notice (self, _ ("This page came without a package, so it has no verdict"));
    return;
  }
  GtkFileChooserNative *dialog = make_dialog (self, &VERDICT);
  g_object_set_data_full (G_OBJECT (dialog), "verdict", g_steal_pointer (&text), g_free);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
