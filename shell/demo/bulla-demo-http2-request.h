/* bulla-demo-http2-request.h - one request over HTTP/2, answered by a server of libsoup
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _DemoHttp2Request DemoHttp2Request;

/* The head of a response has come: @headers is NULL if it cannot be read. */
typedef void (*DemoHttp2HeadFunc) (gint32 id, guint status, SoupMessageHeaders *headers,
                                   gpointer user_data);
/* More of the body of a response, or its end, can be read. */
typedef void (*DemoHttp2BodyFunc) (gint32 id, gpointer user_data);

typedef struct {
  DemoHttp2HeadFunc head;
  DemoHttp2BodyFunc body;
} DemoHttp2RequestFuncs;

typedef enum {
  DEMO_BODY_MORE,   /* bytes may come later */
  DEMO_BODY_WHOLE,  /* the last bytes have been taken */
  DEMO_BODY_BROKEN, /* the response has ended too early */
} DemoBodyState;

DemoHttp2Request *demo_http2_request_new (gint32 id, const DemoHttp2RequestFuncs *funcs,
                                          gpointer user_data);
void demo_http2_request_drop (DemoHttp2Request *self);
gboolean demo_http2_request_add_field (DemoHttp2Request *self, const char *name, const char *value);
gboolean demo_http2_request_add_body (DemoHttp2Request *self, const guint8 *bytes, gsize size);
gboolean demo_http2_request_forward (DemoHttp2Request *self, SoupServer *server,
                                     GSocketAddress *local, GSocketAddress *remote, GError **error);
DemoBodyState demo_http2_request_take_body (DemoHttp2Request *self, guint8 *buffer, gsize size,
                                            gsize *taken);

G_END_DECLS
