/* bulla-gateway-listener.h - accepts connections, and limits their number for each owner
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-gateway-limits.h"
#include "bulla-gateway-request-head.h"
#include "bulla-gateway-stream.h"

G_BEGIN_DECLS

typedef struct _BullaGatewayListener BullaGatewayListener;
struct _BullaGatewayConnection;
struct _BullaGateway;
struct _BullaGatewaySession;

/* Handles a request that arrived on a connection with a valid token. @stream: the client's side */
typedef void (*BullaGatewayArriveFunc) (struct _BullaGateway *gateway, BullaGatewayStream *stream,
                                        const BullaGatewayHead *head);

/* Reads the next bytes of a connection according to its state. */
typedef void (*BullaGatewayAwaitFunc) (struct _BullaGatewayConnection *connection);

BullaGatewayListener *bulla_gateway_listener_new (struct _BullaGateway *gateway,
                                                  BullaGatewayAwaitFunc await,
                                                  BullaGatewayArriveFunc arrive);
void bulla_gateway_listener_await (BullaGatewayListener *self,
                                   struct _BullaGatewayConnection *connection);
void bulla_gateway_listener_arrive (BullaGatewayListener *self, BullaGatewayStream *stream,
                                    const BullaGatewayHead *head);
void bulla_gateway_listener_free (BullaGatewayListener *self);
gboolean bulla_gateway_listener_listen (BullaGatewayListener *self, GSocketAddress *address,
                                        GError **error);
GSocketAddress *bulla_gateway_listener_dup_address (BullaGatewayListener *self, GError **error);
struct _BullaGateway *bulla_gateway_listener_get_gateway (BullaGatewayListener *self);
const BullaGatewayLimits *bulla_gateway_listener_get_limits (BullaGatewayListener *self);
void bulla_gateway_listener_set_limits (BullaGatewayListener *self,
                                        const BullaGatewayLimits *limits);
guint bulla_gateway_listener_count (BullaGatewayListener *self);

/* Functions for connections. */
void bulla_gateway_listener_add (BullaGatewayListener *self,
                                 struct _BullaGatewayConnection *connection);
gboolean bulla_gateway_listener_admit (BullaGatewayListener *self,
                                       struct _BullaGatewayConnection *connection,
                                       struct _BullaGatewaySession *session);
void bulla_gateway_listener_remove (BullaGatewayListener *self,
                                    struct _BullaGatewayConnection *connection);

G_END_DECLS
