/* bulla-merkle-writer.h - encodes a body as mi-sha256-03
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_MERKLE_RECORD_SIZE_DEFAULT 4096
#define BULLA_MERKLE_RECORD_SIZE_MAX 16384
#define BULLA_MERKLE_RECORD_SIZE_WRITTEN (1 << 20) /* most that can be written unchecked */

#define BULLA_TYPE_MERKLE_WRITER (bulla_merkle_writer_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaMerkleWriter, bulla_merkle_writer, BULLA, MERKLE_WRITER, GObject)

BULLA_API
BullaMerkleWriter *bulla_merkle_writer_new (GInputStream *body, guint64 record_size,
                                            GError **error);
BULLA_API
char *bulla_merkle_writer_prove (BullaMerkleWriter *self, GCancellable *cancellable,
                                 GError **error);
BULLA_API
gboolean bulla_merkle_writer_write (BullaMerkleWriter *self, GOutputStream *out,
                                    GCancellable *cancellable, GError **error);
BULLA_API
GBytes *bulla_merkle_encode (GBytes *body, guint64 record_size, char **digest, GError **error);

G_END_DECLS
