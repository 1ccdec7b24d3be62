/* http2-world.h - a client of a server of HTTP/2, which it trusts
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "client-kit.h"
#include "http2-server.h"
#include "test-world.h"

G_BEGIN_DECLS

/* The server answers a.test; b.test has the same address. */
typedef struct {
  TestWorld *world;
  Http2Server *server;
  BullaLedger *ledger;
  BullaConnector *connector;
} Http2World;

/* The set-up and tear-down functions of g_test_add() */
void http2_world_set_up (Http2World *self, gconstpointer data);
void http2_world_tear_down (Http2World *self, gconstpointer data);

BullaHttpMessage *http2_world_make_message (Http2World *self, const char *method, const char *host,
                                            const char *path);
/* Returns: (transfer full) (nullable): the whole body of a GET response */
char *http2_world_fetch (Http2World *self, const char *path, GError **error);
void http2_world_assert_hello (Http2World *self, const char *path);
/* Starts a GET request. @result: (out) */
void http2_world_start (Http2World *self, const char *path, GAsyncResult **result);
/* Waits for a request that was started. Returns: (transfer full) (nullable): the whole body */
char *http2_world_finish (Http2World *self, GAsyncResult **result, GError **error);

G_END_DECLS
