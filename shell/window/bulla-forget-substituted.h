/* bulla-forget-substituted.h - forgets everything that came by substitution
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gtk/gtk.h>

#include "bulla-view-registry.h"

G_BEGIN_DECLS

void bulla_forget_substituted (GtkApplication *application, BullaViewRegistry *views);

G_END_DECLS
