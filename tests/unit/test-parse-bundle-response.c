/* test-parse-bundle-response.c - parses a response in a bundle: its head and payload location
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-response.h"
#include "test-cbor-bytes.h"

#define STATUS "47 3a737461747573 43 323030"
#define TYPE "4c 636f6e74656e742d74797065 49 746578742f68746d6c"
#define PLAIN "82 58 24 a2" STATUS TYPE "45 68656c6c6f"

typedef struct {
  BullaFacts *facts;
  BullaBundleResponse response;
  gboolean fine;
  size_t wanted;
} Read;

static void
read_clear (Read *self)
{
  bulla_facts_unref (self->facts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

/* passes no more bytes than the reader asks for */
static Read
read_response (const GByteArray *bytes, guint64 item_length)
{
  Read self = {.facts = bulla_facts_new ()};
  size_t there = 0;

  for (guint asked = 0;; asked++) {
    g_autoptr (ExactBytes) copy = exact_copy (bytes->data, there);
    BullaSpan start = {copy, there, 3000};
    self.wanted = bulla_bundle_response_want (start, item_length);
    g_assert_cmpuint (self.wanted, <=, item_length);
    g_assert_cmpuint (asked, <=, 2);
    if (self.wanted > there && there < bytes->len) {
      there = MIN (self.wanted, bytes->len);
      continue;
    }
    self.fine = bulla_bundle_response_read (&self.response, start, item_length, self.facts);
    break;
  }
  const BullaPart *item = &self.facts->response.item;
  g_assert_cmpint (item->read, !=, BULLA_UNKNOWN);
  g_assert_cmpint (self.fine, ==, item->read == BULLA_YES && self.facts->headers.read == BULLA_YES);
  g_assert_cmpuint (item->range.offset + item->range.length, <=, 3000 + bytes->len);
  return self;
}

static void
test_plain (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (PLAIN);
  g_auto (Read) read = read_response (bytes, bytes->len);

  g_assert_true (read.fine);
  g_assert_cmpuint (read.facts->status, ==, 200);
  g_assert_cmpstr (bulla_facts_find_header (read.facts, "content-type")->value, ==, "text/html");
  g_assert_cmpuint (read.response.payload_offset, ==, 3000 + bytes->len - 5);
  g_assert_cmpuint (read.response.payload_length, ==, 5);
  g_assert_cmpuint (read.response.headers.offset, ==, 3003);
  g_assert_cmpuint (read.response.headers.length, ==, 36);
  g_assert_cmpuint (read.facts->response.payload_length, ==, 5);
  g_assert_cmpuint (read.facts->response.range.offset, ==, 3000);
  g_assert_cmpuint (read.facts->response.range.length, ==, bytes->len);
  /* Bytes behind the response are not part of it. */
  put_filling (bytes, 100, 'x');
  g_auto (Read) again = read_response (bytes, bytes->len - 100);
  g_assert_true (again.fine);
}

/* of a large payload only the head is needed */
static void
test_large_payload (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex ("82 4d a1" STATUS "5b 0000000100000000");
  size_t head = bytes->len;

  put_filling (bytes, 50, 'x');
  g_auto (Read) read = read_response (bytes, head + G_GUINT64_CONSTANT (0x100000000));

  g_assert_true (read.fine);
  g_assert_cmpuint (read.wanted, ==, head);
  g_assert_cmpuint (read.response.payload_length, ==, G_GUINT64_CONSTANT (0x100000000));
}

static void
test_every_truncation (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (PLAIN);
  guint whole = bytes->len;

  for (guint length = 0; length < whole; length++) {
    /* the index has the wrong length */
    g_auto (Read) indexed = read_response (bytes, length);
    g_assert_false (indexed.fine);
    g_assert_cmpint (indexed.facts->response.item.read, ==, BULLA_NO);
  }
  /* the file ends within the payload */
  for (guint missing = 1; missing <= whole; missing++) {
    g_byte_array_set_size (bytes, whole - missing);
    g_auto (Read) cut = read_response (bytes, whole);
    g_assert_cmpint (cut.fine, ==, missing <= 5);
  }
}

static void
test_every_bit (void)
{
  g_autoptr (GByteArray) bytes = bytes_from_hex (PLAIN);

  for (guint bit = 0; bit < 8 * bytes->len; bit++) {
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
    g_auto (Read) read = read_response (bytes, bytes->len);
    if (read.fine)
      g_assert_cmpuint (read.response.payload_offset + read.response.payload_length, ==,
                        3000 + bytes->len);
    bytes->data[bit / 8] ^= (guint8)(1 << bit % 8);
  }
}

typedef struct {
  const char *name, *hex;
  int longer; /* bytes by which the index overstates the response */
  BullaReason item, headers;
} Sample;

#define NONE BULLA_REASON_NONE

