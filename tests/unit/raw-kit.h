/* raw-kit.h - a server and a client of the gateway that write HTTP byte by byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

/* The protocol between client and gateway, which the gateway also uses for the server. */
typedef enum {
  RAW_PLAIN,     /* HTTP/1.1 with the whole URL as the target */
  RAW_PLAIN_OLD, /* HTTP/1.0 */
  RAW_TUNNEL,    /* CONNECT, then HTTP/1.1 over TLS */
  RAW_TUNNEL_OLD,
  RAW_N_DOORS
} RawDoor;

extern const char *const raw_door_names[RAW_N_DOORS];

typedef enum {
  RAW_STAYS,  /* the connection stays open */
  RAW_CLOSES, /* the connection ends properly, in TLS with close_notify */
  RAW_CUTS,   /* the connection ends, in TLS without close_notify */
  RAW_RESETS
} RawEnd;

/* one connection to the server */
typedef struct {
  GIOStream *stream; /* owned; with TLS in a tunnel; NULL after its end */
  GSocket *socket;   /* owned */
  GString *head;     /* owned; head of the last request */
  GSource *readable; /* owned; NULL if not waiting */
  GSource *writable; /* owned; waits to write more filling; NULL if not waiting */
  gsize n_got;       /* bytes of the request's body, framing included */
  gsize n_filling;   /* bytes of filling that are still to be written */
  gsize n_filled;    /* bytes of filling that were written */
  gboolean asked;    /* whether a head is complete */
  gboolean answered; /* whether something was written after the head */
  gboolean left;     /* whether the gateway has closed the connection */
} RawPeer;

/* Called when a head is complete, and whenever more of its body has arrived. */
typedef void (*RawAnswerFunc) (RawPeer *peer, gpointer user_data);

/* A server of raw.test; its connections are read in the main loop, and answered by a function. */
typedef struct {
  GSocketService *service;      /* owned */
  GTlsCertificate *certificate; /* owned; NULL without TLS */
  GPtrArray *peers;             /* owned; of RawPeer, the newest last */
  guint16 port;
  RawAnswerFunc answer;
  gpointer user_data;
} RawServer;

RawServer *raw_server_new (GatewayWorld *world, RawDoor door, RawAnswerFunc answer,
                           gpointer user_data);
void raw_server_free (RawServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawServer, raw_server_free)

/* Returns: (transfer none): the newest connection */
RawPeer *raw_server_last (RawServer *self);
void raw_peer_say (RawPeer *self, const char *bytes, gsize length);
/* Writes @length bytes as fast as the other side reads them. */
void raw_peer_fill (RawPeer *self, gsize length);
void raw_peer_end (RawPeer *self, RawEnd end);

typedef struct {
  RawDoor door;
  guint16 port;
  char *authorization; /* owned; header field for requests without a tunnel */
  GIOStream *stream;   /* owned */
  GString *heard;      /* owned; bytes received so far */
  GSource *readable;   /* owned; NULL while the client does not read */
  GSource *writable;   /* owned; NULL unless the client uploads */
  const char *until;   /* text that ends the reading; NULL to read to the end */
  gsize skipping;      /* bytes that are still to be read and dropped */
  gboolean done;       /* whether the awaited event has happened */
  gboolean ended;
  GError *error;   /* owned; NULL if the connection ended properly */
  gsize n_filling; /* bytes of filling that are still to be written */
} RawClient;

/* Connects a client, in a tunnel with TLS established. */
RawClient *raw_client_new (GatewayWorld *world, RawDoor door, RawServer *server);
void raw_client_free (RawClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawClient, raw_client_free)

/* @fields: (nullable): header fields, each ended by CRLF */
void raw_client_ask (RawClient *self, const char *method, const char *path, const char *fields);
void raw_client_say (RawClient *self, const char *text);
/* Closes the client's half of the connection without close_notify, and continues to read. */
void raw_client_shut (RawClient *self);
/* Writes @length bytes as fast as the gateway reads them, until it closes the connection. */
void raw_client_fill (RawClient *self, gsize length);
/* Reads until @until has arrived. @until: (nullable): NULL to read to the end */
void raw_client_hear (RawClient *self, const char *until);
/* Reads and drops @length bytes, or the bytes before the end. */
void raw_client_skip (RawClient *self, gsize length);
/* Clears the received bytes. */
void raw_client_forget (RawClient *self);
/* Returns: whether the received bytes are one complete response with a body, by its framing */
gboolean raw_client_heard_all (RawClient *self);

G_END_DECLS
