/* bulla-hasher.h - hashes bytes that arrive in several chunks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_HASH_MAX 64

typedef enum { BULLA_HASH_SHA256, BULLA_HASH_SHA512 } BullaHash;

typedef struct _BullaHasher BullaHasher;

BullaHasher *bulla_hasher_new (BullaHash hash);
void bulla_hasher_free (BullaHasher *self);
void bulla_hasher_push (BullaHasher *self, const guint8 *data, size_t length);
size_t bulla_hasher_finish (BullaHasher *self, guint8 into[BULLA_HASH_MAX]);
size_t bulla_hash_bytes (BullaHash hash, const guint8 *data, size_t length,
                         guint8 into[BULLA_HASH_MAX]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaHasher, bulla_hasher_free)

G_END_DECLS
