/* verb-bundle.c - bulla bundle: handles web bundles as files of names and contents
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-bundle.h"

static const BullaExample EXAMPLES[] = {
    {"bulla bundle list site.wbn", N_ ("Show the contents:")},
    {"bulla bundle extract site.wbn site", N_ ("Extract it into a folder:")},
    {"bulla bundle diff old.wbn new.wbn", N_ ("Compare two bundles:")},
    {"bulla bundle convert old.wbn new.wbn --format b2", N_ ("Convert it to the newer format:")},
    {NULL},
};

static const BullaVerb *const VERBS[] = {
    &bulla_verb_bundle_list,
    &bulla_verb_bundle_extract,
    &bulla_verb_bundle_diff,
    &bulla_verb_bundle_convert,
    NULL,
};

const BullaVerb bulla_verb_bundle = {
    .name = "bundle",
    .summary = N_ ("List, extract, compare or convert web bundles"),
    .description = N_ ("These commands treat a bundle as an archive of names and contents, and "
                       "refuse malformed bundles. To judge a bundle, use bulla verify."),
    .examples = EXAMPLES,
    .verbs = VERBS,
};
