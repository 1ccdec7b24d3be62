/* bulla-cli-pem.h - reads keys and certificates in PEM, and says what a file has instead of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void bulla_cli_wipe (char *secret);
char *bulla_cli_pem_read (GBytes *bytes);
gboolean bulla_cli_pem_check_key (const char *pem, const char *path, gboolean may_be_public,
                                  GError **error);
gboolean bulla_cli_pem_check_certificate (const char *pem, const char *path, GError **error);
char *bulla_cli_read_certificates (const char *path, GError **error);

G_END_DECLS
