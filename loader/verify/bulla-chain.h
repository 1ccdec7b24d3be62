/* bulla-chain.h - verifies a certificate chain and keeps the results
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-anchors.h"
#include "bulla-cert-chain.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

typedef struct _BullaChain BullaChain;

BullaChain *bulla_chain_verify (GBytes *bytes, BullaAnchors *anchors, gint64 now, GError **error);
BullaChain *bulla_chain_verify_parsed (const BullaCertChain *chain, BullaAnchors *anchors,
                                       gint64 now, GError **error);
BullaChain *bulla_chain_ref (BullaChain *self);
void bulla_chain_unref (BullaChain *self);
gboolean bulla_chain_is_good_for (const BullaChain *self, gint64 now);
GBytes *bulla_chain_get_bytes (BullaChain *self);
const EVP_MD_CTX *bulla_chain_get_verifier (BullaChain *self);
const guint8 *bulla_chain_get_leaf_sha256 (BullaChain *self);
void bulla_chain_fill_facts (BullaChain *self, BullaFacts *facts);
void bulla_chain_update_facts (BullaChain *self, BullaFacts *facts);
void bulla_chain_note_signed (BullaChain *self, const BullaFacts *facts);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaChain, bulla_chain_unref)

G_END_DECLS
