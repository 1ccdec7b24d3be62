/* bulla-window-drop.h - opens files and links that are dropped on a window
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-window.h"

G_BEGIN_DECLS

void bulla_window_add_drop_target (BullaWindow *self);

G_END_DECLS
