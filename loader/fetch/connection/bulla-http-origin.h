/* bulla-http-origin.h - finds the connections of an https origin, and which protocol they speak
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http2-session.h"

G_BEGIN_DECLS

/**
 * BullaHttpOrigin:
 * @key: host, port and given addresses
 * @pool: (nullable): connections that curl opens, and keeps if they speak HTTP/1.1
 * @sessions: (element-type BullaHttp2Session): connections that speak HTTP/2
 * @waiting: (element-type BullaHttpTransfer): transfers that wait for the protocol to be known
 * @users: number of transfers that refer to the origin
 * @opening: number of transfers that open a connection
 * @arriving: number of transfers whose connection becomes a session once curl has returned
 * @allowed: how many streams the server allows at a time on one connection; 0 if unknown
 * @protocol: protocol of the last connection that was opened; static; %NULL if unknown
 *
 * The server of one https origin, as seen by one client.
 */
typedef struct {
  char *key;           /* owned */
  BullaHttpPool *pool; /* owned */
  GPtrArray *sessions; /* owned; of owned elements */
  GQueue waiting;      /* owned; of borrowed elements */
  guint users, opening, arriving;
  guint32 allowed;
  const char *protocol;
} BullaHttpOrigin;

BullaHttpOrigins *bulla_http_origins_new (BullaHttpClient *client);
void bulla_http_origins_free (BullaHttpOrigins *self);
BullaHttpOrigin *bulla_http_origins_get (BullaHttpOrigins *self, const char *key);
void bulla_http_origins_lose (BullaHttpOrigins *self, int fd);
void bulla_http_origins_remove_session (BullaHttpOrigins *self, BullaHttp2Session *session);
gint64 bulla_http_origins_sweep (BullaHttpOrigins *self, gint64 before);
void bulla_http_origins_drop_idle (BullaHttpOrigins *self, gint64 before);

BullaHttp2Session *bulla_http_origin_find_session (BullaHttpOrigin *self);
gboolean bulla_http_origin_has_session (BullaHttpOrigin *self);
gboolean bulla_http_origin_must_wait (BullaHttpOrigin *self);
BullaHttpPool *bulla_http_origin_dup_pool (BullaHttpOrigin *self, BullaHttpClient *client);
void bulla_http_origin_add_session (BullaHttpOrigin *self, BullaHttpPool *pool,
                                    BullaHttp2Session *session);

G_END_DECLS
