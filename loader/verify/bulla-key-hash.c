/* bulla-key-hash.c - the SHA-256 of a certificate's public key, by which it is known again
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-key-hash.h"

#include <openssl/err.h>
#include <string.h>

#include "bulla-verification-scope.h"

/**
 * bulla_key_hash_of: (skip)
 * @certificate: a certificate
 * @hash: (out): the SHA-256 of its SubjectPublicKeyInfo, #BULLA_KEY_HASH_SIZE bytes
 */
void
bulla_key_hash_of (X509 *certificate, guint8 *hash)
{
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  unsigned char *spki = NULL;
  int length = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (certificate), &spki);

  EVP_Digest (spki, (size_t)MAX (length, 0), hash, NULL, EVP_sha256 (), NULL);
  OPENSSL_free (spki);
}

/**
 * bulla_key_hash_of_der: (skip)
 * @der: a certificate
 * @hash: (out): the SHA-256 of its SubjectPublicKeyInfo, #BULLA_KEY_HASH_SIZE bytes
 *
 * Returns: whether @der is a certificate; @hash is set only then
 */
gboolean
bulla_key_hash_of_der (GBytes *der, guint8 *hash)
{
  gsize length = 0;
  const guint8 *bytes = g_bytes_get_data (der, &length);
  X509 *certificate = length <= G_MAXLONG ? d2i_X509 (NULL, &bytes, (long)length) : NULL;

  ERR_clear_error ();
  if (certificate == NULL)
    return FALSE;
  bulla_key_hash_of (certificate, hash);
  X509_free (certificate);
  return TRUE;
}

/**
 * bulla_key_hash_dup_hex: (skip)
 * @hash: #BULLA_KEY_HASH_SIZE bytes
 *
 * Returns: (transfer full): them in lower-case hex
 */
char *
bulla_key_hash_dup_hex (const guint8 *hash)
{
  GString *hex = g_string_new (NULL);

  for (guint i = 0; i < BULLA_KEY_HASH_SIZE; i++)
    g_string_append_printf (hex, "%02x", hash[i]);
  return g_string_free (hex, FALSE);
}

/**
 * bulla_key_hash_read_hex: (skip)
 * @hex: (nullable): from bulla_key_hash_dup_hex()
 * @hash: (out caller-allocates): #BULLA_KEY_HASH_SIZE bytes
 *
 * Returns: whether @hex is a hash of that size
 */
gboolean
bulla_key_hash_read_hex (const char *hex, guint8 *hash)
{
  if (hex == NULL || strlen (hex) != 2 * BULLA_KEY_HASH_SIZE)
    return FALSE;
  for (guint i = 0; i < BULLA_KEY_HASH_SIZE; i++) {
    gint high = g_ascii_xdigit_value (hex[2 * i]), low = g_ascii_xdigit_value (hex[2 * i + 1]);
    if (high < 0 || low < 0)
      return FALSE;
    hash[i] = (guint8)(high << 4 | low);
  }
  return TRUE;
}
