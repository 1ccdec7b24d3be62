/* bulla-bundle-plain-entry.h - reads the usual form of an entry of a bundle's index
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"

G_BEGIN_DECLS

typedef struct {
  BullaSpan key;        /* the text of the key, without its head */
  BullaSpan whole_key;  /* the key with its head */
  size_t length;        /* bytes of the whole entry */
  guint64 offset, size; /* location of the response */
} BullaBundlePlainEntry;

gboolean bulla_bundle_plain_entry_read (BullaBundlePlainEntry *self, BullaSpan rest, gboolean is_b2,
                                        const char *origin, size_t origin_length);

G_END_DECLS
