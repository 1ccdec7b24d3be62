/* bulla-bundle-response.c - reads the headers of a bundled response, and locates its payload
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: B1ALG 3.4 "Load a response"; B2 "responses". */
#include "bulla-bundle-response.h"

#include "bulla-cbor.h"
#include "bulla-header-map.h"

#define HEAD_MAX 9 /* largest head of a CBOR item, in bytes */

static const BullaCborReasons reasons = {
    BULLA_REASON_RESPONSE_MALFORMED,
    BULLA_REASON_RESPONSE_NOT_CANONICAL,
    BULLA_REASON_RESPONSE_TYPE,
    BULLA_REASON_NONE,
};

static gboolean
read_array (BullaCursor *in)
{
  BullaCborItem array;

  return bulla_cbor_expect_head (in, &reasons, BULLA_CBOR_ARRAY, "a response that is not an array",
                                 &array)
         && bulla_cursor_require (in, array.number == 2, array.whole, BULLA_REASON_RESPONSE_TYPE,
                                  "not headers and a payload");
}

static gboolean
read_headers_head (BullaCursor *in, BullaCborItem *headers)
{
  return bulla_cbor_expect_head (in, &reasons, BULLA_CBOR_BYTES,
                                 "headers that are not a byte string", headers)
         && bulla_cursor_require (in, headers->number < BULLA_RESPONSE_HEADERS_END, headers->whole,
                                  BULLA_REASON_RESPONSE_HEADERS_TOO_LONG, "524288 bytes or more");
}

/**
 * bulla_bundle_response_want: (skip)
 * @start: the bytes of the response that have arrived, from its first one; may be empty
 * @item_length: length of the whole response according to the index
 *
 * Returns: the number of bytes that bulla_bundle_response_read() needs, at most @item_length. Call
 *   this again when they have arrived: the result can grow until @start is long enough
 */
size_t
bulla_bundle_response_want (BullaSpan start, guint64 item_length)
{
  size_t first = (size_t)MIN (item_length, 2 * HEAD_MAX);

  if (start.length < first)
    return first;
  g_auto (BullaCursor) in = bulla_cursor_over (start, BULLA_REASON_RESPONSE_MALFORMED);
  BullaCborItem headers;
  guint64 want = first;
  if (read_array (&in) && read_headers_head (&in, &headers))
    want = (in.rest.offset - start.offset) + headers.number + HEAD_MAX;
  in.closed = TRUE;
  return (size_t)MIN (want, item_length);
}

static void
read_item (BullaBundleResponse *self, BullaCursor *in, guint64 start, guint64 item_length)
{
  BullaCborItem headers, payload;

  if (!read_array (in) || !read_headers_head (in, &headers)
      || !bulla_cursor_require (in, headers.number <= item_length - (in->rest.offset - start),
                                headers.whole, BULLA_REASON_RESPONSE_LENGTH,
                                "headers longer than the response"))
    return;
  self->headers = bulla_cursor_take (in, (size_t)headers.number);
  if (!bulla_cbor_expect_head (in, &reasons, BULLA_CBOR_BYTES,
                               "a payload that is not a byte string", &payload))
    return;
  self->payload_offset = in->rest.offset;
  self->payload_length = payload.number;
  bulla_cursor_require (in, payload.number == item_length - (in->rest.offset - start),
                        payload.whole, BULLA_REASON_RESPONSE_LENGTH,
                        "a payload that does not end where the index says");
}

/**
 * bulla_bundle_response_read: (skip)
 * @self: (out caller-allocates): the locations of its parts
 * @start: the first bytes of the response, as many as bulla_bundle_response_want() requires; fewer
 *   only at the end of the file
 * @item_length: length of the whole response according to the index
 * @facts: receives headers, status and `response.item`
 *
 * Returns: whether the response is well-formed
 */
gboolean
bulla_bundle_response_read (BullaBundleResponse *self, BullaSpan start, guint64 item_length,
                            BullaFacts *facts)
{
  *self = (BullaBundleResponse){0};
  start.length = (size_t)MIN (start.length, item_length);
  facts->response.range = (BullaRange){start.offset, item_length};
  g_auto (BullaCursor) in = bulla_cursor_over (start, BULLA_REASON_RESPONSE_LENGTH);
  bulla_cursor_require (&in, item_length > 0, start, BULLA_REASON_RESPONSE_LENGTH,
                        "a response of no bytes");
  if (in.fault == NULL)
    read_item (self, &in, start.offset, item_length);
  /* The remaining bytes are the payload, or a part of it. */
  in.closed = TRUE;
  if (in.fault != NULL) {
    bulla_facts_take_fault (facts, &facts->response.item, g_steal_pointer (&in.fault));
    return FALSE;
  }
  facts->response.payload_length = self->payload_length;
  facts->headers_range = bulla_span_range (self->headers);
  bulla_part_set_ok (&facts->response.item);
  bulla_header_map_read (self->headers, facts);
  return facts->headers.read == BULLA_YES;
}
