/* verb-chain.c - bulla chain: the family of verbs about certificate chains
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-trust-output.h"

static const BullaVerb *const VERBS[] = {&bulla_verb_chain_check, NULL};

const BullaVerb bulla_verb_chain = {
    .name = "chain",
    .summary = N_ ("Check certificate chains before they have to be renewed"),
    .verbs = VERBS,
};
