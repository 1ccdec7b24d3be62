/* bulla-cli-nel.h - the report that the deliverer of an exchange would get
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-report.h"

G_BEGIN_DECLS

JsonNode *bulla_report_nel_to_json (const BullaReport *self);
void bulla_report_append_nel (const BullaReport *self, GString *text);

G_END_DECLS
