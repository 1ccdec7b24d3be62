/* bulla-web-bundle-id.h - converts between a public key and the ID of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_WEB_BUNDLE_KEY_UNKNOWN,
  BULLA_WEB_BUNDLE_KEY_ED25519,
  BULLA_WEB_BUNDLE_KEY_P256,
  BULLA_WEB_BUNDLE_KEY_PROXY, /* the key belongs to a development server's proxy */
} BullaWebBundleKey;

#define BULLA_ED25519_KEY_SIZE 32
#define BULLA_P256_KEY_SIZE 33 /* bytes of a compressed point */

char *bulla_web_bundle_id_derive (BullaWebBundleKey kind, const guint8 *key, size_t length);
gboolean bulla_web_bundle_id_parse (const char *id, BullaWebBundleKey *kind, GBytes **key,
                                    const char **why);
char *bulla_base32_encode (const guint8 *data, size_t length);

G_END_DECLS
