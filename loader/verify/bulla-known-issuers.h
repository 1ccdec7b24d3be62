/* bulla-known-issuers.h - remembers the certificates of issuers, and which of them sign which
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <openssl/x509.h>

#include "bulla-cursor.h"

G_BEGIN_DECLS

#define BULLA_KNOWN_ISSUERS_MAX 64             /* most certificates, and most pairs of them */
#define BULLA_KNOWN_ISSUERS_SIZE_MAX (1 << 20) /* most bytes of all certificates together */

typedef struct _BullaKnownIssuers BullaKnownIssuers;

BullaKnownIssuers *bulla_known_issuers_new (void);
void bulla_known_issuers_free (BullaKnownIssuers *self);
X509 *bulla_known_issuers_read (BullaKnownIssuers *self, BullaSpan der);
gboolean bulla_known_issuers_has_pair (BullaKnownIssuers *self, X509 *subject, X509 *issuer);
void bulla_known_issuers_add_pair (BullaKnownIssuers *self, X509 *subject, X509 *issuer);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaKnownIssuers, bulla_known_issuers_free)

G_END_DECLS
