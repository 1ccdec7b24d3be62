/* bulla-downloads.h - gives every download a row in the window whose page began it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-view.h"

G_BEGIN_DECLS

void bulla_downloads_follow (BullaView *view);

G_END_DECLS
