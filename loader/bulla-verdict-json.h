/* bulla-verdict-json.h - writes the steps of a verdict as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "bulla-verdict.h"

G_BEGIN_DECLS

void bulla_verdict_add_json_steps (const BullaVerdict *verdict, JsonBuilder *builder);

G_END_DECLS
