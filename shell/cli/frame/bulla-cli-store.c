/* bulla-cli-store.c - the store that --store or the environment names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-store.h"

#include "bulla-cli-print.h"

char *bulla_cli_store_folder;

/**
 * bulla_cli_new_store: (skip)
 *
 * Returns: (transfer full): the store of --store, or that of the user
 */
BullaStore *
bulla_cli_new_store (void)
{
  return bulla_store_new (bulla_cli_store_folder);
}

/**
 * bulla_cli_print_notices: (skip)
 * @store: a store
 *
 * Says on stderr which files of it were damaged.
 */
void
bulla_cli_print_notices (BullaStore *store)
{
  g_autofree char *notice = NULL;

  while ((notice = bulla_store_steal_notice (store)) != NULL) {
    bulla_cli_print_error ("bulla: %s\n", notice);
    g_clear_pointer (&notice, g_free);
  }
}
