/* bulla-package-scheme.h - serves webpkg: and isolated-app: to WebKit
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

void bulla_package_scheme_register (WebKitWebContext *context);

G_END_DECLS
