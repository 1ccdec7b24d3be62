/* bulla-merkle-writer-private.h - encoder without the limit on record sizes, for tests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <stdint.h>

G_BEGIN_DECLS

GBytes *bulla_merkle_encode_unchecked (GBytes *body, uint64_t record_size, char **digest,
                                       GError **error);

G_END_DECLS
