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

char *bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with);

G_END_DECLS
