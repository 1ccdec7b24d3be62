/* bulla-package-opener.h - opens packages for a view, and chooses where to show them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"

G_BEGIN_DECLS

void bulla_package_opener_open (BullaView *view, const char *address,
                                WebKitURISchemeRequest *request);
void bulla_package_opener_show_bundle (BullaView *view, BullaBundle *bundle, const char *url);

G_END_DECLS
