/* bulla-start-page.h - what a new window shows: open a package, try the demo, recent packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BULLA_TYPE_START_PAGE (bulla_start_page_get_type ())
G_DECLARE_FINAL_TYPE (BullaStartPage, bulla_start_page, BULLA, START_PAGE, GtkWidget)

void bulla_start_page_set_private (BullaStartPage *self, gboolean private_window);

G_END_DECLS
