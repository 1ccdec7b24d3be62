/* bulla-opening.h - webpkg://open/?url=…: a package that the user opens by its address
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"

G_BEGIN_DECLS

void bulla_opening_answer (WebKitURISchemeRequest *request, BullaView *view);
void bulla_opening_show_bundle (BullaView *view, BullaBundle *bundle, const char *url);

G_END_DECLS
