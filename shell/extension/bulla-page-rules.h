/* bulla-page-rules.h - reads a page's <script type="webbundle"> elements
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit-web-process-extension.h>

#include "bulla-bundle-rule.h"

G_BEGIN_DECLS

const BullaBundleRule *bulla_page_rules_find (WebKitFrame *frame, const char *url);

G_END_DECLS
