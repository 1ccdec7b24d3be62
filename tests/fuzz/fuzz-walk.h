/* fuzz-walk.h - the walk of one exchange, for the targets that take all of it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load-internal.h"
#include "fuzz.h"

G_BEGIN_DECLS

#define FUZZ_N_PROFILES 3

/* Returns: (transfer full): judged; its verdict, its answer to a request and its body are checked
 */
BullaLoad *fuzz_walk (int profile, GBytes *chain, const uint8_t *exchange, size_t size,
                      gboolean in_pieces);

G_END_DECLS
