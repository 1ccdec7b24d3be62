/* bulla-bytes.h - reads files into GBytes, and converts GBytes to text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

GBytes *bulla_bytes_read_file (const char *path, gsize max, GError **error);
gboolean bulla_bytes_is_missing (const GError *error);
char *bulla_bytes_dup_text (GBytes *bytes);

G_END_DECLS
