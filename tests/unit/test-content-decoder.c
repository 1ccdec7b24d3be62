/* test-content-decoder.c - decodes content codings piece by piece
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-content-decoder.h"

#include <string.h>

#include "bulla-error.h"

#define HELLO "hello"
#define PIECE_MAX 32768

/* HELLO, as `brotli` writes it */
static const guint8 BROTLI[] = {0x0b, 0x02, 0x80, 'h', 'e', 'l', 'l', 'o', 0x03};

static GByteArray *
compress (GZlibCompressorFormat format, const void *plain, gsize length)
{
  g_autoptr (GConverter) zlib = G_CONVERTER (g_zlib_compressor_new (format, 9));
  GByteArray *out = g_byte_array_new ();
  gsize read = 0, written = 0;
  g_autoptr (GError) error = NULL;

  g_byte_array_set_size (out, (guint)length + 1024);
  GConverterResult result = g_converter_convert (zlib, plain, length, out->data, out->len,
                                                 G_CONVERTER_INPUT_AT_END, &read, &written, &error);
  g_assert_no_error (error);
  g_assert_cmpint (result, ==, G_CONVERTER_FINISHED);
  g_byte_array_set_size (out, (guint)written);
  return out;
}

static GByteArray *
encode (const char *coding)
{
  GByteArray *bytes = g_byte_array_new ();

  if (g_str_equal (coding, "br"))
    return g_byte_array_append (bytes, BROTLI, sizeof BROTLI);
  if (g_str_equal (coding, "identity"))
    return g_byte_array_append (bytes, (const guint8 *)HELLO, strlen (HELLO));
  g_byte_array_unref (bytes);
  return compress (g_str_equal (coding, "gzip") ? G_ZLIB_COMPRESSOR_FORMAT_GZIP
                                                : G_ZLIB_COMPRESSOR_FORMAT_ZLIB,
                   HELLO, strlen (HELLO));
}

static gboolean
collect (const guint8 *data, gsize length, gpointer user_data)
{
  g_assert_cmpuint (length, <=, PIECE_MAX);
  g_byte_array_append (user_data, data, (guint)length);
  return TRUE;
}

/* Returns: whether all of it was decoded; @piece: bytes in one push; @has_rest: (out) (optional):
 * whether bytes follow the end */
static gboolean
decode_rest (const char *coding, const guint8 *bytes, gsize length, gsize piece, GByteArray *into,
             gboolean *has_rest)
{
  g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (coding);

  g_assert_nonnull (decoder);
  for (gsize at = 0; at < length; at += piece)
    if (!bulla_content_decoder_push (decoder, bytes + at, MIN (piece, length - at), collect, into))
      return FALSE;
  gboolean good = bulla_content_decoder_end (decoder, collect, into);
  if (has_rest != NULL)
    *has_rest = bulla_content_decoder_has_rest (decoder);
  return good;
}

static gboolean
decode (const char *coding, const guint8 *bytes, gsize length, gsize piece, GByteArray *into)
{
  return decode_rest (coding, bytes, length, piece, into, NULL);
}

static const char *const CODINGS[] = {"identity", "gzip", "deflate", "br"};

static void
test_whole (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (GByteArray) coded = encode (CODINGS[i]);
    for (gsize piece = 1; piece <= coded->len; piece++) {
      g_autoptr (GByteArray) got = g_byte_array_new ();
      g_assert_true (decode (CODINGS[i], coded->data, coded->len, piece, got));
      g_assert_cmpmem (got->data, got->len, HELLO, strlen (HELLO));
    }
  }
}

static void
test_truncated (void)
{
  for (guint i = 1; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (GByteArray) coded = encode (CODINGS[i]);
    for (gsize length = 1; length < coded->len; length++) {
      g_autoptr (GByteArray) got = g_byte_array_new ();
      g_assert_false (decode (CODINGS[i], coded->data, length, length, got));
      g_assert_false (decode (CODINGS[i], coded->data, length, 1, got));
    }
  }
}

/* A flipped bit leads to an error, and never to bytes that were not in the body. The checksums
 * of gzip and deflate detect every flipped bit, except in the name and time of the gzip header. */
static void
test_damaged (void)
{
  for (guint i = 1; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (GByteArray) coded = encode (CODINGS[i]);
    for (guint bit = 0; bit < coded->len * 8; bit++) {
      g_autoptr (GByteArray) got = g_byte_array_new ();
      coded->data[bit / 8] ^= (guint8)(1u << bit % 8);
      if (decode (CODINGS[i], coded->data, coded->len, coded->len, got)
          && !g_str_equal (CODINGS[i], "br"))
        g_assert_cmpmem (got->data, got->len, HELLO, strlen (HELLO));
      coded->data[bit / 8] ^= (guint8)(1u << bit % 8);
    }
  }
}

