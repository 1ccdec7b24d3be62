/* vector-revoked.h - a local revocation list for a recipe
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-trust.h"
#include "forge.h"

G_BEGIN_DECLS

void vector_add_tls_host (BullaTrust *trust, const Forge *forge);
gboolean vector_add_revocations (BullaTrust *trust, const Forge *forge, GError **error);

G_END_DECLS
