/* bulla-signed-subset.c - verifies the authority's signature of a vouched subset
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: SIGX, with the context string of WICG/webpackage#472. */
#include "bulla-signed-subset.h"

#include <openssl/err.h>
#include <string.h>

#define N_PADDING 64

/**
 * bulla_signed_subset_verify: (skip)
 * @version: version of the bundle, "b1" or "b2"
 * @signed_bytes: the contents of the byte string `signed`
 * @prepared: result of bulla_signed_message_prepare()
 * @signature: an ECDSA-Sig-Value in DER
 * @length: bytes of @signature
 *
 * Returns: whether the signature is valid
 */
gboolean
bulla_signed_subset_verify (const char *version, BullaSpan signed_bytes, const EVP_MD_CTX *prepared,
                            const guint8 *signature, size_t length)
{
  guint8 padding[N_PADDING];

  memset (padding, 0x20, sizeof padding);
  g_autofree char *context = g_strconcat ("Web Package 1 ", version, NULL);
  g_autoptr (EVP_MD_CTX) digest = EVP_MD_CTX_new ();
  /* The terminating NUL of the string is the separator. */
  gboolean fine = EVP_MD_CTX_copy_ex (digest, prepared) == 1
                  && EVP_DigestVerifyUpdate (digest, padding, sizeof padding) == 1
                  && EVP_DigestVerifyUpdate (digest, context, strlen (context) + 1) == 1
                  && EVP_DigestVerifyUpdate (digest, signed_bytes.data, signed_bytes.length) == 1
                  && EVP_DigestVerifyFinal (digest, signature, length) == 1;
  if (!fine)
    ERR_clear_error ();
  return fine;
}
