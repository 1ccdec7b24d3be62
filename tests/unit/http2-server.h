/* http2-server.h - an https server of HTTP/2 that can break each of its rules
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define HTTP2_SERVER_WINDOW 1000 /* bytes of an upload that it accepts at a time */

/* Paths: see http2-answers.c. Each connection has a thread of its own. */
typedef struct {
  GTlsCertificate *certificate; /* owned */
  GSocket *listener;            /* owned */
  GThread *thread;              /* owned */
  guint16 port;
  GMutex lock;
  GPtrArray *sockets; /* owned; of owned GSocket; connections */
  GPtrArray *threads; /* owned; of GThread */
  gboolean old;       /* speaks HTTP/1.1 only */
  guint most;         /* streams at a time; 0: nghttp2's default */
  gboolean none;      /* permits no streams */
  gint cut;           /* bytes after which a connection ends; negative: none */
  gint n_connections, n_requests, n_resets; /* atomic */
  gint n_bytes;                             /* atomic; sent, without those of TLS */
  gint n_refused;                           /* atomic; requests that are still to be refused */
} Http2Server;

/* @certificate: with its private key */
Http2Server *http2_server_new (GTlsCertificate *certificate);
/* Ends all connections, and waits for their threads. */
void http2_server_free (Http2Server *self);
/* Ends the connections that are open now. */
void http2_server_end_connections (Http2Server *self);

G_END_DECLS
