/* bulla-http-client.h - runs the transfers of one main context, which share connections
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <curl/curl.h>
#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_HTTP_IDLE_SECONDS 60

#define BULLA_TYPE_HTTP_CLIENT (bulla_http_client_get_type ())
G_DECLARE_FINAL_TYPE (BullaHttpClient, bulla_http_client, BULLA, HTTP_CLIENT, GObject)

typedef struct _BullaHttpTransfer BullaHttpTransfer;

/**
 * BullaHttpConnection:
 * @fd: its socket
 * @number: number in the ledger; 0 if unknown
 * @used: whether it has carried a request
 * @ends: (nullable): its two ends, once it is connected
 */
typedef struct {
  int fd;
  guint64 number;
  gboolean used;
  char *ends; /* owned */
} BullaHttpConnection;

/**
 * BullaHttpTransferFuncs:
 * @end: curl is done with it
 * @tell: it has noted something, and curl has returned
 * @unref: of the reference that bulla_http_client_tell() took
 *
 * What the client calls of its transfers, which it knows nothing else of.
 */
typedef struct {
  void (*end) (BullaHttpTransfer *self, CURLcode result);
  void (*tell) (BullaHttpTransfer *self);
  void (*unref) (BullaHttpTransfer *self);
} BullaHttpTransferFuncs;

BullaHttpClient *bulla_http_client_new (GMainContext *context,
                                        const BullaHttpTransferFuncs *transfers);
GMainContext *bulla_http_client_get_context (BullaHttpClient *self);
gboolean bulla_http_client_add (BullaHttpClient *self, CURL *easy);
gboolean bulla_http_client_restart (BullaHttpClient *self, CURL *easy);
void bulla_http_client_remove (BullaHttpClient *self, CURL *easy);
void bulla_http_client_tell (BullaHttpClient *self, BullaHttpTransfer *transfer);
void bulla_http_client_count (BullaHttpClient *self, gsize bytes);
gboolean bulla_http_client_is_busy (BullaHttpClient *self);
void bulla_http_client_drop_idle (BullaHttpClient *self);
void bulla_http_client_stop (BullaHttpClient *self);

int bulla_http_client_open_socket (BullaHttpClient *self, int family);
BullaHttpConnection *bulla_http_client_find_connection (BullaHttpClient *self, int local_port,
                                                        const char *remote, int remote_port);

G_END_DECLS
