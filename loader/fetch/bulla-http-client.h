/* bulla-http-client.h - the transfers of one main context, and the connections they share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <curl/curl.h>
#include <gio/gio.h>

G_BEGIN_DECLS

#define BULLA_HTTP_IDLE_SECONDS 60
#define BULLA_HTTP_CONNECTIONS_MAX 32 /* to one host and port */

#define BULLA_TYPE_HTTP_CLIENT (bulla_http_client_get_type ())
G_DECLARE_FINAL_TYPE (BullaHttpClient, bulla_http_client, BULLA, HTTP_CLIENT, GObject)

typedef struct _BullaHttpTransfer BullaHttpTransfer;

BullaHttpClient *bulla_http_client_new (GMainContext *context);
GMainContext *bulla_http_client_get_context (BullaHttpClient *self);
gboolean bulla_http_client_add (BullaHttpClient *self, CURL *easy);
void bulla_http_client_remove (BullaHttpClient *self, CURL *easy);
void bulla_http_client_tell (BullaHttpClient *self, BullaHttpTransfer *transfer);
void bulla_http_client_count (BullaHttpClient *self, gsize bytes);
gboolean bulla_http_client_is_busy (BullaHttpClient *self);
void bulla_http_client_stop (BullaHttpClient *self);

int bulla_http_client_open_socket (BullaHttpClient *self, int family);
void bulla_http_client_name_connection (BullaHttpClient *self, int local_port, guint64 number);
guint64 bulla_http_client_find_connection (BullaHttpClient *self, int local_port);

G_END_DECLS
