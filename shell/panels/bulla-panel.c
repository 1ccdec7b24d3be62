/* bulla-panel.c - the base class of panels: updates a panel while it is visible
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A page with many subresources causes many changes. So a panel is updated with a delay, and only
 * while it is visible; one that was hidden is updated when it becomes visible. */
#include "bulla-panel.h"

typedef struct {
  guint refresh;  /* source id; 0 if no update is scheduled */
  gboolean stale; /* whether an update is due */
} BullaPanelPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (BullaPanel, bulla_panel, GTK_TYPE_WIDGET)

/**
 * bulla_panel_update_now:
 *
 * Updates the panel at once; a hidden one when it becomes visible.
 */
void
bulla_panel_update_now (BullaPanel *self)
{
  BullaPanelPrivate *private = bulla_panel_get_instance_private (self);

  private->stale = !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (!private->stale)
    BULLA_PANEL_GET_CLASS (self)->refresh (self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  BullaPanelPrivate *private = bulla_panel_get_instance_private (user_data);

  private->refresh = 0;
  if (private->stale)
    bulla_panel_update_now (user_data);
  return G_SOURCE_REMOVE;
}

/**
 * bulla_panel_update:
 *
 * Schedules an update, after something has changed that the panel shows.
 */
void
bulla_panel_update (BullaPanel *self)
{
  BullaPanelPrivate *private = bulla_panel_get_instance_private (self);
  guint delay = BULLA_PANEL_GET_CLASS (self)->delay;

  private->stale = TRUE;
  if (private->refresh != 0 || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  private->refresh = delay > 0 ? g_timeout_add (delay, refresh_cb, self)
                               : g_idle_add_full (G_PRIORITY_HIGH_IDLE, refresh_cb, self, NULL);
}

static void
bulla_panel_map (GtkWidget *widget)
{
  BullaPanelPrivate *private = bulla_panel_get_instance_private (BULLA_PANEL (widget));

  GTK_WIDGET_CLASS (bulla_panel_parent_class)->map (widget);
  if (private->stale)
    bulla_panel_update_now (BULLA_PANEL (widget));
}

static void
bulla_panel_dispose (GObject *object)
{
  BullaPanelPrivate *private = bulla_panel_get_instance_private (BULLA_PANEL (object));
  GtkWidget *child;

  g_clear_handle_id (&private->refresh, g_source_remove);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (bulla_panel_parent_class)->dispose (object);
}

static void
bulla_panel_class_init (BullaPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bulla_panel_dispose;
  GTK_WIDGET_CLASS (klass)->map = bulla_panel_map;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
bulla_panel_init (BullaPanel *self)
{
}
