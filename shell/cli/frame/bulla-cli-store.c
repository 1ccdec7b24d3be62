/* bulla-cli-store.c - opens the store named by the options
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-store.h"

#include <glib/gi18n.h>

#include "bulla-cli-print.h"

char *bulla_cli_store_folder;

/**
 * bulla_cli_open_store: (skip)
 * @flags: whether to create the store, and to check it
 * @error: a %BULLA_STORE_ERROR
 *
 * Reports on stderr if a damaged database was set aside.
 *
 * Returns: (transfer full) (nullable): the store; %NULL without @error if none exists
 */
BullaStore *
bulla_cli_open_store (BullaStoreFlags flags, GError **error)
{
  g_autofree char *folder = bulla_store_dup_folder (bulla_cli_store_folder);
  g_autoptr (GError) failure = NULL;
  BullaStore *store = bulla_store_open (folder, flags, &failure);

  if (store != NULL && bulla_store_get_notice (store) != NULL)
    bulla_cli_print_error ("bulla: %s\n", bulla_store_get_notice (store));
  if (failure != NULL && !g_error_matches (failure, BULLA_STORE_ERROR, BULLA_STORE_ERROR_ABSENT))
    g_propagate_error (error, g_steal_pointer (&failure));
  return store;
}

/**
 * bulla_cli_open_store_to_read: (skip)
 * @store: (out) (transfer full) (nullable): the store; %NULL if none exists
 * @error: a %BULLA_STORE_ERROR
 *
 * Opens the store for a verb that judges packages and remembers nothing. A damaged database, which
 * is renamed, is reported on stderr, and packages are judged without it.
 *
 * Returns: %FALSE if there is a store that cannot be read
 */
gboolean
bulla_cli_open_store_to_read (BullaStore **store, GError **error)
{
  g_autoptr (GError) failure = NULL;

  *store = bulla_cli_open_store (BULLA_STORE_CHECK, &failure);
  if (failure == NULL)
    return TRUE;
  if (bulla_store_error_hides_entries (failure)) {
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  bulla_cli_print_error ("bulla: %s\n", failure->message);
  return TRUE;
}
