/* bulla-chain-members.h - the certificates of a chain one by one, and mistakes in their order
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_CHAIN_ORDER_FINE,
  BULLA_CHAIN_ORDER_WRONG,          /* the issuer of a certificate is there, but not behind it */
  BULLA_CHAIN_ORDER_ISSUER_MISSING, /* the issuer of the leaf is not there */
  BULLA_CHAIN_ORDER_REPEATED,       /* a certificate is there more than once */
} BullaChainOrder;

typedef struct {
  char *subject, *issuer;       /* owned; distinguished names */
  char *serial;                 /* owned; lower-case hex */
  char *responder;              /* owned; nullable; URL of the OCSP responder */
  gint64 not_before, not_after; /* Unix seconds; -1 if it cannot be read */
  gboolean is_authority;        /* whether it may issue certificates */
  gint issued_by;               /* number of the issuer's in the chain, from 0; -1 if missing */
  gint copy_of;                 /* number of the first with the same bytes; -1 if it is the first */
} BullaChainMember;

GPtrArray *bulla_chain_members_read (GBytes *chain, GError **error);
BullaChainOrder bulla_chain_members_check_order (const GPtrArray *members, guint *which);

G_END_DECLS
