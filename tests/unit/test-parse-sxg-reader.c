/* test-parse-sxg-reader.c - parses the head of an exchange: all truncations, and input in pieces
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-sxg-reader.h"
#include "test-bytes.h"

#define URL "https://publisher.test/article.html"
#define SIGNATURE "label;sig=**"

typedef struct {
  const char *magic; /* 8 bytes */
  const char *url;
  guint signature_length, headers_length;
} Head;

static GByteArray *
write_head (const Head *head)
{
  GByteArray *bytes = g_byte_array_new ();
  size_t url = strlen (head->url);
  const guint8 url_length[] = {(guint8)(url >> 8), (guint8)url};
  const guint8 lengths[] = {
      (guint8)(head->signature_length >> 16), (guint8)(head->signature_length >> 8),
      (guint8)head->signature_length,         (guint8)(head->headers_length >> 16),
      (guint8)(head->headers_length >> 8),    (guint8)head->headers_length};

  g_byte_array_append (bytes, (const guint8 *)head->magic, 8);
  g_byte_array_append (bytes, url_length, sizeof url_length);
  g_byte_array_append (bytes, (const guint8 *)head->url, (guint)url);
  g_byte_array_append (bytes, lengths, sizeof lengths);
  for (guint i = 0; i < head->signature_length + head->headers_length; i++)
    g_byte_array_append (bytes, (const guint8 *)(i < head->signature_length ? "s" : "h"), 1);
  return bytes;
}

static void
push_exact (BullaSxgReader *reader, const guint8 *data, size_t length, size_t *used)
{
  g_autoptr (ExactBytes) bytes = exact_copy (data, length);

  *used += bulla_sxg_reader_push (reader, bytes, length);
}

/* Reads in pieces of @piece bytes each, the last one shorter, then the end. */
static BullaFacts *
read_in_pieces (const GByteArray *bytes, size_t length, size_t piece, BullaSxgState *state,
                size_t *used)
{
  BullaFacts *facts = bulla_facts_new ();
  g_autoptr (BullaSxgReader) reader = bulla_sxg_reader_new (facts);

  *used = 0;
  for (size_t at = 0; at < length; at += piece)
    push_exact (reader, bytes->data + at, MIN (piece, length - at), used);
  bulla_sxg_reader_end (reader);
  *state = bulla_sxg_reader_get_state (reader);
  g_assert_true (*state == BULLA_SXG_HEAD || *state == BULLA_SXG_FAULTED);
  return facts;
}

static void
assert_same (const BullaFacts *a, const BullaFacts *b)
{
  g_assert_cmpint (a->prologue.read, ==, b->prologue.read);
  g_assert_cmpint (a->prologue.reason, ==, b->prologue.reason);
  g_assert_cmpuint (a->prologue.range.offset, ==, b->prologue.range.offset);
  g_assert_cmpuint (a->prologue.range.length, ==, b->prologue.range.length);
  g_assert_cmpstr (a->prologue.detail, ==, b->prologue.detail);
  g_assert_cmpstr (a->version, ==, b->version);
  g_assert_cmpstr (a->request_url, ==, b->request_url);
  g_assert_cmpstr (a->request_origin, ==, b->request_origin);
  g_assert_cmpmem (&a->url_range, sizeof a->url_range, &b->url_range, sizeof b->url_range);
  g_assert_cmpmem (&a->headers_range, sizeof a->headers_range, &b->headers_range,
                   sizeof b->headers_range);
}

static const Head GOOD = {"sxg1-b3", URL, 12, 20};

static void
test_whole (void)
{
  g_autoptr (GByteArray) head = write_head (&GOOD);
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaSxgReader) reader = bulla_sxg_reader_new (facts);
  size_t used = 0, size = head->len;

  g_byte_array_append (head, (const guint8 *)"body", 4);
  push_exact (reader, head->data, head->len, &used);
  g_assert_cmpuint (used, ==, size);
  g_assert_cmpint (bulla_sxg_reader_get_state (reader), ==, BULLA_SXG_HEAD);
  g_assert_cmpint (facts->prologue.read, ==, BULLA_YES);
  g_assert_cmpstr (facts->version, ==, "sxg1-b3");
  g_assert_cmpstr (facts->request_url, ==, URL);
  g_assert_cmpstr (facts->request_host, ==, "publisher.test");
  g_assert_true (bulla_span_equal (bulla_sxg_reader_get_url (reader), URL, strlen (URL)));
  g_assert_true (bulla_span_equal (bulla_sxg_reader_get_signature (reader), "ssssssssssss", 12));
  g_assert_true (
      bulla_span_equal (bulla_sxg_reader_get_headers (reader), "hhhhhhhhhhhhhhhhhhhh", 20));
  g_assert_cmpuint (facts->headers_range.offset + 20, ==, size);
  /* later bytes do not belong to the head, and the end of input changes nothing */
  push_exact (reader, head->data, head->len, &used);
  bulla_sxg_reader_end (reader);
  g_assert_cmpuint (used, ==, size);
  g_assert_cmpint (facts->prologue.read, ==, BULLA_YES);
}

/* a head that is truncated before the end of the URL has no fallback URL */
static void
test_every_truncation (void)
{
  g_autoptr (GByteArray) head = write_head (&GOOD);
  BullaSxgState state;
  size_t used;

  for (size_t length = 0; length < head->len; length++) {
    g_autoptr (BullaFacts) facts = read_in_pieces (head, length, head->len, &state, &used);
    g_assert_cmpint (state, ==, BULLA_SXG_FAULTED);
    g_assert_cmpuint (used, ==, length);
    g_assert_cmpint (facts->prologue.read, ==, BULLA_NO);
    g_assert_cmpint (facts->prologue.reason, ==, BULLA_REASON_SXG_TRUNCATED);
    g_assert_cmpuint (facts->prologue.range.offset, ==, length);
    g_assert_cmpint (facts->request_url != NULL, ==, length >= 10 + strlen (URL));
  }
}

