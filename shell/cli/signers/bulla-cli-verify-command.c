/* bulla-cli-verify-command.c - words of the command that verifies what was just made
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-verify-command.h"

#include <bulla.h>
#include <inttypes.h>

#include "bulla-cli-loader.h"
#include "bulla-cli-next.h"
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

/* Looks for the authority of @chain among the folders in the working directory. Returns: (transfer
 * full) (nullable): a folder made by “bulla create authority” */
static char *
find_authority (GBytes *chain)
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

/**
 * bulla_cli_dup_verify_command: (skip)
 * @authority: (nullable): the folder of the test authority that signed, if it was named
 * @chain: (nullable): `application/cert-chain+cbor`; an OCSP response is not needed. Its authority
 *   is looked for among the folders in the working directory if @authority is %NULL
 * @date: Unix seconds, from which on the package is valid
 *
 * Returns: (transfer full): “bulla verify” with the options that are needed, without files
 */
char *
bulla_cli_dup_verify_command (const char *authority, GBytes *chain, int64_t date)
{
  g_autofree char *folder = authority != NULL ? g_strdup (authority)
                            : chain != NULL   ? find_authority (chain)
                                              : NULL;
  g_autofree char *trust = bulla_cli_dup_trust_words (folder);
  GString *command = g_string_new ("bulla verify");

  g_string_append (command, trust);
  if (bulla_cli_loader_options.profile != NULL) {
    g_autofree char *profile = bulla_cli_dup_word (bulla_cli_loader_options.profile);
    g_string_append_printf (command, " --profile %s", profile);
  }
  if (date > g_get_real_time () / G_USEC_PER_SEC)
    g_string_append_printf (command, " --at %" PRId64, date);
  return g_string_free (command, FALSE);
}
