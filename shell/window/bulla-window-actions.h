/* bulla-window-actions.h - the actions of the user in a window
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-find-bar.h"
#include "bulla-view-stack.h"
#include "bulla-window.h"

G_BEGIN_DECLS

void bulla_window_add_actions (BullaWindow *self);
void bulla_window_open_file (BullaWindow *self, GFile *file);

/* bulla-window-parts.c */
void bulla_window_enable_action (BullaWindow *self, const char *name, gboolean enabled);
BullaViewStack *bulla_window_get_views (BullaWindow *self);
BullaView *bulla_window_get_view (BullaWindow *self);
GtkWidget *bulla_window_get_downloads (BullaWindow *self);
BullaFindBar *bulla_window_get_find_bar (BullaWindow *self);
void bulla_window_open_address (BullaWindow *self, const char *url);
void bulla_window_show_notice (BullaWindow *self, const char *text);

G_END_DECLS
