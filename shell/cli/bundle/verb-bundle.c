/* verb-bundle.c - bulla bundle: handles web bundles as files of names and contents
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-bundle.h"

static const BullaExample EXAMPLES[] = {
    {"bulla bundle list site.wbn", N_ ("What is in it?")},
    {"bulla bundle extract site.wbn site", N_ ("Take it apart into a folder:")},
    {"bulla bundle diff old.wbn new.wbn", N_ ("What has changed?")},
    {"bulla bundle convert old.wbn new.wbn --format b2", N_ ("Bring it to the newer format:")},
    {NULL},
};

static const BullaVerb *const VERBS[] = {
    &bulla_verb_bundle_list,
    &bulla_verb_bundle_extract,
    &bulla_verb_bundle_diff,
    &bulla_verb_bundle_convert,
    NULL,
};

static BullaCliExit
run_bundle (char **arguments, GError **error)
{
  bulla_cli_usage_error (error, _ ("say what to do with the bundle"));
  return BULLA_EXIT_FAILED;
}

const BullaVerb bulla_verb_bundle = {
    .name = "bundle",
    .summary = N_ ("List, extract, compare or convert web bundles"),
    .description = N_ ("A bundle is handled here as a file of names and contents. What it is worth "
                       "is said by bulla verify; one that is malformed is refused here too."),
    .examples = EXAMPLES,
    .verbs = VERBS,
    .run = run_bundle,
};
