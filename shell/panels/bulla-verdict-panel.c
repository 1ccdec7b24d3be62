/* bulla-verdict-panel.c - shows the rules that decided how a page is shown, with their results
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-verdict-panel.h"

#include <glib/gi18n.h>

#include "bulla-panel-row.h"
#include "bulla-panel-widgets.h"
#include "bulla-printable.h"
#include "bulla-rule-groups.h"

/* choices of the filter, in the order of the drop-down in the template */
enum { SHOW_ALL, SHOW_BROKEN, SHOW_UNASKED, SHOW_HELD };

struct _BullaVerdictPanel {
  BullaPanel parent_instance;

  BullaProvenance *provenance; /* owned; of the page to show; NULL before the first */
  BullaBundle *listed;         /* owned; bundle whose resources are listed; NULL if none is */

  GtkImage *icon;
  GtkLabel *label;
  GtkLabel *summary;
  GtkWidget *live;
  GtkWidget *exports;
  GtkListBox *facts;
  GtkListBox *contacts;
  GtkWidget *contacts_title;
  GtkListBox *versions;
  GtkWidget *versions_title;
  GtkListBox *request;
  GtkWidget *request_title;
  GtkListBox *refused;
  GtkWidget *refused_title;
  GtkListBox *resources;
  GtkWidget *resources_title;
  GtkWidget *rules;
  GtkLabel *tally;
  GtkDropDown *states;
  GtkSearchEntry *search;
  GtkListBox *steps;
};

G_DEFINE_FINAL_TYPE (BullaVerdictPanel, bulla_verdict_panel, BULLA_TYPE_PANEL)

static void
append_pair (GtkWidget *box, const char *format, const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  g_autofree char *text = g_strdup_printf (format, value);
  gtk_box_append (GTK_BOX (box), bulla_panel_make_label (text, "step-detail"));
}

/* Adds the references, as links to the specifications. */
static void
append_source (GtkWidget *box, BullaPanelRow *item)
{
  g_autofree char *source = bulla_panel_row_dup_source_markup (item);

  if (source == NULL)
    return;
  g_autofree char *markup = g_strdup_printf (_ ("Specification: %s"), source);
  GtkWidget *label = bulla_panel_make_label (NULL, "step-detail");
  gtk_label_set_markup (GTK_LABEL (label), markup);
  gtk_widget_set_focusable (label, TRUE); /* its links */
  gtk_box_append (GTK_BOX (box), label);
}

static GtkWidget *
make_step_row (gpointer item, gpointer user_data)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *icon = gtk_image_new_from_icon_name (bulla_panel_row_get_icon_name (item));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *row = bulla_panel_make_row (line);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_add_css_class (line, "step");
  gtk_widget_add_css_class (line, bulla_panel_row_get_style (item));
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  bulla_panel_row_get_state_label (item), -1);
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, bulla_panel_row_get_title (item),
      GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, bulla_panel_row_get_state_label (item), -1);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), box);
  gtk_widget_set_hexpand (box, TRUE);
  gtk_box_append (GTK_BOX (box),
                  bulla_panel_make_label (bulla_panel_row_get_title (item), "step-rule"));
  append_pair (box, _ ("Rule: %s"), bulla_panel_row_get_rule (item));
  append_pair (box, _ ("Observed: %s"), bulla_panel_row_get_value (item));
  append_pair (box, _ ("Required: %s"), bulla_panel_row_get_required (item));
  append_pair (box, _ ("Reason: %s"), bulla_panel_row_get_reason (item));
  append_source (box, item);
  return row;
}

static gboolean
is_wanted (BullaPanelRow *entry, gpointer user_data)
{
  BullaVerdictPanel *self = user_data;
  guint wanted = gtk_drop_down_get_selected (self->states);
  BullaState state = bulla_panel_row_get_state (entry);

  if ((wanted == SHOW_BROKEN && state != BULLA_STATE_BROKEN)
      || (wanted == SHOW_UNASKED && state != BULLA_STATE_UNASKED)
      || (wanted == SHOW_HELD && state != BULLA_STATE_HELD))
    return FALSE;
  return bulla_panel_row_matches (entry, gtk_editable_get_text (GTK_EDITABLE (self->search)));
}

static void
filter_changed_cb (BullaVerdictPanel *self)
{
  gboolean narrowed = gtk_drop_down_get_selected (self->states) != SHOW_ALL
                      || *gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0';

  bulla_rule_groups_filter (self->steps, is_wanted, narrowed, self);
}

static void
show_steps (BullaVerdictPanel *self)
{
  g_autoptr (GListModel) steps = bulla_provenance_list_steps (self->provenance);
  g_autofree char *tally = bulla_rule_groups_dup_tally (steps);

  gtk_widget_set_visible (self->rules,
                          bulla_rule_groups_fill (self->steps, steps, make_step_row) > 0);
  gtk_label_set_label (self->tally, tally);
  filter_changed_cb (self);
}

