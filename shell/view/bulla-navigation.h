/* bulla-navigation.h - decides to which URLs pages may navigate the view
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"

G_BEGIN_DECLS

void bulla_navigation_guard (BullaView *view);
char *bulla_navigation_dup_target (BullaView *view, const char *url);
void bulla_navigation_hop (BullaView *view);

G_END_DECLS
