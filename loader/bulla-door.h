/* bulla-door.h - lists the ways by which a page can reach the view, and how each is restricted
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

#include "bulla-macros.h"

G_BEGIN_DECLS

/**
 * BullaDoorFlags:
 * @BULLA_DOOR_REAL_ORIGIN: pages have the publisher's own https origin
 * @BULLA_DOOR_FRAMING_HEADERS: X-Frame-Options, frame-ancestors, COOP and COEP are honoured
 * @BULLA_DOOR_COOKIES: Set-Cookie is honoured
 * @BULLA_DOOR_SERVICE_WORKERS: pages may register service workers
 * @BULLA_DOOR_REDIRECTS: redirects are followed
 * @BULLA_DOOR_STREAMS: a body is shown while it arrives
 */
typedef enum {
  BULLA_DOOR_NONE = 0,
  BULLA_DOOR_REAL_ORIGIN = 1 << 0,
  BULLA_DOOR_FRAMING_HEADERS = 1 << 1,
  BULLA_DOOR_COOKIES = 1 << 2,
  BULLA_DOOR_SERVICE_WORKERS = 1 << 3,
  BULLA_DOOR_REDIRECTS = 1 << 4,
  BULLA_DOOR_STREAMS = 1 << 5,
} BullaDoorFlags;

#define BULLA_TYPE_DOOR (bulla_door_get_type ())
BULLA_API
G_DECLARE_INTERFACE (BullaDoor, bulla_door, BULLA, DOOR, GObject)

struct _BullaDoorInterface {
  GTypeInterface g_iface;
  const char *(*get_name) (BullaDoor *self);
  BullaDoorFlags (*get_flags) (BullaDoor *self);
};

BULLA_API const char *bulla_door_get_name (BullaDoor *self);
BULLA_API BullaDoorFlags bulla_door_get_flags (BullaDoor *self);

G_END_DECLS