static void
show_section (GtkListBox *list, GtkWidget *title, GListModel *model,
              GtkListBoxCreateWidgetFunc make)
{
  gboolean any = bulla_panel_fill_list (list, model, make) > 0;

  gtk_widget_set_visible (title, any);
  gtk_widget_set_visible (GTK_WIDGET (list), any);
}

/* Lists the resources once: a bundle may have many, and they do not change. */
static void
show_resources (BullaVerdictPanel *self)
{
  BullaBundle *bundle = bulla_provenance_get_bundle (self->provenance);

  if (bundle != NULL && bundle == self->listed)
    return;
  g_autoptr (GListModel) resources = bulla_provenance_list_resources (self->provenance);
  g_set_object (&self->listed, bundle);
  show_section (self->resources, self->resources_title, resources, bulla_panel_make_fact_row);
}

static void
bulla_verdict_panel_refresh (BullaPanel *panel)
{
  BullaVerdictPanel *self = BULLA_VERDICT_PANEL (panel);
  g_autoptr (GListModel) facts = bulla_provenance_list_facts (self->provenance);
  g_autoptr (GListModel) contacts = bulla_provenance_list_contacts (self->provenance);
  g_autoptr (GListModel) versions = bulla_provenance_list_versions (self->provenance);
  g_autoptr (GListModel) refused = bulla_provenance_list_refused (self->provenance);
  g_autoptr (GListModel) request = bulla_provenance_list_request_steps (self->provenance);
  g_autofree char *summary = bulla_provenance_dup_summary (self->provenance);
  const char *classes[] = {"standing", bulla_provenance_get_style (self->provenance), NULL};

  gtk_image_set_from_icon_name (self->icon, bulla_provenance_get_icon_name (self->provenance));
  gtk_widget_set_css_classes (GTK_WIDGET (self->icon), classes);
  gtk_label_set_label (self->label, bulla_provenance_get_label (self->provenance));
  gtk_label_set_label (self->summary, summary);
  gtk_widget_set_visible (GTK_WIDGET (self->facts),
                          bulla_panel_fill_list (self->facts, facts, bulla_panel_make_fact_row)
                              > 0);
  show_section (self->contacts, self->contacts_title, contacts, bulla_panel_make_fact_row);
  show_section (self->versions, self->versions_title, versions, bulla_panel_make_fact_row);
  show_section (self->request, self->request_title, request, make_step_row);
  show_section (self->refused, self->refused_title, refused, bulla_panel_make_fact_row);
  show_resources (self);
  show_steps (self);
  gtk_widget_set_visible (self->live,
                          bulla_provenance_is_from_package (self->provenance)
                              && bulla_provenance_get_live_url (self->provenance) != NULL);
  gtk_widget_set_visible (self->exports, bulla_provenance_get_verdict (self->provenance) != NULL);
}

/* Copies every rule of the verdict, in English, as reports of faults need it. */
static void
copy_cb (BullaVerdictPanel *self)
{
  BullaVerdict *verdict = bulla_provenance_get_verdict (self->provenance);

  if (verdict == NULL)
    return;
  const char *url = bulla_provenance_get_url (self->provenance);
  g_autofree char *address = bulla_printable_dup (url != NULL ? url : "");
  g_autofree char *rules = bulla_verdict_describe (verdict, TRUE);
  g_autofree char *text =
      g_strdup_printf ("%s\n%s, %s\n%s", address, bulla_provenance_get_label (self->provenance),
                       bulla_verdict_get_profile_name (verdict), rules);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), text);
}

static void
bulla_verdict_panel_dispose (GObject *object)
{
  BullaVerdictPanel *self = BULLA_VERDICT_PANEL (object);

  g_clear_object (&self->provenance);
  g_clear_object (&self->listed);
  G_OBJECT_CLASS (bulla_verdict_panel_parent_class)->dispose (object);
}

static void
bulla_verdict_panel_class_init (BullaVerdictPanelClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = bulla_verdict_panel_dispose;
  BULLA_PANEL_CLASS (klass)->refresh = bulla_verdict_panel_refresh;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/bulla/Shell/verdict-panel.ui");
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, icon);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, label);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, summary);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, live);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, exports);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, facts);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, contacts);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, contacts_title);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, versions);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, versions_title);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, request);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, request_title);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, refused);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, refused_title);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, resources);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, resources_title);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, rules);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, tally);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, states);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, search);
  gtk_widget_class_bind_template_child (widget_class, BullaVerdictPanel, steps);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, copy_cb);
}

static void
bulla_verdict_panel_init (BullaVerdictPanel *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  bulla_rule_groups_set_up (self->steps);
}

/**
 * bulla_verdict_panel_show:
 * @provenance: provenance of the page; call again after a change
 */
void
bulla_verdict_panel_show (BullaVerdictPanel *self, BullaProvenance *provenance)
{
  g_set_object (&self->provenance, provenance);
  bulla_panel_update (BULLA_PANEL (self));
}
