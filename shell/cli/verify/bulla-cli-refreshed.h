/* bulla-cli-refreshed.h - writes an exchange with its new signature
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

G_BEGIN_DECLS

gboolean bulla_cli_refreshed_needs_body (const char *name);
gboolean bulla_cli_write_refreshed (BullaLoad *load, const char *name, GByteArray *body,
                                    const char *path, gboolean force, GError **error);

G_END_DECLS
