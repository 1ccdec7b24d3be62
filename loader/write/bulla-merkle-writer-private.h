/* bulla-merkle-writer-private.h - encoders without the readers' limit on record sizes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <stdint.h>

#include "bulla-merkle-writer.h"

G_BEGIN_DECLS

GBytes *bulla_merkle_encode_unchecked (GBytes *body, uint64_t record_size, char **digest,
                                       GError **error);

BullaMerkleWriter *bulla_merkle_writer_new_unchecked (GInputStream *body, uint64_t record_size,
                                                      GError **error);
gboolean bulla_merkle_check_record_size (uint64_t record_size, GError **error);

G_END_DECLS
