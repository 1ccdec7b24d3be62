/* fuzz-walk.h - loads an exchange up to the end of its body, for several fuzz targets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"
#include "fuzz.h"

G_BEGIN_DECLS

#define FUZZ_N_PROFILES 3

/* Returns: (transfer full): the judged load; its verdict, its reply to a request, and its body
 * were checked */
BullaLoad *fuzz_walk (int profile, GBytes *chain, const uint8_t *exchange, size_t size,
                      gboolean in_pieces);

G_END_DECLS
