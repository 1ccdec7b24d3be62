/* bulla-bundle-app.h - looks for URLs in a signed bundle that an isolated app may not have
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-index.h"

G_BEGIN_DECLS

void bulla_bundle_app_fill_facts (const BullaBundleIndex *index, BullaFacts *facts);

G_END_DECLS
