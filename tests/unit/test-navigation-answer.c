/* test-navigation-answer.c - compares the answer to a navigation with the bytes that a view shows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-navigation-answer-internal.h"

#include <string.h>

#define URL "https://a.test/~page"
#define BODY "<p>what was sent"

/* BODY, as `brotli` writes it */
static const guint8 BROTLI[] = {0x8b, 0x07, 0x80, '<', 'p', '>', 'w', 'h', 'a', 't',
                                ' ',  'w',  'a',  's', ' ', 's', 'e', 'n', 't', 0x03};

/* 16 MiB of blanks, as `brotli` writes them */
static const guint8 BLANKS[] = {0x9f, 0xff, 0xff, 0xff, 0x00, 0x20, 0x40,
                                0xe2, 0xb1, 0x40, 0x72, 0xef, 0xff, 0x01};

static GBytes *
compress_text (GZlibCompressorFormat format, const char *text)
{
  g_autoptr (GConverter) zlib = G_CONVERTER (g_zlib_compressor_new (format, 9));
  gsize length = strlen (text), size = length / 500 + 256, read = 0, written = 0;
  guint8 *out = g_malloc (size);

  g_assert_cmpint (g_converter_convert (zlib, text, length, out, size, G_CONVERTER_INPUT_AT_END,
                                        &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  return g_bytes_new_take (out, written);
}

static GBytes *
compress (GZlibCompressorFormat format)
{
  return compress_text (format, BODY);
}

/* @coding: (nullable): value of Content-Encoding */
static GBytes *
encode (const char *coding)
{
  if (g_strcmp0 (coding, "gzip") == 0)
    return compress (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  if (g_strcmp0 (coding, "deflate") == 0)
    return compress (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  if (g_strcmp0 (coding, "br") == 0)
    return g_bytes_new (BROTLI, sizeof BROTLI);
  return g_bytes_new (BODY, strlen (BODY));
}

/* Returns an answer that has begun, with fields that are compared and one that is not. */
static BullaNavigationAnswer *
begin (BullaNavigationAnswerKind kind, const char *coding)
{
  BullaNavigationAnswer *answer = bulla_navigation_answer_new (URL, FALSE, kind, NULL, NULL);
  g_autoptr (SoupMessageHeaders) headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);

  soup_message_headers_append (headers, "Content-Type", "text/html");
  soup_message_headers_append (headers, "Content-Security-Policy", "default-src 'self'");
  soup_message_headers_append (headers, "Content-Security-Policy", "img-src *");
  soup_message_headers_append (headers, "X-Other", "one");
  if (coding != NULL)
    soup_message_headers_append (headers, "Content-Encoding", coding);
  bulla_navigation_answer_begin (answer, 200, headers);
  return answer;
}

static BullaNavigationAnswer *
send (BullaNavigationAnswerKind kind, const char *coding, gsize piece)
{
  BullaNavigationAnswer *answer = begin (kind, coding);
  g_autoptr (GBytes) body = encode (coding);
  gsize length = g_bytes_get_size (body);

  for (gsize at = 0; at < length; at += piece) {
    g_autoptr (GBytes) chunk = g_bytes_new_from_bytes (body, at, MIN (piece, length - at));
    bulla_navigation_answer_push (answer, chunk);
  }
  bulla_navigation_answer_end (answer, TRUE);
  return answer;
}

/* --- the response in the view */

static void
set_field (GHashTable *fields, const char *name, const char *value)
{
  g_hash_table_insert (fields, g_strdup (name), g_strdup (value));
}

static GHashTable *
shown_fields (void)
{
  GHashTable *fields = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  set_field (fields, "content-type", "text/html");
  set_field (fields, "content-security-policy", "default-src 'self', img-src *");
  set_field (fields, "x-other", "two");
  return fields;
}

static void
digest_of (const char *text, guint8 *digest)
{
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = 32;

  g_checksum_update (sum, (const guchar *)text, (gssize)strlen (text));
  g_checksum_get_digest (sum, digest, &length);
}

/* @difference: (nullable): name of the difference */
static void
assert_outcome (BullaNavigationAnswer *answer, const char *text, BullaConfirmation expected,
                const char *difference)
{
  g_autoptr (GHashTable) fields = shown_fields ();
  g_autofree char *what = NULL;
  guint8 digest[32];

  digest_of (text, digest);
  g_assert_cmpint (bulla_navigation_answer_confirm (answer, URL, 200, fields, digest, &what), ==,
                   expected);
  g_assert_cmpstr (what, ==, difference);
}

static const char *const CODINGS[] = {NULL, "identity", "gzip", "deflate", "br"};

static void
test_bytes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CODINGS); i++)
    for (gsize piece = 1; piece < 64; piece += 31) {
      g_autoptr (BullaNavigationAnswer) answer =
          send (BULLA_NAVIGATION_ANSWER_SUBSTITUTED, CODINGS[i], piece);
      assert_outcome (answer, BODY, BULLA_CONFIRMED, NULL);
      assert_outcome (answer, BODY "!", BULLA_CONFIRMED_NOT, "bytes");
      assert_outcome (answer, "", BULLA_CONFIRMED_NOT, "bytes");
      g_assert_false (bulla_navigation_answer_is_truncated (answer));
    }
}

