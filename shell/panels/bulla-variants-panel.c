/* bulla-variants-panel.c - shows which variants a client gets of a package, and chooses the client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants-panel.h"

#include <glib/gi18n.h>

#include "bulla-live-comparison.h"
#include "bulla-loader-clients.h"
#include "bulla-panel-row.h"
#include "bulla-panel-widgets.h"
#include "bulla-printable.h"
#include "bulla-variants-choices.h"

#define NOBODY 0 /* first item of the second drop-down */

struct _BullaVariantsPanel {
  BullaPanel parent_instance;

  BullaView *view;         /* owned; the view that the window shows; NULL before the first */
  GPtrArray *clients;      /* owned; of BullaClient; the shell itself first */
  GCancellable *comparing; /* owned; NULL unless the publisher is asked */
  gboolean filling;        /* whether the controls are changed by the panel itself */

  GtkDropDown *client;
  GtkDropDown *other;
  GtkCheckButton *lenient;
  GtkLabel *client_title;
  GtkLabel *other_title;
  GtkListBox *client_choices;
  GtkListBox *other_choices;
  GtkWidget *other_column;
  GtkLabel *status;
  GtkListBox *difference;
};

G_DEFINE_FINAL_TYPE (BullaVariantsPanel, bulla_variants_panel, BULLA_TYPE_PANEL)

enum { CLIENT_CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

/* @model: (nullable): of BullaPanelRow */
static void
fill (GtkListBox *list, GListModel *model)
{
  guint n = bulla_panel_fill_list (list, model, bulla_panel_make_fact_row);

  gtk_widget_set_visible (GTK_WIDGET (list), n > 0);
}

/* --- clients */

static BullaClient *
get_chosen (BullaVariantsPanel *self)
{
  guint i = gtk_drop_down_get_selected (self->client);

  return i < self->clients->len ? self->clients->pdata[i] : NULL;
}

/* Returns: (nullable): the client to show beside the first */
static BullaClient *
get_other (BullaVariantsPanel *self)
{
  guint i = gtk_drop_down_get_selected (self->other);

  return i > NOBODY && i - 1 < self->clients->len ? self->clients->pdata[i - 1] : NULL;
}

static void
add_client (BullaVariantsPanel *self, GtkStringList *first, GtkStringList *second,
            BullaClient *client)
{
  g_ptr_array_add (self->clients, client);
  gtk_string_list_append (first, client->description);
  gtk_string_list_append (second, client->description);
}

/* A client file of the user may be faulty; the others are listed. */
static void
warn (const GError *error)
{
  g_autofree char *text = bulla_printable_dup (error->message);

  g_warning ("clients: %s", text);
}

/* Fills both drop-downs: the shell itself, then every client that is known. */
static void
list_clients (BullaVariantsPanel *self)
{
  g_autoptr (GtkStringList) first = gtk_string_list_new (NULL);
  g_autoptr (GtkStringList) second = gtk_string_list_new (NULL);
  g_auto (GStrv) names = bulla_client_list ();
  g_autoptr (GError) error = NULL;
  BullaClient *own = bulla_view_dup_own_client (&error);

  gtk_string_list_append (second, _ ("Nobody"));
  if (own != NULL)
    add_client (self, first, second, own);
  else
    warn (error);
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (GError) wrong = NULL;
    BullaClient *client = bulla_client_load (names[i], &wrong);
    if (client != NULL)
      add_client (self, first, second, client);
    else
      warn (wrong);
  }
  self->filling = TRUE;
  gtk_drop_down_set_model (self->client, G_LIST_MODEL (first));
  gtk_drop_down_set_model (self->other, G_LIST_MODEL (second));
  self->filling = FALSE;
}

/* Shows the client of the view in the controls. */
static void
select_client (BullaVariantsPanel *self)
{
  BullaClient *client = bulla_view_get_client (self->view);
  guint selected = 0;

  for (guint i = 0; client != NULL && i < self->clients->len; i++)
    if (g_str_equal (((BullaClient *)self->clients->pdata[i])->name, client->name))
      selected = i;
  self->filling = TRUE;
  gtk_drop_down_set_selected (self->client, selected);
  gtk_check_button_set_active (self->lenient, bulla_view_is_lenient (self->view));
  self->filling = FALSE;
}

/* --- choices */

static void
show_column (BullaVariantsPanel *self, BullaClient *client, GtkLabel *title, GtkListBox *list)
{
  BullaLoader *loader = bulla_engine_get_loader (bulla_view_get_engine (self->view));
  g_autoptr (GListModel) choices =
      bulla_variants_list_choices (bulla_view_get_provenance (self->view), client,
                                   bulla_profile_get_settings (bulla_loader_get_profile (loader)));

  gtk_label_set_label (title, client->description);
  fill (list, choices);
}

