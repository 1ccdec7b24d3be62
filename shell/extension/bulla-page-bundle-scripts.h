/* bulla-page-bundle-scripts.h - reads a page's <script type="webbundle"> elements
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit-web-process-extension.h>

#include "bulla-bundle-script.h"

G_BEGIN_DECLS

const BullaBundleScript *bulla_page_rules_find (WebKitFrame *frame, const char *url);

G_END_DECLS
