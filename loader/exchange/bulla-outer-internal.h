/* bulla-outer-internal.h - fills in facts from an outer response
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-contact-internal.h"
#include "bulla-facts.h"
#include "bulla-outer.h"

G_BEGIN_DECLS

void bulla_outer_fill_facts (BullaOuter *self, BullaFacts *facts);
void bulla_outer_add_header (BullaOuter *self, const char *name, const char *value);
guint bulla_outer_get_status (BullaOuter *self);
void bulla_outer_set_server (BullaOuter *self, const char *address, const char *protocol);
const char *bulla_outer_get_server_address (BullaOuter *self);
const char *bulla_outer_get_protocol (BullaOuter *self);
void bulla_outer_set_cause (BullaOuter *self, const BullaCause *cause);
BullaCause bulla_outer_get_cause (BullaOuter *self);
gboolean bulla_outer_is_prefetch (BullaOuter *self);

G_END_DECLS
