/* bulla-chain-writer.h - writes certificate chains (application/cert-chain+cbor)
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

G_BEGIN_DECLS

BULLA_API
GBytes *bulla_chain_write (const char *certificates, GBytes *ocsp, GBytes *scts, GError **error);

G_END_DECLS
