/* bulla-window-page-actions.h - find, zoom, print, inspect: the actions on the visible page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-window.h"

G_BEGIN_DECLS

void bulla_window_add_page_actions (BullaWindow *self);

G_END_DECLS
