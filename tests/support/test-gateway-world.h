/* test-gateway-world.h - runs a gateway between a client and two servers, aggregator and publisher
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <libglib-testing/signal-logger.h>

#include "bulla-gateway.h"
#include "test-world.h"

G_BEGIN_DECLS

#define TEST_DAY 86400

typedef struct {
  TestWorld *world; /* all owned */
  BullaLoader *loader;
  BullaGateway *gateway;
  TestServer *aggregator;      /* https://aggregator.test */
  TestServer *publisher;       /* https://publisher.test */
  TestServer *chains;          /* https://certificates.test, which serves /chain.cbor */
  BullaCredential *credential; /* of publisher.test */
  GBytes *chain;               /* of the credential */
  char *token;
  SoupSession *client;
  GString *events;   /* the gateway's signals, one per line */
  GHashTable *files; /* "host/path" -> the servers' response; see test_gateway_put() */
  GHashTable *hops;  /* "token view url" -> URL whose redirect sent the view there */
} GatewayWorld;

void gateway_world_set_up (GatewayWorld *self, BullaGatewayFlags flags,
                           BullaGatewayDelegate *delegate);
/* Fixtures of g_test_add(); each test gets a gateway of its own. */
void gateway_world_set_up_announced (GatewayWorld *self, gconstpointer data);
void gateway_world_set_up_one_view (GatewayWorld *self, gconstpointer data);
void gateway_world_set_up_explained (GatewayWorld *self, gconstpointer data); /* with a view */
void gateway_world_tear_down (GatewayWorld *self, gconstpointer data);
/* @signals: the gateway's signals, with at least one `refused`. Returns: (transfer full): its
 * message */
char *gateway_world_pop_refused (GatewayWorld *self, GtSignalLogger *signals);
SoupSession *gateway_world_new_client (GatewayWorld *self, const char *token);
/* Adds a server that the gateway finds, for a host with a certificate of the world. */
TestServer *gateway_world_add_server (GatewayWorld *self, const char *host);

/* Replaces the profile, and drops everything that was kept. */
void gateway_world_set_profile (GatewayWorld *self, BullaProfile *profile, BullaGatewayFlags flags,
                                BullaGatewayDelegate *delegate);

/* Returns an exchange for https://publisher.test<path>, with the validity URL
 * https://publisher.test/validity?of=<path>; @damage: whether to flip a bit of its
 * last byte; @date: Unix seconds, seven days before its end */
GBytes *gateway_world_sign (GatewayWorld *self, const char *path, const char *header,
                            const char *value, GBytes *body, gint64 date, gboolean damage);
void gateway_world_put (GatewayWorld *self, TestServer *server, const char *path, GBytes *body,
                        const char *type);
/* @headers: further fields, one `name: value` per line */
void gateway_world_put_with (GatewayWorld *self, TestServer *server, const char *path, GBytes *body,
                             const char *type, const char *headers);
GBytes *gateway_world_sign_with (GatewayWorld *self, const char *path, const char *headers,
                                 GBytes *body, gint64 date, gboolean damage);
/* Returns: (transfer full): sha256-… of the signed headers */
char *gateway_world_integrity_of (GBytes *exchange);
/* Makes the publisher answer "live" at @path. */
void gateway_world_put_live (GatewayWorld *self, const char *path);
void gateway_world_put_exchange (GatewayWorld *self, TestServer *server, const char *path,
                                 GBytes *exchange);

typedef struct {
  guint status;
  char *body; /* owned; body with a NUL behind it */
  gsize length;
  GHashTable *headers; /* owned; lower-case name -> value */
  GError *error;       /* owned; NULL on success; otherwise the other members may be incomplete */
} TestResponse;

void test_response_free (TestResponse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestResponse, test_response_free)

/* Announces @message as the web process does, in the session of @token. @tag describes the
 * request: `v=VIEW; host=HOST; dest=navigation|frame|subresource|prefetch`; `host=-` for a
 * navigation of the shell; `bundle=URL; credentials=MODE` for a URL that a script element
 * assigns to a bundle; `framed=HOST` if the page has a frame of that host. If a redirect led the
 * view to the URL, it is announced, too. */
void gateway_world_announce (GatewayWorld *self, const char *token, SoupMessage *message,
                             const char *tag);

/* Announces the next request of @view for @url as the target of a redirect by @from. */
void gateway_world_redirect (GatewayWorld *self, const char *token, const char *view,
                             const char *url, const char *from);

/* Sends a request without following redirects. @tag: (nullable): as for gateway_world_announce() */
TestResponse *gateway_world_get (GatewayWorld *self, const char *url, const char *tag);
/* Repeats a navigation. @tag: a navigation that the shell did not begin; @kind: a reload, or a
 * navigation back or forward; @shown: the answer that the history entry showed */
TestResponse *gateway_world_again (GatewayWorld *self, const char *url, const char *tag,
                                   BullaNavigationKind kind, const TestResponse *shown);
TestResponse *test_send (SoupSession *session, SoupMessage *message);

G_END_DECLS
