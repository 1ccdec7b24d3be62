/* bulla-integrity.c - verifies the signatures of an integrity block over the whole bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IB, "Signature" and "Verification". */
#include "bulla-integrity.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>
#include <string.h>

#include "bulla-openssl.h"

static void
append_number (GByteArray *into, guint64 number)
{
  guint64 wire = GUINT64_TO_BE (number);

  g_byte_array_append (into, (const guint8 *)&wire, sizeof wire);
}

static void
append_span (GByteArray *into, BullaSpan span)
{
  g_byte_array_append (into, span.data, (guint)span.length);
}

/* Appends the head of a CBOR array; the number of signatures always fits in two bytes. */
static void
append_array_head (GByteArray *into, guint n)
{
  guint8 wide[] = {0x99, (guint8)(n >> 8), (guint8)n};
  guint8 narrow[] = {0x98, (guint8)n};
  guint8 tiny = (guint8)(0x80 | n);

  if (n < 24)
    g_byte_array_append (into, &tiny, 1);
  else if (n < 256)
    g_byte_array_append (into, narrow, sizeof narrow);
  else
    g_byte_array_append (into, wide, sizeof wide);
}

/* v2: the block without its signatures. v1: the block before this signature was prepended. */
static GByteArray *
build_block (const BullaIntegrityBlock *self, guint signature)
{
  GByteArray *block = g_byte_array_new ();

  append_span (block, self->head);
  append_span (block, self->attributes);
  guint n_before = self->version == 1 ? self->n_signatures - signature - 1 : 0;
  append_array_head (block, n_before);
  for (guint i = self->n_signatures - n_before; i < self->n_signatures; i++)
    append_span (block, self->signatures[i].whole);
  return block;
}

/**
 * bulla_integrity_build_message: (skip)
 * @self: a block
 * @bundle_sha512: SHA-512 of everything after the block
 * @signature: index of one of its signatures
 *
 * Returns: (transfer full): the bytes covered by the signature
 */
GBytes *
bulla_integrity_build_message (const BullaIntegrityBlock *self,
                               const guint8 bundle_sha512[BULLA_SHA512_SIZE], guint signature)
{
  GByteArray *message = g_byte_array_new ();
  g_autoptr (GByteArray) block = build_block (self, signature);

  append_number (message, BULLA_SHA512_SIZE);
  g_byte_array_append (message, bundle_sha512, BULLA_SHA512_SIZE);
  append_number (message, block->len);
  g_byte_array_append (message, block->data, block->len);
  append_number (message, self->signatures[signature].attributes.length);
  append_span (message, self->signatures[signature].attributes);
  return g_byte_array_free_to_bytes (message);
}

/* Rejects a point that is not on the curve. */
static EVP_PKEY *
read_p256_key (BullaSpan key)
{
  EVP_PKEY *pkey = NULL;
  char group[] = "prime256v1";
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
      OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PUB_KEY, (void *)key.data, key.length),
      OSSL_PARAM_construct_end (),
  };
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name (NULL, "EC", NULL);

  if (EVP_PKEY_fromdata_init (context) != 1
      || EVP_PKEY_fromdata (context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
    pkey = NULL;
  EVP_PKEY_CTX_free (context);
  return pkey;
}

static EVP_PKEY *
read_key (const BullaIntegritySignature *self)
{
  if (self->kind == BULLA_WEB_BUNDLE_KEY_ED25519 && self->key.length == BULLA_ED25519_KEY_SIZE)
    return EVP_PKEY_new_raw_public_key (EVP_PKEY_ED25519, NULL, self->key.data, self->key.length);
  if (self->kind == BULLA_WEB_BUNDLE_KEY_P256 && self->key.length == BULLA_P256_KEY_SIZE)
    return read_p256_key (self->key);
  return NULL;
}

/* Returns: (nullable): what is wrong; NULL if the signature verifies */
static const char *
find_fault (const BullaIntegritySignature *self, GBytes *message)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (message, &length);
  g_autoptr (EVP_PKEY) key = read_key (self);

  if (key == NULL)
    return "the key is not valid";
  const EVP_MD *hash = self->kind == BULLA_WEB_BUNDLE_KEY_P256 ? EVP_sha256 () : NULL;
  g_autoptr (EVP_MD_CTX) digest = EVP_MD_CTX_new ();
  if (EVP_DigestVerifyInit (digest, NULL, hash, NULL, key) == 1
      && EVP_DigestVerify (digest, self->signature.data, self->signature.length, bytes, length)
             == 1)
    return NULL;
  return "the signature does not verify with this key";
}

