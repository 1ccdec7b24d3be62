/* bulla-coding-check.h - checks whether a body decodes as its Content-Encoding says
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-load.h"

G_BEGIN_DECLS

typedef struct _BullaCodingCheck BullaCodingCheck;

char *bulla_coding_dup (const BullaFacts *facts);
BullaCodingCheck *bulla_coding_check_new (BullaLoad *load, guint64 *left);
void bulla_coding_check_push (BullaCodingCheck *self, const guint8 *data, gsize length);
void bulla_coding_check_end (BullaCodingCheck *self);
void bulla_coding_check_free (BullaCodingCheck *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCodingCheck, bulla_coding_check_free)

G_END_DECLS
