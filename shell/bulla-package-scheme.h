/* bulla-package-scheme.h - webpkg://open/?url=…: a package that the user opens by its address
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

void bulla_package_scheme_register (WebKitWebContext *context);

G_END_DECLS
