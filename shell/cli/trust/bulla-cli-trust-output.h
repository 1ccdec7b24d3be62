/* bulla-cli-trust-output.h - what the commands about revocation and logs share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>
#include <json-glib/json-glib.h>

#include "bulla-cli.h"

G_BEGIN_DECLS

extern const BullaVerb bulla_verb_chain_check;
extern const BullaVerb bulla_verb_logs_import;
extern const BullaVerb bulla_verb_logs_show;
extern const BullaVerb bulla_verb_logs_remove;
extern const BullaVerb bulla_verb_revocations_import;
extern const BullaVerb bulla_verb_revocations_list;
extern const BullaVerb bulla_verb_revocations_remove;

void bulla_cli_json_count (JsonBuilder *builder, const char *name, gint64 value);
char *bulla_cli_json_line (JsonBuilder *builder);
char *bulla_cli_time_text (gint64 seconds);

G_END_DECLS
