/* bulla-base64.h - decodes base64 strictly: anything that is not base64 is an error
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_BASE64_PLAIN = 0,
  BULLA_BASE64_URL = 1 << 0,    /* also accepts the alphabet of base64url */
  BULLA_BASE64_SPACES = 1 << 1, /* skips ASCII white space */
} BullaBase64Flags;

GBytes *bulla_base64_decode (const char *text, gsize length, BullaBase64Flags flags);

G_END_DECLS
