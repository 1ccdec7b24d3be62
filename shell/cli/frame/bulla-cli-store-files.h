/* bulla-cli-store-files.h - the files in the folder of --store, or of the user
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-files.h"

G_BEGIN_DECLS

BullaFiles *bulla_cli_new_files (void);
void bulla_cli_print_notices (BullaFiles *files);

G_END_DECLS