/* bytes after the end are ignored, as in browsers, and counted, however the input is split */
static void
test_trailing (void)
{
  for (guint i = 1; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (GByteArray) coded = encode (CODINGS[i]);
    guint whole = coded->len;
    g_byte_array_append (coded, (const guint8 *)"more", 4);
    const gsize pieces[] = {1, whole, coded->len};
    for (guint j = 0; j < G_N_ELEMENTS (pieces); j++) {
      g_autoptr (GByteArray) got = g_byte_array_new (), exact = g_byte_array_new ();
      gboolean has_rest = FALSE;
      g_assert_true (decode_rest (CODINGS[i], coded->data, coded->len, pieces[j], got, &has_rest));
      g_assert_cmpmem (got->data, got->len, HELLO, strlen (HELLO));
      g_assert_true (has_rest);
      g_assert_true (decode_rest (CODINGS[i], coded->data, whole, pieces[j], exact, &has_rest));
      g_assert_false (has_rest);
    }
    g_autoptr (GBytes) bytes = g_bytes_new (coded->data, coded->len);
    gboolean has_rest = FALSE;
    g_autoptr (GBytes) got = bulla_content_decode (CODINGS[i], bytes, 100, &has_rest, NULL);
    g_assert_nonnull (got);
    g_assert_true (has_rest);
  }
}

/* All members of gzip are decoded, however the input is split; they may be empty. */
static void
test_members (void)
{
  g_autoptr (GByteArray) coded = encode ("gzip");
  g_autoptr (GByteArray) empty = compress (G_ZLIB_COMPRESSOR_FORMAT_GZIP, "", 0);
  g_autoptr (GByteArray) more = encode ("gzip");
  guint first = coded->len, second = first + empty->len;

  g_byte_array_append (coded, empty->data, empty->len);
  g_byte_array_append (coded, more->data, more->len);
  for (gsize piece = 1; piece <= coded->len; piece++) {
    g_autoptr (GByteArray) got = g_byte_array_new ();
    gboolean has_rest = TRUE;
    g_assert_true (decode_rest ("gzip", coded->data, coded->len, piece, got, &has_rest));
    g_assert_cmpmem (got->data, got->len, HELLO HELLO, strlen (HELLO HELLO));
    g_assert_false (has_rest);
  }
  for (gsize length = first; length < coded->len; length++) {
    g_autoptr (GByteArray) got = g_byte_array_new (), pieces = g_byte_array_new ();
    gboolean has_rest = FALSE, is_start = length == first + 1 || length == second + 1;
    gboolean is_whole = length == first || length == second;
    g_assert_cmpint (decode_rest ("gzip", coded->data, length, length, got, &has_rest), ==,
                     is_whole || is_start);
    g_assert_cmpint (has_rest, ==, is_start);
    g_assert_cmpint (decode ("gzip", coded->data, length, 1, pieces), ==, is_whole || is_start);
    g_assert_cmpmem (got->data, got->len, pieces->data, pieces->len);
  }
  g_autoptr (GBytes) bytes = g_bytes_new (coded->data, coded->len);
  g_autoptr (GError) over = NULL;
  g_assert_null (bulla_content_decode ("gzip", bytes, strlen (HELLO HELLO) - 1, NULL, &over));
  g_assert_error (over, BULLA_ERROR, BULLA_ERROR_LIMIT);
}

/* Many small members take time in proportion to their size. */
static void
test_many_members (void)
{
  g_autoptr (GByteArray) one = compress (G_ZLIB_COMPRESSOR_FORMAT_GZIP, "x", 1);
  g_autoptr (GByteArray) coded = g_byte_array_new ();
  g_autoptr (GByteArray) got = g_byte_array_new ();
  const guint n = 200000;

  for (guint i = 0; i < n; i++)
    g_byte_array_append (coded, one->data, one->len);
  gint64 start = g_get_monotonic_time ();
  g_assert_true (decode ("gzip", coded->data, coded->len, coded->len, got));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
  g_assert_cmpuint (got->len, ==, n);
}

static void
test_empty (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (GByteArray) got = g_byte_array_new ();
    g_assert_true (decode (CODINGS[i], (const guint8 *)"", 0, 1, got));
    g_assert_cmpuint (got->len, ==, 0);
  }
}

