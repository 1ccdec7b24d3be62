/* bulla-panel-row.h - represents a row of a panel: a fact, a contact, or a step of a verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "bulla-verdict.h"

G_BEGIN_DECLS

#define BULLA_TYPE_PANEL_ROW (bulla_panel_row_get_type ())
G_DECLARE_FINAL_TYPE (BullaPanelRow, bulla_panel_row, BULLA, PANEL_ROW, GObject)

BullaPanelRow *bulla_panel_row_new (const char *title, const char *value);
BullaPanelRow *bulla_panel_row_new_for_step (const BullaVerdict *verdict, guint step);

const char *bulla_panel_row_get_title (BullaPanelRow *self);
const char *bulla_panel_row_get_rule (BullaPanelRow *self);
const char *bulla_panel_row_get_group (BullaPanelRow *self);
const char *bulla_panel_row_get_value (BullaPanelRow *self);
const char *bulla_panel_row_get_required (BullaPanelRow *self);
char *bulla_panel_row_dup_source_markup (BullaPanelRow *self);
const char *bulla_panel_row_get_reason (BullaPanelRow *self);
BullaState bulla_panel_row_get_state (BullaPanelRow *self);
const char *bulla_panel_row_get_state_label (BullaPanelRow *self);
const char *bulla_panel_row_get_icon_name (BullaPanelRow *self);
const char *bulla_panel_row_get_style (BullaPanelRow *self);
gboolean bulla_panel_row_matches (BullaPanelRow *self, const char *words);
int bulla_panel_row_compare (BullaPanelRow *self, BullaPanelRow *other);

G_END_DECLS
