/* bulla-cli-guess-content.h - guesses what a file is that is not a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_cli_is_text (const char *start, gsize size);
const char *bulla_cli_guess_content (const void *start, gsize size);

G_END_DECLS
