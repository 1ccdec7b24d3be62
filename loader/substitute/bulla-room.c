/* bulla-room.c - how many bytes several bodies may have among them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * They come in at the same time, and nobody knows beforehand how long they are: so each takes what
 * it keeps as that comes, and gives it back when it goes. */
#include "bulla-room.h"

struct _BullaRoom {
  guint references;
  guint64 max, left; /* bytes */
};

BullaRoom *
bulla_room_new (guint64 max)
{
  BullaRoom *self = g_new (BullaRoom, 1);

  *self = (BullaRoom){1, max, max};
  return self;
}

BullaRoom *
bulla_room_ref (BullaRoom *self)
{
  self->references++;
  return self;
}

void
bulla_room_unref (BullaRoom *self)
{
  if (--self->references == 0)
    g_free (self);
}

/* Returns: whether there was room for them; otherwise nothing is taken */
gboolean
bulla_room_take (BullaRoom *self, guint64 bytes)
{
  if (bytes > self->left)
    return FALSE;
  self->left -= bytes;
  return TRUE;
}

void
bulla_room_give_back (BullaRoom *self, guint64 bytes)
{
  self->left += bytes;
}

guint64
bulla_room_get_max (BullaRoom *self)
{
  return self->max;
}

guint64
bulla_room_get_left (BullaRoom *self)
{
  return self->left;
}
