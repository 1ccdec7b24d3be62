/* bulla-cli-files.h - opens files named on the command line, and formats names for display
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-package-kind.h"

G_BEGIN_DECLS

gboolean bulla_cli_is_url (const char *name);
GInputStream *bulla_cli_open_file (const char *path, GError **error);
GInputStream *bulla_cli_open_package (const char *path, BullaPackageKind *kind, const char **guess,
                                      GError **error);
GInputStream *bulla_cli_sniff_package (GInputStream *stream, BullaPackageKind *kind,
                                       const char **guess, GError **error);
GBytes *bulla_cli_map_stream (const char *path, guint64 max, GError **error);
void bulla_cli_prefix_path (GError **error, const char *path);
GBytes *bulla_cli_read_file (const char *path, guint64 max, GError **error);

G_END_DECLS
