/* bulla-ledger-panel.c - shows who was contacted for a page, and what each of them learnt
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-ledger-panel.h"

#include <glib/gi18n.h>

#include "bulla-exposure-report.h"
#include "bulla-panel-widgets.h"

#define REFRESH_MS 150 /* ms between updates at least, because a page may make many contacts */
#define LINES_MAX 100  /* most contacts listed for each party and phase */

/* choices of the filter, in the order of the drop-down in the template */
enum { SHOW_BOTH, SHOW_BEFORE, SHOW_AFTER };

struct _BullaLedgerPanel {
  BullaPanel parent_instance;

  BullaLedger *ledger; /* owned; NULL before a page is shown */
  guint view;
  char *shown; /* owned; identifies the parties that have rows; NULL without rows */

  GtkLabel *page;
  GtkLabel *click;
  GtkDropDown *phases;
  GtkListBox *parties;
};

G_DEFINE_FINAL_TYPE (BullaLedgerPanel, bulla_ledger_panel, BULLA_TYPE_PANEL)

/* --- one party */

static GtkLabel *
append_label (GtkWidget *row, GtkWidget *box, const char *name, const char *style)
{
  GtkWidget *label = bulla_panel_make_label (NULL, style);

  gtk_box_append (GTK_BOX (box), label);
  g_object_set_data (G_OBJECT (row), name, label);
  return GTK_LABEL (label);
}

static GtkWidget *
make_row (BullaParty *party)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *row = bulla_panel_make_row (box);
  GtkWidget *expander = gtk_expander_new (_ ("Contacts"));
  GtkWidget *contacts = bulla_panel_make_label (NULL, "step-detail");

  gtk_widget_add_css_class (box, "fact");
  gtk_label_set_label (append_label (row, box, "title", "fact-title"),
                       bulla_party_get_title (party));
  append_label (row, box, "host", "step-rule");
  append_label (row, box, "knows", NULL);
  append_label (row, box, "does-not-know", NULL);
  append_label (row, box, "count", "step-detail");
  gtk_expander_set_child (GTK_EXPANDER (expander), contacts);
  gtk_box_append (GTK_BOX (box), expander);
  g_object_set_data (G_OBJECT (row), "contacts", contacts);
  g_object_set_data (G_OBJECT (row), "expander", expander);
  return row;
}

static void
set_text (GtkWidget *row, const char *name, const char *text)
{
  GtkWidget *label = g_object_get_data (G_OBJECT (row), name);

  if (g_strcmp0 (gtk_label_get_label (GTK_LABEL (label)), text) != 0)
    gtk_label_set_label (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
}

static void
append_line (GString *text, const char *line)
{
  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", line);
}

static void
append_contacts (GString *text, BullaParty *party, BullaPhase phase)
{
  g_autoptr (GListModel) contacts = bulla_party_list_contacts (party, phase);
  guint n = g_list_model_get_n_items (contacts);

  for (guint i = n > LINES_MAX ? n - LINES_MAX : 0; i < n; i++) {
    g_autoptr (BullaContact) contact = g_list_model_get_item (contacts, i);
    g_autofree char *line = bulla_contact_describe (contact);
    append_line (text, line);
  }
}

static void
append_phase (GString *counts, GString *contacts, BullaParty *party, BullaPhase phase,
              const char *format)
{
  g_autofree char *count = bulla_party_describe_count (party, phase);
  g_autofree char *line = g_strdup_printf (format, count);

  append_line (counts, line);
  append_contacts (contacts, party, phase);
}

static void
show_party (BullaLedgerPanel *self, GtkWidget *row, BullaParty *party)
{
  g_autofree char *knows = bulla_party_dup_knows (party);
  g_autofree char *does_not = bulla_party_dup_does_not_know (party);
  g_autofree char *name =
      g_strdup_printf ("%s %s", bulla_party_get_title (party), bulla_party_get_host (party));
  g_autoptr (GString) counts = g_string_new (NULL);
  g_autoptr (GString) contacts = g_string_new (NULL);
  guint wanted = gtk_drop_down_get_selected (self->phases);

  if (wanted != SHOW_AFTER)
    append_phase (counts, contacts, party, BULLA_PHASE_BEFORE, _ ("Before the click: %s"));
  if (wanted != SHOW_BEFORE)
    append_phase (counts, contacts, party, BULLA_PHASE_AFTER, _ ("After the click: %s"));
  set_text (row, "host", bulla_party_get_host (party));
  set_text (row, "knows", knows);
  set_text (row, "does-not-know", does_not);
  set_text (row, "count", counts->str);
  set_text (row, "contacts", contacts->str);
  gtk_widget_set_visible (g_object_get_data (G_OBJECT (row), "expander"), contacts->len > 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, knows, -1);
  gtk_accessible_update_property (g_object_get_data (G_OBJECT (row), "expander"),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, name, -1);
}

/* --- all of them */

static char *
name_parties (GListModel *parties)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (parties); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (parties, i);
    g_string_append_printf (names, "%d %s\n", (int)bulla_party_get_role (party),
                            bulla_party_get_host (party));
  }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

