/* bulla-dns-private.h - struct of BullaDns, shared with its resolvers and climbs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-dns-replay.h"
#include "bulla-dns.h"
#include "bulla-unbound-context.h"

G_BEGIN_DECLS

struct _BullaDns {
  GObject parent_instance;
  BullaLedger *ledger;      /* owned; NULL if DNS is not asked */
  GStrv resolvers;          /* owned; "ADDRESS@PORT" each; empty for recursion from the root */
  char *asked;              /* owned; @resolvers as one text, or "recursive" */
  gboolean named, loopback; /* as in BullaUnboundContextOptions */
  gboolean offline;
  GPtrArray *anchors; /* owned; of BullaDnsAnchor; NULL if @offline */
  gint64 time;
  BullaDnsReplay *replay;       /* owned; NULL if live responses are used */
  BullaDnsEvidence *evidence;   /* owned; what @replay answers from; NULL without it */
  BullaUnboundContext *context; /* owned; NULL before the next climb creates one */
};

gboolean bulla_dns_take_resolvers (BullaDns *self, const BullaDnsOptions *options, GError **error);
BullaUnboundContext *bulla_dns_dup_context (BullaDns *self, GError **error);
void bulla_dns_retire_context (BullaDns *self, BullaUnboundContext *context);

G_END_DECLS
