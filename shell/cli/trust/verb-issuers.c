/* verb-issuers.c - bulla issuers: manages the table of authorities and their CAA domains
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-trust.h"

static const BullaExample EXAMPLES[] = {
    {"bulla issuers list DigiCert", N_ ("Show by which domains an authority is known:")},
    {"bulla issuers import AllCAAIdentifiersReportCSVV2.csv", N_ ("Import CCADB’s list:")},
    {NULL},
};

static const BullaVerb *const VERBS[] = {
    &bulla_verb_issuers_list,
    &bulla_verb_issuers_import,
    NULL,
};

const BullaVerb bulla_verb_issuers = {
    .name = "issuers",
    .summary = N_ ("List or import the domains by which CAA records name authorities"),
    .description = N_ ("A certificate names its issuer by a key, a subject and an organisation; "
                       "CAA records name it by domains. This table leads from one to the other."),
    .examples = EXAMPLES,
    .verbs = VERBS,
};
