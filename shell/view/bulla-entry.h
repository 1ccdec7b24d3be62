/* bulla-entry.h - represents a row of a panel: a fact, a contact, or a step of a verdict
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "bulla-verdict.h"

G_BEGIN_DECLS

#define BULLA_TYPE_ENTRY (bulla_entry_get_type ())
G_DECLARE_FINAL_TYPE (BullaEntry, bulla_entry, BULLA, ENTRY, GObject)

BullaEntry *bulla_entry_new (const char *title, const char *value);
BullaEntry *bulla_entry_new_for_step (const BullaVerdict *verdict, guint step);

const char *bulla_entry_get_title (BullaEntry *self);
const char *bulla_entry_get_rule (BullaEntry *self);
const char *bulla_entry_get_value (BullaEntry *self);
const char *bulla_entry_get_required (BullaEntry *self);
char *bulla_entry_dup_source_markup (BullaEntry *self);
const char *bulla_entry_get_reason (BullaEntry *self);
BullaState bulla_entry_get_state (BullaEntry *self);
const char *bulla_entry_get_state_label (BullaEntry *self);
const char *bulla_entry_get_icon_name (BullaEntry *self);
const char *bulla_entry_get_style (BullaEntry *self);
gboolean bulla_entry_matches (BullaEntry *self, const char *words);
int bulla_entry_compare (BullaEntry *self, BullaEntry *other);

G_END_DECLS
