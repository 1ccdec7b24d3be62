/* verb-create.c - bulla create: makes packages, keys and certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"

#include <glib/gi18n.h>

const BullaExample bulla_cli_publish_examples[] = {
    {"bulla create authority my-authority",
     N_ ("Sign a page with a test authority, in three commands. First create the authority:")},
    {"bulla create chain --authority my-authority --host example.com chain.cbor",
     N_ ("Then a certificate, with everything needed to verify it:")},
    {"bulla create exchange --certificate chain.pem --private-key chain.key"
     " --url https://example.com/ --cert-url https://example.com/chain.cbor"
     " --content index.html page.sxg",
     N_ ("Then the page:")},
    {NULL},
};

static const BullaVerb *const VERBS[] = {
    &bulla_verb_create_authority,
    &bulla_verb_create_chain,
    &bulla_verb_create_exchange,
    &bulla_verb_create_site,
    &bulla_verb_create_validity,
    &bulla_verb_create_bundle,
    NULL,
};

const BullaVerb bulla_verb_create = {
    .name = "create",
    .summary =
        N_ ("Create a test authority, a certificate chain, signed exchanges, validity data or a "
            "web bundle"),
    .examples = bulla_cli_publish_examples,
    .verbs = VERBS,
};
