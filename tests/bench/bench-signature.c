/* bench-signature.c - the floor of judgements: bare ECDSA verifications of P-256
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench-signature.h"

#include <openssl/ec.h>

#include "bench.h"

void
bench_signature_init (BenchSignature *self, gsize n_message)
{
  EVP_MD_CTX *digest = EVP_MD_CTX_new ();

  self->key = EVP_EC_gen ("P-256");
  self->message = g_malloc0 (n_message);
  self->n_message = n_message;
  self->n_signature = sizeof self->bytes;
  EVP_DigestSignInit (digest, NULL, EVP_sha256 (), NULL, self->key);
  g_assert_cmpint (
      EVP_DigestSign (digest, self->bytes, &self->n_signature, self->message, n_message), ==, 1);
  EVP_MD_CTX_free (digest);
}

double
bench_signature_verify (const BenchSignature *self, guint times)
{
  double start = bench_cpu_time ();

  for (guint i = 0; i < times; i++) {
    EVP_MD_CTX *digest = EVP_MD_CTX_new ();
    EVP_DigestVerifyInit (digest, NULL, EVP_sha256 (), NULL, self->key);
    g_assert_cmpint (
        EVP_DigestVerify (digest, self->bytes, self->n_signature, self->message, self->n_message),
        ==, 1);
    EVP_MD_CTX_free (digest);
  }
  return bench_cpu_time () - start;
}

void
bench_signature_clear (BenchSignature *self)
{
  g_clear_pointer (&self->key, EVP_PKEY_free);
  g_clear_pointer (&self->message, g_free);
}
