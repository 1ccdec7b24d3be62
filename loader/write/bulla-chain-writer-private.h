/* bulla-chain-writer-private.h - stages of writing a certificate chain
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-chain-writer.h"
#include "bulla-mutation.h"

G_BEGIN_DECLS

typedef struct {
  GBytes *cert; /* owned; DER; NULL omits the key, as for the next two */
  GBytes *ocsp; /* owned; DER */
  GBytes *scts; /* owned; an SCT list */
} BullaChainCertificate;

typedef struct {
  GPtrArray *certificates; /* owned; of BullaChainCertificate, the leaf first */
} BullaChainPlan;

/* Takes references to its arguments. */
BullaChainCertificate *bulla_chain_certificate_new (GBytes *cert, GBytes *ocsp, GBytes *scts);
void bulla_chain_certificate_free (BullaChainCertificate *self);

GBytes *bulla_chain_plan_write (BullaChainPlan *plan, BullaMutation *mutation, GError **error);

G_END_DECLS
