/* bulla-wait.h - waits for an asynchronous operation where its caller may block
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void bulla_wait_cb (GObject *source, GAsyncResult *result, gpointer user_data);
GAsyncResult *bulla_wait_for (GAsyncResult **result);

G_END_DECLS
