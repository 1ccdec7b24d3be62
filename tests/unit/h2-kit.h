/* h2-kit.h - a client of the gateway that speaks HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <nghttp2/nghttp2.h>

#include "raw-kit.h"

G_BEGIN_DECLS

/* One request, and its response. */
typedef struct {
  int32_t id;
  guint status;        /* of the final response; 0 before it */
  GString *interims;   /* owned; status codes of interim responses, each with a space behind it */
  GHashTable *headers; /* owned; name -> value, of the final response */
  GString *body;       /* owned */
  gsize n_received;    /* bytes of the body */
  gboolean holds;      /* the client does not open the window again for what it receives */
  gboolean closed;
  guint32 code;     /* error code, once it is closed */
  gsize n_filling;  /* bytes of filling that are still to be sent */
  gsize n_filled;   /* bytes of filling that were sent */
  gboolean endless; /* the request body does not end */
} H2Answer;

typedef struct {
  GIOStream *stream;         /* owned; with TLS */
  nghttp2_session *protocol; /* owned */
  GByteArray *out;           /* owned; bytes to write */
  GSource *readable;         /* owned; NULL once the connection has ended */
  GSource *writable;         /* owned; NULL unless waiting */
  GPtrArray *answers;        /* owned; of H2Answer */
  char *authority;           /* owned; host:port of the tunnel */
  gboolean ended;            /* the gateway has closed the connection */
  gboolean left;             /* the gateway has sent GOAWAY */
  guint32 goaway;            /* its error code */
  guint32 streams_max;       /* SETTINGS_MAX_CONCURRENT_STREAMS of the gateway */
} H2Client;

/* Opens a tunnel to @host and speaks HTTP/2 in it. */
H2Client *h2_client_new (GatewayWorld *world, const char *host, guint port);
void h2_client_free (H2Client *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (H2Client, h2_client_free)

/* Sends a request without a body. @fields: (nullable): name and value in turn, ended by NULL
 * Returns: (transfer none): its answer, which is still empty */
H2Answer *h2_client_ask (H2Client *self, const char *method, const char *path,
                         const char *const *fields);
/* @pairs: all fields, name and value in turn, ended by NULL; sent as they are. @ended: whether the
 * request has no body; otherwise it does not end */
H2Answer *h2_client_ask_with (H2Client *self, const char *const *pairs, gboolean ended);
/* Sends a request with @length bytes of filling. */
H2Answer *h2_client_post (H2Client *self, const char *path, gsize length,
                          const char *const *fields);
void h2_client_reset (H2Client *self, H2Answer *answer, guint32 code);
/* Opens the window for all that was held. */
void h2_client_let_go (H2Client *self, H2Answer *answer);
/* Sends what nghttp2 has queued. */
void h2_client_flush (H2Client *self);
/* Writes frames as they are. */
void h2_client_say (H2Client *self, const void *bytes, gsize length);
/* Closes the socket without another word. */
void h2_client_vanish (H2Client *self);
/* Waits until the stream is closed. */
void h2_client_finish (H2Answer *answer);
/* Waits until the gateway has closed the connection. */
void h2_client_wait_end (H2Client *self);

G_END_DECLS
