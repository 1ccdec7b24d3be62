/* bulla-cli-store-files.c - the files in the folder of --store, or of the user
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-store-files.h"

#include "bulla-cli-print.h"
#include "bulla-cli-store.h"

/**
 * bulla_cli_new_files: (skip)
 *
 * Returns: (transfer full): the files of --store, or those of the user
 */
BullaFiles *
bulla_cli_new_files (void)
{
  return bulla_files_new (bulla_cli_store_folder);
}

/**
 * bulla_cli_print_notices: (skip)
 * @files: kept files
 *
 * Says on stderr which of them were damaged.
 */
void
bulla_cli_print_notices (BullaFiles *files)
{
  g_autofree char *notice = NULL;

  while ((notice = bulla_files_steal_notice (files)) != NULL) {
    bulla_cli_print_error ("bulla: %s\n", notice);
    g_clear_pointer (&notice, g_free);
  }
}
