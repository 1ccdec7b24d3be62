/* bulla-wait.h - blocks until an asynchronous operation ends, running its main context
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void bulla_wait_cb (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *bulla_wait_for (GAsyncResult **result);

G_END_DECLS
