/* bulla-web-context.h - creates WebKit contexts with the extension that identifies pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit.h>

G_BEGIN_DECLS

char *bulla_web_context_find_extensions (GError **error);
WebKitWebContext *bulla_web_context_new (const char *extensions);
void bulla_web_context_send_hop (WebKitWebContext *context, const char *url);

G_END_DECLS
