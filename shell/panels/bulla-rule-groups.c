/* bulla-rule-groups.c - lists rules in groups, each with the number of rules that failed
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A group with a failed rule is open at first, and comes before the others. A group that the user
 * has opened or closed stays so while the same kind of package is shown. */
#include "bulla-rule-groups.h"

#include <adwaita.h>
#include <glib/gi18n.h>

#define N_STATES 3

typedef struct {
  AdwExpanderRow *row;   /* borrowed; owns the group */
  const char *title;     /* static, translated */
  guint place;           /* in the order of the verdict */
  guint tally[N_STATES]; /* number of rules in each #BullaState */
  GPtrArray *rules;      /* owned; of borrowed GtkListBoxRow */
  guint n_shown;         /* number of rules that the filter shows */
} Group;

static void
group_free (gpointer data)
{
  Group *self = data;

  g_ptr_array_unref (self->rules);
  g_free (self);
}

static Group *
get_group (gpointer row)
{
  return g_object_get_data (G_OBJECT (row), "group");
}

static int
compare_groups (GtkListBoxRow *a, GtkListBoxRow *b, gpointer user_data)
{
  const Group *one = get_group (a), *other = get_group (b);
  gboolean failed = one->tally[BULLA_STATE_BROKEN] > 0;

  if (failed != (other->tally[BULLA_STATE_BROKEN] > 0))
    return failed ? -1 : 1;
  return one->place < other->place ? -1 : one->place > other->place;
}

static gboolean
is_shown (GtkListBoxRow *row, gpointer user_data)
{
  return get_group (row)->n_shown > 0;
}

/**
 * bulla_rule_groups_set_up:
 * @list: an empty list
 */
void
bulla_rule_groups_set_up (GtkListBox *list)
{
  gtk_list_box_set_sort_func (list, compare_groups, NULL, NULL);
  gtk_list_box_set_filter_func (list, is_shown, NULL, NULL);
}

static void
append_count (GString *text, guint count, const char *counted)
{
  if (count > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", counted);
}

/* Returns: (transfer full): such as “1 failed, 12 passed” */
static char *
describe_tally (const guint *tally)
{
  g_autofree char *failed = g_strdup_printf (_ ("%u failed"), tally[BULLA_STATE_BROKEN]);
  g_autofree char *unasked = g_strdup_printf (_ ("%u not checked"), tally[BULLA_STATE_UNASKED]);
  g_autofree char *passed = g_strdup_printf (_ ("%u passed"), tally[BULLA_STATE_HELD]);
  GString *text = g_string_new (NULL);

  append_count (text, tally[BULLA_STATE_BROKEN], failed);
  append_count (text, tally[BULLA_STATE_UNASKED], unasked);
  append_count (text, tally[BULLA_STATE_HELD], passed);
  return g_string_free (text, FALSE);
}

/**
 * bulla_rule_groups_dup_tally:
 * @rules: of #BullaPanelRow
 *
 * Returns: (transfer full): how many of them failed, were not checked, and passed
 */
char *
bulla_rule_groups_dup_tally (GListModel *rules)
{
  guint tally[N_STATES] = {0};

  for (guint i = 0; i < g_list_model_get_n_items (rules); i++) {
    g_autoptr (BullaPanelRow) rule = g_list_model_get_item (rules, i);
    tally[bulla_panel_row_get_state (rule)]++;
  }
  return describe_tally (tally);
}

/* Takes all groups out of the list. Returns: (transfer full): title -> whether it was open; of
 * groups without a failed rule, and of those with one that the user has closed */
static GHashTable *
clear_groups (GtkListBox *list)
{
  GHashTable *open = g_hash_table_new (g_str_hash, g_str_equal);
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (list, 0)) != NULL) {
    const Group *group = get_group (row);
    gboolean is_open = adw_expander_row_get_expanded (group->row);
    if (is_open != (group->tally[BULLA_STATE_BROKEN] > 0))
      g_hash_table_insert (open, (gpointer)group->title, GINT_TO_POINTER (is_open));
    gtk_list_box_remove (list, GTK_WIDGET (row));
  }
  return open;
}

