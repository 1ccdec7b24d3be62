/* bulla-verification-scope.h - makes OpenSSL look up only the algorithms that certificates need
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>
#include <openssl/crypto.h>

G_BEGIN_DECLS

typedef struct {
  OSSL_LIB_CTX *before; /* owned by OpenSSL; NULL if nothing was changed */
} BullaVerificationScope;

BullaVerificationScope bulla_verification_scope_enter (void);
void bulla_verification_prepare_process (void);
void bulla_verification_scope_leave (BullaVerificationScope *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaVerificationScope, bulla_verification_scope_leave)

G_END_DECLS
