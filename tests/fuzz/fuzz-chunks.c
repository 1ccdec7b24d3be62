/* fuzz-chunks.c - the framing of bodies that come in chunks, from clients and from servers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-chunks.h"
#include "bulla-request-stream.h"
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

/* Filters one piece in a copy of its exact size; the bytes behind the body stay as they are. */
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

/* What is kept has no extensions and no trailer fields: strtoull(), as in libsoup, reads it too. */
static GString *
decode_plainly (const GByteArray *kept)
{
  GString *body = g_string_new (NULL);
  guint64 size = 1;

  for (gsize at = 0; size > 0;) {
    char *end = NULL;
    size = g_ascii_strtoull ((const char *)kept->data + at, &end, 16);
    at = end - (const char *)kept->data;
    g_assert_cmpint (memcmp (end, "\r\n", 2), ==, 0);
    g_assert_cmpuint (size, <=, kept->len - at - 4);
    g_string_append_len (body, end + 2, (gssize)size);
    at += 2 + size + (size > 0 ? 2 : 0);
    g_assert_true (size > 0 || at + 2 == kept->len);
  }
  return body;
}

static void
check_body (const uint8_t *data, size_t size, const Filtered *whole)
{
  BullaChunks bare = {.bare = TRUE};
  g_autofree guint8 *bytes = g_memdup2 (data, size);
  gsize n_body = 0, used = bulla_chunks_filter (&bare, bytes, size, &n_body);

  g_assert_cmpint (bare.state, ==, whole->chunks.state);
  g_assert_cmpuint (used, ==, whole->used);
  if (bare.state != BULLA_CHUNKS_OVER)
    return;
  g_autoptr (GString) body = decode_plainly (whole->kept);
  g_assert_cmpmem (bytes, n_body, body->str, body->len);
  g_auto (Filtered) again = filter (whole->kept->data, whole->kept->len, FALSE);
  g_assert_cmpuint (again.used, ==, whole->kept->len);
  g_assert_cmpmem (again.kept->data, again.kept->len, whole->kept->data, whole->kept->len);
}

/* A connection whose bytes have come in part: the body ends where the filter says, and the bytes
 * behind it are there for the next request. */
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
  gssize n = 1;

  g_byte_array_append (ahead, data, (guint)n_ahead);
  g_autoptr (GIOStream) stream = bulla_request_stream_new (base, ahead, 0, TRUE);
  while (n > 0 && !bulla_request_stream_is_over (BULLA_REQUEST_STREAM (stream))) {
    guint8 buffer[5000];
    n = g_input_stream_read (g_io_stream_get_input_stream (stream), buffer,
                             fuzz_split_next (&split, sizeof buffer), NULL, &error);
    g_byte_array_append (got, buffer, (guint)MAX (n, 0));
  }
  g_assert_cmpint (error != NULL, ==, whole->chunks.state == BULLA_CHUNKS_FAULTY);
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
