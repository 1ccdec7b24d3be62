/* bulla-cli-inspect-chain.h - shows a certificate chain that is a file of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "bulla-facts.h"

G_BEGIN_DECLS

JsonNode *bulla_cli_chain_to_json (const char *name, GBytes *bytes, GError **error);
char *bulla_cli_chain_to_text (const char *name, GBytes *bytes, GError **error);
void bulla_cli_inspect_add_chain (JsonBuilder *builder, const BullaFacts *facts, gboolean stapled);

G_END_DECLS
