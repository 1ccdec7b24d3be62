/* bulla-cli-create.c - functions shared by the verbs that create packages, keys and certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-create.h"

#include <bulla.h>
#include <string.h>

#include "bulla-facts.h"
#include "bulla-loader-internal.h"

#define FOLDERS_MAX 1000 /* most names in the working directory that are looked at */

/* Says whether the root in @folder issued the chain. */
static gboolean
is_issued_by (GBytes *chain, const char *folder)
{
  g_autofree char *root = g_build_filename (folder, "root.pem", NULL);
  g_autofree char *logs = g_build_filename (folder, "ctlogs.json", NULL);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_autoptr (BullaFacts) facts = NULL;

  bulla_trust_set_system_roots (trust, FALSE);
  if (!g_file_test (root, G_FILE_TEST_IS_REGULAR) || !g_file_test (logs, G_FILE_TEST_IS_REGULAR)
      || !bulla_trust_add_roots (trust, root, NULL))
    return FALSE;
  g_autoptr (BullaProfile) profile = bulla_profile_load_with (NULL, NULL, NULL, NULL, NULL);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (BullaVerdict) verdict = bulla_loader_judge_chain (loader, chain, FALSE, &facts);
  return facts->cert.known == BULLA_YES && (facts->cert.flags & BULLA_CERT_FLAG_UNTRUSTED) == 0;
}

/**
 * bulla_cli_find_authority: (skip)
 * @chain: `application/cert-chain+cbor`; an OCSP response is not needed
 *
 * Looks for the authority among the folders in the working directory, for the next command that is
 * shown.
 *
 * Returns: (transfer full) (nullable): a folder made by “bulla create authority”
 */
char *
bulla_cli_find_authority (GBytes *chain)
{
  g_autoptr (GDir) folder = g_dir_open (".", 0, NULL);
  const char *name = NULL;

  for (guint i = 0; folder != NULL && i < FOLDERS_MAX; i++) {
    name = g_dir_read_name (folder);
    if (name == NULL)
      break;
    if (is_issued_by (chain, name))
      return g_strdup (name);
  }
  return NULL;
}

/* Replaces the suffix: "chain.cbor" becomes "chain.pem"; without a suffix, @with is appended. */
char *
bulla_cli_replace_suffix (const char *path, const char *suffix, const char *with)
{
  size_t length = strlen (path) - (g_str_has_suffix (path, suffix) ? strlen (suffix) : 0);

  return g_strdup_printf ("%.*s%s", (int)length, path, with);
}
