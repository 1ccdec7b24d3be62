/* bulla-cli-chain-parts.h - makes a chain from files issued by an authority
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* names of files, all nullable except @certificate */
typedef struct {
  const char *certificate; /* certificates in PEM, the leaf first */
  const char *ocsp;        /* an OCSP response in DER; “fetch” asks the responder */
  char **scts;             /* timestamps, or lists of them */
  gboolean ignore_errors;  /* whether to warn of a file that is not an OCSP response */
} BullaCliChainParts;

GBytes *bulla_cli_chain_parts_write (const BullaCliChainParts *self, GError **error);

G_END_DECLS
