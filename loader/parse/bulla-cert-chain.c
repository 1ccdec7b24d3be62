/* bulla-cert-chain.c - parses a certificate chain in the format application/cert-chain+cbor
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IMPL 3.3. */
#include "bulla-cert-chain.h"

static const BullaCborReasons reasons = {
    BULLA_REASON_CHAIN_MALFORMED,
    BULLA_REASON_CHAIN_NOT_CANONICAL,
    BULLA_REASON_CHAIN_TYPE,
};

static const char magic[] = "\xf0\x9f\x93\x9c\xe2\x9b\x93"; /* U+1F4DC U+26D3 */

static void
read_pair (BullaCursor *in, const BullaCborReasons *as, BullaSpan key,
           BullaAugmentedCertificate *entry)
{
  BullaCborItem value;
  BullaSpan *into = bulla_span_equal (key, "cert", 4)   ? &entry->cert
                    : bulla_span_equal (key, "sct", 3)  ? &entry->sct
                    : bulla_span_equal (key, "ocsp", 4) ? &entry->ocsp
                                                        : NULL;

  if (into == NULL) {
    bulla_cbor_skip (in, as);
    return;
  }
  if (!bulla_cbor_expect (in, as, BULLA_CBOR_BYTES, "a value that is not a byte string", &value))
    return;
  *into = value.bytes;
  entry->has_ocsp = entry->has_ocsp || into == &entry->ocsp;
  entry->has_sct = entry->has_sct || into == &entry->sct;
}

/**
 * bulla_augmented_certificate_read: (skip)
 * @in: a cursor at the start of the map
 * @as: the reasons reported for CBOR faults
 * @entry: (out): the contents of the map; the caller checks for required keys
 */
void
bulla_augmented_certificate_read (BullaCursor *in, const BullaCborReasons *as,
                                  BullaAugmentedCertificate *entry)
{
  BullaCborItem map, key;
  BullaCborKeys keys = {0};

  if (!bulla_cbor_expect (in, as, BULLA_CBOR_MAP, "an entry that is not a map", &map))
    return;
  entry->head = map.whole;
  for (guint64 i = 0; i < map.number && in->fault == NULL; i++) {
    if (!bulla_cbor_expect (in, as, BULLA_CBOR_TEXT, "a key that is not text", &key)
        || !bulla_cbor_check_key (in, as, &keys, key.whole))
      return;
    read_pair (in, as, key.bytes, entry);
  }
}

/* requirements for the key `ocsp` */
typedef enum { OCSP_ABSENT, OCSP_PRESENT, OCSP_ANY } OcspRule;

static void
read_entry (BullaCursor *in, BullaAugmentedCertificate *entry, OcspRule rule)
{
  bulla_augmented_certificate_read (in, &reasons, entry);
  /* An empty string is its head alone: one byte. */
  BullaSpan head =
      entry->has_sct ? (BullaSpan){entry->sct.data - 1, 1, entry->sct.offset - 1} : (BullaSpan){0};
  bulla_cursor_require (in, !entry->has_sct || entry->sct.length > 0, head,
                        BULLA_REASON_CHAIN_SCT_EMPTY, "an empty sct");
  bulla_cursor_require (in, entry->cert.length > 0, entry->head, BULLA_REASON_CHAIN_CERT_MISSING,
                        "no cert");
  if (rule == OCSP_PRESENT)
    bulla_cursor_require (in, entry->ocsp.length > 0, entry->head, BULLA_REASON_CHAIN_OCSP_MISSING,
                          entry->has_ocsp ? "an empty ocsp" : "no ocsp");
  else if (rule == OCSP_ABSENT)
    bulla_cursor_require (in, !entry->has_ocsp, entry->head, BULLA_REASON_CHAIN_OCSP_UNEXPECTED,
                          "ocsp on another certificate than the first");
}

