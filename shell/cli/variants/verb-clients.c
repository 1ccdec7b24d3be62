/* verb-clients.c - bulla clients: shows what classes of clients request and can use
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-variants.h"

static const BullaExample EXAMPLES[] = {
    {"bulla clients list", N_ ("Show which clients are known:")},
    {"bulla clients show kaios-2.5", N_ ("Show what a feature telephone asks for:")},
    {NULL},
};

static const BullaVerb *const VERBS[] = {
    &bulla_verb_clients_list,
    &bulla_verb_clients_show,
    NULL,
};

const BullaVerb bulla_verb_clients = {
    .name = "clients",
    .summary = N_ ("Show what classes of clients ask for and can use"),
    .description = N_ (
        "A client file has the Accept, Accept-Encoding and Accept-Language that a class of clients "
        "sends for each kind of resource, which pictures it decodes, and which languages the "
        "person reads. Files in ~/.config/bulla/clients are known by their names and replace "
        "shipped ones; docs/variants.md describes their format."),
    .examples = EXAMPLES,
    .verbs = VERBS,
};
