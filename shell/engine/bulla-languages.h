/* bulla-languages.h - lists the languages of the locale as the browser sends them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char **bulla_languages_from_locales (const char *const *locales);
char *bulla_languages_dup_field (const char *const *languages);

G_END_DECLS
