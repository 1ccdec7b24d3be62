/* bulla-panel.h - the base class of panels: updates a panel while it is visible
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BULLA_TYPE_PANEL (bulla_panel_get_type ())
G_DECLARE_DERIVABLE_TYPE (BullaPanel, bulla_panel, BULLA, PANEL, GtkWidget)

struct _BullaPanelClass {
  GtkWidgetClass parent_class;

  guint delay;                         /* ms between updates; 0 for the next idle moment */
  void (*refresh) (BullaPanel *panel); /* reads and shows everything again; called while mapped */
};

void bulla_panel_update (BullaPanel *self);
void bulla_panel_update_now (BullaPanel *self);

G_END_DECLS
