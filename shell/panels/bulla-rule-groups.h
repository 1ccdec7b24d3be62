/* bulla-rule-groups.h - lists rules in groups, each with the number of rules that failed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bulla-panel-row.h"

G_BEGIN_DECLS

/* Returns: whether a rule is to be shown */
typedef gboolean (*BullaRuleFilter) (BullaPanelRow *rule, gpointer user_data);

void bulla_rule_groups_set_up (GtkListBox *list);
guint bulla_rule_groups_fill (GtkListBox *list, GListModel *rules, GtkListBoxCreateWidgetFunc make);
void bulla_rule_groups_filter (GtkListBox *list, BullaRuleFilter filter, gboolean opens,
                               gpointer user_data);
char *bulla_rule_groups_dup_tally (GListModel *rules);

G_END_DECLS