/* a body that grows a thousandfold is decoded in pieces */
static void
test_large (void)
{
  const gsize size = 4 << 20;
  g_autofree guint8 *zeros = g_malloc0 (size);
  g_autoptr (GByteArray) coded = compress (G_ZLIB_COMPRESSOR_FORMAT_GZIP, zeros, size);
  g_autoptr (GByteArray) got = g_byte_array_new ();

  g_assert_cmpuint (coded->len, <, size / 500);
  g_assert_true (decode ("gzip", coded->data, coded->len, 1000, got));
  g_assert_cmpmem (got->data, got->len, zeros, size);
}

/* 16 MiB of blanks, as `brotli` writes them */
static const guint8 BLANKS[] = {0x9f, 0xff, 0xff, 0xff, 0x00, 0x20, 0x40,
                                0xe2, 0xb1, 0x40, 0x72, 0xef, 0xff, 0x01};

/* Returns one megabyte, or sixteen, compressed to a few bytes. */
static GByteArray *
encode_large (const char *coding)
{
  const gsize size = 1 << 20;
  g_autofree guint8 *zeros = g_malloc0 (size);

  if (g_str_equal (coding, "br"))
    return g_byte_array_append (g_byte_array_new (), BLANKS, sizeof BLANKS);
  return compress (g_str_equal (coding, "gzip") ? G_ZLIB_COMPRESSOR_FORMAT_GZIP
                                                : G_ZLIB_COMPRESSOR_FORMAT_ZLIB,
                   zeros, size);
}

static gboolean
refuse_piece_cb (const guint8 *data, gsize length, gpointer user_data)
{
  guint *n_pieces = user_data;

  return length == 0 || ++*n_pieces < 3;
}

/* The decoder writes no more than requested, however much there is. */
static void
test_stopped (void)
{
  for (guint i = 1; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (GByteArray) coded = encode_large (CODINGS[i]);
    g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (CODINGS[i]);
    guint n_pieces = 0;
    g_assert_false (
        bulla_content_decoder_push (decoder, coded->data, coded->len, refuse_piece_cb, &n_pieces));
    g_assert_cmpuint (n_pieces, ==, 3);
  }
}

static void
test_names (void)
{
  static const char *const known[] = {"gzip", "GZip", " gzip ",   "x-gzip",  "deflate",
                                      "br",   "BR",   "gzip, br", "br,br,br"};
  static const char *const unknown[] = {"",         "zstd",   "compress",   "gzip, zstd",
                                        "gzip;x=1", "brotli", "gzip, , br", "br,br,br,br"};
  g_autoptr (BullaContentDecoder) none = bulla_content_decoder_new (NULL);

  g_assert_nonnull (none);
  for (guint i = 0; i < G_N_ELEMENTS (known); i++) {
    g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new (known[i]);
    g_assert_nonnull (decoder);
  }
  for (guint i = 0; i < G_N_ELEMENTS (unknown); i++)
    g_assert_null (bulla_content_decoder_new (unknown[i]));
}

