/* bulla-anchors.h - stores trusted roots, transparency logs and known issuers as OpenSSL objects
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>

#include "bulla-issuers.h"
#include "bulla-known-issuers.h"
#include "bulla-log-list.h"
#include "bulla-revocations.h"
#include "bulla-seen-keys.h"

G_BEGIN_DECLS

/* a log whose timestamps may count */
typedef struct {
  GBytes *der;   /* owned; a SubjectPublicKeyInfo, or something else */
  EVP_PKEY *key; /* owned; see bulla_known_log_get_key() */
  gsize has_key; /* atomic; whether @der was decoded */
  BullaLogState state;
  gint64 state_since; /* Unix seconds */
  gint64 start, end;  /* of the certificate's notAfter, from and before; -1: any */
  gboolean placeholder;
} BullaKnownLog;

typedef struct _BullaAnchors BullaAnchors;

BullaAnchors *bulla_anchors_new (void);
void bulla_anchors_free (BullaAnchors *self);
gboolean bulla_anchors_add_pem (BullaAnchors *self, GBytes *pem, GError **error);
void bulla_anchors_use_system (BullaAnchors *self);
void bulla_anchors_clear_logs (BullaAnchors *self);
void bulla_anchors_add_logs (BullaAnchors *self, const BullaLogList *list);

void bulla_anchors_set_issuers (BullaAnchors *self, BullaIssuers *issuers);
const BullaIssuers *bulla_anchors_get_issuers (BullaAnchors *self);
BullaSeenKeys *bulla_anchors_get_seen_keys (BullaAnchors *self);
X509_STORE *bulla_anchors_get_store (BullaAnchors *self);
BullaKnownIssuers *bulla_anchors_get_known_issuers (BullaAnchors *self);
gboolean bulla_anchors_is_added (BullaAnchors *self, X509 *root);
void bulla_anchors_set_revocations (BullaAnchors *self, BullaRevocations *revocations);
const BullaRevocations *bulla_anchors_get_revocations (BullaAnchors *self);
gboolean bulla_anchors_have_logs (BullaAnchors *self);
BullaKnownLog *bulla_anchors_find_log (BullaAnchors *self, const guint8 *id, size_t length);
EVP_PKEY *bulla_known_log_get_key (BullaKnownLog *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaAnchors, bulla_anchors_free)

G_END_DECLS
