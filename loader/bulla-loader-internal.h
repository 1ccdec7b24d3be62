/* bulla-loader-internal.h - parts of a loader that the folders below it use
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-context.h"
#include "bulla-facts.h"
#include "bulla-fetcher.h"
#include "bulla-loader.h"
#include "bulla-quota.h"

G_BEGIN_DECLS

BullaContext *bulla_loader_get_context (BullaLoader *self);
BullaFetcher *bulla_loader_get_fetcher (BullaLoader *self);
const char *bulla_loader_get_languages (BullaLoader *self);
gboolean bulla_loader_get_offline (BullaLoader *self);
void bulla_loader_set_request_headers (BullaLoader *self, const char *const *headers);
const char *const *bulla_loader_get_request_headers (BullaLoader *self);
void bulla_loader_follow_files (BullaLoader *self, BullaTrustFiles *files);
void bulla_loader_open_url_for_async (BullaLoader *self, const char *url, guint view, GBytes *chain,
                                      GCancellable *cancellable, GAsyncReadyCallback callback,
                                      gpointer user_data);
BullaPackageKind bulla_loader_recognise (BullaLoader *self, BullaOuter *outer);

/* defined in bulla-loader-url.c */
void bulla_loader_request_package_async (BullaLoader *self, const char *url,
                                         const BullaCause *cause, GCancellable *cancellable,
                                         GAsyncReadyCallback callback, gpointer user_data);
BullaFetchResult *bulla_loader_request_package_finish (BullaLoader *self, GAsyncResult *result,
                                                       GError **error);
BullaOuter *bulla_loader_describe_response (BullaFetchResult *response, const BullaCause *cause);

/* defined in bulla-loader-open.c */
void bulla_loader_open_stream_in_async (BullaLoader *self, BullaPackageKind kind, BullaOuter *outer,
                                        GInputStream *stream, BullaQuota *quota,
                                        GCancellable *cancellable, GAsyncReadyCallback callback,
                                        gpointer user_data);

/* defined in bulla-loader-chain.c */
gboolean bulla_loader_add_chain (BullaLoader *self, GBytes *chain, GError **error);
BullaVerdict *bulla_loader_judge_chain (BullaLoader *self, GBytes *chain, gboolean stapled,
                                        BullaFacts **facts);

/* defined in bulla-loader-load.c */
BullaVerdict *bulla_loader_judge_again (BullaLoader *self, BullaLoad *load);
gboolean bulla_loader_has_current_trust (BullaLoader *self);
void bulla_loader_update_trust_async (BullaLoader *self, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean bulla_loader_update_trust_finish (GAsyncResult *result, GError **error);

/* defined in bulla-loader-validity.c */
void bulla_loader_ask_beside (BullaLoader *self, BullaLoad *load);
gboolean bulla_loader_has_question (BullaLoader *self, BullaLoad *load);
gboolean bulla_loader_is_worth_a_question (BullaLoader *self, BullaLoad *load);
void bulla_loader_ask_publisher_async (BullaLoader *self, BullaLoad *load,
                                       GCancellable *cancellable, GAsyncReadyCallback callback,
                                       gpointer user_data);
gboolean bulla_loader_ask_publisher_finish (BullaLoader *self, GAsyncResult *result,
                                            GError **error);

G_END_DECLS
