/* bulla-http2-session-private.h - structs of a session and its streams, shared by its files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-http2-session.h"
#include "bulla-rate-limit.h"

G_BEGIN_DECLS

#define BULLA_HTTP2_WINDOW_FIRST 262144 /* bytes of a body that may arrive before they are read */
#define BULLA_HTTP2_WINDOW_ALL 25165824 /* the same, for all streams of a connection */

struct _BullaHttp2Stream {
  BullaHttp2Session *session; /* borrowed */
  int32_t id;
  gpointer owner;      /* borrowed; NULL once the owner has cancelled the stream */
  gboolean sent;       /* the head of the request has left nghttp2 */
  gboolean refused;    /* the server says that it has not processed the request */
  gboolean ended;      /* the server has ended the stream in order */
  gboolean waiting;    /* nghttp2 waits for bytes of the request's body */
  gsize unread;        /* bytes of the body that the owner has not consumed */
  gsize window;        /* bytes */
  gsize consumed;      /* bytes, of the current window */
  gboolean caught_up;  /* the reader has waited for bytes of the current window */
  gint64 window_began; /* g_get_monotonic_time() at which the current window began */
  gint64 heard;        /* g_get_monotonic_time() of the last progress */
  guint timeout;       /* seconds without progress after which the stream fails; 0 for none */
  char *why;           /* owned; nullable; what is wrong with the response */
};

struct _BullaHttp2Session {
  guint count;                  /* references */
  BullaHttpClient *client;      /* borrowed; outlives the session's streams and its source */
  BullaHttpPool *pool;          /* owned; NULL once it is closed; has no other connection in use */
  BullaHttp2Wire *wire;         /* borrowed from curl; NULL once the connection is lost */
  int fd;                       /* borrowed from curl */
  const BullaHttp2Funcs *funcs; /* static */
  nghttp2_session *nghttp2;     /* owned */
  GHashTable *streams;          /* owned; id -> owned BullaHttp2Stream */
  GSource *source;              /* owned; NULL while the connection has no work */
  gpointer tag;                 /* of the descriptor in @source */
  GByteArray *out;              /* owned; frames, of which the first @sent bytes have left */
  gsize sent;                   /* bytes */
  gboolean dirty;               /* nghttp2 may have frames to send */
  gboolean again;               /* OpenSSL may have bytes that were not read */
  gboolean blocked;             /* the socket does not accept bytes */
  gboolean leaving;             /* no further streams may be opened */
  gboolean running;             /* nghttp2 is being called */
  guint32 allowed;              /* streams at a time, as far as it is known */
  gsize growth;                 /* bytes by which windows of streams were enlarged */
  BullaRateLimit controls;      /* frames without content */
  guint64 updates;              /* WINDOW_UPDATE frames that the server may send besides */
  guint64 received;             /* bytes */
  guint64 reported;             /* bytes of the frames that nghttp2 has reported */
  guint64 tolerated;            /* bytes that may arrive for streams that have ended */
  gint64 ticked;                /* g_get_monotonic_time() at which silent streams were sought */
  gint64 idle_since;            /* g_get_monotonic_time(); 0 while there are streams */
  char *why;                    /* owned; nullable; why the connection ended */
  GSocketAddress *address;      /* owned; nullable; of the server */
  guint64 number;               /* of the connection in the ledger; 0 if unknown */
};

/* of bulla-http2-stream.c */
void bulla_http2_set_reason (char **why, const char *text);
BullaHttp2Stream *bulla_http2_session_add_stream (BullaHttp2Session *self, int32_t id,
                                                  guint timeout, gpointer owner);
BullaHttp2Stream *bulla_http2_session_find_stream (BullaHttp2Session *self, int32_t id);
void bulla_http2_session_end_stream (BullaHttp2Session *self, BullaHttp2Stream *stream,
                                     BullaHttp2End end, const char *why);
void bulla_http2_session_end_silent_streams (BullaHttp2Session *self);
void bulla_http2_stream_free (gpointer data);

/* of bulla-http2-frames.c */
extern const nghttp2_data_provider bulla_http2_body_provider;
const char *bulla_http2_session_take (BullaHttp2Session *self, const guint8 *bytes, gsize length);
nghttp2_session *bulla_http2_session_make_nghttp2 (BullaHttp2Session *self);

G_END_DECLS
