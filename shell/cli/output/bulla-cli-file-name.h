/* bulla-cli-file-name.h - shows file names, which may be of any bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_cli_file_name_to_utf8 (const char *name);
char *bulla_cli_file_name_to_hex (const char *name);
char *bulla_cli_file_name_dup_shown (const char *name);

G_END_DECLS