/* a view that cannot return its bytes is not confirmed */
static void
test_no_digest (void)
{
  g_autoptr (BullaNavigationAnswer) answer = send (BULLA_NAVIGATION_ANSWER_SUBSTITUTED, NULL, 8);
  g_autoptr (GHashTable) fields = shown_fields ();

  g_assert_cmpint (bulla_navigation_answer_confirm (answer, URL, 200, fields, NULL, NULL), ==,
                   BULLA_CONFIRMED_NOT);
}

static void
test_empty (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (BullaNavigationAnswer) answer = begin (BULLA_NAVIGATION_ANSWER_LIVE, CODINGS[i]);
    bulla_navigation_answer_end (answer, TRUE);
    assert_outcome (answer, "", BULLA_CONFIRMED, NULL);
  }
}

/* without a hash: the body is incomplete, was cut short, its coded stream is truncated, or its
 * coding is not known */
static void
test_unknown (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (CODINGS); i++) {
    g_autoptr (BullaNavigationAnswer) answer =
        begin (BULLA_NAVIGATION_ANSWER_SUBSTITUTED, CODINGS[i]);
    g_autoptr (GBytes) body = encode (CODINGS[i]);
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (body, 0, g_bytes_get_size (body) - 1);
    bulla_navigation_answer_push (answer, part);
    assert_outcome (answer, BODY, BULLA_CONFIRMATION_UNKNOWN, NULL);
    bulla_navigation_answer_end (
        answer, i < 2 ? FALSE : TRUE); /* otherwise the coded stream is incomplete */
    assert_outcome (answer, BODY, BULLA_CONFIRMATION_UNKNOWN, NULL);
    g_assert_cmpint (bulla_navigation_answer_is_truncated (answer), ==, i < 2);
  }
  static const char *const strange[] = {"zstd", "gzip, br"};
  for (guint i = 0; i < G_N_ELEMENTS (strange); i++) {
    g_autoptr (BullaNavigationAnswer) answer =
        send (BULLA_NAVIGATION_ANSWER_SUBSTITUTED, strange[i], 8);
    assert_outcome (answer, BODY, BULLA_CONFIRMATION_UNKNOWN, NULL);
  }
  g_autoptr (BullaNavigationAnswer) damaged = begin (BULLA_NAVIGATION_ANSWER_LIVE, "gzip");
  g_autoptr (GBytes) garbage = g_bytes_new_static (BODY, strlen (BODY));
  bulla_navigation_answer_push (damaged, garbage);
  bulla_navigation_answer_end (damaged, TRUE);
  assert_outcome (damaged, BODY, BULLA_CONFIRMATION_UNKNOWN, NULL);
}

/* A live answer is hashed up to a limit, a package's to its end. */
static void
test_large (void)
{
  const gsize size = 1 << 20;
  const BullaNavigationAnswerKind kinds[] = {BULLA_NAVIGATION_ANSWER_LIVE,
                                             BULLA_NAVIGATION_ANSWER_FELL_BACK,
                                             BULLA_NAVIGATION_ANSWER_SUBSTITUTED};
  g_autofree char *filling = g_strnfill (BULLA_NAVIGATION_ANSWER_LIVE_MAX + size, 'x');
  g_autoptr (GBytes) chunk = g_bytes_new_static (filling, size);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (BullaNavigationAnswer) answer = begin (kinds[i], NULL);
    for (gsize sent = 0; sent < BULLA_NAVIGATION_ANSWER_LIVE_MAX + size; sent += size)
      bulla_navigation_answer_push (answer, chunk);
    bulla_navigation_answer_end (answer, TRUE);
    assert_outcome (answer, filling,
                    kinds[i] == BULLA_NAVIGATION_ANSWER_SUBSTITUTED ? BULLA_CONFIRMED
                                                                    : BULLA_CONFIRMATION_UNKNOWN,
                    NULL);
  }
}

