/* bulla-cli-variants-json.h - formats choices as JSON records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-variants-choice.h"

G_BEGIN_DECLS

char *bulla_cli_choice_to_json (const BullaCliChoice *choice);

G_END_DECLS
