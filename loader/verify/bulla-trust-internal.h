/* bulla-trust-internal.h - chains, verified once
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-chain.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

BullaChain *bulla_trust_verify_chain (BullaTrust *self, GBytes *bytes, gint64 now, GError **error);
BullaChain *bulla_trust_verify_parsed (BullaTrust *self, const BullaCertChain *certificates,
                                       gint64 now, GError **error);

G_END_DECLS
