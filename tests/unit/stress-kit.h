/* stress-kit.h - a gateway between relays that cut connections, and visits that use all of it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-bundle-world.h"
#include "test-cutter.h"

G_BEGIN_DECLS

/* The steps of a visit, at which it may be interrupted. */
typedef enum {
  STATION_LIVE,
  STATION_EXCHANGE, /* with the chain's fetch, and the navigation that it leads to */
  STATION_BUNDLE,
  STATION_PREFETCH,
  STATION_SCRIPT,
  STATION_WEBSOCKET,
  STATION_UPLOAD,
  STATION_DOWNLOAD,
  STATION_UNKNOWN, /* a request that nobody announced */
  N_STATIONS
} Station;

typedef struct {
  GatewayWorld world;
  TestCutter *before;      /* owned; the gateway */
  TestCutter *behind[3];   /* owned; the servers */
  GTlsDatabase *database;  /* owned */
  GRand *rand;             /* owned */
  SoupSession *client;     /* owned; of the session */
  gboolean renew;          /* the session has left, and its client with it */
  gsize bytes[N_STATIONS]; /* that a whole visit moves on the client's side */
  guint served[N_STATIONS], ended[N_STATIONS];
  guint n_views, n_waiting;
  char *why; /* owned; nullable; result of the last request that was not served */
} Stress;

Stress *stress_new (void);
void stress_free (Stress *self);
/* a client whose requests pass the relay; the one before is closed */
void stress_renew_client (Stress *self);
/* in a new view, the n_views'th; self->n_waiting says how many are not over */
void stress_begin_visit (Stress *self, Station station);
const char *station_get_name (Station station);

G_END_DECLS
