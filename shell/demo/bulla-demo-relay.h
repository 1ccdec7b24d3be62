/* bulla-demo-relay.h - simulates distance between a client and a server on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define DEMO_RTT_MAX 10000 /* longest round trip, milliseconds */

typedef struct _DemoRelay DemoRelay;

/* bytes since the last demo_relay_reset(), without those still in transit */
typedef struct {
  guint64 to_server;   /* bytes sent to the server */
  guint64 from_server; /* bytes sent by the server */
  guint connections;
  gsize waiting; /* bytes held back now, with some overhead for each piece */
} DemoTraffic;

DemoRelay *demo_relay_new (guint server_port, GError **error);
void demo_relay_free (DemoRelay *self);
guint demo_relay_get_port (DemoRelay *self);
void demo_relay_set_rtt (DemoRelay *self, guint ms);
guint demo_relay_get_rtt (DemoRelay *self);
DemoTraffic demo_relay_get_traffic (DemoRelay *self);
void demo_relay_reset (DemoRelay *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DemoRelay, demo_relay_free)

G_END_DECLS