/* The subtitle says what the icon shows. */
static GtkWidget *
make_icon (const Group *self)
{
  const char *name = "bulla-unasked-symbolic", *style = "unasked";

  if (self->tally[BULLA_STATE_BROKEN] > 0) {
    name = "bulla-broken-symbolic";
    style = "refused";
  } else if (self->tally[BULLA_STATE_UNASKED] == 0) {
    name = "bulla-held-symbolic";
    style = "substituted";
  }
  GtkWidget *icon = g_object_new (GTK_TYPE_IMAGE, "icon-name", name, "accessible-role",
                                  GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (icon, "standing");
  gtk_widget_add_css_class (icon, style);
  return icon;
}

static int
compare_rules (gconstpointer a, gconstpointer b)
{
  return bulla_panel_row_compare (*(BullaPanelRow *const *)a, *(BullaPanelRow *const *)b);
}

/* Adds the rows of the group, failed rules first. */
static void
add_rows (Group *self, GPtrArray *entries, GtkListBoxCreateWidgetFunc make)
{
  g_ptr_array_sort (entries, compare_rules);
  for (guint i = 0; i < entries->len; i++) {
    BullaPanelRow *entry = entries->pdata[i];
    GtkWidget *row = make (entry, NULL);
    g_object_set_data_full (G_OBJECT (row), "entry", g_object_ref (entry), g_object_unref);
    adw_expander_row_add_row (self->row, row);
    g_ptr_array_add (self->rules, row);
    self->tally[bulla_panel_row_get_state (entry)]++;
  }
  self->n_shown = entries->len;
}

/* Adds a group of rules, which is open if one of them failed. @open: of clear_groups() */
static void
add_group (GtkListBox *list, const char *title, guint place, GPtrArray *entries,
           GtkListBoxCreateWidgetFunc make, GHashTable *open)
{
  Group *self = g_new0 (Group, 1);
  gpointer chosen = NULL;

  self->row = ADW_EXPANDER_ROW (adw_expander_row_new ());
  self->title = title;
  self->place = place;
  self->rules = g_ptr_array_new ();
  g_object_set_data_full (G_OBJECT (self->row), "group", self, group_free);
  add_rows (self, entries, make);
  g_autofree char *tally = describe_tally (self->tally);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->row), title);
  adw_expander_row_set_subtitle (self->row, tally);
  adw_expander_row_add_prefix (self->row, make_icon (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->row), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tally, -1);
  gboolean is_open = g_hash_table_lookup_extended (open, title, NULL, &chosen)
                         ? GPOINTER_TO_INT (chosen)
                         : self->tally[BULLA_STATE_BROKEN] > 0;
  adw_expander_row_set_expanded (self->row, is_open);
  gtk_list_box_append (list, GTK_WIDGET (self->row));
}

/* Returns: (transfer full): the titles of the groups, in order of their first rule. @groups:
 * title -> array of #BullaPanelRow */
static GPtrArray *
sort_rules (GListModel *rules, GHashTable *groups)
{
  GPtrArray *titles = g_ptr_array_new ();

  for (guint i = 0; i < g_list_model_get_n_items (rules); i++) {
    g_autoptr (BullaPanelRow) rule = g_list_model_get_item (rules, i);
    const char *title = bulla_panel_row_get_group (rule);
    GPtrArray *entries = g_hash_table_lookup (groups, title);
    if (entries == NULL) {
      entries = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (groups, (gpointer)title, entries);
      g_ptr_array_add (titles, (gpointer)title);
    }
    g_ptr_array_add (entries, g_steal_pointer (&rule));
  }
  return titles;
}

/**
 * bulla_rule_groups_fill:
 * @list: a list that was set up
 * @rules: of #BullaPanelRow: steps of a verdict
 * @make: makes the row of one of them
 *
 * Replaces all groups; all rules are shown.
 *
 * Returns: the number of rules
 */
guint
bulla_rule_groups_fill (GtkListBox *list, GListModel *rules, GtkListBoxCreateWidgetFunc make)
{
  g_autoptr (GHashTable) open = clear_groups (list);
  g_autoptr (GHashTable) groups =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  g_autoptr (GPtrArray) titles = sort_rules (rules, groups);

  for (guint i = 0; i < titles->len; i++)
    add_group (list, titles->pdata[i], i, g_hash_table_lookup (groups, titles->pdata[i]), make,
               open);
  return g_list_model_get_n_items (rules);
}

/**
 * bulla_rule_groups_filter:
 * @list: a list that was filled
 * @filter: says which rules are shown
 * @opens: whether groups with such a rule are opened
 * @user_data: passed to @filter
 *
 * Hides the other rules, and groups without rules to show.
 */
void
bulla_rule_groups_filter (GtkListBox *list, BullaRuleFilter filter, gboolean opens,
                          gpointer user_data)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (list, i)) != NULL; i++) {
    Group *group = get_group (row);
    group->n_shown = 0;
    for (guint j = 0; j < group->rules->len; j++) {
      GtkWidget *rule = group->rules->pdata[j];
      gboolean shown = filter (g_object_get_data (G_OBJECT (rule), "entry"), user_data);
      gtk_widget_set_visible (rule, shown);
      group->n_shown += shown;
    }
    if (opens && group->n_shown > 0)
      adw_expander_row_set_expanded (group->row, TRUE);
  }
  gtk_list_box_invalidate_filter (list);
}
