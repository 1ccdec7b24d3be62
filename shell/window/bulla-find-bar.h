/* bulla-find-bar.h - finds text in the page that a window shows
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>
#include <webkit/webkit.h>

G_BEGIN_DECLS

#define BULLA_TYPE_FIND_BAR (bulla_find_bar_get_type ())
G_DECLARE_FINAL_TYPE (BullaFindBar, bulla_find_bar, BULLA, FIND_BAR, GtkWidget)

void bulla_find_bar_follow (BullaFindBar *self, WebKitWebView *view);
void bulla_find_bar_open (BullaFindBar *self);
void bulla_find_bar_move (BullaFindBar *self, gboolean forward);

G_END_DECLS
