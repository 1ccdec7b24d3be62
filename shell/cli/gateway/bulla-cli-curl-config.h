/* bulla-cli-curl-config.h - writes the files of a running gateway: its password and its authority
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  char *folder;            /* owned; private folder, removed with the files; NULL if not needed */
  char *config;            /* owned; curl's configuration, with the password; NULL if not written */
  char *authority;         /* owned; certificate as PEM; NULL before it is written */
  gboolean authority_kept; /* whether the user named @authority, which is then kept */
} BullaCliGatewayFiles;

gboolean bulla_cli_gateway_files_write (BullaCliGatewayFiles *self, const char *proxy,
                                        const char *pem, GError **error);
gboolean bulla_cli_write_private (const char *path, const char *text, GError **error);
void bulla_cli_gateway_files_remove (BullaCliGatewayFiles *self);

G_END_DECLS
