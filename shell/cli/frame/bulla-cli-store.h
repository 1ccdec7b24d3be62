/* bulla-cli-store.h - the store that --store or the environment names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli.h"

G_BEGIN_DECLS

extern char *bulla_cli_store_folder;

/* clang-format off: one option a line is what a reader looks for */
#define BULLA_CLI_STORE_ENTRY                                                                      \
  {                                                                                                \
    "store", 0, 0, G_OPTION_ARG_FILENAME, &bulla_cli_store_folder,                                 \
        N_ ("Use what is remembered in this folder (default: $BULLA_STORE, or bulla in the data "  \
            "folder)"),                                                                            \
        N_ ("FOLDER")                                                                              \
  }
/* clang-format on */

G_END_DECLS
