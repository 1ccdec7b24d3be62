/* bulla-cli-explain-gateway.h - says how other programs use a gateway that has started
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-curl-config.h"

G_BEGIN_DECLS

void bulla_cli_explain_limits (void);
void bulla_cli_explain_gateway (const char *proxy, const BullaCliGatewayFiles *files,
                                gboolean tells, gboolean kept);

G_END_DECLS