static void
test_every_split (void)
{
  static const Head heads[] = {{"sxg1-b3", URL, 12, 20},
                               {"sxg1-b3", URL, 0, 0},
                               {"sxg1-b3", "", 1, 1},
                               {"sxg1-b2", URL, 12, 20},
                               {"sxg1-b3", "http://publisher.test/", 12, 20},
                               {"sxg1-b3", URL, 16385, 0}};

  for (size_t i = 0; i < G_N_ELEMENTS (heads); i++) {
    g_autoptr (GByteArray) head = write_head (&heads[i]);
    BullaSxgState whole_state, state;
    size_t whole_used, used;
    g_autoptr (BullaFacts) whole =
        read_in_pieces (head, head->len, head->len, &whole_state, &whole_used);
    for (size_t piece = 1; piece < 70; piece++) {
      g_autoptr (BullaFacts) facts = read_in_pieces (head, head->len, piece, &state, &used);
      g_assert_cmpint (state, ==, whole_state);
      g_assert_cmpuint (used, ==, whole_used);
      assert_same (facts, whole);
    }
  }
}

typedef struct {
  const char *name;
  Head head;
  BullaReason reason;
  gboolean has_url;
} Sample;

static const Sample SAMPLES[] = {
    {"b1", {"sxg1-b1", URL, 12, 20}, BULLA_REASON_SXG_VERSION, TRUE},
    {"b2", {"sxg1-b2", URL, 12, 20}, BULLA_REASON_SXG_VERSION, TRUE},
    {"b9", {"sxg1-b9", URL, 12, 20}, BULLA_REASON_SXG_VERSION, TRUE},
    {"b2-bad-url", {"sxg1-b2", "nowhere", 12, 20}, BULLA_REASON_SXG_VERSION, FALSE},
    {"no-nul", {"sxg1-b3 ", URL, 12, 20}, BULLA_REASON_SXG_MAGIC, TRUE},
    {"final", {"sxg1\0\0\0", URL, 12, 20}, BULLA_REASON_SXG_MAGIC, TRUE},
    {"upper-case", {"SXG1-B3", URL, 12, 20}, BULLA_REASON_SXG_MAGIC, TRUE},
    {"letter", {"sxg1-bx", URL, 12, 20}, BULLA_REASON_SXG_MAGIC, TRUE},
    {"html", {"<!DOCTYP", URL, 12, 20}, BULLA_REASON_SXG_MAGIC, TRUE},
    {"empty-url", {"sxg1-b3", "", 12, 20}, BULLA_REASON_SXG_URL_SYNTAX, FALSE},
    {"http", {"sxg1-b3", "http://publisher.test/", 12, 20}, BULLA_REASON_SXG_URL_SCHEME, FALSE},
    {"not-utf-8", {"sxg1-b3", URL "\xff", 12, 20}, BULLA_REASON_SXG_URL_ENCODING, FALSE},
    {"bom", {"sxg1-b3", "\xef\xbb\xbf" URL, 12, 20}, BULLA_REASON_SXG_URL_SYNTAX, FALSE},
    {"fragment", {"sxg1-b3", URL "#", 12, 20}, BULLA_REASON_SXG_URL_FRAGMENT, FALSE},
    {"signature-16384", {"sxg1-b3", URL, 16384, 20}, BULLA_REASON_NONE, TRUE},
    {"signature-16385", {"sxg1-b3", URL, 16385, 20}, BULLA_REASON_SXG_SIGNATURE_TOO_LONG, TRUE},
    {"headers-524288", {"sxg1-b3", URL, 12, 524288}, BULLA_REASON_NONE, TRUE},
    {"headers-524289", {"sxg1-b3", URL, 12, 524289}, BULLA_REASON_SXG_HEADERS_TOO_LONG, TRUE},
    {"both-0", {"sxg1-b3", URL, 0, 0}, BULLA_REASON_NONE, TRUE},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) head = write_head (&sample->head);
  BullaSxgState state;
  size_t used;
  g_autoptr (BullaFacts) facts = read_in_pieces (head, head->len, 4096, &state, &used);

  g_assert_cmpint (facts->prologue.reason, ==, sample->reason);
  g_assert_cmpint (state == BULLA_SXG_HEAD, ==, sample->reason == BULLA_REASON_NONE);
  g_assert_cmpint (facts->request_url != NULL, ==, sample->has_url);
}

/* the longest URL length that can be stated, without its bytes */
static void
test_longest_url (void)
{
  g_autofree char *path = g_strnfill (65535 - strlen (URL), 'a');
  g_autofree char *url = g_strconcat (URL, path, NULL);
  Head head = {"sxg1-b3", url, 0, 0};
  g_autoptr (GByteArray) bytes = write_head (&head);
  BullaSxgState state;
  size_t used;
  g_autoptr (BullaFacts) whole = read_in_pieces (bytes, bytes->len, 1000, &state, &used);

  g_assert_cmpint (state, ==, BULLA_SXG_HEAD);
  g_assert_cmpstr (whole->request_url, ==, url);
  g_autoptr (BullaFacts) cut = read_in_pieces (bytes, 10, 1000, &state, &used);
  g_assert_cmpint (cut->prologue.reason, ==, BULLA_REASON_SXG_TRUNCATED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/sxg-reader/whole", test_whole);
  g_test_add_func ("/parse/sxg-reader/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/sxg-reader/every-split", test_every_split);
  g_test_add_func ("/parse/sxg-reader/longest-url", test_longest_url);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/sxg-reader/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
