/* bulla-cli-create.h - functions shared by the verbs that create packages, keys and certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli.h"

G_BEGIN_DECLS

extern const BullaVerb bulla_verb_create_authority;
extern const BullaVerb bulla_verb_create_bundle;
extern const BullaVerb bulla_verb_create_chain;
extern const BullaVerb bulla_verb_create_exchange;
extern const BullaVerb bulla_verb_create_site;
extern const BullaVerb bulla_verb_create_validity;

/* examples that publish a page in three commands; ended by { NULL } */
extern const BullaExample bulla_cli_publish_examples[];

#define BULLA_CLI_SIGNED_MAX (7 * 86400) /* most seconds from a signature's date to its end */

/* seconds by which dates of certificates and responses precede the current time, because the
 * clocks of other computers may be slow */
#define BULLA_CLI_BACKDATE 3600

/* @text: a date; NULL for now */
gboolean bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error);
gboolean bulla_cli_parse_end (const char *option, const char *text, int64_t date, int64_t min,
                              int64_t max, int64_t *seconds, GError **error);
char *bulla_cli_find_authority (GBytes *chain);
char *bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with);

G_END_DECLS
