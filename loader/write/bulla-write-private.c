/* bulla-write-private.c - bytes, hashes and signatures for the files of loader/write
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-write-private.h"

#include <openssl/ec.h>
#include <openssl/err.h>

/* Sets @error from OpenSSL's error queue and empties the queue. Returns FALSE. */
gboolean
bulla_write_fail_crypto (GError **error, const char *what)
{
  const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", what,
               reason != NULL ? reason : "no reason given");
  ERR_clear_error ();
  return FALSE;
}

/* Turns the result of a sequence of OpenSSL calls into a GError. Returns @held. */
gboolean
bulla_write_check (gboolean held, GError **error, const char *what)
{
  return held || bulla_write_fail_crypto (error, what);
}

/* Appends the low @width bytes of @value in big-endian order. */
void
bulla_write_be (GByteArray *out, uint64_t value, unsigned width)
{
  uint8_t bytes[8];

  for (unsigned i = 0; i < 8; i++)
    bytes[i] = value >> (8 * (7 - i));
  g_byte_array_append (out, bytes + 8 - width, width);
}

void
bulla_write_bytes (GByteArray *out, GBytes *bytes)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);

  if (size > 0)
    g_byte_array_append (out, data, size);
}

gboolean
bulla_write_sha256 (const void *data, size_t size, uint8_t digest[BULLA_WRITE_SHA256],
                    GError **error)
{
  return bulla_write_check (EVP_Q_digest (NULL, "SHA256", NULL, data, size, digest, NULL), error,
                            "SHA-256");
}

/* @hash: such as "SHA256"; Ed25519 ignores it and hashes by itself. Returns: (transfer full): the
 * signature, in DER for ECDSA; NULL with @error set */
GBytes *
bulla_write_signature (EVP_PKEY *key, const char *hash, GBytes *message, GError **error)
{
  g_autoptr (EVP_MD_CTX) context = bulla_write_prepare_signature (key, hash);

  return bulla_write_prepared_signature (context, key, message, error);
}

/* Returns: (transfer full) (nullable): a context for signatures of @key, as for
 * bulla_write_signature(); NULL if OpenSSL fails */
EVP_MD_CTX *
bulla_write_prepare_signature (EVP_PKEY *key, const char *hash)
{
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();

  if (EVP_PKEY_is_a (key, "ED25519"))
    hash = NULL;
  return EVP_DigestSignInit_ex (context, NULL, hash, NULL, NULL, key, NULL) == 1
             ? g_steal_pointer (&context)
             : NULL;
}

/* @context: (nullable): of bulla_write_prepare_signature(), which it uses up. Returns as
 * bulla_write_signature() */
GBytes *
bulla_write_prepared_signature (EVP_MD_CTX *context, EVP_PKEY *key, GBytes *message, GError **error)
{
  gsize size;
  const uint8_t *data = g_bytes_get_data (message, &size);
  size_t length = (size_t)MAX (EVP_PKEY_get_size (key), 0); /* at most */
  g_autofree uint8_t *signature = g_malloc (length + 1);

  if (context != NULL) /* avoids a copy, as nothing follows */
    EVP_MD_CTX_set_flags (context, EVP_MD_CTX_FLAG_FINALISE);
  if (context == NULL || EVP_DigestSign (context, signature, &length, data, size) != 1) {
    bulla_write_fail_crypto (error, "Signing");
    return NULL;
  }
  return g_bytes_new (signature, length);
}

/* Returns: (transfer full): a new key on the curve that packages must be signed with */
EVP_PKEY *
bulla_write_new_key (GError **error)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");

  bulla_write_check (key != NULL, error, "Making a key");
  return key;
}
