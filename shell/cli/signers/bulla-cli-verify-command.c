/* bulla-cli-verify-command.c - words of the command that verifies what was just made
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-verify-command.h"

#include <bulla.h>

#include "bulla-cli-loader.h"
#include "bulla-cli-next.h"
#include "bulla-cli-review.h"
#include "bulla-facts.h"
#include "bulla-loader-internal.h"

#define FOLDERS_MAX 1000 /* most names in a folder that are looked at */

/* Returns: (transfer full) (nullable): the trust of the options that name @folder; that of the
 * system without one */
static BullaTrust *
read_trust (const char *folder)
{
  if (folder == NULL)
    return bulla_cli_new_trust (NULL);
  g_autofree char *root = g_build_filename (folder, "root.pem", NULL);
  g_autofree char *logs = g_build_filename (folder, "ctlogs.json", NULL);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();

  bulla_trust_set_system_roots (trust, FALSE);
  if (!g_file_test (root, G_FILE_TEST_IS_REGULAR) || !g_file_test (logs, G_FILE_TEST_IS_REGULAR)
      || !bulla_trust_add_roots (trust, root, NULL) || !bulla_trust_add_logs (trust, logs, NULL))
    return NULL;
  return g_steal_pointer (&trust);
}

/* Returns: (transfer full) (nullable): a loader that judges as the command will */
static BullaLoader *
new_loader (const BullaCliVerifyCommand *self, const char *folder)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (BullaTrust) trust = read_trust (folder);
  g_autoptr (BullaProfile) profile =
      bulla_cli_load_profile (bulla_cli_loader_options.profile, FALSE, NULL);

  if (trust == NULL || profile == NULL)
    return NULL;
  BullaLoader *loader = bulla_loader_new (profile, trust);
  bulla_loader_set_offline (loader, TRUE);
  bulla_loader_set_time (loader, MAX (now, self->date));
  return loader;
}

/* Says whether the command succeeds if it trusts @folder, or the system's roots without one. */
static gboolean
is_accepted (const BullaCliVerifyCommand *self, const char *folder)
{
  g_autoptr (BullaLoader) loader = new_loader (self, folder);
  g_autoptr (BullaVerdict) verdict = NULL;

  if (loader == NULL)
    return FALSE;
  if (self->bundle != NULL) {
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
    g_autoptr (GObject) bundle = bulla_loader_open_file (loader, self->bundle, BULLA_PACKAGE_BUNDLE,
                                                         outer, NULL, NULL, NULL);
    return BULLA_IS_BUNDLE (bundle)
           && bulla_verdict_get_reason (bulla_bundle_get_verdict (BULLA_BUNDLE (bundle)))
                  == BULLA_REASON_NONE;
  }
  verdict = bulla_loader_judge_chain (loader, self->chain, TRUE, NULL);
  return bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE;
}

/* Looks for the authority among @parent and the folders in it. Returns: (transfer full)
 * (nullable): a folder made by “bulla create authority” */
static char *
find_authority_in (const BullaCliVerifyCommand *self, const char *parent)
{
  g_autoptr (GDir) folder = g_dir_open (parent, 0, NULL);

  if (is_accepted (self, parent))
    return g_strdup (parent);
  for (guint i = 0; folder != NULL && i < FOLDERS_MAX; i++) {
    const char *name = g_dir_read_name (folder);
    if (name == NULL)
      break;
    g_autofree char *path =
        g_str_equal (parent, ".") ? g_strdup (name) : g_build_filename (parent, name, NULL);
    if (is_accepted (self, path))
      return g_steal_pointer (&path);
  }
  return NULL;
}

/* Looks for the authority in the working directory, and beside the certificate and the chain. */
static char *
find_authority (const BullaCliVerifyCommand *self)
{
  char *found = find_authority_in (self, ".");

  for (gsize i = 0; found == NULL && i < G_N_ELEMENTS (self->files); i++) {
    if (self->files[i] == NULL)
      continue;
    g_autofree char *parent = g_path_get_dirname (self->files[i]);
    if (!g_str_equal (parent, "."))
      found = find_authority_in (self, parent);
  }
  return found;
}

/* Says whether what was made can be verified; @folder: (out) (transfer full) (nullable): the
 * authority to trust for that */
static gboolean
find_trust (const BullaCliVerifyCommand *self, char **folder)
{
  *folder = g_strdup (self->authority);
  if (self->is_plain)
    return TRUE;
  if (self->authority != NULL)
    return is_accepted (self, self->authority);
  *folder = find_authority (self);
  return *folder != NULL || is_accepted (self, NULL);
}

/**
 * bulla_cli_dup_verify_command: (skip)
 * @self: what was made
 *
 * Judges the chain or the bundle with each authority that may have issued it, as the command will.
 *
 * Returns: (transfer full) (nullable): “bulla verify” with the options that are needed, without
 *   files; %NULL if that would not succeed: the chain is not known, or is not trusted, or errors
 *   were ignored
 */
char *
bulla_cli_dup_verify_command (const BullaCliVerifyCommand *self)
{
  g_autofree char *folder = NULL;

  if (bulla_cli_review_has_warned () || (self->chain == NULL && self->bundle == NULL)
      || !find_trust (self, &folder))
    return NULL;
  g_autofree char *trust = bulla_cli_dup_trust_words (folder);
  GString *command = g_string_new ("bulla verify");

  g_string_append (command, trust);
  if (bulla_cli_loader_options.profile != NULL) {
    g_autofree char *profile = bulla_cli_dup_word (bulla_cli_loader_options.profile);
    g_string_append_printf (command, " --profile %s", profile);
  }
  if (self->date > g_get_real_time () / G_USEC_PER_SEC)
    g_string_append_printf (command, " --at %" G_GINT64_FORMAT, self->date);
  return g_string_free (command, FALSE);
}
