/* bulla-cli-loader.c - the options that say how packages are judged, alike for all verbs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-loader.h"

#include <glib/gi18n.h>

#include "bulla-cli-kept.h"
#include "bulla-files-trust.h"

BullaCliLoaderOptions bulla_cli_loader_options;

/* the local revocation list, and the log list in effect where no other is named */
static gboolean
use_store (BullaTrust *trust, GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  int64_t at = -1;
  if (options->at != NULL && !bulla_cli_parse_time ("at", options->at, &at, error))
    return FALSE;
  g_autoptr (BullaFiles) store = bulla_cli_new_files ();
  bulla_files_fill_trust (store, at, options->ct_logs == NULL, trust);
  bulla_cli_print_notices (store);
  return TRUE;
}

/**
 * bulla_cli_new_trust: (skip)
 * @error: if a file cannot be used
 *
 * Returns: (transfer full): the roots and logs of the options, and what is remembered; the system's
 *   roots if none are named
 */
BullaTrust *
bulla_cli_new_trust (GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  for (int i = 0; options->trust != NULL && options->trust[i] != NULL; i++)
    if (!bulla_trust_add_roots (trust, options->trust[i], error))
      return NULL;
  for (int i = 0; options->ct_logs != NULL && options->ct_logs[i] != NULL; i++)
    if (!bulla_trust_add_logs (trust, options->ct_logs[i], error))
      return NULL;
  bulla_trust_set_system_roots (trust, options->trust == NULL || options->trust_system);
  if (!use_store (trust, error))
    return NULL;
  return g_steal_pointer (&trust);
}

/**
 * bulla_cli_new_loader: (skip)
 * @trust: shared with other loaders
 * @error: if an option makes no sense
 *
 * Returns: (transfer full): a loader for the calling thread
 */
BullaLoader *
bulla_cli_new_loader (BullaTrust *trust, GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  g_autoptr (BullaProfile) profile =
      bulla_profile_load (options->profile != NULL ? options->profile : "draft-b3", error);
  if (profile == NULL)
    return NULL;
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  bulla_loader_set_offline (loader, options->offline);
  int64_t at = -1;
  if (options->at != NULL && !bulla_cli_parse_time ("at", options->at, &at, error))
    return NULL;
  bulla_loader_set_time (loader, at);
  for (int i = 0; options->resolve != NULL && options->resolve[i] != NULL; i++)
    if (!bulla_loader_add_resolve (loader, options->resolve[i], error))
      return NULL;
  return g_steal_pointer (&loader);
}
