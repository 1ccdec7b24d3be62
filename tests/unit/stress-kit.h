/* stress-kit.h - runs a gateway between relays that cut connections, and visits that use all its
 * handlers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-bundle-world.h"
#include "test-cutter.h"

G_BEGIN_DECLS

/* The kinds of visits, each of which may be interrupted. */
typedef enum {
  STATION_LIVE,
  STATION_EXCHANGE, /* an exchange with its chain, and the navigation to its URL */
  STATION_BUNDLE,
  STATION_PREFETCH,
  STATION_SCRIPT,
  STATION_WEBSOCKET,
  STATION_UPLOAD,
  STATION_DOWNLOAD,
  STATION_UNKNOWN, /* a request without an announcement */
  N_STATIONS
} Station;

typedef struct {
  GatewayWorld world;
  TestCutter *before;      /* owned; relay in front of the gateway */
  TestCutter *behind[3];   /* owned; relays in front of the servers */
  GTlsDatabase *database;  /* owned */
  GRand *rand;             /* owned */
  SoupSession *client;     /* owned; client of the session */
  gboolean renew;          /* whether the session and its client have to be replaced */
  gsize bytes[N_STATIONS]; /* bytes that a complete visit moves on the client's side */
  guint served[N_STATIONS], ended[N_STATIONS];
  guint n_views, n_waiting;
  char *why; /* owned; result of the last request that was not served; NULL if all were */
} Stress;

Stress *stress_new (void);
void stress_free (Stress *self);
/* Creates a client whose requests pass the relay, and closes the one before. */
void stress_renew_client (Stress *self);
/* Begins a visit in a new view, the n_views'th; self->n_waiting counts the unfinished ones. */
void stress_begin_visit (Stress *self, Station station);
const char *station_get_name (Station station);

G_END_DECLS
