/* fuzz-dns-evidence.c - parses evidence files, DNS messages and trust anchors from untrusted
 * sources
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-dns-anchors.h"
#include "bulla-dns-evidence.h"
#include "bulla-dns-message.h"
#include "fuzz.h"

static void
check_message (const uint8_t *data, size_t size)
{
  g_autoptr (BullaDnsMessage) message = bulla_dns_message_read (data, size);

  if (message == NULL)
    return;
  g_assert_true (g_str_is_ascii (message->name));
  for (guint i = 0; i < message->records->len; i++) {
    const BullaDnsRecord *record = g_ptr_array_index (message->records, i);
    g_autoptr (BullaDnsSignature) signature = bulla_dns_signature_read (record);
    g_autofree char *target = bulla_dns_message_dup_target (data, size, record);
    g_assert_true (record->rdata >= data && record->rdata + record->length <= data + size);
    g_assert_true (signature == NULL || g_str_is_ascii (signature->signer));
    g_assert_true (target == NULL || g_str_is_ascii (target));
  }
}

/* evidence that is read must be written as the same bytes, except for messages that repeat a
 * question */
static void
check_evidence (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaDnsEvidence) evidence = bulla_dns_evidence_read (bytes, &error);

  g_assert_cmpint (evidence == NULL, ==, error != NULL);
  if (evidence == NULL)
    return;
  g_autoptr (BullaDnsEvidenceInfo) info = bulla_dns_evidence_describe (evidence, NULL, 0);
  g_autoptr (GBytes) written = bulla_dns_evidence_to_bytes (evidence);
  g_autoptr (BullaDnsEvidence) again = bulla_dns_evidence_read (written, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) twice = bulla_dns_evidence_to_bytes (again);
  g_assert_true (g_bytes_equal (written, twice));
  g_autoptr (BullaDnsEvidenceInfo) second = bulla_dns_evidence_describe (again, NULL, 0);
  g_assert_cmpint (info->fetched, ==, second->fetched);
  g_assert_cmpint (info->valid_from, ==, second->valid_from);
  g_assert_cmpint (info->valid_until, ==, second->valid_until);
  g_assert_cmpuint (info->n_messages, ==, second->n_messages);
  g_assert_cmpuint (info->key_tags->len, ==, second->key_tags->len);
}

/* an anchor that is read and written must be read again as the same */
static void
check_anchors (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) anchors = bulla_dns_anchors_parse ((const char *)data, size, &error);

  g_assert_cmpint (anchors == NULL, ==, error != NULL);
  for (guint i = 0; anchors != NULL && i < anchors->len; i++) {
    const BullaDnsAnchor *anchor = g_ptr_array_index (anchors, i);
    g_autoptr (GPtrArray) again =
        bulla_dns_anchors_parse (anchor->record, strlen (anchor->record), NULL);
    g_assert_nonnull (again);
    const BullaDnsAnchor *same = g_ptr_array_index (again, 0);
    g_assert_cmpstr (same->record, ==, anchor->record);
    g_assert_cmpstr (same->owner, ==, anchor->owner);
    g_assert_cmpuint (same->key_tag, ==, anchor->key_tag);
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_message (data, size);
  check_evidence (data, size);
  check_anchors (data, size);
  return 0;
}
