/* fuzz-content-decoder.c - decodes content codings, at once and in pieces
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-content-decoder.h"
#include "fuzz.h"

#define DECODED_MAX (1 << 20) /* most decoded bytes: a few coded bytes can decode to any number */

static gboolean
collect (const guint8 *data, gsize length, gpointer user_data)
{
  GByteArray *into = user_data;

  g_byte_array_append (into, data, (guint)length);
  return into->len <= DECODED_MAX;
}

/* Returns: whether everything was decoded */
static gboolean
decode (const char *coding, const uint8_t *data, size_t size, gboolean in_pieces, GByteArray *into)
{
  g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (coding);
  FuzzSplit split = fuzz_split_new (data, size);
  gboolean fine = TRUE;

  for (size_t at = 0, piece = 0; fine && at < size; at += piece) {
    piece = in_pieces ? fuzz_split_next (&split, size - at) : size - at;
    g_autofree guint8 *copy = g_memdup2 (data + at, piece);
    fine = bulla_content_decoder_push (decoder, copy, piece, collect, into);
  }
  return fine && bulla_content_decoder_end (decoder, collect, into);
}

/* The input is a line with the coding, followed by the coded bytes. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  const uint8_t *end = memchr (data, '\n', size);
  g_autofree char *coding = end != NULL ? g_strndup ((const char *)data, end - data) : NULL;
  g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (coding);
  g_autoptr (GByteArray) whole = g_byte_array_new (), pieces = g_byte_array_new ();

  if (end == NULL || decoder == NULL)
    return 0;
  size_t left = size - (size_t)(end + 1 - data);
  gboolean fine = decode (coding, end + 1, left, FALSE, whole);
  g_assert_cmpint (decode (coding, end + 1, left, TRUE, pieces), ==, fine);
  guint common = MIN (whole->len, pieces->len);
  g_assert_cmpmem (whole->data, common, pieces->data, common);
  g_assert_true (!fine || whole->len == pieces->len);
  return 0;
}
