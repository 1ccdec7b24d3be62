/* bulla-cli-loader.c - makes loaders from the options shared by the verbs that judge packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-loader.h"

#include "bulla-cli-store.h"
#include "bulla-ledger-internal.h"

#include <glib/gi18n.h>

#include "bulla-cli-store-files.h"
#include "bulla-files-trust.h"

#define IDS_OF_LEDGER 10000000

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

/* Returns: (transfer full): the settings to change, the options with a name of their own last */
static GStrv
dup_settings (const BullaCliLoaderOptions *options)
{
  g_autoptr (GStrvBuilder) settings = g_strv_builder_new ();

  if (options->settings != NULL)
    g_strv_builder_addv (settings, (const char **)options->settings);
  if (options->check_validity != NULL) {
    g_autofree char *change = g_strconcat ("trust.validity=", options->check_validity, NULL);
    g_strv_builder_add (settings, change);
  }
  return g_strv_builder_end (settings);
}

/* Each thread has a loader with a ledger of its own; the ids of all ledgers together are unique. */
static gboolean
follow_ledger (BullaLoader *loader, GError **error)
{
  static gint n_ledgers = 0;
  BullaLedger *ledger = bulla_loader_get_ledger (loader);

  bulla_ledger_begin_after (ledger, (guint)g_atomic_int_add (&n_ledgers, 1) * IDS_OF_LEDGER);
  return bulla_ledger_follow_file (ledger, bulla_cli_loader_options.ledger, error);
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
  g_auto (GStrv) settings = dup_settings (options);
  g_autoptr (BullaProfile) profile = bulla_profile_load_with (
      options->profile, options->caa, options->dnssec, (const char *const *)settings, error);
  if (profile == NULL)
    return NULL;
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  if (options->ledger != NULL && !follow_ledger (loader, error))
    return NULL;
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