/* A decompression bomb is not decoded to its end, not even in a package. */
static void
test_small_for_much (void)
{
  const BullaNavigationAnswerKind kinds[] = {BULLA_NAVIGATION_ANSWER_LIVE,
                                             BULLA_NAVIGATION_ANSWER_SUBSTITUTED};
  g_autofree char *blanks = g_strnfill (16 << 20, ' ');

  for (guint i = 0; i < 3 * G_N_ELEMENTS (kinds); i++) {
    const char *coding = CODINGS[2 + i % 3];
    g_autoptr (GBytes) body =
        g_str_equal (coding, "br")
            ? g_bytes_new_static (BLANKS, sizeof BLANKS)
            : compress_text (g_str_equal (coding, "gzip") ? G_ZLIB_COMPRESSOR_FORMAT_GZIP
                                                          : G_ZLIB_COMPRESSOR_FORMAT_ZLIB,
                             blanks);
    g_autoptr (BullaNavigationAnswer) answer = begin (kinds[i / 3], coding);
    bulla_navigation_answer_push (answer, body);
    g_assert_cmpint (bulla_navigation_answer_get_uncompared (answer), ==, BULLA_UNCOMPARED_SIZE);
    g_assert_cmpuint (bulla_navigation_answer_get_n_hashed (answer), <=,
                      BULLA_NAVIGATION_ANSWER_RATIO_FREE
                          + BULLA_NAVIGATION_ANSWER_RATIO_MAX * g_bytes_get_size (body));
    bulla_navigation_answer_end (answer, TRUE);
    assert_outcome (answer, blanks, BULLA_CONFIRMATION_UNKNOWN, NULL);
    g_assert_cmpint (bulla_navigation_answer_get_uncompared (answer), ==, BULLA_UNCOMPARED_SIZE);
  }
}

/* small bodies, and those with a plausible compression ratio, are compared */
static void
test_well_compressed (void)
{
  g_autofree char *blanks = g_strnfill (BULLA_NAVIGATION_ANSWER_RATIO_FREE, ' ');
  g_autoptr (GBytes) body = compress_text (G_ZLIB_COMPRESSOR_FORMAT_GZIP, blanks);
  g_autoptr (BullaNavigationAnswer) answer = begin (BULLA_NAVIGATION_ANSWER_LIVE, "gzip");

  bulla_navigation_answer_push (answer, body);
  bulla_navigation_answer_end (answer, TRUE);
  assert_outcome (answer, blanks, BULLA_CONFIRMED, NULL);
  g_assert_cmpuint (bulla_navigation_answer_get_n_hashed (answer), ==,
                    BULLA_NAVIGATION_ANSWER_RATIO_FREE);
}

/* The head is compared even if the body is unknown. */
static void
test_head (void)
{
  static const struct {
    const char *name, *value; /* nullable; NULL value: the header is removed */
  } rows[] = {{"content-type", "text/plain"},
              {"content-type", NULL},
              {"content-security-policy", "default-src 'self'"},
              {"content-security-policy", NULL},
              {"content-security-policy-report-only", "default-src *"},
              {"cross-origin-embedder-policy", "require-corp"},
              {"cross-origin-opener-policy", "same-origin"},
              {"cross-origin-resource-policy", "same-site"},
              {"permissions-policy", "camera=()"},
              {"referrer-policy", "no-referrer"},
              {"x-content-type-options", "nosniff"},
              {"x-frame-options", "DENY"}};
  guint8 digest[32];

  digest_of (BODY, digest);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaNavigationAnswer) answer =
        send (BULLA_NAVIGATION_ANSWER_SUBSTITUTED, i % 2 == 0 ? NULL : "zstd", 8);
    g_autoptr (GHashTable) fields = shown_fields ();
    g_autofree char *what = NULL;
    if (rows[i / 2].value != NULL)
      set_field (fields, rows[i / 2].name, rows[i / 2].value);
    else
      g_hash_table_remove (fields, rows[i / 2].name);
    g_assert_cmpint (bulla_navigation_answer_confirm (answer, URL, 200, fields, digest, &what), ==,
                     BULLA_CONFIRMED_NOT);
    g_assert_cmpstr (what, ==, rows[i / 2].name);
  }
}

static void
test_status_and_url (void)
{
  static const struct {
    const char *url;
    guint status;
    const char *difference; /* name of the difference; NULL if there is none */
  } rows[] = {{URL, 200, NULL},
              {URL "#part", 200, NULL},
              {"https://a.test/%7Epage", 200, NULL},
              {URL, 304, NULL}, /* from WebKit's cache, after revalidation */
              {URL, 404, "status"},
              {URL, 0, "status"},
              {URL "?", 200, "url"},
              {"http://a.test/~page", 200, "url"},
              {"https://b.test/~page", 200, "url"},
              {"about:blank", 200, "url"}};
  g_autoptr (BullaNavigationAnswer) answer = send (BULLA_NAVIGATION_ANSWER_SUBSTITUTED, NULL, 8);
  g_autoptr (GHashTable) fields = shown_fields ();
  guint8 digest[32];

  digest_of (BODY, digest);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *what = NULL;
    g_assert_cmpint (bulla_navigation_answer_confirm (answer, rows[i].url, rows[i].status, fields,
                                                      digest, &what),
                     ==, rows[i].difference == NULL ? BULLA_CONFIRMED : BULLA_CONFIRMED_NOT);
    g_assert_cmpstr (what, ==, rows[i].difference);
  }
}

