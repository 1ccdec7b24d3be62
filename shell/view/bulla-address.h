/* bulla-address.h - converts typed, dropped or named addresses to URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-package-door.h"

G_BEGIN_DECLS

char *bulla_address_from_text (const char *text);
gboolean bulla_address_is_words (const char *text);
char *bulla_address_from_file (GFile *file);
char *bulla_address_for_package (const char *url);
char *bulla_address_get_package (const char *address);
char *bulla_address_get_filter (const char *address);
gboolean bulla_address_equal (const char *a, const char *b);
char *bulla_address_for_display (const char *url);

G_END_DECLS
