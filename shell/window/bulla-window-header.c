/* bulla-window-header.c - puts badge and address between the buttons, or below them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * In a narrow window the buttons would leave room for three letters of the address, which says
 * whose page is shown. So badge and address get a row of their own there. */
#include "bulla-window-private.h"

static void
move_address (BullaWindow *self, gboolean below)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  gboolean editing = focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->address));
  int start = 0, end = 0;

  gtk_editable_get_selection_bounds (GTK_EDITABLE (self->address), &start, &end);
  g_object_ref (self->address_box);
  if (below) {
    adw_bin_set_child (self->address_beside, NULL);
    gtk_window_handle_set_child (self->address_below, self->address_box);
    gtk_widget_add_css_class (self->header, "two-rows");
  } else {
    gtk_window_handle_set_child (self->address_below, NULL);
    adw_bin_set_child (self->address_beside, self->address_box);
    gtk_widget_remove_css_class (self->header, "two-rows");
  }
  g_object_unref (self->address_box);
  gtk_widget_set_visible (GTK_WIDGET (self->address_below), below);
  if (editing) {
    gtk_widget_grab_focus (GTK_WIDGET (self->address));
    gtk_editable_select_region (GTK_EDITABLE (self->address), start, end);
  }
}

static gboolean
place_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  BullaWindow *self = BULLA_WINDOW (widget);
  gboolean below =
      adw_squeezer_get_visible_child (self->title) != GTK_WIDGET (self->address_beside);

  self->placing = 0;
  if (below != (gtk_window_handle_get_child (self->address_below) != NULL))
    move_address (self, below);
  return G_SOURCE_REMOVE;
}

/**
 * bulla_window_place_address:
 *
 * Moves badge and address before the next frame, if they are not where the width of the window
 * wants them. The width is known while widgets get their places, when none may be moved.
 */
void
bulla_window_place_address (BullaWindow *self)
{
  if (self->placing == 0)
    self->placing = gtk_widget_add_tick_callback (GTK_WIDGET (self), place_cb, NULL, NULL);
}
