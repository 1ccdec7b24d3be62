/* bulla-dns-private.h - what climbs need of the object that they are of
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-dns-context.h"
#include "bulla-dns-replay.h"
#include "bulla-dns.h"

G_BEGIN_DECLS

struct _BullaDns {
  GObject parent_instance;
  BullaLedger *ledger;      /* owned; nullable: nobody is contacted */
  GStrv resolvers;          /* owned; "ADDRESS@PORT" each; empty: full recursion */
  char *asked;              /* owned; @resolvers in one text, or "recursive" */
  gboolean named, loopback; /* see BullaDnsContextOptions */
  gboolean offline;
  GPtrArray *anchors; /* owned; of BullaDnsAnchor; nullable where @offline */
  gint64 time;
  BullaDnsReplay *replay;   /* owned; nullable: live answers */
  BullaDnsContext *context; /* owned; nullable: the next climb makes one */
};

BullaDnsContext *bulla_dns_dup_context (BullaDns *self, GError **error);
void bulla_dns_retire_context (BullaDns *self, BullaDnsContext *context);

G_END_DECLS
