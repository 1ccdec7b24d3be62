/* bulla-window-areas.h - moves the focus between address, page and panel
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-window.h"

G_BEGIN_DECLS

void bulla_window_add_area_actions (BullaWindow *self);

G_END_DECLS
