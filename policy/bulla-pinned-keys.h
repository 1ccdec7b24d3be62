/* bulla-pinned-keys.h - maps each web bundle id to the key that must sign the bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_PINNED_KEYS_GROUP "web-bundle-keys"
#define BULLA_PINNED_KEYS_WANT "ed25519: or ecdsa-p256-sha256: and the key in base64"

typedef enum { BULLA_PINNED_ED25519, BULLA_PINNED_ECDSA_P256 } BullaPinnedKind;

typedef struct {
  BullaPinnedKind kind;
  GBytes *bytes; /* owned; key of 32 bytes, or compressed point of 33 */
  char *text;    /* owned; key as written in a profile */
} BullaPinnedKey;

BullaPinnedKey *bulla_pinned_key_parse (const char *text);
void bulla_pinned_key_free (BullaPinnedKey *self);
gboolean bulla_pinned_key_is_id (const char *id);

/* Returns an empty table: web bundle id -> BullaPinnedKey. */
GHashTable *bulla_pinned_keys_new (void);
gboolean bulla_pinned_keys_add (GHashTable *self, const char *id, const char *text);
void bulla_pinned_keys_add_all (GHashTable *self, GHashTable *other);
void bulla_pinned_keys_write (GHashTable *self, GKeyFile *file);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaPinnedKey, bulla_pinned_key_free)

G_END_DECLS
