/* bulla-files-trust.h - what the kept files add to a trust
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-files.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

void bulla_files_fill_trust (BullaFiles *self, gint64 at, gboolean with_logs, BullaTrust *trust);

G_END_DECLS
