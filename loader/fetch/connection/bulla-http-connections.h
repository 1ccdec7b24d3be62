/* bulla-http-connections.h - remembers the open sockets of a client by both of their addresses
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BullaHttpConnections BullaHttpConnections;

/**
 * BullaHttpConnection:
 * @fd: the descriptor of its socket
 * @number: number in the ledger; 0 if unknown
 * @used: whether it has carried a request
 * @ends: (nullable): both addresses, once it is connected
 */
typedef struct {
  int fd;
  guint64 number;
  gboolean used;
  char *ends; /* owned */
} BullaHttpConnection;

BullaHttpConnections *bulla_http_connections_new (void);
void bulla_http_connections_free (BullaHttpConnections *self);
guint bulla_http_connections_count (BullaHttpConnections *self);
int bulla_http_connections_open (BullaHttpConnections *self, int family);
void bulla_http_connections_remove (BullaHttpConnections *self, int fd);
BullaHttpConnection *bulla_http_connections_find (BullaHttpConnections *self, int local_port,
                                                  const char *remote, int remote_port);

G_END_DECLS
