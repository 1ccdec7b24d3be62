/* bulla-panel-widgets.h - labels and rows that all panels show
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

GtkWidget *bulla_panel_make_label (const char *text, const char *style);
GtkWidget *bulla_panel_make_row (GtkWidget *content);
GtkWidget *bulla_panel_make_fact_row (gpointer item, gpointer user_data);
guint bulla_panel_fill_list (GtkListBox *list, GListModel *model, GtkListBoxCreateWidgetFunc make);

G_END_DECLS
