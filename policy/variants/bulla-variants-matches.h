/* bulla-variants-matches.h - compares ranges of a request with available values
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-variants-request.h"

G_BEGIN_DECLS

gboolean bulla_preference_matches_type (const BullaPreference *self, const char *type);
gboolean bulla_preference_matches_language (const BullaPreference *self, const char *tag,
                                            gboolean extended);

G_END_DECLS
