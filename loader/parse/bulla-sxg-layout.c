/* bulla-sxg-layout.c - locates the parts of an exchange, even in unsupported versions, for display
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The result is only displayed, never judged. Spec: IMPL 5.3; draft-yasskin-
 * httpbis-origin-signed-exchanges-impl-00 and -01 for b1 and b2. */
#include "bulla-sxg-layout.h"

#include <string.h>

#include "bulla-cbor.h"
#include "bulla-header-map.h"
#include "bulla-sxg-reader.h"

#define LENGTH_SIZE 3 /* bytes */

/* Takes a part, or what there is of it. */
static BullaRange
take_part (BullaCursor *in, size_t length, BullaSxgLayout *found)
{
  size_t left = MIN (length, in->rest.length);

  found->missing += length - left;
  return bulla_span_range (bulla_cursor_take (in, left));
}

/* Reads a big-endian number of @size bytes; takes the rest of a file that ends before it. */
static size_t
take_number (BullaCursor *in, size_t size, BullaSxgLayout *found)
{
  if (in->rest.length >= size)
    return (size_t)bulla_cursor_take_be (in, size);
  take_part (in, size, found);
  return 0;
}

/* Takes a length that is not greater than @max. */
static size_t
take_length (BullaCursor *in, size_t max, BullaReason reason, BullaSxgLayout *found)
{
  if (in->rest.length >= LENGTH_SIZE)
    return bulla_cursor_take_length (in, LENGTH_SIZE, max, reason);
  return take_number (in, LENGTH_SIZE, found);
}

/**
 * bulla_sxg_layout_read: (skip)
 * @self: (out caller-allocates): filled only when this returns %TRUE
 * @bytes: an exchange, perhaps cut off
 * @error: a %BULLA_FAULT: the file signature is not that of an exchange, or a part is too long
 */
gboolean
bulla_sxg_layout_read (BullaSxgLayout *self, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  BullaSxgLayout found = {0};
  g_auto (BullaCursor) in =
      bulla_cursor_over ((BullaSpan){data, length, 0}, BULLA_REASON_SXG_TRUNCATED);
  BullaSpan magic = bulla_cursor_take (&in, 8);
  gboolean known = magic.length == 8 && memcmp (magic.data, "sxg1-b", 6) == 0
                   && magic.data[6] >= '1' && magic.data[6] <= '3' && magic.data[7] == 0;

  bulla_cursor_require (&in, known, magic, BULLA_REASON_SXG_MAGIC, "unrecognised file signature");
  if (known)
    memcpy (found.version, magic.data + 5, 2);
  if (known && magic.data[6] != '1')
    found.url = take_part (&in, take_number (&in, 2, &found), &found);
  size_t signature =
      take_length (&in, BULLA_SXG_SIGNATURE_MAX, BULLA_REASON_SXG_SIGNATURE_TOO_LONG, &found);
  size_t headers =
      take_length (&in, BULLA_SXG_HEADERS_MAX, BULLA_REASON_SXG_HEADERS_TOO_LONG, &found);
  found.signature = take_part (&in, signature, &found);
  found.headers = take_part (&in, headers, &found);
  found.body = take_part (&in, in.rest.length, &found);
  if (!bulla_cursor_close (&in, BULLA_REASON_SXG_TRUNCATED, error))
    return FALSE;
  *self = found;
  return TRUE;
}

static void
clear_field (gpointer data)
{
  BullaSxgField *field = data;

  g_free (field->name);
  g_free (field->value);
}

static void
read_fields (BullaCursor *in, GArray *fields)
{
  static const BullaCborReasons reasons = {
      BULLA_REASON_HEADERS_MALFORMED,
      BULLA_REASON_HEADERS_NOT_CANONICAL,
      BULLA_REASON_HEADERS_TYPE,
  };
  BullaCborItem map, name, value;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_MAP, "not a map", &map))
    return;
  for (guint64 i = 0; i < map.number && fields->len < BULLA_HEADER_MAP_COUNT_MAX; i++) {
    if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES, "not bytes", &name)
        || !bulla_cbor_expect (in, &reasons, BULLA_CBOR_BYTES, "not bytes", &value))
      return;
    BullaSxgField field = {g_strndup ((const char *)name.bytes.data, name.bytes.length),
                           g_strndup ((const char *)value.bytes.data, value.bytes.length)};
    g_array_append_val (fields, field);
  }
}

/**
 * bulla_sxg_layout_read_fields: (skip)
 * @self: where the parts lie
 * @bytes: the exchange
 *
 * b1 and b2 have an array of two maps, of the request and of the response; later versions have one
 * map.
 *
 * Returns: (transfer full) (element-type BullaSxgField): pseudo-headers and headers, as far as they
 *   could be read
 */
GArray *
bulla_sxg_layout_read_fields (const BullaSxgLayout *self, GBytes *bytes)
{
  GArray *fields = g_array_new (FALSE, FALSE, sizeof (BullaSxgField));

  g_array_set_clear_func (fields, clear_field);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_return_val_if_fail (self->headers.offset + self->headers.length <= length, fields);
  BullaSpan span = {data + self->headers.offset, self->headers.length, self->headers.offset};
  g_auto (BullaCursor) in = bulla_cursor_over (span, BULLA_REASON_HEADERS_MALFORMED);
  if (strcmp (self->version, "b3") != 0 && span.length > 0 && span.data[0] == 0x82) {
    bulla_cursor_take (&in, 1);
    read_fields (&in, fields);
  }
  read_fields (&in, fields);
  bulla_cursor_close (&in, BULLA_REASON_HEADERS_TRAILING_BYTES, NULL);
  return fields;
}
