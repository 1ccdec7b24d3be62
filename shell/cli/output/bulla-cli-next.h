/* bulla-cli-next.h - words of the next command that a verb shows, to be copied into a terminal
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_cli_dup_word (const char *text);
char *bulla_cli_dup_trust_words (const char *authority);
char *bulla_cli_dup_unused_name (const char *stem, const char *const *suffixes);
void bulla_cli_print_next (const char *command);

G_END_DECLS
