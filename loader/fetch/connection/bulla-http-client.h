/* bulla-http-client.h - runs the transfers of one main context, which share connections
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <curl/curl.h>
#include <gio/gio.h>

#include "bulla-http-connections.h"

G_BEGIN_DECLS

#define BULLA_HTTP_IDLE_SECONDS 60

#define BULLA_TYPE_HTTP_CLIENT (bulla_http_client_get_type ())
G_DECLARE_FINAL_TYPE (BullaHttpClient, bulla_http_client, BULLA, HTTP_CLIENT, GObject)

typedef struct _BullaHttpTransfer BullaHttpTransfer;
typedef struct _BullaHttpOrigins BullaHttpOrigins;

/**
 * BullaHttpPool:
 *
 * Connections that share requests: those of one https origin, or all without TLS.
 */
typedef struct _BullaHttpPool BullaHttpPool;

/**
 * BullaHttpTransferFuncs:
 * @end: called when curl has finished the transfer
 * @tell: called to deliver its events, once curl has returned
 * @unref: releases the reference taken by bulla_http_client_queue_event()
 *
 * The functions that the client calls for its transfers; it uses nothing else of them.
 */
typedef struct {
  void (*end) (BullaHttpTransfer *self, CURLcode result);
  void (*tell) (BullaHttpTransfer *self);
  void (*unref) (BullaHttpTransfer *self);
} BullaHttpTransferFuncs;

BullaHttpClient *bulla_http_client_new (GMainContext *context,
                                        const BullaHttpTransferFuncs *transfers);
GMainContext *bulla_http_client_get_context (BullaHttpClient *self);
BullaHttpConnections *bulla_http_client_get_connections (BullaHttpClient *self);
BullaHttpOrigins *bulla_http_client_get_origins (BullaHttpClient *self);
void bulla_http_client_begin (BullaHttpClient *self);
void bulla_http_client_end (BullaHttpClient *self);
void bulla_http_client_queue_event (BullaHttpClient *self, BullaHttpTransfer *transfer);
void bulla_http_client_deliver_events (BullaHttpClient *self);
void bulla_http_client_wake (BullaHttpClient *self);
void bulla_http_client_schedule_sweep (BullaHttpClient *self);
guint64 *bulla_http_client_get_steps (BullaHttpClient *self);
gboolean bulla_http_client_is_busy (BullaHttpClient *self);
gboolean bulla_http_client_has_room (BullaHttpClient *self);
void bulla_http_client_drop_idle (BullaHttpClient *self);
void bulla_http_client_stop (BullaHttpClient *self);

BullaHttpPool *bulla_http_client_get_common_pool (BullaHttpClient *self);
BullaHttpPool *bulla_http_pool_new (BullaHttpClient *client);
BullaHttpPool *bulla_http_pool_ref (BullaHttpPool *self);
void bulla_http_pool_unref (BullaHttpPool *self);
gboolean bulla_http_pool_add (BullaHttpPool *self, CURL *easy);
gboolean bulla_http_pool_restart (BullaHttpPool *self, CURL *easy);
void bulla_http_pool_remove (BullaHttpPool *self, CURL *easy);
void bulla_http_pool_drop_idle (BullaHttpPool *self);
gint64 bulla_http_pool_get_idle_since (BullaHttpPool *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaHttpPool, bulla_http_pool_unref)

G_END_DECLS
