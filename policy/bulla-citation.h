/* bulla-citation.h - expands the specification anchors of rules to readable text and links
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"
#include <glib.h>

G_BEGIN_DECLS

/**
 * BullaCitationFunc:
 * @text: one place in a specification, spelled out: `IMPL §3.5 step 4`
 * @url: (nullable): the web address of that place
 * @user_data: data of the caller
 */
typedef void (*BullaCitationFunc) (const char *text, const char *url, gpointer user_data);

BULLA_API char *bulla_citation_to_text (const char *anchor);
BULLA_API void bulla_citation_foreach (const char *anchor, BullaCitationFunc func,
                                       gpointer user_data);

G_END_DECLS
