/* bulla-chain-private.h - the parsed certificates of a chain, shared by bulla-chain*.c
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-chain.h"
#include "bulla-ocsp.h"

G_BEGIN_DECLS

const BullaOcsp *bulla_chain_get_ocsp (BullaChain *self);
X509 *bulla_chain_get_leaf (BullaChain *self);
X509 *bulla_chain_get_issuer (BullaChain *self);

G_END_DECLS
