/* bulla-cli-create.h - what the verbs that make things share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli.h"

G_BEGIN_DECLS

extern const BullaVerb bulla_verb_create_authority;
extern const BullaVerb bulla_verb_create_bundle;
extern const BullaVerb bulla_verb_create_chain;
extern const BullaVerb bulla_verb_create_exchange;

/* a page published in three commands; ended by { NULL } */
extern const BullaExample bulla_cli_publish_examples[];

#define BULLA_CLI_SIGNED_MAX (7 * 86400) /* seconds from a signature's date to its end */

/* of the certificates and responses: clocks elsewhere may be late */
#define BULLA_CLI_BACKDATE 3600

/* @text: or NULL for now */
gboolean bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error);
char *bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with);
gboolean bulla_cli_read_text (const char *path, char **text, GError **error);

G_END_DECLS
