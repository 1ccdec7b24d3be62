/* bulla-history-dialog.c - lists where a window has been
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-history-dialog.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-printable.h"

#define LEAST_WIDTH 320 /* in pixels, as the others */
#define WIDTH 560
#define HEIGHT 560

struct _BullaHistoryDialog {
  AdwWindow parent_instance;

  BullaViewStack *views; /* owned */

  GtkWidget *empty;
  GtkWidget *filled;
  GtkListBox *list;
};

G_DEFINE_FINAL_TYPE (BullaHistoryDialog, bulla_history_dialog, ADW_TYPE_WINDOW)

/* Returns: (transfer full): the time of day, with the date of a day before @now */
static char *
dup_time (gint64 seconds, GDateTime *now)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (seconds);

  if (time == NULL)
    return g_strdup ("");
  return g_date_time_format (
      time, g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now) ? "%H:%M"
                                                                                    : "%x %H:%M");
}

/* Returns: (transfer floating): the standing of a visit above its time */
static GtkWidget *
make_standing (const BullaVisit *visit, const char *time)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  const char *const texts[] = {visit->label, time};

  gtk_widget_set_valign (box, GTK_ALIGN_CENTER);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    GtkWidget *label = gtk_label_new (texts[i]);
    gtk_label_set_xalign (GTK_LABEL (label), 1);
    gtk_widget_add_css_class (label, "caption");
    gtk_widget_add_css_class (label, "dim-label");
    gtk_box_append (GTK_BOX (box), label);
  }
  return box;
}

static GtkWidget *
make_row (const BullaVisit *visit, GDateTime *now)
{
  g_autofree char *address = bulla_address_for_display (visit->url);
  g_autofree char *url = bulla_printable_dup (address);
  g_autofree char *title = bulla_printable_dup (visit->title);
  g_autofree char *time = dup_time (visit->time, now);
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name (visit->icon_name);
  const char *classes[] = {"standing", visit->style, NULL};

  gtk_widget_set_css_classes (icon, classes);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), *title != '\0' ? title : url);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 2);
  if (*title != '\0')
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), url);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 2);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), make_standing (visit, time));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  return row;
}

static void
fill (BullaHistoryDialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  BullaVisits *visits = bulla_view_stack_get_visits (self->views);
  guint count = bulla_visits_get_n (visits);

  for (guint i = count; i > 0; i--) {
    GtkWidget *row = make_row (bulla_visits_get (visits, i - 1), now);
    g_object_set_data (G_OBJECT (row), "visit", GUINT_TO_POINTER (i - 1));
    gtk_list_box_append (self->list, row);
  }
  gtk_widget_set_visible (self->empty, count == 0);
  gtk_widget_set_visible (self->filled, count > 0);
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, BullaHistoryDialog *self)
{
  BullaVisits *visits = bulla_view_stack_get_visits (self->views);
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (row), "visit"));

  if (index < bulla_visits_get_n (visits))
    bulla_view_stack_visit (self->views, bulla_visits_get (visits, index));
  gtk_window_close (GTK_WINDOW (self));
}

static void
bulla_history_dialog_dispose (GObject *object)
{
  g_clear_object (&BULLA_HISTORY_DIALOG (object)->views);
  G_OBJECT_CLASS (bulla_history_dialog_parent_class)->dispose (object);
}

static void
bulla_history_dialog_class_init (BullaHistoryDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_history_dialog_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/history-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaHistoryDialog, empty);
  gtk_widget_class_bind_template_child (widget_class, BullaHistoryDialog, filled);
  gtk_widget_class_bind_template_child (widget_class, BullaHistoryDialog, list);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
}

static void
bulla_history_dialog_init (BullaHistoryDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bulla_history_dialog_present:
 * @parent: the window of @views
 * @views: the views of the window
 *
 * Lists the visits of the window, the newest first; the one that is chosen is shown again. The
 * window waits meanwhile, so the list stays true.
 */
void
bulla_history_dialog_present (GtkWindow *parent, BullaViewStack *views)
{
  BullaHistoryDialog *self =
      g_object_new (BULLA_TYPE_HISTORY_DIALOG, "transient-for", parent, NULL);
  int width = gtk_widget_get_width (GTK_WIDGET (parent));
  GtkListBoxRow *first;

  gtk_window_set_default_size (GTK_WINDOW (self), CLAMP (width, LEAST_WIDTH, WIDTH), HEIGHT);
  self->views = g_object_ref (views);
  fill (self);
  first = gtk_list_box_get_row_at_index (self->list, 0);
  gtk_window_present (GTK_WINDOW (self));
  if (first != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (first));
}
