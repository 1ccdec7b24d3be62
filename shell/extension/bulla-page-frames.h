/* bulla-page-frames.h - lists the hosts of the documents in the frames of a page
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <webkit/webkit-web-process-extension.h>

G_BEGIN_DECLS

void bulla_page_frames_follow (void);
GVariant *bulla_page_frames_list (WebKitWebPage *page);
WebKitFrame *bulla_page_frames_get_main (WebKitWebPage *page);

G_END_DECLS