static gboolean
is_known (const BullaIntegritySignature *self)
{
  return self->kind == BULLA_WEB_BUNDLE_KEY_ED25519 || self->kind == BULLA_WEB_BUNDLE_KEY_P256;
}

/**
 * bulla_integrity_verify: (skip)
 * @self: a block of version 2
 * @bundle_sha512: SHA-512 of everything after the block
 * @facts: receive whether all signatures of known kinds are valid
 *
 * Spec: IB "Verification": one invalid signature makes the bundle invalid; signatures of unknown
 * kinds are ignored.
 */
void
bulla_integrity_verify (const BullaIntegrityBlock *self,
                        const guint8 bundle_sha512[BULLA_SHA512_SIZE], BullaFacts *facts)
{
  BullaIntegrityFacts *integrity = &facts->integrity;

  integrity->n_valid = 0;
  bulla_part_set_ok (&integrity->signatures);
  for (guint i = 0; i < self->n_signatures; i++) {
    const BullaIntegritySignature *signature = &self->signatures[i];
    if (!is_known (signature))
      continue;
    g_autoptr (GBytes) message = bulla_integrity_build_message (self, bundle_sha512, i);
    const char *why = find_fault (signature, message);
    if (why == NULL) {
      integrity->n_valid++;
    } else if (integrity->signatures.read == BULLA_YES) {
      GError *fault = NULL;
      bulla_fault_set (&fault, BULLA_REASON_INTEGRITY_SIGNATURE,
                       bulla_span_range (signature->signature), "signature %u: %s", i + 1, why);
      bulla_facts_take_fault (facts, &integrity->signatures, fault);
    }
  }
  ERR_clear_error ();
}

/**
 * bulla_integrity_check_id: (skip)
 * @self: a block
 * @pinned_kind: kind of the key that the profile names for the block's web bundle ID
 * @pinned_key: (nullable): the key that the profile names; %NULL if it names none
 * @facts: receive whether the block may have the ID
 *
 * Spec: IB "Web Bundle ID"; a pinned key replaces the key from which the ID is derived.
 */
void
bulla_integrity_check_id (const BullaIntegrityBlock *self, BullaWebBundleKey pinned_kind,
                          GBytes *pinned_key, BullaFacts *facts)
{
  BullaIntegrityFacts *integrity = &facts->integrity;
  gsize length = 0;
  const guint8 *pinned = pinned_key != NULL ? g_bytes_get_data (pinned_key, &length) : NULL;
  gboolean derived = FALSE, found = FALSE;

  for (guint i = 0; i < self->n_signatures; i++) {
    const BullaIntegritySignature *signature = &self->signatures[i];
    if (!is_known (signature))
      continue;
    g_autofree char *id =
        bulla_web_bundle_id_derive (signature->kind, signature->key.data, signature->key.length);
    derived = derived || (id != NULL && g_strcmp0 (id, self->web_bundle_id) == 0);
    found = found
            || (pinned != NULL && signature->kind == pinned_kind
                && bulla_span_equal (signature->key, pinned, length));
  }
  integrity->id_derived = derived ? BULLA_YES : BULLA_NO;
  integrity->pinned = pinned != NULL ? BULLA_YES : BULLA_NO;
  integrity->pin_found = pinned == NULL ? BULLA_UNKNOWN : found ? BULLA_YES : BULLA_NO;
}
