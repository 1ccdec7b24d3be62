/* bulla-download-row.c - one download of a window: its place, its progress, where it came from
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A file goes to the user's folder for downloads under a name that no other file has, which is
 * reserved before the first byte is written. Without such a folder, and in private windows, which
 * leave nothing behind by themselves, the user chooses the place. */
#include "bulla-download-row.h"

#include <glib/gi18n.h>

#include "bulla-download-name.h"
#include "bulla-view-download.h"

#define NUMBER_MAX 1000 /* most files of one name */

struct _BullaDownloadRow {
  GtkWidget parent_instance;

  WebKitDownload *download;      /* owned */
  BullaView *view;               /* owned; the view whose page began it */
  BullaNavigationAnswer *answer; /* owned; NULL if not known */
  GCancellable *cancellable;     /* owned; cancelled when the row is gone */
  GFile *reserved;               /* owned; empty file that keeps the name; NULL if none */
  char *name;                    /* owned; NULL before the place is chosen */
  guint number;                  /* of files that have the name already */
  gboolean ended;

  GtkLabel *title;
  GtkLabel *detail;
  GtkProgressBar *progress;
  GtkWidget *cancel;
  GtkWidget *open;
  GtkWidget *folder;
  GtkWidget *close;
};

G_DEFINE_FINAL_TYPE (BullaDownloadRow, bulla_download_row, GTK_TYPE_WIDGET)

static const char *
get_url (BullaDownloadRow *self)
{
  return webkit_uri_request_get_uri (webkit_download_get_request (self->download));
}

static void
show_state (BullaDownloadRow *self, const char *text)
{
  gtk_label_set_label (self->detail, text);
  gtk_widget_set_visible (GTK_WIDGET (self->progress), !self->ended);
  gtk_widget_set_visible (self->cancel, !self->ended);
  gtk_widget_set_visible (self->close, self->ended);
}

/* The name must not stay reserved for a file that never came. */
static void
release_name (BullaDownloadRow *self)
{
  if (self->reserved != NULL)
    g_file_delete_async (self->reserved, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_object (&self->reserved);
}

static void
report_failure (BullaDownloadRow *self, const char *message)
{
  g_autoptr (BullaProvenance) unknown =
      bulla_provenance_new (BULLA_STANDING_UNKNOWN, get_url (self), NULL);

  if (self->ended)
    return;
  self->ended = TRUE;
  release_name (self);
  show_state (self, message);
  bulla_view_report_download (self->view, NULL, unknown, message);
}

/* --- the place */

static void
set_place (BullaDownloadRow *self, GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autofree char *shown = path != NULL ? g_path_get_basename (path) : NULL;
  g_autofree char *valid = shown != NULL ? g_filename_display_name (shown) : NULL;

  if (path == NULL) {
    webkit_download_cancel (self->download);
    report_failure (self, _ ("Failed: the place is not a folder on this computer"));
    return;
  }
  gtk_label_set_label (self->title, valid);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->title), valid);
  webkit_download_set_allow_overwrite (self->download, TRUE); /* reserved, or chosen by the user */
  webkit_download_set_destination (self->download, path);
}

static void reserve (BullaDownloadRow *self, const char *folder);

static void
reserved_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaDownloadRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileOutputStream) stream = g_file_create_finish (G_FILE (source), result, &error);
  g_autoptr (GFile) folder = g_file_get_parent (G_FILE (source));
  g_autofree char *path = g_file_get_path (folder);

  if (stream != NULL)
    g_set_object (&self->reserved, G_FILE (source));
  if (self->ended) {
    release_name (self);
  } else if (stream != NULL) {
    set_place (self, G_FILE (source));
  } else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) && self->number < NUMBER_MAX) {
    self->number++;
    reserve (self, path);
  } else {
    g_autofree char *text = g_strdup_printf (_ ("Failed: %s"), error->message);
    webkit_download_cancel (self->download);
    report_failure (self, text);
  }
}

static void
reserve (BullaDownloadRow *self, const char *folder)
{
  g_autofree char *name = bulla_download_name_number (self->name, self->number);
  g_autoptr (GFile) file = g_file_new_build_filename (folder, name, NULL);

  g_file_create_async (file, G_FILE_CREATE_NONE, G_PRIORITY_DEFAULT, NULL, reserved_cb,
                       g_object_ref (self));
}

