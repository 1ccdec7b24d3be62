/* bulla-handover.h - a package that one network session hands to another, which shows its page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"
#include "bulla-load.h"

G_BEGIN_DECLS

#define BULLA_TYPE_HANDOVER (bulla_handover_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaHandover, bulla_handover, BULLA, HANDOVER, GObject)

BULLA_API const char *bulla_handover_get_url (BullaHandover *self);
BULLA_API BullaLoad *bulla_handover_get_load (BullaHandover *self);
BULLA_API const char *bulla_handover_get_distributor (BullaHandover *self);

G_END_DECLS
