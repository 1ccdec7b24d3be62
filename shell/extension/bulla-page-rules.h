/* bulla-page-rules.h - what the page's <script type="webbundle"> elements say
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit-web-process-extension.h>

G_BEGIN_DECLS

char *bulla_page_rules_dup_tag (WebKitFrame *frame, const char *url);

G_END_DECLS
