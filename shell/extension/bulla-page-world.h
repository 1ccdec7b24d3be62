/* bulla-page-world.h - evaluates scripts in a script world that is invisible to pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit-web-process-extension.h>

G_BEGIN_DECLS

JSCValue *bulla_page_world_evaluate (WebKitFrame *frame, const char *script);

G_END_DECLS
