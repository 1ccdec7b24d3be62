/* fuzz-chunks.c - decodes chunked bodies from clients and servers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-chunks.h"
#include "bulla-gateway-connection.h"
#include "fuzz.h"

typedef struct {
  BullaChunks chunks;
  GByteArray *kept; /* owned */
  gsize used;
} Filtered;

static void
filtered_clear (Filtered *self)
{
  g_byte_array_unref (self->kept);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Filtered, filtered_clear)

/* Filters a piece in a heap copy of its exact size; bytes after the body must not change. */
static gsize
filter_piece (Filtered *self, const uint8_t *data, size_t size)
{
  g_autofree guint8 *copy = g_memdup2 (data, size);
  gsize kept = 0;
  gsize used = bulla_chunks_filter (&self->chunks, copy, size, &kept);

  g_assert_cmpuint (used, <=, size);
  g_assert_cmpuint (kept, <=, used);
  g_assert_cmpmem (copy + used, size - used, data + used, size - used);
  g_assert_true (used == size || self->chunks.state >= BULLA_CHUNKS_OVER);
  g_byte_array_append (self->kept, copy, (guint)kept);
  return used;
}

static Filtered
filter (const uint8_t *data, size_t size, gboolean in_pieces)
{
  Filtered self = {.kept = g_byte_array_new ()};
  FuzzSplit split = fuzz_split_new (data, size);

  while (self.used < size && self.chunks.state < BULLA_CHUNKS_OVER) {
    size_t left = size - self.used;
    size_t piece = in_pieces ? fuzz_split_next (&split, left) : left;
    self.used += filter_piece (&self, data + self.used, piece);
  }
  return self;
}

static void
check_same (const Filtered *one, const Filtered *other)
{
  g_assert_cmpint (one->chunks.state, ==, other->chunks.state);
  g_assert_cmpuint (one->chunks.size, ==, other->chunks.size);
  g_assert_cmpmem (one->kept->data, one->kept->len, other->kept->data, other->kept->len);
}

/* The body must consist of bytes of the input, and not depend on how the input is split. */
static void
check_body (const uint8_t *data, size_t size, const Filtered *whole)
{
  if (whole->chunks.state != BULLA_CHUNKS_OVER)
    return;
  g_assert_cmpuint (whole->kept->len, <, whole->used);
  if (whole->kept->len == 0)
    return;
  g_autoptr (GString) text = g_string_new (NULL);
  g_string_printf (text, "%x\r\n", whole->kept->len);
  g_string_append_len (text, (const char *)whole->kept->data, whole->kept->len);
  g_string_append (text, "\r\n0\r\n\r\n");
  g_auto (Filtered) again = filter ((const uint8_t *)text->str, text->len, FALSE);
  g_assert_cmpint (again.chunks.state, ==, BULLA_CHUNKS_OVER);
  g_assert_cmpuint (again.used, ==, text->len);
  g_assert_cmpmem (again.kept->data, again.kept->len, whole->kept->data, whole->kept->len);
}

/* Reads from a connection on which a part of the bytes has arrived: the body must end where the
 * filter says, and the bytes after it must remain for the next request. */
static void
check_stream (const uint8_t *data, size_t size, const Filtered *whole)
{
  FuzzSplit split = fuzz_split_new (data, size);
  size_t n_ahead = size > 0 ? fuzz_split_next (&split, size) : 0;
  g_autoptr (GByteArray) ahead = g_byte_array_new (), got = g_byte_array_new ();
  g_autoptr (GInputStream) in =
      g_memory_input_stream_new_from_data (data + n_ahead, (gssize)(size - n_ahead), NULL);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GIOStream) base = g_simple_io_stream_new (in, out);
  g_autoptr (GError) error = NULL;
  BullaGatewayConnection connection = {.base = base, .ahead = ahead, .chunked = TRUE};

  g_byte_array_append (ahead, data, (guint)n_ahead);
  while (error == NULL && bulla_gateway_connection_is_receiving (&connection)) {
    guint8 buffer[5000];
    gssize n = bulla_gateway_connection_receive (&connection, buffer,
                                                 fuzz_split_next (&split, sizeof buffer), &error);
    g_byte_array_append (got, buffer, (guint)MAX (n, 0));
  }
  g_assert_cmpint (error != NULL, ==, whole->chunks.state != BULLA_CHUNKS_OVER);
  if (error != NULL)
    return;
  g_assert_cmpmem (got->data, got->len, whole->kept->data, whole->kept->len);
  size_t taken = n_ahead + (size_t)g_seekable_tell (G_SEEKABLE (in)) - ahead->len;
  g_assert_cmpuint (taken, ==, whole->used);
  g_assert_cmpmem (ahead->data, ahead->len, data + taken, ahead->len);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (Filtered) whole = filter (data, size, FALSE);
  g_auto (Filtered) pieces = filter (data, size, TRUE);

  check_same (&whole, &pieces);
  g_assert_cmpuint (whole.used, ==, pieces.used);
  check_body (data, size, &whole);
  check_stream (data, size, &whole);
  return 0;
}
