/* test-content-converter.c - removes content codings as bodies are read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-body-stream.h"
#include "bulla-content-converter.h"

/* "Good morning\n" as br */
static const guint8 brotli[] = {0x0b, 0x06, 0x80, 0x47, 0x6f, 0x6f, 0x64, 0x20, 0x6d,
                                0x6f, 0x72, 0x6e, 0x69, 0x6e, 0x67, 0x0a, 0x03};

static GBytes *
compress (const char *text, GZlibCompressorFormat format)
{
  g_autoptr (GConverter) converter = G_CONVERTER (g_zlib_compressor_new (format, -1));
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_data (text, -1, NULL);
  g_autoptr (GInputStream) coded = g_converter_input_stream_new (plain, converter);

  g_autoptr (GOutputStream) all = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  g_output_stream_splice (all, coded, G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET, NULL, &error);
  g_assert_no_error (error);
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (all));
}

/* Returns: (transfer full) (nullable): the decoded text, read in pieces of @piece bytes */
static char *
read_coded (GBytes *bytes, const char *coding, gsize piece, GError **error)
{
  g_autoptr (GConverter) converter = bulla_content_converter_new (coding);
  g_autoptr (GInputStream) coded = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) stream = bulla_body_stream_new (coded, NULL, 0, converter);
  g_autoptr (GString) text = g_string_new (NULL);
  char buffer[64];
  gssize n = 0;

  g_assert_nonnull (converter);
  while ((n = g_input_stream_read (stream, buffer, piece, NULL, error)) > 0)
    g_string_append_len (text, buffer, n);
  return n == 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static void
test_codings (void)
{
  g_autoptr (GBytes) gzip = compress ("Good morning\n", G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) deflate = compress ("Good morning\n", G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  g_autoptr (GBytes) br = g_bytes_new_static (brotli, sizeof brotli);
  const char *const codings[] = {"gzip", " X-GZIP ", "deflate", "br"};
  GBytes *const bodies[] = {gzip, gzip, deflate, br};

  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++) {
    gsize length = g_bytes_get_size (bodies[i]);
    g_autoptr (GError) error = NULL;
    g_autofree char *whole = read_coded (bodies[i], codings[i], 64, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (whole, ==, "Good morning\n");
    g_autofree char *pieces = read_coded (bodies[i], codings[i], 1, &error);
    g_assert_cmpstr (pieces, ==, "Good morning\n");
    g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
    g_autofree char *empty = read_coded (nothing, codings[i], 64, &error); /* as of status 304 */
    g_assert_no_error (error);
    g_assert_cmpstr (empty, ==, "");
    for (gsize cut = 1; cut < length; cut++) { /* every truncation is an error */
      g_autoptr (GBytes) part = g_bytes_new_from_bytes (bodies[i], 0, cut);
      g_autoptr (GError) truncated = NULL;
      g_autofree char *text = read_coded (part, codings[i], 64, &truncated);
      g_assert_null (text);
      g_assert_error (truncated, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
  }
}

/* Reads with GIO's stream, whose rules for converters are stricter. */
static char *
read_with_gio (GBytes *bytes)
{
  g_autoptr (GConverter) converter = bulla_content_converter_new ("gzip");
  g_autoptr (GInputStream) coded = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (coded, converter);
  char buffer[64] = "";
  gsize n = 0;
  g_autoptr (GError) error = NULL;

  g_input_stream_read_all (stream, buffer, sizeof buffer - 1, &n, NULL, &error);
  g_assert_no_error (error);
  return g_strndup (buffer, n);
}

/* All members of gzip are decoded; other bytes behind them are ignored. */
static void
test_members (void)
{
  g_autoptr (GBytes) one = compress ("Good ", G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) empty = compress ("", G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  g_autoptr (GBytes) two = compress ("morning", G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  GBytes *const members[] = {one, empty, two};
  g_autoptr (GByteArray) all = g_byte_array_new ();
  static const char *const rests[] = {"", "\x1f", "junk"};

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    g_byte_array_append (all, g_bytes_get_data (members[i], NULL),
                         (guint)g_bytes_get_size (members[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (rests); i++) {
    g_autoptr (GByteArray) coded = g_byte_array_new ();
    g_byte_array_append (coded, all->data, all->len);
    g_byte_array_append (coded, (const guint8 *)rests[i], (guint)strlen (rests[i]));
    g_autoptr (GBytes) bytes = g_bytes_new (coded->data, coded->len);
    for (gsize piece = 1; piece < 20; piece++) {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = read_coded (bytes, "gzip", piece, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (text, ==, "Good morning");
    }
    g_autofree char *text = read_with_gio (bytes);
    g_assert_cmpstr (text, ==, "Good morning");
  }
  g_autoptr (GBytes) cut = g_bytes_new (all->data, all->len - 1);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_coded (cut, "gzip", 64, &error);
  g_assert_null (text);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_readable (void)
{
  static const struct {
    const char *field, *all, *but_br;
  } rows[] = {
      {"gzip, deflate, br, zstd", "gzip, deflate, br", "gzip, deflate"},
      {"zstd", "identity", "identity"},
      {"", "identity", "identity"},
      {"br;q=0.5,GZIP;q=0 ,x-gzip", "br;q=0.5, GZIP;q=0, x-gzip", "GZIP;q=0, x-gzip"},
      {"brotli, gzipped, identity;q=0, *", "identity;q=0", "identity;q=0"},
  };

  g_assert_null (bulla_content_codings_dup_readable (NULL, TRUE));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *all = bulla_content_codings_dup_readable (rows[i].field, TRUE);
    g_autofree char *but_br = bulla_content_codings_dup_readable (rows[i].field, FALSE);
    g_assert_cmpstr (all, ==, rows[i].all);
    g_assert_cmpstr (but_br, ==, rows[i].but_br);
  }
}

static void
test_split (void)
{
  static const struct {
    const char *field, *codings; /* NULL: cannot be removed */
  } rows[] = {
      {NULL, ""},
      {"identity", ""},
      {"gzip", "gzip"},
      {"gzip, br", "br gzip"},
      {" gzip ,identity,deflate", "deflate gzip"},
      {"", NULL},
      {"gzip,", NULL},
      {"gzip, zstd", NULL},
      {"br, br, br, br", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) codings = bulla_content_codings_split (rows[i].field);
    g_autofree char *joined = codings != NULL ? g_strjoinv (" ", codings) : NULL;
    g_assert_cmpstr (joined, ==, rows[i].codings);
  }
}

static void
test_others (void)
{
  static const char *const codings[] = {NULL, "", "identity", "zstd", "gzip, br"};

  for (gsize i = 0; i < G_N_ELEMENTS (codings); i++)
    g_assert_null (bulla_content_converter_new (codings[i]));
  g_autoptr (GBytes) garbage = g_bytes_new_static ("no coding at all", 16);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_coded (garbage, "br", 64, &error);
  g_assert_null (text);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/content-converter/codings", test_codings);
  g_test_add_func ("/content-converter/members", test_members);
  g_test_add_func ("/content-converter/others", test_others);
  g_test_add_func ("/content-converter/split", test_split);
  g_test_add_func ("/content-converter/readable", test_readable);
  return g_test_run ();
}
