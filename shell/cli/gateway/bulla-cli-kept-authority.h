/* bulla-cli-kept-authority.h - keeps the gateway's authority in a file, for later gateways
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway.h"

G_BEGIN_DECLS

gboolean bulla_cli_keep_authority (BullaGateway *gateway, const char *path, GError **error);

G_END_DECLS
