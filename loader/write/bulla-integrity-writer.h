/* bulla-integrity-writer.h - writes the integrity block in front of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-signing-key.h"

G_BEGIN_DECLS

#define BULLA_INTEGRITY_DIGEST_SIZE 64 /* bytes of the SHA-512 hash of the web bundle */

#define BULLA_TYPE_INTEGRITY_WRITER (bulla_integrity_writer_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaIntegrityWriter, bulla_integrity_writer, BULLA, INTEGRITY_WRITER,
                      GObject)

BULLA_API
BullaIntegrityWriter *bulla_integrity_writer_new (const char *web_bundle_id);
BULLA_API
void bulla_integrity_writer_set_attributes (BullaIntegrityWriter *self, GBytes *attributes);
BULLA_API
void bulla_integrity_writer_keep (BullaIntegrityWriter *self, GBytes *attributes,
                                  GBytes *signature);
BULLA_API
void bulla_integrity_writer_add_key (BullaIntegrityWriter *self, BullaSigningKey *key);
BULLA_API
GBytes *bulla_integrity_writer_digest (GInputStream *bundle, GCancellable *cancellable,
                                       GError **error);
BULLA_API
GBytes *bulla_integrity_writer_write (BullaIntegrityWriter *self, GBytes *digest, GError **error);

G_END_DECLS
