/* bulla-bundle-response.h - one response in a web bundle: its headers, and where its payload is
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

#define BULLA_RESPONSE_HEADERS_END 524288 /* the first length that is too long */

typedef struct {
  BullaSpan headers;                      /* the map, inside its byte string */
  guint64 payload_offset, payload_length; /* in the file */
} BullaBundleResponse;

size_t bulla_bundle_response_want (BullaSpan start, guint64 item_length);
gboolean bulla_bundle_response_read (BullaBundleResponse *self, BullaSpan start,
                                     guint64 item_length, BullaFacts *facts);

G_END_DECLS
