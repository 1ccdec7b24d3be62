/* bulla-cli-write.h - writes files completely or not at all
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_CLI_SECRET_MODE 0600
#define BULLA_CLI_PUBLIC_MODE 0644

gboolean bulla_cli_check_absent (const char *path, gboolean force, GError **error);
gboolean bulla_cli_write_file (const char *path, const void *data, gsize size, int mode,
                               GError **error);

/* Returns FALSE with @error set if @out cannot be filled. */
typedef gboolean (*BullaWriteFunc) (GOutputStream *out, gpointer user_data, GError **error);
gboolean bulla_cli_write_atomically (const char *path, int mode, gboolean force,
                                     BullaWriteFunc write, gpointer user_data, GError **error);

/* Returns FALSE with @error set if the file at @path must not be written. */
typedef gboolean (*BullaCheckFunc) (const char *path, gpointer user_data, GError **error);
gboolean bulla_cli_write_checked (const char *path, int mode, gboolean force, BullaWriteFunc write,
                                  BullaCheckFunc check, gpointer user_data, GError **error);

/* For options whose value may be "-", the standard output. */
gboolean bulla_cli_check_output (const char *path, gboolean force, GError **error);
gboolean bulla_cli_write_output (const char *path, int mode, gboolean force, BullaWriteFunc write,
                                 gpointer user_data, GError **error);
gboolean bulla_cli_write_bytes (const char *path, GBytes *bytes, gboolean force, GError **error);

G_END_DECLS
