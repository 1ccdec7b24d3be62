/* bulla-url-key.h - normalises the equivalent spellings of a URL to one key
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_url_dup_key (const char *url);
gboolean bulla_url_same (const char *a, const char *b);
char *bulla_url_escape_strays (const char *url);

G_END_DECLS
