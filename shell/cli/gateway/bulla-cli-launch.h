/* bulla-cli-launch.h - a browser that lives as long as the gateway, and uses only it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-gateway.h"

G_BEGIN_DECLS

typedef struct _BullaCliLaunch BullaCliLaunch;

BullaCliLaunch *bulla_cli_launch_new (const char *browser, char **arguments, GError **error);
gboolean bulla_cli_launch_start (BullaCliLaunch *self, BullaGateway *gateway, const char *token,
                                 GMainLoop *loop, GError **error);
gboolean bulla_cli_launch_end (BullaCliLaunch *self, GError **error);
void bulla_cli_launch_free (BullaCliLaunch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliLaunch, bulla_cli_launch_free)

G_END_DECLS
