/* bulla-cert-chain.h - parses a certificate chain in the format application/cert-chain+cbor
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cbor.h"

G_BEGIN_DECLS

#define BULLA_CERT_CHAIN_MAX 64

typedef struct {
  BullaSpan cert;             /* DER */
  BullaSpan ocsp;             /* DER; length 0 if absent */
  BullaSpan sct;              /* SignedCertificateTimestampList; length 0 if absent */
  BullaSpan head;             /* head of the map */
  gboolean has_ocsp, has_sct; /* the key is present, even with an empty value */
} BullaAugmentedCertificate;

typedef struct {
  GBytes *bytes; /* owned; NULL if the caller owns the bytes into which the spans point */
  BullaAugmentedCertificate *entries; /* owned */
  guint n_entries;                    /* at least 1 */
} BullaCertChain;

BullaCertChain *bulla_cert_chain_parse (GBytes *bytes, GError **error);
BullaCertChain *bulla_cert_chain_parse_unstapled (GBytes *bytes, GError **error);
BullaCertChain *bulla_cert_chain_pick (const BullaAugmentedCertificate *certificates, guint n,
                                       guint leaf, GError **error);
void bulla_cert_chain_free (BullaCertChain *self);
void bulla_augmented_certificate_read (BullaCursor *in, const BullaCborReasons *as,
                                       BullaAugmentedCertificate *entry);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCertChain, bulla_cert_chain_free)

G_END_DECLS
