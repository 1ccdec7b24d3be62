/* bulla-load.h - one exchange, its verdict and its body
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-outer.h"
#include "bulla-request-facts.h"
#include "bulla-verdict.h"

G_BEGIN_DECLS

#define BULLA_TYPE_LOAD (bulla_load_get_type ())
BULLA_API
G_DECLARE_FINAL_TYPE (BullaLoad, bulla_load, BULLA, LOAD, GObject)

BULLA_API BullaOuter *bulla_load_get_outer (BullaLoad *self);
BULLA_API BullaVerdict *bulla_load_get_verdict (BullaLoad *self);
BULLA_API BullaVerdict *bulla_load_judge_request (BullaLoad *self, const BullaRequestFacts *request,
                                                  gint64 now);

BULLA_API const char *bulla_load_get_url (BullaLoad *self);
BULLA_API const char *bulla_load_get_origin (BullaLoad *self);
BULLA_API guint bulla_load_get_status (BullaLoad *self);
BULLA_API void bulla_load_foreach_header (BullaLoad *self, BullaHeaderFunc func,
                                          gpointer user_data);
BULLA_API GInputStream *bulla_load_get_body (BullaLoad *self);

/* details for the user: signer, times, certificate */
BULLA_API const char *bulla_load_get_cert_url (BullaLoad *self);
BULLA_API const char *bulla_load_get_validity_url (BullaLoad *self);
BULLA_API const char *bulla_load_get_subject (BullaLoad *self);
BULLA_API GStrv bulla_load_dup_reach (BullaLoad *self);
BULLA_API const char *bulla_load_get_tls_host (BullaLoad *self);
BULLA_API gint64 bulla_load_get_date (BullaLoad *self);
BULLA_API gint64 bulla_load_get_expires (BullaLoad *self);
BULLA_API gboolean bulla_load_is_asking (BullaLoad *self);
BULLA_API const char *bulla_load_get_older (BullaLoad *self);
BULLA_API gint64 bulla_load_get_skew_max (BullaLoad *self);
BULLA_API gboolean bulla_load_get_chain_fetched (BullaLoad *self);

G_END_DECLS
