/* bulla-mi-sha256.h - verifies each record of a body by its proof before releasing it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-facts.h"
#include "bulla-field.h"

G_BEGIN_DECLS

#define BULLA_RECORD_SIZE_MAX 16384

#define BULLA_TYPE_MI_SHA256 (bulla_mi_sha256_get_type ())
G_DECLARE_FINAL_TYPE (BullaMiSha256, bulla_mi_sha256, BULLA, MI_SHA256, GObject)

BullaMiSha256 *bulla_mi_sha256_new (const guint8 top_proof[BULLA_PROOF_SIZE], guint64 offset,
                                    BullaFacts *facts);

G_END_DECLS
