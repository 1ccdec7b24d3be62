/* bulla-key-file-lines.h - finds the lines of groups, keys and errors in the text of a key file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint bulla_key_file_find_line (const char *text, const char *group, const char *key);
guint bulla_key_file_find_error_line (const char *text);

G_END_DECLS
