/* bulla-authority.h - a certificate authority and a transparency log for tests and demonstrations
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-credential.h"
#include "bulla-macros.h"

G_BEGIN_DECLS

/**
 * BullaIssueFlags:
 * @BULLA_ISSUE_TLS_SERVER: an ordinary TLS server certificate
 * @BULLA_ISSUE_SIGN_EXCHANGES: with the CanSignHttpExchanges extension
 * @BULLA_ISSUE_EMBED_SCT: with a timestamp of the authority's log in the certificate
 */
typedef enum {
  BULLA_ISSUE_TLS_SERVER = 0,
  BULLA_ISSUE_SIGN_EXCHANGES = 1 << 0,
  BULLA_ISSUE_EMBED_SCT = 1 << 1,
} BullaIssueFlags;

/**
 * BullaRespondFlags:
 * @BULLA_RESPOND_GOOD: "good", signed by the issuer
 * @BULLA_RESPOND_REVOKED: "revoked"
 * @BULLA_RESPOND_UNKNOWN: "unknown"
 * @BULLA_RESPOND_DELEGATED: signed by a delegated responder, whose certificate is enclosed
 * @BULLA_RESPOND_EMBED_SCT: with a timestamp of the authority's log in the response
 */
typedef enum {
  BULLA_RESPOND_GOOD = 0,
  BULLA_RESPOND_REVOKED = 1 << 0,
  BULLA_RESPOND_UNKNOWN = 1 << 1,
  BULLA_RESPOND_DELEGATED = 1 << 2,
  BULLA_RESPOND_EMBED_SCT = 1 << 3,
} BullaRespondFlags;

#define BULLA_TYPE_AUTHORITY (bulla_authority_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaAuthority, bulla_authority, BULLA, AUTHORITY, GObject)

BULLA_API
BullaAuthority *bulla_authority_new (const char *name, gint64 now, GError **error);
BULLA_API
BullaAuthority *bulla_authority_load (const char *folder, GError **error);
BULLA_API
gboolean bulla_authority_save (BullaAuthority *self, const char *folder, gboolean overwrite,
                               GError **error);
BULLA_API
char *bulla_authority_dup_root_pem (BullaAuthority *self);
BULLA_API
char *bulla_authority_dup_log_list (BullaAuthority *self);

BULLA_API
BullaCredential *bulla_authority_issue (BullaAuthority *self, const char *const *hosts,
                                        gint64 not_before, guint days, BullaIssueFlags flags,
                                        GError **error);
BULLA_API
GBytes *bulla_authority_respond (BullaAuthority *self, BullaCredential *leaf, gint64 this_update,
                                 gint64 next_update, BullaRespondFlags flags, GError **error);
BULLA_API
GBytes *bulla_authority_stamp (BullaAuthority *self, BullaCredential *leaf, gint64 time,
                               GError **error);
BULLA_API
GBytes *bulla_authority_write_chain (BullaAuthority *self, BullaCredential *leaf,
                                     gint64 this_update, gint64 next_update,
                                     BullaRespondFlags flags, GError **error);

G_END_DECLS