static void
place_chosen_cb (GtkNativeDialog *dialog, int response, BullaDownloadRow *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

  if (self->ended)
    ;
  else if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    set_place (self, file);
  else
    webkit_download_cancel (self->download);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
choose_place (BullaDownloadRow *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
      _ ("Save the Download"), GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
      GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), self->name);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (place_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* Returns: (nullable): the user's folder for downloads; %NULL if it is missing or the home folder,
 * which stands for “no folder” in user-dirs.dirs */
static const char *
find_folder (void)
{
  const char *folder = g_get_user_special_dir (G_USER_DIRECTORY_DOWNLOAD);
  g_autoptr (GFile) place = folder != NULL ? g_file_new_for_path (folder) : NULL;
  g_autoptr (GFile) home = g_file_new_for_path (g_get_home_dir ());

  return folder != NULL && !g_file_equal (place, home) && g_file_test (folder, G_FILE_TEST_IS_DIR)
             ? folder
             : NULL;
}

static gboolean
decide_destination_cb (WebKitDownload *download, const char *suggested, BullaDownloadRow *self)
{
  const char *folder = bulla_view_is_private (self->view) ? NULL : find_folder ();

  g_free (self->name);
  self->name = bulla_download_name_from (suggested);
  gtk_label_set_label (self->title, self->name);
  if (folder != NULL)
    reserve (self, folder);
  else
    choose_place (self);
  return TRUE;
}

/* --- the bytes */

static void
progress_cb (BullaDownloadRow *self)
{
  WebKitURIResponse *response = webkit_download_get_response (self->download);
  guint64 total = response != NULL ? webkit_uri_response_get_content_length (response) : 0;
  guint64 received = webkit_download_get_received_data_length (self->download);
  g_autofree char *now = g_format_size (received);
  g_autofree char *whole = g_format_size (total);
  g_autofree char *text = total >= received && total > 0
                              ? g_strdup_printf (_ ("%s of %s"), now, whole)
                              : g_strdup (now);

  if (self->ended)
    return;
  if (total > 0)
    gtk_progress_bar_set_fraction (self->progress,
                                   webkit_download_get_estimated_progress (self->download));
  else
    gtk_progress_bar_pulse (self->progress);
  show_state (self, text);
}

static void
received_cb (WebKitDownload *download, guint64 length, BullaDownloadRow *self)
{
  progress_cb (self);
}

static void
failed_cb (WebKitDownload *download, GError *error, BullaDownloadRow *self)
{
  g_autofree char *text = g_strdup_printf (_ ("Failed: %s"), error->message);
  gboolean cancelled =
      g_error_matches (error, WEBKIT_DOWNLOAD_ERROR, WEBKIT_DOWNLOAD_ERROR_CANCELLED_BY_USER);

  report_failure (self, cancelled ? _ ("Cancelled") : text);
}

/* Returns: where a file came from, in a sentence */
static const char *
explain (BullaProvenance *provenance)
{
  switch (bulla_provenance_get_standing (provenance)) {
  case BULLA_STANDING_SUBSTITUTED:
    return _ ("Substituted: the file is what its publisher signed; someone else delivered it.");
  case BULLA_STANDING_TRUNCATED:
    return _ ("Incomplete: a part of the package differs from what its publisher signed.");
  case BULLA_STANDING_LIVE:
    return _ ("Live: the file came from the publisher’s server.");
  case BULLA_STANDING_FELL_BACK:
    return _ ("Live, fallback: the package was not accepted. The file came from the publisher’s "
              "server instead.");
  case BULLA_STANDING_INSECURE:
    return _ ("Not secure: the file came over an unencrypted connection.");
  case BULLA_STANDING_NONE:
  case BULLA_STANDING_VERIFYING:
  case BULLA_STANDING_CHECKING:
  case BULLA_STANDING_UNKNOWN:
  case BULLA_STANDING_SEPARATE:
  case BULLA_STANDING_ISOLATED:
  case BULLA_STANDING_REFUSED:
  default:
    return _ ("Unconfirmed: Bulla could not compare the file with a server’s response.");
  }
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaDownloadRow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProvenance) provenance =
      bulla_download_check_finish (WEBKIT_DOWNLOAD (source), result, &error);
  g_autofree char *name = g_path_get_basename (webkit_download_get_destination (self->download));

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (provenance == NULL)
    provenance = bulla_provenance_new (BULLA_STANDING_UNKNOWN, get_url (self), NULL);
  show_state (self, explain (provenance));
  gtk_widget_add_css_class (GTK_WIDGET (self->detail), bulla_provenance_get_style (provenance));
  gtk_widget_set_visible (self->open, TRUE);
  gtk_widget_set_visible (self->folder, TRUE);
  bulla_view_report_download (self->view, name, provenance, error != NULL ? error->message : NULL);
}

