/* bulla-cli-colour.h - colours verdicts where a terminal shows them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_cli_can_colour (void);
char *bulla_cli_colour_line (const char *line);

G_END_DECLS
