/* bulla-cli-chain.h - judges certificate chains in files, in CBOR and in PEM
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "bulla-facts.h"

G_BEGIN_DECLS

/* what a file with certificates is */
typedef enum {
  BULLA_CLI_CHAIN_NONE, /* no certificates */
  BULLA_CLI_CHAIN_CBOR, /* what a cert-url serves */
  BULLA_CLI_CHAIN_PEM,  /* certificates alone */
} BullaCliChainKind;

BullaCliChainKind bulla_cli_chain_recognise (const void *start, gsize length);
BullaVerdict *bulla_cli_chain_judge (BullaLoader *loader, GBytes *bytes, BullaFacts **facts,
                                     GError **error);

char *bulla_cli_chain_dup_mistake (GBytes *bytes);

G_END_DECLS
