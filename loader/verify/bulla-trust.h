/* bulla-trust.h - keeps the trusted roots and transparency logs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-macros.h"

G_BEGIN_DECLS

#define BULLA_TYPE_TRUST (bulla_trust_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaTrust, bulla_trust, BULLA, TRUST, GObject)

BULLA_API BullaTrust *bulla_trust_new (void);
BULLA_API gboolean bulla_trust_add_roots (BullaTrust *self, const char *pem_file, GError **error);
BULLA_API void bulla_trust_set_system_roots (BullaTrust *self, gboolean use);
BULLA_API gboolean bulla_trust_get_system_roots (BullaTrust *self);
BULLA_API gboolean bulla_trust_add_logs (BullaTrust *self, const char *json_file, GError **error);
BULLA_API GPtrArray *bulla_trust_dup_root_files (BullaTrust *self);

G_END_DECLS
