/* bulla-window.h - the browser window: address, badge, page, verdict panel
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <adwaita.h>

#include "bulla-view.h"

G_BEGIN_DECLS

#define BULLA_TYPE_WINDOW (bulla_window_get_type ())
G_DECLARE_FINAL_TYPE (BullaWindow, bulla_window, BULLA, WINDOW, AdwApplicationWindow)

BullaWindow *bulla_window_new (GtkApplication *application, BullaView *view);
void bulla_window_show_start (BullaWindow *self);
void bulla_window_focus_address (BullaWindow *self);

G_END_DECLS
