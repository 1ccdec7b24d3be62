/* raw-kit.h - a server and a client of the gateway that write each byte of HTTP
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

/* The protocol between client and gateway, which the gateway also uses for the server. */
typedef enum {
  RAW_PLAIN,     /* HTTP/1.1, the whole URL as the target */
  RAW_PLAIN_OLD, /* HTTP/1.0 */
  RAW_TUNNEL,    /* CONNECT, then HTTP/1.1 in TLS */
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

/* one connection of a server's */
typedef struct {
  GIOStream *stream; /* owned; nullable once it has ended; with TLS in a tunnel */
  GSocket *socket;   /* owned */
  GString *head;     /* owned; of its last request */
  GSource *readable; /* owned; nullable */
  GSource *writable; /* owned; nullable; the socket takes more filling */
  gsize n_got;       /* bytes of the request's body, as it is framed */
  gsize n_filling;   /* bytes that it still has to write, of no meaning */
  gsize n_filled;    /* bytes of them that were written */
  gboolean asked;    /* a head is complete */
  gboolean answered; /* and something was written since */
  gboolean left;     /* the gateway has closed it */
} RawPeer;

/* called when a head is complete, and whenever more of its body has come */
typedef void (*RawAnswerFunc) (RawPeer *peer, gpointer user_data);

/* of raw.test; its connections are read in the main loop, and answered by a function */
typedef struct {
  GSocketService *service;      /* owned */
  GTlsCertificate *certificate; /* owned; nullable: without TLS */
  GPtrArray *peers;             /* owned RawPeer, the last at the end */
  guint16 port;
  RawAnswerFunc answer;
  gpointer user_data;
} RawServer;

RawServer *raw_server_new (GatewayWorld *world, RawDoor door, RawAnswerFunc answer,
                           gpointer user_data);
void raw_server_free (RawServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawServer, raw_server_free)

/* Returns: (transfer none): the last connection */
RawPeer *raw_server_last (RawServer *self);
void raw_peer_say (RawPeer *self, const char *bytes, gsize length);
/* writes @length bytes as the other side takes them */
void raw_peer_fill (RawPeer *self, gsize length);
void raw_peer_end (RawPeer *self, RawEnd end);

typedef struct {
  RawDoor door;
  guint16 port;
  char *authorization; /* owned; a field, for requests without a tunnel */
  GIOStream *stream;   /* owned */
  GString *heard;      /* owned */
  GSource *readable;   /* owned; null while it does not read */
  GSource *writable;   /* owned; null unless it uploads */
  const char *until;   /* nullable */
  gsize skipping;      /* bytes still to be read and dropped */
  gboolean done;       /* the awaited event has happened */
  gboolean ended;
  GError *error;   /* owned; nullable: that was a proper end */
  gsize n_filling; /* bytes of no meaning that it still has to write */
} RawClient;

/* connected, and in a tunnel with TLS established */
RawClient *raw_client_new (GatewayWorld *world, RawDoor door, RawServer *server);
void raw_client_free (RawClient *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawClient, raw_client_free)

/* @fields: (nullable): each ended by CRLF */
void raw_client_ask (RawClient *self, const char *method, const char *path, const char *fields);
void raw_client_say (RawClient *self, const char *text);
/* closes its half, without a word of TLS, and goes on to hear */
void raw_client_shut (RawClient *self);
/* writes @length bytes as the gateway takes them, until that closes the connection */
void raw_client_fill (RawClient *self, gsize length);
/* reads until @until has come, or the end; @until: (nullable): the end */
void raw_client_hear (RawClient *self, const char *until);
/* reads @length bytes, or to the end before, and keeps none of them */
void raw_client_skip (RawClient *self, gsize length);
/* forgets what it has heard */
void raw_client_forget (RawClient *self);
/* Returns: whether what it has heard is one complete response with a body, as its framing says */
gboolean raw_client_heard_all (RawClient *self);

G_END_DECLS
