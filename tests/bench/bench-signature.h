/* bench-signature.h - the floor of judgements: bare ECDSA verifications of P-256
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <openssl/evp.h>

G_BEGIN_DECLS

/* Zeroes, and a signature of them. */
typedef struct {
  EVP_PKEY *key;      /* owned */
  guint8 *message;    /* owned */
  gsize n_message;    /* bytes */
  guint8 bytes[128];  /* the signature, in DER */
  size_t n_signature; /* bytes */
} BenchSignature;

void bench_signature_init (BenchSignature *self, gsize n_message);
/* Verifies the signature @times times. Returns: processor time in seconds */
double bench_signature_verify (const BenchSignature *self, guint times);
void bench_signature_clear (BenchSignature *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BenchSignature, bench_signature_clear)

G_END_DECLS
