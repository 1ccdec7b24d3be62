/* bulla-dns-evidence-collection.h - collects DNS responses for a later check, and what it lacks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-dns-evidence.h"
#include "bulla-unbound-context.h"

G_BEGIN_DECLS

#define BULLA_DNS_COLLECT_MAX 1024 /* most look-ups for one climb */

typedef struct _BullaDnsCollection BullaDnsCollection;

BullaDnsCollection *bulla_dns_collection_new (BullaDnsEvidence *evidence);
void bulla_dns_collection_free (BullaDnsCollection *self);
void bulla_dns_collection_add (BullaDnsCollection *self, const char *name, guint16 type,
                               const BullaDnsReply *reply);
gboolean bulla_dns_collection_take_next (BullaDnsCollection *self, char **name, guint16 *type);
void bulla_dns_collection_give_up (BullaDnsCollection *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDnsCollection, bulla_dns_collection_free)

G_END_DECLS