static const Sample SAMPLES[] = {
    {"empty-payload", "82 4d a1" STATUS "40", 0, NONE, NONE},
    {"nothing", "", 0, BULLA_REASON_RESPONSE_LENGTH, NONE},
    {"three", "83 4d a1" STATUS "40 40", 0, BULLA_REASON_RESPONSE_TYPE, NONE},
    {"one", "81 4d a1" STATUS, 0, BULLA_REASON_RESPONSE_TYPE, NONE},
    {"map", "a1 4d a1" STATUS "40", 0, BULLA_REASON_RESPONSE_TYPE, NONE},
    {"indefinite", "9f 4d a1" STATUS "40 ff", 0, BULLA_REASON_RESPONSE_NOT_CANONICAL, NONE},
    {"long-array", "9802 4d a1" STATUS "40", 0, BULLA_REASON_RESPONSE_NOT_CANONICAL, NONE},
    {"long-headers", "82 580d a1" STATUS "40", 0, BULLA_REASON_RESPONSE_NOT_CANONICAL, NONE},
    {"long-payload", "82 4d a1" STATUS "5800", 0, BULLA_REASON_RESPONSE_NOT_CANONICAL, NONE},
    {"headers-map", "82 a1" STATUS "40", 0, BULLA_REASON_RESPONSE_TYPE, NONE},
    {"headers-text", "82 61 61 40", 0, BULLA_REASON_RESPONSE_TYPE, NONE},
    {"headers-indefinite", "82 5f 4d a1" STATUS "ff 40", 0, BULLA_REASON_RESPONSE_NOT_CANONICAL,
     NONE},
    {"payload-text", "82 4d a1" STATUS "60", 0, BULLA_REASON_RESPONSE_TYPE, NONE},
    {"payload-number", "82 4d a1" STATUS "00", 0, BULLA_REASON_RESPONSE_TYPE, NONE},
    {"payload-reserved", "82 4d a1" STATUS "5c", 0, BULLA_REASON_RESPONSE_MALFORMED, NONE},
    {"no-payload", "82 4d a1" STATUS, 0, BULLA_REASON_RESPONSE_MALFORMED, NONE},
    {"short", "82 4d a1" STATUS "41", 0, BULLA_REASON_RESPONSE_LENGTH, NONE},
    {"one-too-short", "82 4d a1" STATUS "4161", -1, BULLA_REASON_RESPONSE_LENGTH, NONE},
    {"one-too-long", "82 4d a1" STATUS "4161", 1, BULLA_REASON_RESPONSE_LENGTH, NONE},
    {"huge-payload", "82 4d a1" STATUS "5b ffffffffffffffff", 0, BULLA_REASON_RESPONSE_LENGTH,
     NONE},
    {"huge-headers", "82 5b ffffffffffffffff" STATUS "40", 0,
     BULLA_REASON_RESPONSE_HEADERS_TOO_LONG, NONE},
    {"headers-beyond", "82 4e a1" STATUS "40", -1, BULLA_REASON_RESPONSE_LENGTH, NONE},
    {"no-status", "82 41 a0 40", 0, NONE, BULLA_REASON_HEADERS_STATUS_SYNTAX},
    {"no-headers", "82 40 40", 0, NONE, BULLA_REASON_HEADERS_MALFORMED},
    {"headers-left-over", "82 4e a1" STATUS "00 40", 0, NONE, BULLA_REASON_HEADERS_TRAILING_BYTES},
    {"upper-case", "82 50 a2 4141 40" STATUS "40", 0, NONE, BULLA_REASON_HEADERS_UPPER_CASE},
};

static void
test_sample (gconstpointer data)
{
  const Sample *sample = data;
  g_autoptr (GByteArray) bytes = bytes_from_hex (sample->hex);
  g_auto (Read) read = read_response (bytes, (guint64)((int)bytes->len + sample->longer));

  g_assert_cmpint (read.facts->response.item.reason, ==, sample->item);
  g_assert_cmpint (read.facts->headers.reason, ==, sample->headers);
}

/* the status, and a header whose value fills the remaining bytes */
static void
test_longest_headers (void)
{
  for (size_t size = BULLA_RESPONSE_HEADERS_END - 1; size <= BULLA_RESPONSE_HEADERS_END; size++) {
    g_autoptr (GByteArray) bytes = bytes_from_hex ("82 5a");
    size_t value = size - 1 - 12 - 2 - 5;
    const guint8 length[] = {0, (guint8)(size >> 16), (guint8)(size >> 8), (guint8)size};
    g_byte_array_append (bytes, length, sizeof length);
    put_hex (bytes, "a2 4161");
    put_head (bytes, BULLA_CBOR_BYTES, value);
    put_filling (bytes, value, 'v');
    put_hex (bytes, STATUS);
    g_assert_cmpuint (bytes->len, ==, 6 + size);
    put_hex (bytes, "40");
    g_auto (Read) read = read_response (bytes, bytes->len);
    gboolean fits = size < BULLA_RESPONSE_HEADERS_END;
    g_assert_cmpint (read.fine, ==, fits);
    g_assert_cmpint (read.facts->response.item.reason, ==,
                     fits ? NONE : BULLA_REASON_RESPONSE_HEADERS_TOO_LONG);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parse/bundle-response/plain", test_plain);
  g_test_add_func ("/parse/bundle-response/large-payload", test_large_payload);
  g_test_add_func ("/parse/bundle-response/every-truncation", test_every_truncation);
  g_test_add_func ("/parse/bundle-response/every-bit", test_every_bit);
  g_test_add_func ("/parse/bundle-response/longest-headers", test_longest_headers);
  for (size_t i = 0; i < G_N_ELEMENTS (SAMPLES); i++) {
    g_autofree char *path = g_strdup_printf ("/parse/bundle-response/%s", SAMPLES[i].name);
    g_test_add_data_func (path, &SAMPLES[i], test_sample);
  }
  return g_test_run ();
}
