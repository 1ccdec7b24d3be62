/* bulla-cli-create.c - functions shared by the verbs that create packages, keys and certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"

#include <string.h>

/* Replaces the suffix: "chain.cbor" becomes "chain.pem"; without a suffix, @with is appended. */
char *
bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with)
{
  size_t length = strlen (path) - (g_str_has_suffix (path, suffix) ? strlen (suffix) : 0);

  return g_strdup_printf ("%.*s%s", (int)length, path, with);
}
