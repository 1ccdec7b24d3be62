/* bulla-downloads.c - gives every download a row in the window whose page began it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * WebKit saves a download that nobody handles in the home folder. So one that belongs to no window
 * is cancelled, and so is one of a page that begins too many. */
#include "bulla-downloads.h"

#include <glib/gi18n.h>

#include "bulla-download-row.h"
#include "bulla-window-actions.h"

#define KEY "bulla-downloads"
#define RUNNING_MAX 8 /* most downloads of one window at a time */

static gboolean
cancel_cb (WebKitDownload *download, const char *suggested, gpointer user_data)
{
  webkit_download_cancel (download);
  return TRUE;
}

static void
cancel (WebKitDownload *download)
{
  g_signal_connect (download, "decide-destination", G_CALLBACK (cancel_cb), NULL);
  webkit_download_cancel (download);
}

static guint
count_running (GtkWidget *room)
{
  guint n = 0;

  for (GtkWidget *each = gtk_widget_get_first_child (room); each != NULL;
       each = gtk_widget_get_next_sibling (each))
    n += BULLA_IS_DOWNLOAD_ROW (each) && bulla_download_row_is_running (BULLA_DOWNLOAD_ROW (each));
  return n;
}

static void
add (BullaWindow *window, WebKitDownload *download, BullaView *view)
{
  GtkWidget *room = bulla_window_get_downloads (window);

  if (count_running (room) >= RUNNING_MAX) {
    cancel (download);
    bulla_window_show_notice (window, _ ("A download was stopped, because too many are running"));
    return;
  }
  gtk_box_append (GTK_BOX (room), bulla_download_row_new (download, view));
  gtk_widget_set_visible (room, TRUE);
  if (view != bulla_window_get_view (window)) /* it will show no page */
    bulla_view_stack_stop (bulla_window_get_views (window));
}

static void
started_cb (WebKitNetworkSession *session, WebKitDownload *download, gpointer user_data)
{
  WebKitWebView *view = webkit_download_get_web_view (download);
  GtkRoot *root = view != NULL ? gtk_widget_get_root (GTK_WIDGET (view)) : NULL;

  if (BULLA_IS_VIEW (view) && BULLA_IS_WINDOW (root))
    add (BULLA_WINDOW (root), download, BULLA_VIEW (view));
  else
    cancel (download);
}

/**
 * bulla_downloads_follow:
 * @view: a new view of a window
 *
 * Follows the downloads in the network session of @view.
 */
void
bulla_downloads_follow (BullaView *view)
{
  GObject *session = G_OBJECT (webkit_web_view_get_network_session (WEBKIT_WEB_VIEW (view)));

  if (g_object_get_data (session, KEY) != NULL)
    return;
  g_object_set_data (session, KEY, session);
  g_signal_connect (session, "download-started", G_CALLBACK (started_cb), NULL);
}
