/* bulla-cli-variants.h - the verbs of the family `bulla clients`
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli.h"

G_BEGIN_DECLS

extern const BullaVerb bulla_verb_clients_list;
extern const BullaVerb bulla_verb_clients_show;

G_END_DECLS
