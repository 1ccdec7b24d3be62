/* bulla-cli-nel.h - builds the report that the deliverer of an exchange would receive
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-report.h"

G_BEGIN_DECLS

JsonNode *bulla_cli_report_nel_to_json (const BullaCliReport *self);
void bulla_cli_report_append_nel (const BullaCliReport *self, GString *text);

G_END_DECLS
