/* bulla-http2-session.h - runs the requests of one HTTP/2 connection to a server
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <nghttp2/nghttp2.h>

#include "bulla-http-client.h"
#include "bulla-http2-wire.h"

G_BEGIN_DECLS

#define BULLA_HTTP2_STREAMS_MAX 64 /* most requests of one connection at a time */

/**
 * BullaHttp2End:
 * @BULLA_HTTP2_COMPLETE: the response is complete
 * @BULLA_HTTP2_UNPROCESSED: the server has not processed the request
 * @BULLA_HTTP2_LOST: the connection has ended
 * @BULLA_HTTP2_FAILED: the response ended early, or breaks the protocol
 * @BULLA_HTTP2_SILENT: no byte was received within the time limit
 *
 * How a request has ended.
 */
typedef enum {
  BULLA_HTTP2_COMPLETE,
  BULLA_HTTP2_UNPROCESSED,
  BULLA_HTTP2_LOST,
  BULLA_HTTP2_FAILED,
  BULLA_HTTP2_SILENT
} BullaHttp2End;

/**
 * BullaHttp2Funcs:
 * @take_field: takes a header or trailer field, or the pseudo-field `:status`; returns whether the
 *   response may continue
 * @take_end_of_head: called at the end of a header section; returns like @take_field
 * @take_data: takes bytes of the body, which the owner returns with bulla_http2_stream_consume()
 * @give_data: writes the next bytes of the request's body; returns their number, -1 if there are
 *   none yet, -2 on error; sets @end after the last one
 * @end: the stream has ended and must not be used any more; @why describes a failure
 *
 * The functions of a stream's owner. They are called from within nghttp2, and must neither call a
 * function of the session or its streams nor release either of them.
 */
typedef struct {
  gboolean (*take_field) (gpointer owner, const char *name, gsize name_length, const char *value,
                          gsize value_length);
  gboolean (*take_end_of_head) (gpointer owner);
  void (*take_data) (gpointer owner, const guint8 *bytes, gsize length);
  gssize (*give_data) (gpointer owner, guint8 *buffer, gsize size, gboolean *end);
  void (*end) (gpointer owner, BullaHttp2End end, const char *why);
} BullaHttp2Funcs;

typedef struct _BullaHttp2Session BullaHttp2Session;
typedef struct _BullaHttp2Stream BullaHttp2Stream;

BullaHttp2Session *bulla_http2_session_new (BullaHttpClient *client, BullaHttpPool *pool,
                                            BullaHttp2Wire *wire, int fd,
                                            const BullaHttp2Funcs *funcs);
void bulla_http2_session_set_server (BullaHttp2Session *self, GSocketAddress *address,
                                     guint64 number);
GSocketAddress *bulla_http2_session_get_address (BullaHttp2Session *self);
guint64 bulla_http2_session_get_number (BullaHttp2Session *self);
BullaHttp2Session *bulla_http2_session_ref (BullaHttp2Session *self);
void bulla_http2_session_unref (BullaHttp2Session *self);
gboolean bulla_http2_session_check (BullaHttp2Session *self);
gboolean bulla_http2_session_is_usable (BullaHttp2Session *self);
void bulla_http2_session_expect (BullaHttp2Session *self, guint32 streams);
guint32 bulla_http2_session_get_allowed (BullaHttp2Session *self);
gboolean bulla_http2_session_has_room (BullaHttp2Session *self);
gint64 bulla_http2_session_get_idle_since (BullaHttp2Session *self);
int bulla_http2_session_get_fd (BullaHttp2Session *self);
void bulla_http2_session_lose (BullaHttp2Session *self);
void bulla_http2_session_close (BullaHttp2Session *self);
BullaHttp2Stream *bulla_http2_session_open (BullaHttp2Session *self, const nghttp2_nv *fields,
                                            gsize n_fields, gboolean has_body, guint timeout,
                                            gpointer owner);
void bulla_http2_stream_consume (BullaHttp2Stream *self, gsize length);
void bulla_http2_stream_resume (BullaHttp2Stream *self);
void bulla_http2_stream_cancel (BullaHttp2Stream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaHttp2Session, bulla_http2_session_unref)

G_END_DECLS
