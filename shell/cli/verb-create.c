/* verb-create.c - bulla create: makes packages and what they need
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

#include <glib/gi18n.h>

static const BullaVerb *const VERBS[] = {
    NULL,
};

static BullaExit
run_create (char **arguments, GError **error)
{
  bulla_cli_usage_error (error, _ ("say what to create"));
  return BULLA_EXIT_FAILED;
}

const BullaVerb bulla_verb_create = {
    .name = "create",
    .summary = N_ ("Make a test authority, a certificate chain or a signed exchange"),
    .verbs = VERBS,
    .run = run_create,
};
