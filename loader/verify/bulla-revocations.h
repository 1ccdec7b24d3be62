/* bulla-revocations.h - certificates and keys that the user does not trust any more
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/x509.h>

G_BEGIN_DECLS

typedef enum {
  BULLA_REVOKED_SERIAL,
  BULLA_REVOKED_SPKI,
  BULLA_REVOKED_CERTIFICATE,
  BULLA_N_REVOKED_KINDS,
} BullaRevokedKind;

typedef struct {
  BullaRevokedKind kind;
  char *issuer;    /* owned; nullable; of a serial: the issuer's distinguished name */
  char *serial;    /* owned; nullable; lower-case hex without leading zeros */
  char *sha256;    /* owned; nullable; lower-case hex; of the key or the certificate */
  char *why;       /* owned; nullable */
  char *source;    /* owned; nullable; where the entry is from */
  gint64 imported; /* Unix seconds */
  char *id;        /* owned; made of what is revoked; bulla_revocations_add() sets it */
} BullaRevoked;

typedef struct _BullaRevocations BullaRevocations;

BullaRevocations *bulla_revocations_new (void);
void bulla_revocations_free (BullaRevocations *self);
gboolean bulla_revocations_add (BullaRevocations *self, BullaRevoked *revoked,
                                gboolean *already_there);
gboolean bulla_revocations_remove (BullaRevocations *self, const char *id);
guint bulla_revocations_get_n (const BullaRevocations *self);
const BullaRevoked *bulla_revocations_get (const BullaRevocations *self, guint number);
const BullaRevoked *bulla_revocations_find (const BullaRevocations *self, X509 *certificate);

BullaRevoked *bulla_revoked_new (BullaRevokedKind kind);
void bulla_revoked_free (BullaRevoked *self);
const char *bulla_revoked_kind_get_nick (BullaRevokedKind kind);
gboolean bulla_revoked_kind_from_nick (const char *nick, BullaRevokedKind *kind);
char *bulla_serial_normalise (const char *hex);
char *bulla_sha256_normalise (const char *hex);
char *bulla_serial_dup_hex (const ASN1_INTEGER *serial);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaRevoked, bulla_revoked_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaRevocations, bulla_revocations_free)

G_END_DECLS
