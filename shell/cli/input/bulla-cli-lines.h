/* bulla-cli-lines.h - reads names from the lines of standard input
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_cli_read_line (GString *line, GError **error);

G_END_DECLS
