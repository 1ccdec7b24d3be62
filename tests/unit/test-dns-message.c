/* test-dns-message.c - parses DNS messages, trust anchors in text, and evidence files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-dns-anchors.h"
#include "bulla-dns-evidence.h"
#include "bulla-dns-message.h"
#include "bulla-error.h"
#include "../support/dns-sample.h"
#include "test-bytes.h"

static void
test_message (void)
{
  g_autoptr (BullaDnsMessage) message = bulla_dns_message_read (dns_sample, sizeof dns_sample);

  g_assert_nonnull (message);
  g_assert_cmpstr (message->name, ==, "a.test");
  g_assert_cmpuint (message->type, ==, 257);
  g_assert_cmpuint (message->records->len, ==, 2);
  const BullaDnsRecord *alias = message->records->pdata[0], *signature = message->records->pdata[1];
  g_autofree char *target = bulla_dns_message_dup_target (dns_sample, sizeof dns_sample, alias);
  g_assert_cmpstr (target, ==, "b.test");
  g_assert_null (bulla_dns_signature_read (alias));
  g_assert_null (bulla_dns_message_dup_target (dns_sample, sizeof dns_sample, signature));
  g_autoptr (BullaDnsSignature) read = bulla_dns_signature_read (signature);
  g_assert_nonnull (read);
  g_assert_cmpuint (read->covered, ==, BULLA_DNS_TYPE_DNSKEY);
  g_assert_cmpuint (read->expiration, ==, 1800000000);
  g_assert_cmpuint (read->inception, ==, 1700000000);
  g_assert_cmpuint (read->key_tag, ==, DNS_SAMPLE_TAG);
  g_assert_cmpstr (read->signer, ==, "test");
}

static void
test_message_truncated (void)
{
  for (gsize length = 0; length < sizeof dns_sample; length++) {
    g_autoptr (ExactBytes) part = exact_copy (dns_sample, length);
    g_assert_null (bulla_dns_message_read (part, length));
  }
}

/* each byte is set to each value: nothing beyond the end is read, and names with pointers in a
 * circle end */
static void
test_message_changed (void)
{
  for (gsize i = 0; i < sizeof dns_sample; i++)
    for (guint value = 0; value < 256; value++) {
      g_autoptr (ExactBytes) copy = exact_copy (dns_sample, sizeof dns_sample);
      copy[i] = (guint8)value;
      g_autoptr (BullaDnsMessage) message = bulla_dns_message_read (copy, sizeof dns_sample);
      for (guint k = 0; message != NULL && k < message->records->len; k++) {
        const BullaDnsRecord *record = message->records->pdata[k];
        g_autoptr (BullaDnsSignature) signature = bulla_dns_signature_read (record);
        g_free (bulla_dns_message_dup_target (copy, sizeof dns_sample, record));
      }
    }
}

typedef struct {
  const char *hex, *name; /* name: NULL if malformed */
  gsize end;
} Name;

static void
test_names (void)
{
  static const Name names[] = {
      {"00", "", 1},
      {"0161 0162 00", "a.b", 5},
      {"05 412d5f2a39 00", "a-_*9", 7},
      {"03 2e5c20 00", "\\046\\092\\032", 5}, /* a dot inside a label does not end it */
      {"02 00ff 00", "\\000\\255", 4},
      {"0161", NULL, 0},
      {"40 00", NULL, 0}, /* an undefined kind of label */
      {"c000", NULL, 0},  /* a pointer to itself */
      {"0161 c000", NULL, 0},
      {"c002 0161 00", NULL, 0}, /* a pointer forward */
      {"c0", NULL, 0},
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (GByteArray) bytes = bytes_from_hex (names[i].hex);
    g_autoptr (ExactBytes) exact = exact_copy (bytes->data, bytes->len);
    gsize offset = 0;
    g_autofree char *name = bulla_dns_name_read (exact, bytes->len, &offset);
    g_assert_cmpstr (name, ==, names[i].name);
    if (name != NULL)
      g_assert_cmpuint (offset, ==, names[i].end);
  }
  /* 255 bytes, and one more (RFC 1035 section 2.3.4) */
  for (guint size = 255; size <= 256; size++) {
    guint8 wire[256] = {0};
    for (guint at = 0; at + 1 < size;) {
      guint label = MIN (size - at - 2, 63);
      wire[at] = (guint8)label;
      memset (wire + at + 1, 'a', label);
      at += label + 1;
    }
    gsize offset = 0;
    g_autofree char *name = bulla_dns_name_read (wire, size, &offset);
    g_assert_cmpint (name != NULL, ==, size == 255);
  }
}

/* --- trust anchors */

#define DIGEST "e06d44b80b8f1d39a95c0b0d7c65d08458e880409bbc683457104237c7f8ec8d"
#define KEY "l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=" /* of RFC 8080 section 6.1 */

typedef struct {
  const char *text;
  const char *owner; /* NULL if the line is refused */
  guint key_tag;
} Anchor;

