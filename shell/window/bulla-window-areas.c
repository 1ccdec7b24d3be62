/* bulla-window-areas.c - moves the focus between address, page and panel
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A page takes the Tab key for itself, so another key leads out of it. */
#include "bulla-window-areas.h"

#include "bulla-window-private.h"

/**
 * bulla_window_focus_address:
 *
 * Lets the user edit the address; ends the full screen of a page.
 */
void
bulla_window_focus_address (BullaWindow *self)
{
  bulla_window_leave_page_fullscreen (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->address));
  gtk_editable_select_region (GTK_EDITABLE (self->address), 0, -1);
}

enum { ADDRESS, PAGE, PANEL, N_AREAS };

/* Returns: (nullable): the open panel */
static GtkWidget *
find_panel (BullaWindow *self)
{
  GtkWidget *const panels[] = {GTK_WIDGET (self->panel), GTK_WIDGET (self->ledger),
                               GTK_WIDGET (self->variants)};

  for (guint i = 0; i < G_N_ELEMENTS (panels); i++)
    if (gtk_widget_get_mapped (panels[i]))
      return panels[i];
  return NULL;
}

/* Returns: the area that has the focus; the address stands for the whole header bar */
static guint
find_area (BullaWindow *self)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (self));
  GtkWidget *panel = find_panel (self);

  if (focus != NULL && panel != NULL && gtk_widget_is_ancestor (focus, panel))
    return PANEL;
  if (focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->page)))
    return PAGE;
  return ADDRESS;
}

/* @step: 1 for the next area, N_AREAS - 1 for the one before */
static void
move_focus (BullaWindow *self, guint step)
{
  GtkWidget *panel = find_panel (self);
  guint area = (find_area (self) + step) % N_AREAS;

  if (area == PANEL && panel == NULL)
    area = (area + step) % N_AREAS;
  if (area == PANEL)
    gtk_widget_child_focus (panel, GTK_DIR_TAB_FORWARD);
  else if (area == PAGE && gtk_widget_get_visible (GTK_WIDGET (self->start)))
    gtk_widget_child_focus (GTK_WIDGET (self->start), GTK_DIR_TAB_FORWARD);
  else if (area == PAGE)
    gtk_widget_grab_focus (GTK_WIDGET (self->view));
  else
    bulla_window_focus_address (self);
}

static void
next_area_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  move_focus (window, 1);
}

static void
previous_area_cb (GSimpleAction *action, GVariant *parameter, gpointer window)
{
  move_focus (window, N_AREAS - 1);
}

static const GActionEntry ACTIONS[] = {
    {"next-area", next_area_cb, NULL, NULL, NULL, {0}},
    {"previous-area", previous_area_cb, NULL, NULL, NULL, {0}},
};

/**
 * bulla_window_add_area_actions:
 *
 * Adds the actions that lead the keyboard into the areas of @self, and out of them.
 */
void
bulla_window_add_area_actions (BullaWindow *self)
{
  g_action_map_add_action_entries (G_ACTION_MAP (self), ACTIONS, G_N_ELEMENTS (ACTIONS), self);
}