static void
test_record (void)
{
  g_autoptr (BullaNavigationAnswer) one =
      bulla_navigation_answer_new (URL, TRUE, BULLA_NAVIGATION_ANSWER_FELL_BACK, NULL, NULL);
  g_autoptr (BullaNavigationAnswer) two =
      bulla_navigation_answer_new (URL, FALSE, BULLA_NAVIGATION_ANSWER_LIVE, NULL, NULL);

  g_assert_cmpuint (strlen (bulla_navigation_answer_get_id (one)), ==, 32);
  g_assert_cmpstr (bulla_navigation_answer_get_id (one), !=, bulla_navigation_answer_get_id (two));
  g_assert_cmpstr (bulla_navigation_answer_get_url (one), ==, URL);
  g_assert_true (bulla_navigation_answer_is_frame (one));
  g_assert_false (bulla_navigation_answer_is_frame (two));
  g_assert_cmpint (bulla_navigation_answer_get_kind (one), ==, BULLA_NAVIGATION_ANSWER_FELL_BACK);
  g_assert_null (bulla_navigation_answer_get_load (one));
  g_assert_null (bulla_navigation_answer_get_bundle (one));
  g_assert_false (bulla_navigation_answer_is_private (one));
}

static void
test_uncompared (void)
{
  g_autoptr (BullaNavigationAnswer) sent = send (BULLA_NAVIGATION_ANSWER_LIVE, NULL, 8);
  g_autoptr (BullaNavigationAnswer) strange = send (BULLA_NAVIGATION_ANSWER_LIVE, "zstd", 8);
  g_autoptr (BullaNavigationAnswer) open = begin (BULLA_NAVIGATION_ANSWER_LIVE, NULL);
  g_autoptr (BullaNavigationAnswer) large = begin (BULLA_NAVIGATION_ANSWER_LIVE, NULL);
  g_autofree char *filling = g_strnfill (BULLA_NAVIGATION_ANSWER_LIVE_MAX + 1, 'x');
  g_autoptr (GBytes) chunk = g_bytes_new_static (filling, BULLA_NAVIGATION_ANSWER_LIVE_MAX + 1);

  g_assert_cmpint (bulla_navigation_answer_get_uncompared (sent), ==, BULLA_UNCOMPARED_NOT);
  g_assert_cmpint (bulla_navigation_answer_get_uncompared (strange), ==, BULLA_UNCOMPARED_CODING);
  g_assert_cmpint (bulla_navigation_answer_get_uncompared (open), ==, BULLA_UNCOMPARED_OPEN);
  bulla_navigation_answer_end (open, FALSE);
  g_assert_cmpint (bulla_navigation_answer_get_uncompared (open), ==, BULLA_UNCOMPARED_BREAK);
  bulla_navigation_answer_push (large, chunk);
  g_assert_cmpint (bulla_navigation_answer_get_uncompared (large), ==, BULLA_UNCOMPARED_SIZE);
  bulla_navigation_answer_end (large, TRUE);
  g_assert_cmpint (bulla_navigation_answer_get_uncompared (large), ==, BULLA_UNCOMPARED_SIZE);
}

/* an answer belongs to the load during which it was made, or to none */
static void
test_since (void)
{
  gint64 before = g_get_monotonic_time ();
  g_autoptr (BullaNavigationAnswer) answer =
      bulla_navigation_answer_new (URL, FALSE, BULLA_NAVIGATION_ANSWER_LIVE, NULL, NULL);

  g_assert_true (bulla_navigation_answer_is_since (answer, before));
  g_assert_false (bulla_navigation_answer_is_since (answer, g_get_monotonic_time () + 1));
  g_assert_false (bulla_navigation_answer_is_since (answer, G_MAXINT64));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/navigation-answer/bytes", test_bytes);
  g_test_add_func ("/navigation-answer/no-digest", test_no_digest);
  g_test_add_func ("/navigation-answer/empty", test_empty);
  g_test_add_func ("/navigation-answer/unknown", test_unknown);
  g_test_add_func ("/navigation-answer/large", test_large);
  g_test_add_func ("/navigation-answer/small-for-much", test_small_for_much);
  g_test_add_func ("/navigation-answer/well-compressed", test_well_compressed);
  g_test_add_func ("/navigation-answer/head", test_head);
  g_test_add_func ("/navigation-answer/status-and-url", test_status_and_url);
  g_test_add_func ("/navigation-answer/record", test_record);
  g_test_add_func ("/navigation-answer/uncompared", test_uncompared);
  g_test_add_func ("/navigation-answer/since", test_since);
  return g_test_run ();
}
