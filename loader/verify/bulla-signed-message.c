/* bulla-signed-message.c - builds the message that a publisher's signature covers
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: IMPL 3.5 step 5. */
#include "bulla-signed-message.h"

#include <openssl/err.h>
#include <string.h>

#include "bulla-verification-scope.h"

static const char context[] = "HTTP Exchange 1 b3"; /* its NUL is the separator */

static void
append_number (GByteArray *into, guint64 number)
{
  guint64 wire = GUINT64_TO_BE (number);

  g_byte_array_append (into, (const guint8 *)&wire, sizeof wire);
}

static void
append_counted (GByteArray *into, const guint8 *data, size_t length)
{
  append_number (into, length);
  g_byte_array_append (into, data, (guint)length);
}

/* Builds everything but the headers, which may be long and are hashed in place. */
static GByteArray *
build_start (const BullaSignedMessage *self)
{
  GByteArray *start = g_byte_array_sized_new (512);
  guint8 padding[64];

  memset (padding, 0x20, sizeof padding);
  g_byte_array_append (start, padding, sizeof padding);
  g_byte_array_append (start, (const guint8 *)context, sizeof context);
  guint8 hash_length = 32;
  g_byte_array_append (start, &hash_length, 1);
  g_byte_array_append (start, self->cert_sha256.data, (guint)self->cert_sha256.length);
  append_counted (start, (const guint8 *)self->validity_url, strlen (self->validity_url));
  append_number (start, (guint64)self->date);
  append_number (start, (guint64)self->expires);
  append_counted (start, self->url.data, self->url.length);
  append_number (start, self->headers.length);
  return start;
}

/**
 * bulla_signed_message_build: (skip)
 * @self: its parts
 *
 * Returns: (transfer full): the whole message, for display
 */
GBytes *
bulla_signed_message_build (const BullaSignedMessage *self)
{
  GByteArray *message = build_start (self);

  g_byte_array_append (message, self->headers.data, (guint)self->headers.length);
  return g_byte_array_free_to_bytes (message);
}

/**
 * bulla_signed_message_prepare: (skip)
 * @key: a P-256 key
 *
 * Looking up the algorithms is slow, so the result is reused for all messages of one key.
 *
 * Returns: (transfer full) (nullable): a context that verifies with @key
 */
EVP_MD_CTX *
bulla_signed_message_prepare (EVP_PKEY *key)
{
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  g_autoptr (EVP_MD_CTX) prepared = EVP_MD_CTX_new ();

  if (EVP_DigestVerifyInit (prepared, NULL, EVP_sha256 (), NULL, key) == 1)
    return g_steal_pointer (&prepared);
  ERR_clear_error ();
  return NULL;
}

/**
 * bulla_signed_message_verify: (skip)
 * @self: its parts
 * @prepared: result of bulla_signed_message_prepare(); several threads may use it at once
 * @signature: an ECDSA-Sig-Value in DER
 * @length: bytes of @signature
 *
 * Spec: TLS 1.3 `ecdsa_secp256r1_sha256`; a non-canonical DER encoding is refused.
 */
gboolean
bulla_signed_message_verify (const BullaSignedMessage *self, const EVP_MD_CTX *prepared,
                             const guint8 *signature, size_t length)
{
  g_autoptr (GByteArray) start = build_start (self);
  g_autoptr (EVP_MD_CTX) digest = EVP_MD_CTX_new ();
  gboolean fine = EVP_MD_CTX_copy_ex (digest, prepared) == 1
                  && EVP_DigestVerifyUpdate (digest, start->data, start->len) == 1
                  && EVP_DigestVerifyUpdate (digest, self->headers.data, self->headers.length) == 1;

  EVP_MD_CTX_set_flags (digest, EVP_MD_CTX_FLAG_FINALISE); /* avoids a copy, as nothing follows */
  fine = fine && EVP_DigestVerifyFinal (digest, signature, length) == 1;
  if (!fine)
    ERR_clear_error ();
  return fine;
}