static const Anchor anchors[] = {
    {". DS 20326 8 2 " DIGEST, "", 20326},
    {". 172800 IN DS 20326 8 2 " DIGEST " ; the root\n\n# and no more\n", "", 20326},
    {"Example.COM IN 60 ds 1 13 2 " DIGEST, "example.com", 1},
    {"example.com.\tIN\tDS\t1 13 2 e06d44b80b8f1d39a95c0b0d7c65d084 "
     "58e880409bbc683457104237c7f8ec8d\r\n",
     "example.com", 1},
    {"example.com. 3600 IN DNSKEY 257 3 15 " KEY, "example.com", 3613},
    {"example.com. IN DNSKEY 256 3 15 " KEY, "example.com", 3612},
    /* left out, so that no anchor remains */
    {". DS 20326 16 2 " DIGEST, NULL, 0},
    {". DS 20326 8 3 " DIGEST, NULL, 0},
    {"example.com. IN DNSKEY 385 3 15 " KEY, NULL, 0}, /* revoked */
    {"example.com. IN DNSKEY 1 3 15 " KEY, NULL, 0},   /* a key that does not sign zones */
    {"example.com. IN DNSKEY 257 2 15 " KEY, NULL, 0},
    /* left out, but a usable anchor remains */
    {". DS 1 253 2 " DIGEST "\n. DS 20326 8 2 " DIGEST, "", 20326},
    /* damaged */
    {"", NULL, 0},
    {"; only words\n", NULL, 0},
    {"words", NULL, 0},
    {". NS a.root-servers.net.", NULL, 0},
    {". DS 20326 8 2", NULL, 0},
    {". DS 65536 8 2 " DIGEST, NULL, 0},
    {". DS 20326 8 2 " DIGEST "00", NULL, 0},
    {". DS 20326 8 2 xyz", NULL, 0},
    {". DS 20326 8 1 " DIGEST, NULL, 0},
    {"a..b DS 20326 8 2 " DIGEST, NULL, 0},
    {"a$ DS 20326 8 2 " DIGEST, NULL, 0},
    {"example.com. DNSKEY 257 3 15 !!!!", NULL, 0},
    {"example.com. DNSKEY 257 3 15 AAAA", NULL, 0},
    {"example.com. DNSKEY 257 3 13 " KEY, NULL, 0},
    {"example.com. DNSKEY 257 3 8 " KEY, NULL, 0},
    {". DS 20326 8 2 " DIGEST "\nwords", NULL, 0},
};

static void
test_anchors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (anchors); i++) {
    g_autoptr (GError) error = NULL;
    gsize length = strlen (anchors[i].text);
    g_autoptr (ExactBytes) exact = exact_copy (anchors[i].text, length);
    g_autoptr (GPtrArray) read = bulla_dns_anchors_parse ((const char *)exact, length, &error);
    g_assert_cmpint (read != NULL, ==, anchors[i].owner != NULL);
    if (read == NULL) {
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
      continue;
    }
    const BullaDnsAnchor *anchor = read->pdata[0];
    g_assert_cmpuint (read->len, ==, 1);
    g_assert_cmpstr (anchor->owner, ==, anchors[i].owner);
    g_assert_cmpuint (anchor->key_tag, ==, anchors[i].key_tag);
  }
  g_assert_null (bulla_dns_anchors_parse (". DS\0", 5, NULL));
}

static void
test_anchors_limit (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < BULLA_DNS_ANCHORS_MAX; i++)
    g_string_append_printf (text, "zone-%u. DS 1 8 2 " DIGEST "\n", i);
  g_autoptr (GPtrArray) most = bulla_dns_anchors_parse (text->str, text->len, NULL);
  g_assert_nonnull (most);
  g_string_append (text, ". DS 1 8 2 " DIGEST "\n");
  g_assert_null (bulla_dns_anchors_parse (text->str, text->len, NULL));
}

/* --- evidence */

static BullaDnsEvidence *
make_evidence (void)
{
  BullaDnsEvidence *self = bulla_dns_evidence_new (1750000000);

  bulla_dns_evidence_add_anchor (self, DNS_SAMPLE_ANCHOR);
  bulla_dns_evidence_add_anchor (self, DNS_SAMPLE_ANCHOR);
  bulla_dns_evidence_add_anchor (self, ". DS 2 8 2 " DIGEST);
  g_assert_true (bulla_dns_evidence_add_message (self, dns_sample, sizeof dns_sample));
  g_assert_true (bulla_dns_evidence_add_message (self, dns_sample, sizeof dns_sample));
  return self;
}

