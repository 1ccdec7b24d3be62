/* bulla-handovers.h - the handovers that the history of one window keeps, within a quota
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-handover.h"

G_BEGIN_DECLS

#define BULLA_HANDOVERS_BYTES_MAX ((guint64)1 << 30) /* as of a stash */

#define BULLA_TYPE_HANDOVERS (bulla_handovers_get_type ())
G_DECLARE_FINAL_TYPE (BullaHandovers, bulla_handovers, BULLA, HANDOVERS, GObject)

BullaHandovers *bulla_handovers_new (guint64 bytes_max);
guint bulla_handovers_add (BullaHandovers *self, BullaHandover *handover);
BullaHandover *bulla_handovers_find (BullaHandovers *self, guint id);
void bulla_handovers_remove (BullaHandovers *self, guint id);
guint bulla_handovers_get_n (BullaHandovers *self);

G_END_DECLS
