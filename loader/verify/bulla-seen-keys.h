/* bulla-seen-keys.h - remembers which public keys were used in TLS, and which for exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_KEY_HASH_SIZE 32 /* bytes of the SHA-256 of a SubjectPublicKeyInfo */

typedef struct _BullaSeenKeys BullaSeenKeys;

BullaSeenKeys *bulla_seen_keys_new (void);
BullaSeenKeys *bulla_seen_keys_ref (BullaSeenKeys *self);
void bulla_seen_keys_unref (BullaSeenKeys *self);
void bulla_seen_keys_add_tls (BullaSeenKeys *self, const guint8 *hash, const char *host);
void bulla_seen_keys_add_exchange (BullaSeenKeys *self, const guint8 *hash, const char *host);
char *bulla_seen_keys_dup_tls_host (BullaSeenKeys *self, const guint8 *hash);
char *bulla_seen_keys_dup_exchange_host (BullaSeenKeys *self, const guint8 *hash);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaSeenKeys, bulla_seen_keys_unref)

G_END_DECLS
