/* bulla-package-scheme.h - webpkg: and isolated-app: in WebKit
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

void bulla_package_scheme_register (WebKitWebContext *context);
void bulla_package_scheme_show_page (WebKitURISchemeRequest *request, char *html);

G_END_DECLS
