/* bulla-signing-key.h - signing key of web bundles, and the bundle ID derived from it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-macros.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BullaSigningKeyKind:
 * @BULLA_SIGNING_KEY_ED25519: Ed25519
 * @BULLA_SIGNING_KEY_P256: ECDSA on the curve P-256, with SHA-256
 */
typedef enum {
  BULLA_SIGNING_KEY_ED25519,
  BULLA_SIGNING_KEY_P256,
} BullaSigningKeyKind;

#define BULLA_TYPE_SIGNING_KEY (bulla_signing_key_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaSigningKey, bulla_signing_key, BULLA, SIGNING_KEY, GObject)

BULLA_API
BullaSigningKey *bulla_signing_key_generate (BullaSigningKeyKind kind, GError **error);
BULLA_API
BullaSigningKey *bulla_signing_key_new_from_pem (const char *pem, const char *passphrase,
                                                 GError **error);
BULLA_API
gboolean bulla_signing_key_pem_is_encrypted (const char *pem);
BULLA_API
BullaSigningKeyKind bulla_signing_key_get_kind (BullaSigningKey *self);
BULLA_API
gboolean bulla_signing_key_is_private (BullaSigningKey *self);
BULLA_API
GBytes *bulla_signing_key_get_public (BullaSigningKey *self);
BULLA_API
const char *bulla_signing_key_get_web_bundle_id (BullaSigningKey *self);
BULLA_API
char *bulla_signing_key_dup_pem (BullaSigningKey *self);
BULLA_API
char *bulla_signing_key_dup_public_pem (BullaSigningKey *self);

G_END_DECLS
