/* bulla-cli-store.h - the option that names the store, and the function that opens it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli.h"
#include "bulla-store.h"

G_BEGIN_DECLS

extern char *bulla_cli_store_folder;

/* clang-format off: one option per line is easier to find */
#define BULLA_CLI_STORE_ENTRY                                                                      \
  {                                                                                                \
    "store", 0, 0, G_OPTION_ARG_FILENAME, &bulla_cli_store_folder,                                 \
        N_ ("Use the store in this folder (default: bulla in the user’s data folder)"),            \
        N_ ("FOLDER")                                                                              \
  }
/* clang-format on */

BullaStore *bulla_cli_open_store (BullaStoreFlags flags, GError **error);
gboolean bulla_cli_open_store_to_read (BullaStore **store, GError **error);

G_END_DECLS
