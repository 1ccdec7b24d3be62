/* bulla-cli-validity.h - formats the publisher's answer at a validity URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-report.h"

G_BEGIN_DECLS

void bulla_cli_report_add_validity (const BullaCliReport *self, JsonBuilder *builder);
void bulla_cli_report_append_validity (const BullaCliReport *self, GString *text);

G_END_DECLS
