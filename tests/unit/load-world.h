/* load-world.h - forges packages, and drives their loads step by step
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"
#include "bulla-loader.h"
#include "forge.h"

G_BEGIN_DECLS

typedef struct {
  Forge *forge;          /* owned */
  BullaTrust *trust;     /* owned; trusts the roots and logs of the forge */
  BullaProfile *profile; /* owned */
} LoadWorld;

/* @recipe: lines of the group [package], after its first */
LoadWorld *load_world_new (const char *profile, const char *recipe);
void load_world_free (LoadWorld *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (LoadWorld, load_world_free)

void load_world_set_profile (LoadWorld *self, const char *profile);
/* Returns the exchange with another Signature value, which is not signed. */
GBytes *load_world_with_signature (LoadWorld *self, const char *signature);
char *load_world_dup_signature (LoadWorld *self);

BullaLoad *load_world_start (LoadWorld *self, GBytes *by_hand, gint64 now);
/* Pushes the exchange in pieces, and its end if the head needs more; the rest becomes the body. */
void load_push (BullaLoad *load, GBytes *exchange, size_t piece);
/* Returns the decoded body; @error says how it ended. */
GByteArray *load_read_body (BullaLoad *load, size_t piece, GError **error);

void assert_verdict (BullaVerdict *verdict, const char *outcome, const char *reason);

G_END_DECLS
