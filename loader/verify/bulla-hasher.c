/* bulla-hasher.c - hashes bytes that arrive in several chunks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-hasher.h"

#include "bulla-openssl.h"
#include "bulla-verification-scope.h"

struct _BullaHasher {
  EVP_MD_CTX *context; /* owned */
};

/**
 * bulla_hasher_new: (skip)
 * @hash: the hash function
 *
 * Returns: (transfer full): a hasher without input
 */
BullaHasher *
bulla_hasher_new (BullaHash hash)
{
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  BullaHasher *self = g_new0 (BullaHasher, 1);

  self->context = EVP_MD_CTX_new ();
  EVP_DigestInit_ex (self->context, hash == BULLA_HASH_SHA512 ? EVP_sha512 () : EVP_sha256 (),
                     NULL);
  return self;
}

void
bulla_hasher_free (BullaHasher *self)
{
  EVP_MD_CTX_free (self->context);
  g_free (self);
}

void
bulla_hasher_push (BullaHasher *self, const guint8 *data, size_t length)
{
  EVP_DigestUpdate (self->context, data, length);
}

/**
 * bulla_hasher_finish: (skip)
 * @self: a hasher; it accepts no more input
 * @into: (out): the hash
 *
 * Returns: the size of the hash in bytes, 32 or 64
 */
size_t
bulla_hasher_finish (BullaHasher *self, guint8 into[BULLA_HASH_MAX])
{
  unsigned length = 0;

  EVP_DigestFinal_ex (self->context, into, &length);
  return length;
}

/**
 * bulla_hash_bytes: (skip)
 * @hash: the hash function
 * @data: (nullable): the bytes to hash
 * @length: number of bytes
 * @into: (out): the hash
 *
 * Returns: the size of the hash in bytes
 */
size_t
bulla_hash_bytes (BullaHash hash, const guint8 *data, size_t length, guint8 into[BULLA_HASH_MAX])
{
  g_autoptr (BullaHasher) hasher = bulla_hasher_new (hash);

  bulla_hasher_push (hasher, data, length);
  return bulla_hasher_finish (hasher, into);
}
