/* http2-peer.h - one connection of an https server of HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>

#include "http2-server.h"

G_BEGIN_DECLS

#define TEXT(text) (guint8 *)(text), sizeof (text) - 1
#define FIELD(name, value)                                                                         \
  {                                                                                                \
    (guint8 *)(name), (guint8 *)(value), sizeof (name) - 1, sizeof (value) - 1, 0                  \
  }

typedef struct {
  Http2Server *server;
  SSL *ssl;
  nghttp2_session *session;
  GPtrArray *streams; /* owned; of owned Http2Stream */
  GQueue asked;       /* ids of streams whose requests are complete */
  int32_t stubborn;   /* stream that goes on after a reset; 0 if none */
  gboolean over;
  gsize n_sent; /* bytes */
} Http2Peer;

typedef struct {
  char *path;         /* owned */
  const char *body;   /* static */
  gsize left, offset; /* bytes of the body */
  guint64 received;   /* bytes of the request's body */
  guint32 reset;
  char *text; /* owned; nullable; a body that was made for the request */
  gboolean trailers;
} Http2Stream;

/* of http2-server.c */
void http2_peer_write (Http2Peer *self, const guint8 *bytes, gsize length);
void http2_peer_flush (Http2Peer *self);

/* of http2-faults.c */
void http2_peer_write_frame (Http2Peer *self, guint8 type, guint8 flags, int32_t id,
                             const guint8 *payload, gsize length);
void http2_peer_ignore_reset (Http2Peer *self, int32_t id);
/* Returns: whether the path asks for that */
gboolean http2_peer_misbehave (Http2Peer *self, int32_t id, const char *path);

/* of http2-answers.c */
void http2_peer_answer (Http2Peer *self, int32_t id);

G_END_DECLS