static void
finished_cb (WebKitDownload *download, BullaDownloadRow *self)
{
  if (self->ended) /* it failed */
    return;
  self->ended = TRUE;
  g_clear_object (&self->reserved);
  show_state (self, _ ("Comparing the file with the response…"));
  bulla_download_check_async (download, self->answer, self->cancellable, checked_cb,
                              g_object_ref (self));
}

/* --- the buttons */

static void
cancel_cb (BullaDownloadRow *self)
{
  webkit_download_cancel (self->download);
  report_failure (self, _ ("Cancelled"));
}

static void
show_uri (BullaDownloadRow *self, GFile *file)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_autofree char *uri = g_file_get_uri (file);

  gtk_show_uri (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, uri, GDK_CURRENT_TIME);
}

static void
open_cb (BullaDownloadRow *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (webkit_download_get_destination (self->download));

  show_uri (self, file);
}

static void
folder_cb (BullaDownloadRow *self)
{
  g_autoptr (GFile) file = g_file_new_for_path (webkit_download_get_destination (self->download));
  g_autoptr (GFile) folder = g_file_get_parent (file);

  show_uri (self, folder);
}

/* Removes the row; the room of the rows is hidden with the last one. */
static void
close_cb (BullaDownloadRow *self)
{
  GtkWidget *room = gtk_widget_get_parent (GTK_WIDGET (self));

  if (!GTK_IS_BOX (room))
    return;
  gtk_box_remove (GTK_BOX (room), GTK_WIDGET (self));
  gtk_widget_set_visible (room, gtk_widget_get_first_child (room) != NULL);
}

/* --- the widget */

static void
bulla_download_row_dispose (GObject *object)
{
  BullaDownloadRow *self = BULLA_DOWNLOAD_ROW (object);
  GtkWidget *child;

  g_cancellable_cancel (self->cancellable);
  if (self->download != NULL) {
    g_signal_handlers_disconnect_by_data (self->download, self);
    if (!self->ended)
      webkit_download_cancel (self->download);
  }
  self->ended = TRUE;
  release_name (self);
  g_clear_object (&self->download);
  g_clear_object (&self->view);
  g_clear_object (&self->answer);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (bulla_download_row_parent_class)->dispose (object);
}

static void
bulla_download_row_finalize (GObject *object)
{
  BullaDownloadRow *self = BULLA_DOWNLOAD_ROW (object);

  g_object_unref (self->cancellable);
  g_free (self->name);
  G_OBJECT_CLASS (bulla_download_row_parent_class)->finalize (object);
}

static void
bulla_download_row_class_init (BullaDownloadRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_download_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = bulla_download_row_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/download-row.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaDownloadRow, title);
  gtk_widget_class_bind_template_child (widget_class, BullaDownloadRow, detail);
  gtk_widget_class_bind_template_child (widget_class, BullaDownloadRow, progress);
  gtk_widget_class_bind_template_child (widget_class, BullaDownloadRow, cancel);
  gtk_widget_class_bind_template_child (widget_class, BullaDownloadRow, open);
  gtk_widget_class_bind_template_child (widget_class, BullaDownloadRow, folder);
  gtk_widget_class_bind_template_child (widget_class, BullaDownloadRow, close);
  gtk_widget_class_bind_template_callback (widget_class, cancel_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, close_cb);
}

static void
bulla_download_row_init (BullaDownloadRow *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bulla_download_row_new:
 * @download: a download that has just begun
 * @view: the view whose page began it
 *
 * Returns: (transfer floating): a row that chooses the place of the file and follows the download
 */
GtkWidget *
bulla_download_row_new (WebKitDownload *download, BullaView *view)
{
  BullaDownloadRow *self = g_object_new (BULLA_TYPE_DOWNLOAD_ROW, NULL);

  self->download = g_object_ref (download);
  self->view = g_object_ref (view);
  self->answer = bulla_view_take_download (view, get_url (self));
  g_signal_connect (download, "decide-destination", G_CALLBACK (decide_destination_cb), self);
  g_signal_connect (download, "received-data", G_CALLBACK (received_cb), self);
  g_signal_connect (download, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect (download, "finished", G_CALLBACK (finished_cb), self);
  return GTK_WIDGET (self);
}

/**
 * bulla_download_row_is_running:
 *
 * Returns: whether the download has not ended
 */
gboolean
bulla_download_row_is_running (BullaDownloadRow *self)
{
  return !self->ended;
}
