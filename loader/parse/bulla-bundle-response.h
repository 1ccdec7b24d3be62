/* bulla-bundle-response.h - reads the headers of a bundled response, and locates its payload
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

#define BULLA_RESPONSE_HEADERS_END 524288 /* lowest length in bytes that is too large */

typedef struct {
  BullaSpan headers;                      /* the map inside its byte string */
  guint64 payload_offset, payload_length; /* location in the file */
} BullaBundleResponse;

size_t bulla_bundle_response_want (BullaSpan start, guint64 item_length);
gboolean bulla_bundle_response_read (BullaBundleResponse *self, BullaSpan start,
                                     guint64 item_length, BullaFacts *facts);

G_END_DECLS
