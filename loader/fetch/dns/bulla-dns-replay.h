/* bulla-dns-replay.h - resolver on loopback that answers only from evidence
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-dns-evidence.h"

G_BEGIN_DECLS

typedef struct _BullaDnsReplay BullaDnsReplay;

BullaDnsReplay *bulla_dns_replay_new (BullaDnsEvidence *evidence, GError **error);
void bulla_dns_replay_free (BullaDnsReplay *self);
guint16 bulla_dns_replay_get_port (BullaDnsReplay *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaDnsReplay, bulla_dns_replay_free)

G_END_DECLS
