/* bulla-gateway-h2-stream.h - one request of an HTTP/2 connection
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <nghttp2/nghttp2.h>

#include "bulla-gateway-connection.h"
#include "bulla-gateway-h2-head.h"

G_BEGIN_DECLS

/* What happened to a stream, and is not yet handled. */
typedef enum {
  BULLA_H2_BEGAN = 1 << 0,   /* its head is complete */
  BULLA_H2_ARRIVED = 1 << 1, /* bytes of its body, or their end */
  BULLA_H2_WROTE = 1 << 2,   /* all bytes that it lent were taken */
  BULLA_H2_GONE = 1 << 3,    /* it was closed before request and response were complete */
} BullaH2Events;

/* What the streams of a connection share. */
typedef struct {
  nghttp2_session *protocol; /* owned; frames what is sent, and reads frames */
  GSource *turn;             /* owned; sends, in the next iteration of the main loop */
  GQueue marked;             /* owned; of referenced streams that have events */
} BullaH2Link;

typedef struct {
  BullaGatewayStream base;
  gatomicrefcount count;
  BullaH2Link *link; /* borrowed; NULL once nghttp2 has closed the stream */
  GList node;        /* in the list of open streams */
  GList marked;      /* in the list of streams that have events */
  gint32 id;
  BullaH2Events events;
  BullaGatewayH2Head head; /* until the request begins */
  gboolean bodiless;       /* the response must not have a body */
  gboolean head_ended;     /* what follows are trailers, which are dropped */
  gboolean ended;          /* the client has sent its whole body */
  GByteArray *body;   /* owned; NULL before the first byte; received, of which @read are read */
  gsize read;         /* bytes */
  const guint8 *lent; /* borrowed; NULL if none; bytes of the response to send */
  gsize lent_length;  /* bytes */
  gsize taken;        /* bytes of @lent that nghttp2 has */
  gboolean last;      /* the response ends behind @lent */
  gboolean complete;  /* nghttp2 has the whole response */
  gboolean sent;      /* the end of the response was sent */
  gboolean finished;  /* the request is over */
  gboolean closed;    /* the gateway has ended the stream */
  char *text;         /* owned; nullable; body of a refusal */
} BullaGatewayH2Stream;

BullaGatewayH2Stream *bulla_gateway_h2_stream_new (BullaGatewayConnection *connection,
                                                   BullaH2Link *link, gint32 id);
BullaGatewayH2Stream *bulla_gateway_h2_stream_ref (BullaGatewayH2Stream *self);
void bulla_gateway_h2_stream_unref (BullaGatewayH2Stream *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayH2Stream, bulla_gateway_h2_stream_unref)

void bulla_gateway_h2_stream_mark (BullaGatewayH2Stream *self, BullaH2Events events);
void bulla_gateway_h2_stream_push (BullaGatewayH2Stream *self, const guint8 *bytes, gsize length);
void bulla_gateway_h2_stream_handle (BullaGatewayH2Stream *self, BullaH2Events events);
void bulla_gateway_h2_stream_end (BullaGatewayH2Stream *self, guint32 code);
void bulla_gateway_h2_stream_refuse (BullaGatewayH2Stream *self, guint status, const char *why);
void bulla_gateway_h2_stream_abandon (BullaGatewayH2Stream *self);
void bulla_gateway_h2_stream_note_sent (BullaGatewayH2Stream *self);

G_END_DECLS