static void
stop_comparing (BullaVariantsPanel *self)
{
  g_cancellable_cancel (self->comparing);
  g_clear_object (&self->comparing);
  fill (self->difference, NULL);
  gtk_label_set_label (self->status, "");
}

static void
bulla_variants_panel_refresh (BullaPanel *panel)
{
  BullaVariantsPanel *self = BULLA_VARIANTS_PANEL (panel);

  if (self->view == NULL)
    return;
  if (self->clients->len == 0)
    list_clients (self);
  select_client (self);
  BullaClient *chosen = get_chosen (self), *other = get_other (self);
  if (chosen != NULL)
    show_column (self, chosen, self->client_title, self->client_choices);
  gtk_widget_set_visible (self->other_column, other != NULL);
  if (other != NULL)
    show_column (self, other, self->other_title, self->other_choices);
  if (bulla_provenance_get_load (bulla_view_get_provenance (self->view)) == NULL
      && bulla_provenance_get_bundle (bulla_view_get_provenance (self->view)) == NULL)
    gtk_label_set_label (self->status, _ ("This page is not from a package."));
}

static void
client_changed_cb (BullaVariantsPanel *self)
{
  BullaClient *chosen = get_chosen (self);
  gboolean own = self->clients->len > 0 && chosen == self->clients->pdata[0];

  if (!self->filling && self->view != NULL && chosen != NULL)
    g_signal_emit (self, signals[CLIENT_CHOSEN], 0, own ? NULL : chosen,
                   gtk_check_button_get_active (self->lenient));
}

static void
other_changed_cb (BullaVariantsPanel *self)
{
  if (!self->filling)
    bulla_panel_update_now (BULLA_PANEL (self));
}

/* --- comparison with the publisher */

static void
compared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaVariantsPanel) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) difference =
      bulla_live_compare_finish (BULLA_VIEW (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) /* another page is shown */
    return;
  if (difference != NULL)
    bulla_view_report_comparison (BULLA_VIEW (source), get_chosen (self), difference);
  fill (self->difference, difference);
  g_autofree char *why = bulla_printable_dup (error != NULL ? error->message : "");
  gtk_label_set_label (self->status, why);
}

static void
compare_cb (BullaVariantsPanel *self)
{
  BullaClient *chosen = get_chosen (self);

  if (self->view == NULL || chosen == NULL)
    return;
  stop_comparing (self);
  self->comparing = g_cancellable_new ();
  gtk_label_set_label (self->status, _ ("The publisher is asked…"));
  bulla_live_compare_async (self->view, chosen, self->comparing, compared_cb, g_object_ref (self));
}

/* --- the widget */

static void
bulla_variants_panel_dispose (GObject *object)
{
  BullaVariantsPanel *self = BULLA_VARIANTS_PANEL (object);

  g_cancellable_cancel (self->comparing);
  g_clear_object (&self->comparing);
  g_clear_object (&self->view);
  G_OBJECT_CLASS (bulla_variants_panel_parent_class)->dispose (object);
}

static void
bulla_variants_panel_finalize (GObject *object)
{
  g_ptr_array_unref (BULLA_VARIANTS_PANEL (object)->clients);
  G_OBJECT_CLASS (bulla_variants_panel_parent_class)->finalize (object);
}

static void
bulla_variants_panel_class_init (BullaVariantsPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_variants_panel_dispose;
  G_OBJECT_CLASS (klass)->finalize = bulla_variants_panel_finalize;
  BULLA_PANEL_CLASS (klass)->refresh = bulla_variants_panel_refresh;
  /**
   * BullaVariantsPanel::client-chosen:
   * @client: (nullable): the client, a `BullaClient`; %NULL for the shell itself
   * @lenient: whether other variants are accepted
   */
  signals[CLIENT_CHOSEN] =
      g_signal_new ("client-chosen", BULLA_TYPE_VARIANTS_PANEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                    NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_BOOLEAN);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/variants-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, client);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, other);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, lenient);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, client_title);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, other_title);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, client_choices);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, other_choices);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, other_column);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, status);
  gtk_widget_class_bind_template_child (widget_class, BullaVariantsPanel, difference);
  gtk_widget_class_bind_template_callback (widget_class, client_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, other_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, compare_cb);
}

static void
bulla_variants_panel_init (BullaVariantsPanel *self)
{
  self->clients = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_client_unref);
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bulla_variants_panel_show:
 * @view: the view that the window shows; call again when its page changes
 */
void
bulla_variants_panel_show (BullaVariantsPanel *self, BullaView *view)
{
  g_set_object (&self->view, view);
  stop_comparing (self);
  bulla_panel_update_now (BULLA_PANEL (self));
}
