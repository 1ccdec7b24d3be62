/* bulla-integrity.h - verifies the signatures of an integrity block over the whole bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-integrity-block.h"

G_BEGIN_DECLS

#define BULLA_SHA512_SIZE 64

void bulla_integrity_verify (const BullaIntegrityBlock *self,
                             const guint8 bundle_sha512[BULLA_SHA512_SIZE], BullaFacts *facts);
void bulla_integrity_check_id (const BullaIntegrityBlock *self, BullaWebBundleKey pinned_kind,
                               GBytes *pinned_key, BullaFacts *facts);
GBytes *bulla_integrity_build_message (const BullaIntegrityBlock *self,
                                       const guint8 bundle_sha512[BULLA_SHA512_SIZE],
                                       guint signature);

G_END_DECLS
