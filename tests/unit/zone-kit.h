/* zone-kit.h - gives a loader signed CAA records, as saved evidence
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-loader.h"

/* Has @loader find CAA records for @host that permit ca.test to certify exchanges. Their signatures
 * are valid from @date to @end, in Unix seconds. @folder: for temporary files */
void zone_kit_set_evidence (BullaLoader *loader, const char *folder, const char *host, gint64 date,
                            gint64 end);
