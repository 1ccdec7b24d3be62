/* bulla-room.h - how many bytes several bodies may have among them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BullaRoom BullaRoom;

BullaRoom *bulla_room_new (guint64 max);
BullaRoom *bulla_room_ref (BullaRoom *self);
void bulla_room_unref (BullaRoom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaRoom, bulla_room_unref)

gboolean bulla_room_take (BullaRoom *self, guint64 bytes);
void bulla_room_give_back (BullaRoom *self, guint64 bytes);
guint64 bulla_room_get_max (BullaRoom *self);
guint64 bulla_room_get_left (BullaRoom *self);

G_END_DECLS
