/* bulla-store-trust.h - what the store adds to a trust
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-store.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

void bulla_store_fill_trust (BullaStore *self, gint64 at, gboolean with_logs, BullaTrust *trust);

G_END_DECLS
