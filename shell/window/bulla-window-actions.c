/* bulla-window-actions.c - the actions of the user in a window
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-window-actions.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-history-dialog.h"
#include "bulla-window-save.h"

static void
back_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_view_stack_go (bulla_window_get_views (window), FALSE);
}

static void
forward_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_view_stack_go (bulla_window_get_views (window), TRUE);
}

static void
history_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_history_dialog_present (GTK_WINDOW (window), bulla_window_get_views (window));
}

static void
reload_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_view_reload (bulla_window_get_view (window));
}

static void
stop_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_view_stack_stop (bulla_window_get_views (window));
}

static void
load_live_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_view_load_live (bulla_window_get_view (window));
}

static void
edit_address_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_window_focus_address (window);
}

static void
export_har_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_window_save_ledger (window, TRUE);
}

static void
save_ledger_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_window_save_ledger (window, FALSE);
}

static void
save_verdict_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  bulla_window_save_verdict (window);
}

static void
file_chosen_cb (GtkNativeDialog *dialog, int response, BullaWindow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    bulla_window_open_file (self, file);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
add_filter (GtkFileChooserNative *dialog, const char *name, const char *const *patterns)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (guint i = 0; patterns[i] != NULL; i++)
    gtk_file_filter_add_pattern (filter, patterns[i]);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

static void
open_file_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  static const char *const packages[] = {"*.sxg", "*.wbn", "*.swbn", NULL};
  static const char *const exchanges[] = {"*.sxg", NULL};
  static const char *const bundles[] = {"*.wbn", "*.swbn", NULL};
  static const char *const all[] = {"*", NULL};
  GtkFileChooserNative *dialog =
      gtk_file_chooser_native_new (_ ("Open a Package"), GTK_WINDOW (window),
                                   GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  add_filter (dialog, _ ("Web packages"), packages);
  add_filter (dialog, _ ("Signed exchanges"), exchanges);
  add_filter (dialog, _ ("Web bundles"), bundles);
  add_filter (dialog, _ ("All files"), all);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (file_chosen_cb), window, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static const GActionEntry ACTIONS[] = {
    {"back", back_cb, NULL, NULL, NULL, {0}},
    {"forward", forward_cb, NULL, NULL, NULL, {0}},
    {"history", history_cb, NULL, NULL, NULL, {0}},
    {"reload", reload_cb, NULL, NULL, NULL, {0}},
    {"stop", stop_cb, NULL, NULL, NULL, {0}},
    {"load-live", load_live_cb, NULL, NULL, NULL, {0}},
    {"open-file", open_file_cb, NULL, NULL, NULL, {0}},
    {"edit-address", edit_address_cb, NULL, NULL, NULL, {0}},
    {"export-har", export_har_cb, NULL, NULL, NULL, {0}},
    {"save-ledger", save_ledger_cb, NULL, NULL, NULL, {0}},
    {"save-verdict", save_verdict_cb, NULL, NULL, NULL, {0}},
};

void
bulla_window_add_actions (BullaWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), ACTIONS, G_N_ELEMENTS (ACTIONS), self);
}

/**
 * bulla_window_open_file:
 * @file: a file that was chosen or dropped
 */
void
bulla_window_open_file (BullaWindow *self, GFile *file)
{
  g_autofree char *url = bulla_address_from_file (file);

  bulla_window_open_address (self, url);
}
