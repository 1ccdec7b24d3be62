/* bulla-start-page.c - what a new window shows: open a package, try the demo, recent packages
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * It consists of widgets, not of a web page: no page can lead to it, frame it or look like it with
 * the badge of a new window. */
#include "bulla-start-page.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#include "bulla-demo-launch.h"
#include "bulla-printable.h"
#include "bulla-recent.h"

struct _BullaStartPage {
  GtkWidget parent_instance;

  gboolean private_window;

  GtkWidget *demo;
  GtkLabel *demo_status;
  GtkWidget *recent_title;
  GtkListBox *recent;
  GtkWidget *private_note;
};

G_DEFINE_FINAL_TYPE (BullaStartPage, bulla_start_page, GTK_TYPE_WIDGET)

enum { OPEN_FILE, N_SIGNALS };
static guint signals[N_SIGNALS];

/* --- recent packages */

static void
forget_cb (GtkButton *button, gpointer user_data)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (button), GTK_TYPE_LIST_BOX_ROW);

  bulla_recent_forget (g_object_get_data (G_OBJECT (row), "uri"));
}

static GtkWidget *
make_forget_button (const char *name)
{
  g_autofree char *text = g_strdup_printf (_ ("Forget “%s”"), name);
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-clear-symbolic");

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, _ ("Forget"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (forget_cb), NULL);
  return button;
}

static GtkWidget *
make_recent_row (GtkRecentInfo *info)
{
  g_autofree char *name = bulla_printable_dup (gtk_recent_info_get_display_name (info));
  g_autofree char *shown = gtk_recent_info_get_uri_display (info);
  g_autofree char *path = bulla_printable_dup (shown != NULL ? shown : "");
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), path);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_forget_button (name));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "uri", g_strdup (gtk_recent_info_get_uri (info)), g_free);
  return row;
}

static void
show_recent (BullaStartPage *self)
{
  GList *list = self->private_window ? NULL : bulla_recent_dup_list ();
  GtkListBoxRow *old;

  while ((old = gtk_list_box_get_row_at_index (self->recent, 0)) != NULL)
    gtk_list_box_remove (self->recent, GTK_WIDGET (old));
  for (GList *each = list; each != NULL; each = each->next)
    gtk_list_box_append (self->recent, make_recent_row (each->data));
  gtk_widget_set_visible (self->recent_title, list != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->recent), list != NULL);
  gtk_widget_set_visible (self->private_note, self->private_window);
  g_list_free_full (list, (GDestroyNotify)gtk_recent_info_unref);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BullaStartPage *self)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_object_get_data (G_OBJECT (row), "uri"));

  g_signal_emit (self, signals[OPEN_FILE], 0, file);
}

static void
forget_all_cb (GtkButton *button, BullaStartPage *self)
{
  bulla_recent_forget_all ();
}

/* --- the demo */

static void
demo_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaStartPage) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean well = bulla_demo_launch_finish (result, &error);

  if (self->demo == NULL) /* the window was closed */
    return;
  gtk_label_set_label (self->demo_status, well ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->demo_status), !well);
  gtk_widget_set_sensitive (self->demo, TRUE);
}

static void
demo_cb (GtkButton *button, BullaStartPage *self)
{
  gtk_widget_set_sensitive (self->demo, FALSE); /* one demo at a time */
  gtk_label_set_label (self->demo_status, _ ("The demo opens in a window of its own."));
  gtk_widget_set_visible (GTK_WIDGET (self->demo_status), TRUE);
  bulla_demo_launch_async (demo_ended_cb, g_object_ref (self));
}

/* --- the widget */

static void
bulla_start_page_dispose (GObject *object)
{
  BullaStartPage *self = BULLA_START_PAGE (object);

  for (GtkWidget *child; (child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL;)
    gtk_widget_unparent (child);
  self->demo = NULL;
  G_OBJECT_CLASS (bulla_start_page_parent_class)->dispose (object);
}

static void
bulla_start_page_class_init (BullaStartPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_start_page_dispose;
  /**
   * BullaStartPage::open-file:
   * @self: a start page
   * @file: the recent package that was chosen, a #GFile
   */
  signals[OPEN_FILE] = g_signal_new ("open-file", BULLA_TYPE_START_PAGE, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 1, G_TYPE_FILE);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/start-page.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaStartPage, demo);
  gtk_widget_class_bind_template_child (widget_class, BullaStartPage, demo_status);
  gtk_widget_class_bind_template_child (widget_class, BullaStartPage, recent_title);
  gtk_widget_class_bind_template_child (widget_class, BullaStartPage, recent);
  gtk_widget_class_bind_template_child (widget_class, BullaStartPage, private_note);
  gtk_widget_class_bind_template_callback (widget_class, demo_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, forget_all_cb);
}

static void
bulla_start_page_init (BullaStartPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (gtk_recent_manager_get_default (), "changed", G_CALLBACK (show_recent),
                           self, G_CONNECT_SWAPPED);
  show_recent (self);
}

/**
 * bulla_start_page_set_private:
 * @private_window: whether the window is private: it shows no recent packages, and adds none
 */
void
bulla_start_page_set_private (BullaStartPage *self, gboolean private_window)
{
  self->private_window = private_window;
  show_recent (self);
}
