/* bulla-door.c - lists the ways by which a page can reach the view, and how each is restricted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-door.h"

G_DEFINE_INTERFACE (BullaDoor, bulla_door, G_TYPE_OBJECT)

static void
bulla_door_default_init (BullaDoorInterface *iface)
{
}

/**
 * bulla_door_get_name:
 * @self: a door
 *
 * Returns: (transfer none): the door's name in one word
 */
const char *
bulla_door_get_name (BullaDoor *self)
{
  return BULLA_DOOR_GET_IFACE (self)->get_name (self);
}

/**
 * bulla_door_get_flags:
 * @self: a door
 *
 * Returns: the abilities of the door, as measured with WebKitGTK
 */
BullaDoorFlags
bulla_door_get_flags (BullaDoor *self)
{
  return BULLA_DOOR_GET_IFACE (self)->get_flags (self);
}
