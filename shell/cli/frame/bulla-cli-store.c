/* bulla-cli-store.c - the folder that --store names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-store.h"

char *bulla_cli_store_folder;
