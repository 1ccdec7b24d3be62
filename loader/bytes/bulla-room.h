/* bulla-room.h - how many bytes several bodies may have among them, and where those lie
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_ROOM_MEMORY_MAX (1024 * 1024) /* bytes; what is more lies in a file */
#define BULLA_ROOM_BLOCK_SIZE 16384         /* bytes of the file */

typedef struct _BullaRoom BullaRoom;

BullaRoom *bulla_room_new (guint64 max);
BullaRoom *bulla_room_ref (BullaRoom *self);
void bulla_room_unref (BullaRoom *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaRoom, bulla_room_unref)

gboolean bulla_room_take (BullaRoom *self, guint64 bytes, GError **error);
void bulla_room_give_back (BullaRoom *self, guint64 bytes);
guint64 bulla_room_get_left (BullaRoom *self);

/* of these bytes, those that may be in memory */
gboolean bulla_room_take_memory (BullaRoom *self, guint64 bytes);
void bulla_room_give_back_memory (BullaRoom *self, guint64 bytes);

/* the others lie in blocks of one file */
gboolean bulla_room_take_block (BullaRoom *self, guint32 *block, GError **error);
void bulla_room_give_back_block (BullaRoom *self, guint32 block);
gboolean bulla_room_write (BullaRoom *self, guint32 block, gsize offset, const guint8 *bytes,
                           gsize size, GError **error);
gboolean bulla_room_read (BullaRoom *self, guint32 block, gsize offset, void *buffer, gsize size,
                          GError **error);

G_END_DECLS
