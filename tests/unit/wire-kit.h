/* wire-kit.h - clients and servers that write HTTP byte by byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the header line with the credentials for the world's token */
char *wire_kit_credentials (GatewayWorld *self);
/* Returns: (transfer full): a connection to the gateway */
GIOStream *wire_kit_dial (GatewayWorld *self);
/* Returns: (transfer full): a tunnel to @host */
GIOStream *wire_kit_tunnel (GatewayWorld *self, const char *host, guint port);
/* @connection: (transfer full): tunnel; @host: name expected in the certificate
 * Returns: (transfer full): @connection with TLS established */
GIOStream *wire_kit_start_tls (GatewayWorld *self, GIOStream *connection, const char *host);
/* @protocols: (nullable): what the client offers by ALPN */
GIOStream *wire_kit_start_tls_for (GatewayWorld *self, GIOStream *connection, const char *host,
                                   const char *const *protocols);
/* Returns: (transfer full): a tunnel with TLS established */
GIOStream *wire_kit_tls_tunnel (GatewayWorld *self, const char *host, guint port);
/* @length: -1 for text; Returns: whether all bytes were written */
gboolean wire_kit_say (GIOStream *stream, const char *text, gssize length);
/* Reads until @until has arrived, or to the end; @error: (out): nullable; set after a reset.
 * Returns: (transfer full): the bytes read */
char *wire_kit_hear (GIOStream *stream, const char *until, GError **error);

/* Called in a thread of its own for each connection, which is closed afterwards. */
typedef void (*WireFunc) (GIOStream *connection, gpointer user_data);

typedef struct {
  GSocketService *service; /* owned */
  char *host;              /* owned */
  guint port;
  WireFunc func;
  gpointer user_data; /* borrowed */
  GMutex lock;
  GCond ended;
  GPtrArray *open; /* owned; connections that a thread handles */
} WireServer;

/* Starts an http server that the gateway finds. */
WireServer *wire_kit_serve (GatewayWorld *self, const char *host, WireFunc func,
                            gpointer user_data);
/* Ends the connections of the server, and waits for their threads. */
void wire_server_free (WireServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireServer, wire_server_free)

/* For servers, which may block. Returns: (transfer full): a head, its empty line included */
char *wire_kit_read_head (GIOStream *connection);
/* Reads to the end of the connection. Returns: (transfer full): all bytes */
char *wire_kit_read_rest (GIOStream *connection);
void wire_kit_answer (GIOStream *connection, const char *text);

G_END_DECLS