/* Rows are kept as long as their parties are the same, so that reading and expansion are not
 * interrupted. */
static void
need_rows (BullaLedgerPanel *self, GListModel *parties)
{
  g_autofree char *names = name_parties (parties);
  GtkListBoxRow *row;

  if (g_strcmp0 (names, self->shown) == 0)
    return;
  while ((row = gtk_list_box_get_row_at_index (self->parties, 0)) != NULL)
    gtk_list_box_remove (self->parties, GTK_WIDGET (row));
  for (guint i = 0; i < g_list_model_get_n_items (parties); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (parties, i);
    gtk_list_box_append (self->parties, make_row (party));
  }
  g_free (self->shown);
  self->shown = g_steal_pointer (&names);
}

static void
bulla_ledger_panel_refresh (BullaPanel *panel)
{
  BullaLedgerPanel *self = BULLA_LEDGER_PANEL (panel);
  g_autoptr (BullaExposureReport) all = bulla_exposure_report_new (self->ledger, self->view);
  GListModel *parties = G_LIST_MODEL (all);
  BullaContact *click = bulla_exposure_report_get_click (all);
  const char *page = bulla_exposure_report_get_page (all);
  gboolean dropped = bulla_ledger_get_last_dropped (self->ledger, self->view) > 0;
  g_autofree char *begun =
      click != NULL ? bulla_contact_describe (click) : g_strdup (_ ("No navigation yet"));
  g_autofree char *lost = g_strdup_printf ("%s\n%s", click != NULL ? begun : "",
                                           _ ("The ledger no longer has the oldest contacts of "
                                              "this window, because there were too many."));
  const char *described = dropped ? lost : begun;

  gtk_label_set_label (self->page, page != NULL ? page : "");
  gtk_label_set_label (self->click, described);
  need_rows (self, parties);
  for (guint i = 0; i < g_list_model_get_n_items (parties); i++) {
    g_autoptr (BullaParty) party = g_list_model_get_item (parties, i);
    show_party (self, GTK_WIDGET (gtk_list_box_get_row_at_index (self->parties, (int)i)), party);
  }
}

static void
phase_changed_cb (BullaLedgerPanel *self)
{
  if (self->ledger != NULL)
    bulla_panel_update_now (BULLA_PANEL (self));
}

static void
bulla_ledger_panel_dispose (GObject *object)
{
  BullaLedgerPanel *self = BULLA_LEDGER_PANEL (object);

  g_clear_object (&self->ledger);
  g_clear_pointer (&self->shown, g_free);
  G_OBJECT_CLASS (bulla_ledger_panel_parent_class)->dispose (object);
}

static void
bulla_ledger_panel_class_init (BullaLedgerPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_ledger_panel_dispose;
  BULLA_PANEL_CLASS (klass)->delay = REFRESH_MS;
  BULLA_PANEL_CLASS (klass)->refresh = bulla_ledger_panel_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/ledger-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaLedgerPanel, page);
  gtk_widget_class_bind_template_child (widget_class, BullaLedgerPanel, click);
  gtk_widget_class_bind_template_child (widget_class, BullaLedgerPanel, phases);
  gtk_widget_class_bind_template_child (widget_class, BullaLedgerPanel, parties);
  gtk_widget_class_bind_template_callback (widget_class, phase_changed_cb);
}

static void
bulla_ledger_panel_init (BullaLedgerPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * bulla_ledger_panel_follow:
 * @ledger: the ledger of contacts
 * @view: the number of the view whose page is shown
 *
 * Updates the panel whenever @ledger changes, as long as the panel is visible.
 */
void
bulla_ledger_panel_follow (BullaLedgerPanel *self, BullaLedger *ledger, guint view)
{
  g_set_object (&self->ledger, ledger);
  self->view = view;
  g_signal_connect_object (ledger, "items-changed", G_CALLBACK (bulla_panel_update), self,
                           G_CONNECT_SWAPPED);
  bulla_panel_update (BULLA_PANEL (self));
}
