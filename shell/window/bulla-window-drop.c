/* bulla-window-drop.c - opens files and links that are dropped on a window
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is dragged from a page of this program is left to the page and to the address entry: a page
 * can have any text dragged, and no page may open a file. A link from another program is followed
 * as one of another site, because the user has not read it: servers get no SameSite=Strict cookies.
 */
#include "bulla-window-drop.h"

#include <glib/gi18n.h>

#include "bulla-window-actions.h"
#include "bulla-window-private.h"

static void
open_link (BullaWindow *self, const char *url)
{
  bulla_window_hide_start (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  if (bulla_view_get_bundle (self->view) != NULL || bulla_view_get_apart (self->view) != NULL)
    bulla_view_leave_package (self->view, url, BULLA_LEAVE_FOLLOWED);
  else
    bulla_view_follow (self->view, NULL, url);
}

static void
open_dropped (BullaWindow *self, GFile *file)
{
  g_autofree char *url = g_file_get_uri (file);

  if (g_file_is_native (file))
    bulla_window_open_file (self, file);
  else if (g_str_has_prefix (url, "http://") || g_str_has_prefix (url, "https://"))
    open_link (self, url);
  else
    bulla_window_show_notice (self, _ ("Only files and links to web pages can be dropped here"));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, BullaWindow *self)
{
  GSList *files = G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) ? g_value_get_boxed (value) : NULL;

  gtk_widget_set_visible (self->drop_hint, FALSE);
  if (files == NULL)
    return FALSE;
  if (files->next != NULL)
    bulla_window_show_notice (self, _ ("Only the first of the dropped files was opened"));
  open_dropped (self, files->data);
  return TRUE;
}

static gboolean
accept_cb (GtkDropTarget *target, GdkDrop *drop, BullaWindow *self)
{
  g_autoptr (GdkContentFormats) formats = gdk_content_formats_union_deserialize_gtypes (
      gdk_content_formats_ref (gdk_drop_get_formats (drop)));

  return gdk_drop_get_drag (drop) == NULL
         && gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST);
}

static GdkDragAction
enter_cb (GtkDropTarget *target, double x, double y, BullaWindow *self)
{
  gtk_widget_set_visible (self->drop_hint, TRUE);
  return GDK_ACTION_COPY;
}

static void
leave_cb (GtkDropTarget *target, BullaWindow *self)
{
  gtk_widget_set_visible (self->drop_hint, FALSE);
}

/**
 * bulla_window_add_drop_target:
 *
 * Has @self open a file or a link that is dropped anywhere in it, and show while one hovers above
 * it that it would.
 */
void
bulla_window_add_drop_target (BullaWindow *self)
{
  GtkDropTarget *target =
      gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY | GDK_ACTION_LINK);

  /* before the page, which would receive the file's contents, and before the address entry */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect (target, "accept", G_CALLBACK (accept_cb), self);
  g_signal_connect (target, "enter", G_CALLBACK (enter_cb), self);
  g_signal_connect (target, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
