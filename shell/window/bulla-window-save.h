/* bulla-window-save.h - saves the ledger of a window's view to a file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-window.h"

G_BEGIN_DECLS

void bulla_window_save_ledger (BullaWindow *self, gboolean as_har);
void bulla_window_save_verdict (BullaWindow *self);

G_END_DECLS
