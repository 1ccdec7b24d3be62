/* bulla-cli-curl-config.h - the files of a running gateway: its password and its authority
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct {
  char *folder;            /* owned, nullable: private, removed with the files */
  char *config;            /* owned, nullable: curl's configuration, with the password */
  char *authority;         /* owned, nullable: a certificate as PEM */
  gboolean authority_kept; /* the user named the file */
} BullaCliGatewayFiles;

gboolean bulla_cli_gateway_files_write (BullaCliGatewayFiles *self, const char *proxy,
                                        const char *pem, GError **error);
void bulla_cli_gateway_files_remove (BullaCliGatewayFiles *self);

G_END_DECLS
