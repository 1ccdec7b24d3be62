/* bulla-web-settings.h - enables and disables WebKit features for views
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

WebKitSettings *bulla_web_settings_new (gboolean package, gboolean stores);

G_END_DECLS
