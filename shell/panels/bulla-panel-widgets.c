/* bulla-panel-widgets.c - labels and rows that all panels show
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-panel-widgets.h"

#include "bulla-panel-row.h"

/**
 * bulla_panel_make_label:
 * @text: (nullable): valid UTF-8
 * @style: (nullable): a style class
 *
 * The text can be selected with the mouse. The label does not take the keyboard focus, because a
 * panel has hundreds of them; one with links takes it, once it has its markup.
 *
 * Returns: (transfer floating): a label that wraps
 */
GtkWidget *
bulla_panel_make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

/**
 * bulla_panel_make_row:
 * @content: (transfer floating): what the row shows
 *
 * Returns: (transfer floating): a row that cannot be activated
 */
GtkWidget *
bulla_panel_make_row (GtkWidget *content)
{
  GtkWidget *row = gtk_list_box_row_new ();

  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), content);
  return row;
}

/**
 * bulla_panel_make_fact_row:
 * @item: a #BullaPanelRow
 *
 * A #GtkListBoxCreateWidgetFunc.
 *
 * Returns: (transfer floating): a row with title and value
 */
GtkWidget *
bulla_panel_make_fact_row (gpointer item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  gtk_widget_add_css_class (box, "fact");
  gtk_box_append (GTK_BOX (box),
                  bulla_panel_make_label (bulla_panel_row_get_title (item), "fact-title"));
  gtk_box_append (GTK_BOX (box), bulla_panel_make_label (bulla_panel_row_get_value (item), NULL));
  return bulla_panel_make_row (box);
}

/**
 * bulla_panel_fill_list:
 * @model: (nullable): of #BullaPanelRow
 * @make: makes the row of one of them
 *
 * Replaces all rows; each has its item as the data `entry`.
 *
 * Returns: the number of rows
 */
guint
bulla_panel_fill_list (GtkListBox *list, GListModel *model, GtkListBoxCreateWidgetFunc make)
{
  guint count = model != NULL ? g_list_model_get_n_items (model) : 0;
  GtkListBoxRow *old;

  while ((old = gtk_list_box_get_row_at_index (list, 0)) != NULL)
    gtk_list_box_remove (list, GTK_WIDGET (old));
  for (guint i = 0; i < count; i++) {
    g_autoptr (BullaPanelRow) entry = g_list_model_get_item (model, i);
    GtkWidget *row = make (entry, NULL);

    g_object_set_data_full (G_OBJECT (row), "entry", g_object_ref (entry), g_object_unref);
    gtk_list_box_append (list, row);
  }
  return count;
}
