/* bulla-gateway-stream.h - the client's side of one request, in any version of HTTP
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * An HTTP/1.1 connection has one stream at a time (bulla-gateway-h1-stream.c), an HTTP/2 connection
 * many (bulla-gateway-h2-stream.c). A request receives its body from its stream and sends its
 * response to it: a head, a body and an end, or a reset. What belongs to the connection is the
 * same for all of its streams: the session, the tunnel and its host. */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

struct _BullaGatewayConnection;
struct _BullaGatewayRequest;

typedef struct {
  const char *name;  /* borrowed */
  const char *value; /* borrowed */
} BullaGatewayField;

/* What is the same in the heads of all versions. */
typedef struct {
  guint status;
  const char *reason; /* borrowed; nullable; HTTP/2 has none */
  GArray *fields;     /* borrowed; of BullaGatewayField; end-to-end fields and Content-Length */
  gboolean none;      /* the response must not have a body */
  goffset length;     /* bytes of the body; -1 if unknown, or if it must not have one */
} BullaGatewayResponseHead;

typedef enum {
  BULLA_STREAM_DONE,    /* all bytes were taken */
  BULLA_STREAM_PENDING, /* `wrote` is called when more bytes can be taken */
  BULLA_STREAM_FAILED,  /* the client has gone */
} BullaStreamResult;

typedef struct _BullaGatewayStream BullaGatewayStream;

/* The functions of one version. A stream whose client has left accepts calls of all of them. */
typedef struct {
  BullaGatewayStream *(*ref) (BullaGatewayStream *self);
  void (*unref) (BullaGatewayStream *self);

  /* Whether a part of the request body has not been read yet. */
  gboolean (*is_receiving) (BullaGatewayStream *self);
  /* Reads the next bytes of the request body, without framing. @size: at least 16 KiB. Returns: the
   * number of bytes; 0 if there are none now; -1 with @error set: %G_IO_ERROR_WOULD_BLOCK if no
   * byte has arrived, or why the body is incomplete */
  gssize (*receive) (BullaGatewayStream *self, guint8 *buffer, gsize size, GError **error);
  /* Calls @arrived when bytes have arrived, until it returns %FALSE. */
  void (*await_body) (BullaGatewayStream *self, gboolean (*arrived) (BullaGatewayStream *self));

  /* Sends an interim response (1xx) before the response. Returns: whether the client is there */
  gboolean (*say_interim) (BullaGatewayStream *self, const BullaGatewayResponseHead *head);
  /* Called before the response is written. @uploads: whether the request was sent to a server that
   * may still read the rest of its body; otherwise the rest is discarded */
  void (*answer) (BullaGatewayStream *self, gboolean uploads);
  /* Called before the head if the response ends before the request body. */
  void (*close_after) (BullaGatewayStream *self);
  /* Sends a response head, or appends it to @out, which is written next. Returns: whether the
   * caller must frame the body in chunks */
  gboolean (*append_head) (BullaGatewayStream *self, const BullaGatewayResponseHead *head,
                           GByteArray *out);
  /* Writes a part of the body, or borrows it until `wrote` is called or `stop_writing` returns.
   * @last: whether the response ends behind it; @taken: (out): bytes that were taken at once */
  BullaStreamResult (*write) (BullaGatewayStream *self, const guint8 *bytes, gsize length,
                              gboolean last, gsize *taken);
  /* Between these calls, what is written may be held back in order to leave together. */
  void (*cork) (BullaGatewayStream *self);
  BullaStreamResult (*flush) (BullaGatewayStream *self);
  void (*stop_writing) (BullaGatewayStream *self);

  /* Ends a stream whose response was written completely. */
  void (*finish) (BullaGatewayStream *self);
  /* Answers a request that is not acceptable. @why: text of the body */
  void (*refuse) (BullaGatewayStream *self, guint status, const char *why);
  /* Called before close() on a stream that was not answered, so that the client does not repeat the
   * request. */
  void (*begin_only) (BullaGatewayStream *self);
  /* Ends a stream that was not answered; its request, if there is one, is abandoned. */
  void (*close) (BullaGatewayStream *self);
  /* Ends a stream in the middle of its response, so that the client sees an error. */
  void (*reset) (BullaGatewayStream *self);
  /* Forwards the bytes of the client unparsed from now on. %NULL if the version cannot. */
  void (*switch_protocol) (BullaGatewayStream *self);
} BullaGatewayStreamKind;

struct _BullaGatewayStream {
  const BullaGatewayStreamKind *kind;         /* borrowed; NULL before the first request */
  struct _BullaGatewayConnection *connection; /* borrowed by HTTP/1.1, owned by HTTP/2 */
  struct _BullaGatewayRequest *request; /* owned; NULL unless a response is due; the request */
  void (*abandon) (struct _BullaGatewayRequest *request); /* called if the client leaves */
  gboolean dropping;                              /* the rest of the request body is discarded */
  gboolean (*arrived) (BullaGatewayStream *self); /* nullable; see await_body */
  gpointer reply;                                 /* borrowed; NULL unless a response is written */
  GDestroyNotify cancel_reply;                    /* cancels @reply */
  void (*wrote) (gpointer reply, gsize taken);    /* @taken: bytes of what was borrowed */
};

G_END_DECLS
