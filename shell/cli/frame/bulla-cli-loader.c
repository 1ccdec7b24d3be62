/* bulla-cli-loader.c - makes loaders from the options shared by the verbs that judge packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-loader.h"

#include "bulla-cli-store.h"

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
 * @error: set if a file cannot be used
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
 * @trust: the roots and logs, shared with other loaders
 * @error: set if an option is invalid
 *
 * Returns: (transfer full): a loader for the calling thread
 */
BullaLoader *
bulla_cli_new_loader (BullaTrust *trust, GError **error)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with (options->profile, options->caa, options->dnssec,
                               (const char *const *)options->settings, error);
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
  if (!bulla_loader_set_dns (loader, (const char *const *)options->resolvers, options->trust_anchor,
                             (const char *const *)options->caa_evidence, bulla_cli_store_folder,
                             error))
    return NULL;
  return g_steal_pointer (&loader);
}
