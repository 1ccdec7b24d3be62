/* bulla-demo-launch.h - starts the installed demo
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void bulla_demo_launch_async (GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_demo_launch_finish (GAsyncResult *result, GError **error);

G_END_DECLS