/* What cannot be decoded to its end is damaged, too large or in another coding. */
static void
test_in_memory (void)
{
  static const guint8 TEXT[] = "<!doctype html><p>not coded";
  g_autoptr (GBytes) text = g_bytes_new_static (TEXT, sizeof TEXT - 1);

  for (guint i = 0; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (GError) over = NULL, cut = NULL, other = NULL;
    g_autoptr (GByteArray) array = encode (CODINGS[i]);
    g_autoptr (GBytes) coded = g_bytes_new (array->data, array->len);
    g_autoptr (GBytes) whole = bulla_content_decode (CODINGS[i], coded, strlen (HELLO), NULL, NULL);
    g_assert_nonnull (whole);
    g_assert_cmpmem (g_bytes_get_data (whole, NULL), g_bytes_get_size (whole), HELLO,
                     strlen (HELLO));
    g_assert_null (bulla_content_decode (CODINGS[i], coded, strlen (HELLO) - 1, NULL, &over));
    g_assert_error (over, BULLA_ERROR, BULLA_ERROR_LIMIT);
    if (g_str_equal (CODINGS[i], "identity"))
      continue;
    g_assert_null (bulla_content_decode (CODINGS[i], text, 100, NULL, &other));
    g_assert_error (other, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    if (!g_str_equal (CODINGS[i], "gzip"))
      continue;
    for (gsize length = 2; length < array->len; length++) {
      g_autoptr (GBytes) part = g_bytes_new (array->data, length);
      g_assert_null (bulla_content_decode ("gzip", part, strlen (HELLO), NULL, &cut));
      g_assert_error (cut, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT);
      g_clear_error (&cut);
    }
  }
  g_autoptr (GError) unknown = NULL;
  g_assert_null (bulla_content_decode ("zstd", text, 100, NULL, &unknown));
  g_assert_error (unknown, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* Some servers leave out the wrapper of deflate; the pieces may be of any size. */
static void
test_raw_deflate (void)
{
  g_autoptr (GByteArray) raw = compress (G_ZLIB_COMPRESSOR_FORMAT_RAW, HELLO, strlen (HELLO));

  for (gsize piece = 1; piece <= raw->len; piece++) {
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    g_assert_true (decode ("deflate", raw->data, raw->len, piece, plain));
    g_assert_cmpmem (plain->data, plain->len, HELLO, strlen (HELLO));
  }
  for (gsize length = 1; length < raw->len; length++) {
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    g_assert_false (decode ("deflate", raw->data, length, 1, plain));
  }
}

/* The codings are listed in the order in which they were applied. */
static void
test_several (void)
{
  g_autoptr (GByteArray) inner = encode ("deflate");
  g_autoptr (GByteArray) outer = compress (G_ZLIB_COMPRESSOR_FORMAT_GZIP, inner->data, inner->len);

  for (gsize piece = 1; piece <= outer->len; piece++) {
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    g_assert_true (decode ("deflate, identity, gzip", outer->data, outer->len, piece, plain));
    g_assert_cmpmem (plain->data, plain->len, HELLO, strlen (HELLO));
  }
  for (gsize length = 1; length < outer->len; length++) {
    g_autoptr (GByteArray) plain = g_byte_array_new ();
    g_assert_false (decode ("deflate, gzip", outer->data, length, 3, plain));
  }
  g_autoptr (GByteArray) none = g_byte_array_new ();
  g_assert_false (decode ("gzip, deflate", outer->data, outer->len, 1, none));
  g_assert_false (decode ("gzip, gzip", outer->data, outer->len, 1, none));
  g_assert_cmpuint (none->len, ==, 0);
}

/* What is between two codings is bounded, too: it may decode to nothing. */
static void
test_several_bombs (void)
{
  g_autoptr (GByteArray) zeros = g_byte_array_new ();
  g_autoptr (GByteArray) none = g_byte_array_new ();

  g_byte_array_set_size (zeros, 1 << 20);
  memset (zeros->data, 0, zeros->len);
  for (guint i = 0; i + 5 <= zeros->len; i += 5) /* empty blocks of deflate */
    zeros->data[i + 3] = zeros->data[i + 4] = 0xff;
  g_autoptr (BullaContentDecoder) decoder = bulla_content_decoder_new ("deflate, gzip");
  g_autoptr (GConverter) zlib =
      G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 1));
  gboolean goes_on = TRUE;
  guint n = 0;
  for (; goes_on && n < 400; n++) {
    guint8 coded[1 << 16];
    gsize read = 0, written = 0, at = 0;
    while (goes_on && at < zeros->len - zeros->len % 5) {
      g_autoptr (GError) error = NULL;
      g_converter_convert (zlib, zeros->data + at, zeros->len - zeros->len % 5 - at, coded,
                           sizeof coded, G_CONVERTER_NO_FLAGS, &read, &written, &error);
      g_assert_no_error (error);
      at += read;
      goes_on = bulla_content_decoder_push (decoder, coded, written, collect, none);
    }
  }
  g_assert_false (goes_on);
  g_assert_cmpuint (n, <, 300); /* MiB */
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-decoder/whole", test_whole);
  g_test_add_func ("/content-decoder/truncated", test_truncated);
  g_test_add_func ("/content-decoder/damaged", test_damaged);
  g_test_add_func ("/content-decoder/trailing", test_trailing);
  g_test_add_func ("/content-decoder/members", test_members);
  g_test_add_func ("/content-decoder/many-members", test_many_members);
  g_test_add_func ("/content-decoder/empty", test_empty);
  g_test_add_func ("/content-decoder/large", test_large);
  g_test_add_func ("/content-decoder/stopped", test_stopped);
  g_test_add_func ("/content-decoder/names", test_names);
  g_test_add_func ("/content-decoder/in-memory", test_in_memory);
  g_test_add_func ("/content-decoder/raw-deflate", test_raw_deflate);
  g_test_add_func ("/content-decoder/several", test_several);
  g_test_add_func ("/content-decoder/several-bombs", test_several_bombs);
  return g_test_run ();
}
