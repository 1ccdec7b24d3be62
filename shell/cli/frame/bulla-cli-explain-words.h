/* bulla-cli-explain-words.h - finds the reasons behind a word of a browser, report or specification
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-reason.h"

G_BEGIN_DECLS

GArray *bulla_cli_find_reasons (const char *word);
const char *bulla_cli_get_explained_word (guint number);

G_END_DECLS
