/* bulla-key-hash.h - the SHA-256 of a certificate's public key, by which it is known again
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <openssl/x509.h>

#include "bulla-seen-keys.h"

G_BEGIN_DECLS

void bulla_key_hash_of (X509 *certificate, guint8 *hash);
gboolean bulla_key_hash_of_der (GBytes *der, guint8 *hash);
char *bulla_key_hash_dup_hex (const guint8 *hash);
gboolean bulla_key_hash_read_hex (const char *hex, guint8 *hash);

G_END_DECLS
