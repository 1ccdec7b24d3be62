/* bulla-anchors.h - stores trusted roots, transparency logs and known issuers as OpenSSL objects
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>

#include "bulla-issuers.h"

G_BEGIN_DECLS

#define BULLA_LOG_ID_SIZE 32

typedef struct _BullaAnchors BullaAnchors;

BullaAnchors *bulla_anchors_new (void);
void bulla_anchors_free (BullaAnchors *self);
gboolean bulla_anchors_add_pem (BullaAnchors *self, GBytes *pem, GError **error);
void bulla_anchors_use_system (BullaAnchors *self);
gboolean bulla_anchors_add_log (BullaAnchors *self, GBytes *spki, GError **error);

void bulla_anchors_set_issuers (BullaAnchors *self, BullaIssuers *issuers);
const BullaIssuers *bulla_anchors_get_issuers (BullaAnchors *self);
X509_STORE *bulla_anchors_get_store (BullaAnchors *self);
gboolean bulla_anchors_is_added (BullaAnchors *self, X509 *root);
gboolean bulla_anchors_have_logs (BullaAnchors *self);
EVP_PKEY *bulla_anchors_find_log (BullaAnchors *self, const guint8 *id, size_t length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaAnchors, bulla_anchors_free)

G_END_DECLS