static void
read_array (BullaCursor *in, BullaCertChain *self, OcspRule of_leaf)
{
  BullaCborItem array, text;

  if (!bulla_cbor_expect (in, &reasons, BULLA_CBOR_ARRAY, "not an array", &array)
      || !bulla_cursor_require (in, array.number > 0, array.whole, BULLA_REASON_CHAIN_EMPTY,
                                "an empty array")
      || !bulla_cbor_next (in, &reasons, &text)
      || !bulla_cursor_require (in,
                                text.type == BULLA_CBOR_TEXT
                                    && bulla_span_equal (text.bytes, magic, sizeof magic - 1),
                                text.whole, BULLA_REASON_CHAIN_MAGIC, "something else")
      || !bulla_cursor_require (in, array.number > 1, array.whole, BULLA_REASON_CHAIN_EMPTY,
                                "no certificate")
      || !bulla_cursor_require (in, array.number - 1 <= BULLA_CERT_CHAIN_MAX, array.whole,
                                BULLA_REASON_CHAIN_MALFORMED, "more certificates than Bulla reads"))
    return;
  self->entries = g_new0 (BullaAugmentedCertificate, array.number - 1);
  for (guint64 i = 1; i < array.number && in->fault == NULL; i++)
    read_entry (in, &self->entries[self->n_entries++], i == 1 ? of_leaf : OCSP_ABSENT);
}

static gboolean
is_pem (BullaSpan bytes)
{
  static const char start[] = "-----BEGIN ";

  return bytes.length >= sizeof start - 1 && memcmp (bytes.data, start, sizeof start - 1) == 0;
}

static BullaCertChain *
parse (GBytes *bytes, OcspRule of_leaf, GError **error)
{
  g_autoptr (BullaCertChain) self = g_new0 (BullaCertChain, 1);

  self->bytes = g_bytes_ref (bytes);
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_auto (BullaCursor) in =
      bulla_cursor_over ((BullaSpan){data, length, 0}, BULLA_REASON_CHAIN_MALFORMED);
  bulla_cursor_require (&in, !is_pem (in.rest), in.rest, BULLA_REASON_CHAIN_MALFORMED,
                        "a PEM file; “bulla create chain --certificate” makes a chain of it");
  read_array (&in, self, of_leaf);
  if (!bulla_cursor_close (&in, BULLA_REASON_CHAIN_MALFORMED, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * bulla_cert_chain_parse: (skip)
 * @bytes: the whole cert-chain+cbor resource
 * @error: a %BULLA_FAULT; its range is in @bytes
 *
 * Returns: (transfer full) (nullable): the chain, the leaf first
 */
BullaCertChain *
bulla_cert_chain_parse (GBytes *bytes, GError **error)
{
  return parse (bytes, OCSP_PRESENT, error);
}

/**
 * bulla_cert_chain_parse_unstapled: (skip)
 * @bytes: the whole resource
 * @error: a %BULLA_FAULT; its range is in @bytes
 *
 * As bulla_cert_chain_parse(), but the leaf may be without an OCSP response.
 *
 * Returns: (transfer full) (nullable): the chain, the leaf first
 */
BullaCertChain *
bulla_cert_chain_parse_unstapled (GBytes *bytes, GError **error)
{
  return parse (bytes, OCSP_ANY, error);
}

/**
 * bulla_cert_chain_pick: (skip)
 * @certificates: (array length=n): certificates in any order; the spans are borrowed
 * @n: number of certificates, from 1 to %BULLA_CERT_CHAIN_MAX
 * @leaf: index of the leaf
 * @error: a %BULLA_FAULT if the leaf has no OCSP response
 *
 * Uses the OCSP response and SCT of the leaf only.
 *
 * Returns: (transfer full) (nullable): the chain, the leaf first; its spans point into the same
 *   bytes as those of @certificates
 */
BullaCertChain *
bulla_cert_chain_pick (const BullaAugmentedCertificate *certificates, guint n, guint leaf,
                       GError **error)
{
  g_return_val_if_fail (leaf < n && n <= BULLA_CERT_CHAIN_MAX, NULL);
  if (certificates[leaf].ocsp.length == 0) {
    bulla_fault_set (error, BULLA_REASON_CHAIN_OCSP_MISSING,
                     bulla_span_range (certificates[leaf].head), "no ocsp");
    return NULL;
  }
  BullaCertChain *self = g_new0 (BullaCertChain, 1);
  self->entries = g_new0 (BullaAugmentedCertificate, n);
  self->entries[self->n_entries++] = certificates[leaf];
  for (guint i = 0; i < n; i++)
    if (i != leaf)
      self->entries[self->n_entries++] =
          (BullaAugmentedCertificate){.cert = certificates[i].cert, .head = certificates[i].head};
  return self;
}

void
bulla_cert_chain_free (BullaCertChain *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->entries);
  g_free (self);
}
