/* bulla-recent.h - the packages in files that were opened last
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define BULLA_RECENT_MAX 10 /* most files kept */

void bulla_recent_add (const char *uri);
GList *bulla_recent_dup_list (void);
void bulla_recent_forget (const char *uri);
void bulla_recent_forget_all (void);

G_END_DECLS
