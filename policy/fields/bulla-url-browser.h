/* bulla-url-browser.h - what browsers take in a URL besides valid URL strings, with one meaning
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_url_dup_ascii_host (const char *host);
char *bulla_url_dup_cleaned (const char *path, size_t length);
size_t bulla_url_find_path (const char *bytes, size_t length);

G_END_DECLS
