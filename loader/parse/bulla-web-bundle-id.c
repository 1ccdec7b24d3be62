/* bulla-web-bundle-id.c - converts between a public key and the ID of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IB "Web Bundle ID"; RFC 4648 section 6, in lower case and without padding. */
#include "bulla-web-bundle-id.h"

#include <string.h>

#define SUFFIX_SIZE 3
#define MAX_SIZE (BULLA_P256_KEY_SIZE + SUFFIX_SIZE)

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";

/* Size of a key of each kind, and the bytes that follow it in the ID. */
static const struct {
  size_t key_size;
  guint8 suffix[SUFFIX_SIZE];
} kinds[] = {
    [BULLA_WEB_BUNDLE_KEY_UNKNOWN] = {0, {0}},
    [BULLA_WEB_BUNDLE_KEY_ED25519] = {BULLA_ED25519_KEY_SIZE, {0, 1, 2}},
    [BULLA_WEB_BUNDLE_KEY_P256] = {BULLA_P256_KEY_SIZE, {0, 2, 2}},
    [BULLA_WEB_BUNDLE_KEY_PROXY] = {BULLA_ED25519_KEY_SIZE, {0, 0, 2}},
};

/**
 * bulla_base32_encode: (skip)
 * @data: bytes
 * @length: bytes of @data
 *
 * Returns: (transfer full): @data in base32, in lower case without padding
 */
char *
bulla_base32_encode (const guint8 *data, size_t length)
{
  GString *text = g_string_sized_new (length * 8 / 5 + 2);
  guint bits = 0, n_bits = 0;

  for (size_t i = 0; i < length; i++) {
    bits = bits << 8 | data[i];
    for (n_bits += 8; n_bits >= 5; n_bits -= 5)
      g_string_append_c (text, alphabet[bits >> (n_bits - 5) & 31]);
    bits &= 0xff;
  }
  if (n_bits > 0)
    g_string_append_c (text, alphabet[bits << (5 - n_bits) & 31]);
  return g_string_free (text, FALSE);
}

/* Returns the number of bytes, or -1; surplus bits of the last character are ignored. */
static int
decode (const char *text, guint8 bytes[MAX_SIZE])
{
  guint bits = 0, n_bits = 0;
  int n = 0;

  for (; *text != '\0'; text++) {
    const char *digit = strchr (alphabet, *text);
    if (digit == NULL)
      return -1;
    bits = (bits << 5 | (guint)(digit - alphabet)) & 0xfff;
    n_bits += 5;
    if (n_bits >= 8) {
      if (n == MAX_SIZE)
        return -1;
      n_bits -= 8;
      bytes[n++] = (guint8)(bits >> n_bits);
    }
  }
  return n_bits < 5 ? n : -1;
}

/**
 * bulla_web_bundle_id_derive: (skip)
 * @kind: the kind of key
 * @key: the raw key: 32 bytes, or the 33 of a compressed point
 * @length: bytes of @key
 *
 * Returns: (transfer full) (nullable): the ID of bundles signed with the key; %NULL if the key has
 *   the wrong length
 */
char *
bulla_web_bundle_id_derive (BullaWebBundleKey kind, const guint8 *key, size_t length)
{
  guint8 bytes[MAX_SIZE];

  if (kind == BULLA_WEB_BUNDLE_KEY_UNKNOWN || kind > BULLA_WEB_BUNDLE_KEY_PROXY
      || length != kinds[kind].key_size)
    return NULL;
  memcpy (bytes, key, length);
  memcpy (bytes + length, kinds[kind].suffix, SUFFIX_SIZE);
  return bulla_base32_encode (bytes, length + SUFFIX_SIZE);
}

static BullaWebBundleKey
kind_of (const guint8 *bytes, size_t length)
{
  for (guint kind = BULLA_WEB_BUNDLE_KEY_ED25519; kind < G_N_ELEMENTS (kinds); kind++)
    if (length == kinds[kind].key_size + SUFFIX_SIZE
        && memcmp (bytes + kinds[kind].key_size, kinds[kind].suffix, SUFFIX_SIZE) == 0)
      return (BullaWebBundleKey)kind;
  return BULLA_WEB_BUNDLE_KEY_UNKNOWN;
}

/**
 * bulla_web_bundle_id_parse: (skip)
 * @id: a text
 * @kind: (out) (optional): the kind of key that the ID contains
 * @key: (out) (optional) (transfer full): the key
 * @why: (out) (optional): static; why @id is invalid
 *
 * Only the canonical form is accepted, so each key has exactly one ID.
 *
 * Returns: whether @id is valid
 */
gboolean
bulla_web_bundle_id_parse (const char *id, BullaWebBundleKey *kind, GBytes **key, const char **why)
{
  guint8 bytes[MAX_SIZE];
  int n = decode (id, bytes);
  BullaWebBundleKey found = n > 0 ? kind_of (bytes, (size_t)n) : BULLA_WEB_BUNDLE_KEY_UNKNOWN;
  g_autofree char *again =
      found == BULLA_WEB_BUNDLE_KEY_UNKNOWN ? NULL : bulla_base32_encode (bytes, (size_t)n);
  gboolean canonical = again != NULL && strcmp (again, id) == 0;

  if (!canonical && why != NULL)
    *why = n < 0           ? "not base32 in lower case, or of another length"
           : again == NULL ? "of no kind of key that is known"
                           : "bits that are not zero behind the last byte";
  if (!canonical)
    return FALSE;
  if (kind != NULL)
    *kind = found;
  if (key != NULL)
    *key = g_bytes_new (bytes, kinds[found].key_size);
  return TRUE;
}
