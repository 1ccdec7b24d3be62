/* bulla-cli-archive.h - reads compressed files and ZIP archives as streams of bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BullaCliArchive BullaCliArchive;

BullaCliArchive *bulla_cli_archive_open_bytes (GBytes *bytes, GError **error);
void bulla_cli_archive_close (BullaCliArchive *self);
gboolean bulla_cli_archive_next (BullaCliArchive *self, const char **name, GError **error);
gboolean bulla_cli_archive_is_zip (BullaCliArchive *self);
gboolean bulla_cli_archive_read_line (BullaCliArchive *self, GString *line, GError **error);
GBytes *bulla_cli_archive_read (BullaCliArchive *self, guint64 length, gsize max, GError **error);
GBytes *bulla_cli_archive_read_all (BullaCliArchive *self, gsize max, GError **damage,
                                    GError **error);
guint64 bulla_cli_archive_get_offset (const BullaCliArchive *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliArchive, bulla_cli_archive_close)

G_END_DECLS
