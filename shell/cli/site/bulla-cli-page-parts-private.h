/* bulla-cli-page-parts-private.h - the list of subresources, for its two readers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-page-parts.h"

G_BEGIN_DECLS

GPtrArray *bulla_cli_page_parts_new (void);
BullaCliPagePart *bulla_cli_page_parts_add (GPtrArray *parts, const char *base,
                                            const char *reference, const char *as,
                                            gboolean is_cors);

G_END_DECLS
