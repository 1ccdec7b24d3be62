/* bulla-cli-chain-next.h - the command that signs a page with a new certificate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* a certificate that was issued; all is borrowed */
typedef struct {
  const char *chain, *certificate, *key; /* files */
  const char *const *hosts;              /* of the certificate; ended by NULL */
  gint64 date;                           /* Unix seconds, from which on it is valid */
} BullaCliChainNext;

void bulla_cli_print_chain_next (const BullaCliChainNext *self);

G_END_DECLS
