/* wire-kit.h - clients and servers that write each byte themselves
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-gateway-world.h"

G_BEGIN_DECLS

/* Returns: (transfer full): the line that proves the world's token */
char *wire_kit_credentials (GatewayWorld *self);
/* Returns: (transfer full): a connection to the gateway */
GIOStream *wire_kit_dial (GatewayWorld *self);
/* Returns: (transfer full): a tunnel to @host */
GIOStream *wire_kit_tunnel (GatewayWorld *self, const char *host, guint port);
/* @connection: (transfer full): into the tunnel; @host: whose certificate is expected
 * Returns: (transfer full): the same, with TLS agreed on */
GIOStream *wire_kit_start_tls (GatewayWorld *self, GIOStream *connection, const char *host);
/* Returns: (transfer full): a tunnel, with TLS agreed on */
GIOStream *wire_kit_tls_tunnel (GatewayWorld *self, const char *host, guint port);
/* @length: -1: of text; Returns: whether all of it was taken */
gboolean wire_kit_say (GIOStream *stream, const char *text, gssize length);
/* Reads until @until was read, or to the end; @error: (out): nullable; a connection that was reset
 * Returns: (transfer full): what was read */
char *wire_kit_hear (GIOStream *stream, const char *until, GError **error);

/* called in a thread of its own for each connection, which is closed afterwards */
typedef void (*WireFunc) (GIOStream *connection, gpointer user_data);

typedef struct {
  GSocketService *service; /* owned */
  char *host;              /* owned */
  guint port;
  WireFunc func;
  gpointer user_data; /* borrowed */
  GMutex lock;
  GCond ended;
  GPtrArray *open; /* owned; the connections that a thread has */
} WireServer;

/* an http server that the gateway finds */
WireServer *wire_kit_serve (GatewayWorld *self, const char *host, WireFunc func,
                            gpointer user_data);
/* ends its connections, and waits for their threads */
void wire_server_free (WireServer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WireServer, wire_server_free)

/* of servers, which may wait. Returns: (transfer full): a head, its empty line included */
char *wire_kit_read_head (GIOStream *connection);
/* reads to the end of the connection; Returns: (transfer full): all of it */
char *wire_kit_read_rest (GIOStream *connection);
void wire_kit_answer (GIOStream *connection, const char *text);

G_END_DECLS
