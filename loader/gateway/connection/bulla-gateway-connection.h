/* bulla-gateway-connection.h - one connection of a client, and its states
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-chunks.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-request-head.h"
#include "bulla-gateway-stream.h"
#include "bulla-tls-stream.h"

G_BEGIN_DECLS

/* The states are explained in bulla-gateway-connection.c. */
typedef enum {
  BULLA_CONNECTION_FRESH,
  BULLA_CONNECTION_OPENING,
  BULLA_CONNECTION_HANDSHAKE,
  BULLA_CONNECTION_IDLE,
  BULLA_CONNECTION_BUSY,
  BULLA_CONNECTION_SWITCHED,
  BULLA_CONNECTION_LINGERING,
  BULLA_CONNECTION_CLOSED,
} BullaConnectionState;

struct _BullaGatewaySession;

typedef struct _BullaGatewayConnection {
  gatomicrefcount count;
  BullaGatewayListener *listener; /* borrowed; NULL once the connection is closed */
  BullaConnectionState state;
  struct _BullaGatewaySession *session; /* owned; NULL before a valid token; its session */
  GQueue *queue;      /* borrowed; NULL unless counted; queue of connections counted together */
  GList link;         /* the node in @queue */
  GList all_link;     /* the node in the listener's list of connections */
  GSocket *socket;    /* owned */
  GIOStream *base;    /* owned; the socket connection, or the TLS stream on top of it */
  GByteArray *ahead;  /* owned; bytes that were read but not consumed yet */
  gsize seen;         /* bytes of @ahead already searched for the end of a head */
  goffset skip;       /* bytes of an unused body still to be skipped */
  goffset left;       /* bytes of the request body still to be read */
  gboolean chunked;   /* the request body is chunked; then @left is 0 */
  BullaChunks chunks; /* decoder of a chunked body */
  GSource *source;    /* owned; nullable; the event that the current state waits for */
  GSource *heads;     /* owned; nullable; reads heads; reused for requests without body */
  GSource *writable;  /* owned; nullable; waits to write more of a response */
  GSource *hangup;    /* owned; watches for a hangup; NULL once the client has gone */
  gulong removed;     /* id of the handler of the session's cancellable */
  gint64 deadline;    /* g_get_monotonic_time(); 0 if there is none */
  gint64 accepted;    /* g_get_monotonic_time() */
  guint n_challenges;
  gboolean of_process; /* the client is the process that needs no password */
  char *challenged;    /* owned; NULL unless status 407 was sent; target of that request */
  gboolean keep_alive;
  gboolean is_old;           /* the request is HTTP/1.0 */
  gboolean leaving;          /* the client has shut down its sending half */
  BullaGatewayStream stream; /* the request that an HTTP/1.1 connection serves */
  gpointer streams;          /* owned; NULL unless the connection has HTTP/2; its session */
  void (*close_streams) (gpointer streams); /* abandons their requests, and frees @streams */
  /* The following members are set for tunnels. */
  gboolean tunnel;
  gboolean tls;
  BullaTlsStream *tls_stream; /* owned; NULL without TLS; then also @base, after the handshake */
  GTlsCertificate *leaf;      /* owned; NULL before the handshake; the server certificate for it */
  char *host;                 /* owned; NULL unless a tunnel; lower case, IPv6 without brackets */
  guint16 port;
} BullaGatewayConnection;

BullaGatewayConnection *bulla_gateway_connection_new (BullaGatewayListener *listener,
                                                      GSocket *socket);
BullaGatewayConnection *bulla_gateway_connection_ref (BullaGatewayConnection *self);
void bulla_gateway_connection_unref (BullaGatewayConnection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaGatewayConnection, bulla_gateway_connection_unref)

void bulla_gateway_connection_wait (BullaGatewayConnection *self, BullaConnectionState state,
                                    GSource *source);
void bulla_gateway_connection_set_session (BullaGatewayConnection *self,
                                           struct _BullaGatewaySession *session);
void bulla_gateway_connection_await (BullaGatewayConnection *self);
void bulla_gateway_connection_refuse (BullaGatewayConnection *self, guint status, const char *why);
GSource *bulla_gateway_connection_readable (BullaGatewayConnection *self, GPollableSourceFunc func);
void bulla_gateway_connection_watch_heads (BullaGatewayConnection *self, GPollableSourceFunc func);
void bulla_gateway_connection_idle (BullaGatewayConnection *self);
void bulla_gateway_connection_set_busy (BullaGatewayConnection *self, gboolean busy);
gboolean bulla_gateway_connection_say (BullaGatewayConnection *self, const char *text);
void bulla_gateway_connection_begin (BullaGatewayConnection *self, const BullaGatewayHead *head);
gboolean bulla_gateway_connection_is_receiving (BullaGatewayConnection *self);
gssize bulla_gateway_connection_receive (BullaGatewayConnection *self, guint8 *buffer, gsize size,
                                         GError **error);
void bulla_gateway_connection_answer (BullaGatewayConnection *self, gboolean uploads);
void bulla_gateway_connection_finish (BullaGatewayConnection *self);
void bulla_gateway_connection_switch (BullaGatewayConnection *self);
void bulla_gateway_connection_close (BullaGatewayConnection *self);
void bulla_gateway_connection_break (BullaGatewayConnection *self);
void bulla_gateway_connection_linger (BullaGatewayConnection *self);

/* defined in bulla-gateway-tunnel.c */
void bulla_gateway_tunnel_open (BullaGatewayConnection *self, const BullaGatewayHead *head);

G_END_DECLS
