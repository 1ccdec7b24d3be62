/* bulla-download-name.h - safe names for files that servers name
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_download_name_from (const char *suggested);
char *bulla_download_name_number (const char *name, guint number);

G_END_DECLS
