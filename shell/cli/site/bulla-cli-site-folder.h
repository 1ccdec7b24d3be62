/* bulla-cli-site-folder.h - writes the folder of a site, or replaces one that was written earlier
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes the files of a site into an empty folder. */
typedef gboolean (*BullaCliSiteFillFunc) (const char *folder, gpointer data, GError **error);

gboolean bulla_cli_site_folder_check (const char *out, gboolean force, GError **error);
gboolean bulla_cli_site_folder_write (const char *out, gboolean force, BullaCliSiteFillFunc fill,
                                      gpointer data, GError **error);

G_END_DECLS