static void
test_evidence (void)
{
  g_autoptr (BullaDnsEvidence) evidence = make_evidence ();
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (evidence);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaDnsEvidence) read = bulla_dns_evidence_read (bytes, &error);

  g_assert_no_error (error);
  g_autoptr (GBytes) again = bulla_dns_evidence_to_bytes (read);
  g_assert_true (g_bytes_equal (bytes, again));
  g_autoptr (BullaDnsEvidenceInfo) info = bulla_dns_evidence_describe (read, NULL, 0);
  g_assert_cmpint (info->fetched, ==, 1750000000);
  g_assert_cmpint (info->valid_from, ==, 1700000000);
  g_assert_cmpint (info->valid_until, ==, 1800000000);
  g_assert_cmpuint (info->n_messages, ==, 1);
  g_assert_cmpuint (info->key_tags->len, ==, 1); /* the other anchor signs nothing here */
  g_assert_cmpuint (g_array_index (info->key_tags, guint16, 0), ==, DNS_SAMPLE_TAG);
  GBytes *message = bulla_dns_evidence_find (read, "a.test", 257);
  g_assert_nonnull (message);
  g_assert_cmpmem (g_bytes_get_data (message, NULL), g_bytes_get_size (message), dns_sample,
                   sizeof dns_sample);
  g_assert_false (bulla_dns_evidence_has (read, "a.test", 1));
  g_assert_false (bulla_dns_evidence_has (read, "b.test", 257));
}

/* A truncated file is damaged, unless it ends between two messages. */
static void
test_evidence_truncated (void)
{
  g_autoptr (BullaDnsEvidence) evidence = make_evidence ();
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (evidence);
  gsize size = 0, whole = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  for (gsize length = 0; length < size; length++) {
    g_autoptr (ExactBytes) part = exact_copy (data, length);
    g_autoptr (GBytes) cut = g_bytes_new_static (part, length);
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaDnsEvidence) read = bulla_dns_evidence_read (cut, &error);
    if (read == NULL)
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
    else
      whole++;
  }
  g_assert_cmpuint (whole, ==, 1);
}

static void
assert_evidence_refused (const guint8 *data, gsize size, BullaError code)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;

  g_assert_null (bulla_dns_evidence_read (bytes, &error));
  g_assert_error (error, BULLA_ERROR, (int)code);
}

static void
test_evidence_refused (void)
{
  g_autoptr (BullaDnsEvidence) evidence = make_evidence ();
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (evidence);
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  /* magic, version, time, text of an anchor, count of questions in the message */
  const gsize places[] = {0, 8, 9, 23, size - sizeof dns_sample + 5};

  for (guint i = 0; i < G_N_ELEMENTS (places); i++) {
    g_autofree guint8 *copy = g_memdup2 (data, size);
    copy[places[i]] ^= 0xff;
    assert_evidence_refused (copy, size, BULLA_ERROR_ARGUMENT);
  }
  g_autofree guint8 *large = g_malloc0 (BULLA_DNS_EVIDENCE_SIZE_MAX + 1);
  memcpy (large, data, size);
  assert_evidence_refused (large, BULLA_DNS_EVIDENCE_SIZE_MAX + 1, BULLA_ERROR_LIMIT);
}

/* The numbers of messages and bytes are limited, so that all evidence that is written can be
 * read. */
static void
test_evidence_limits (void)
{
  g_autoptr (BullaDnsEvidence) many = bulla_dns_evidence_new (1);
  g_autoptr (BullaDnsEvidence) large = bulla_dns_evidence_new (1);
  g_autofree guint8 *message = g_malloc0 (BULLA_DNS_MESSAGE_MAX + 1);
  guint n_many = 0, n_large = 0;

  memcpy (message, dns_sample, 24);
  message[7] = 0; /* number of records: 0 */
  g_assert_false (bulla_dns_evidence_add_message (many, message, BULLA_DNS_MESSAGE_MAX + 1));
  for (guint type = 0; type < 5000; type++) {
    message[20] = (guint8)(type >> 8);
    message[21] = (guint8)type;
    n_many += bulla_dns_evidence_add_message (many, message, 24);
    n_large += bulla_dns_evidence_add_message (large, message, BULLA_DNS_MESSAGE_MAX);
  }
  g_assert_cmpuint (n_many, ==, BULLA_DNS_EVIDENCE_MESSAGES_MAX);
  g_assert_cmpuint (n_large, ==, BULLA_DNS_EVIDENCE_SIZE_MAX / (BULLA_DNS_MESSAGE_MAX + 2));
  g_autoptr (GBytes) bytes = bulla_dns_evidence_to_bytes (large);
  g_assert_cmpuint (g_bytes_get_size (bytes), <=, BULLA_DNS_EVIDENCE_SIZE_MAX);
  g_autoptr (BullaDnsEvidence) read = bulla_dns_evidence_read (bytes, NULL);
  g_assert_nonnull (read);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dns-message/whole", test_message);
  g_test_add_func ("/dns-message/truncated", test_message_truncated);
  g_test_add_func ("/dns-message/changed", test_message_changed);
  g_test_add_func ("/dns-message/names", test_names);
  g_test_add_func ("/dns-anchors/lines", test_anchors);
  g_test_add_func ("/dns-anchors/limit", test_anchors_limit);
  g_test_add_func ("/dns-evidence-file/whole", test_evidence);
  g_test_add_func ("/dns-evidence-file/truncated", test_evidence_truncated);
  g_test_add_func ("/dns-evidence-file/refused", test_evidence_refused);
  g_test_add_func ("/dns-evidence-file/limits", test_evidence_limits);
  return g_test_run ();
}
