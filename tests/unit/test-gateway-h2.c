/* test-gateway-h2.c - requests and responses of clients that speak HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-gateway-session.h"
#include "h2-kit.h"
#include "wire-kit.h"

#define OK "HTTP/1.1 200 OK\r\n"
#define HELLO OK "Content-Length: 5\r\n\r\nhello"
#define RAW(text) text, sizeof text - 1

/* --- ALPN */

static void
answer_hello (RawPeer *peer, gpointer user_data)
{
  raw_peer_say (peer, RAW (HELLO));
}

typedef struct {
  const char *protocols[3]; /* that the client offers */
  const char *chosen;
} Offer;

/* Clients that do not offer HTTP/2, or not for a session of the shell, get HTTP/1.1. */
static void
test_alpn (GatewayWorld *self, gconstpointer data)
{
  static const char *const BOTH[] = {"http/1.1", "h2", NULL};
  static const Offer OFFERS[] = {{{NULL}, NULL}, {{"http/1.1"}, "http/1.1"}, {{"h2"}, "h2"}};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (OFFERS); i++) {
    g_autoptr (GIOStream) stream =
        wire_kit_start_tls_for (self, wire_kit_tunnel (self, "raw.test", server->port), "raw.test",
                                OFFERS[i].protocols[0] != NULL ? OFFERS[i].protocols : NULL);
    g_assert_cmpstr (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (stream)), ==,
                     OFFERS[i].chosen);
    if (i == 2)
      continue;
    g_autofree char *request =
        g_strdup_printf ("GET / HTTP/1.1\r\nHost: raw.test:%u\r\n\r\n", server->port);
    g_assert_true (wire_kit_say (stream, request, -1));
    g_autofree char *heard = wire_kit_hear (stream, "hello", NULL);
    g_assert_cmpstr (heard, ==, HELLO);
  }
  g_free (self->token);
  self->token = bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
  g_autoptr (GIOStream) shell = wire_kit_start_tls_for (
      self, wire_kit_tunnel (self, "raw.test", server->port), "raw.test", BOTH);
  g_assert_cmpstr (g_tls_connection_get_negotiated_protocol (G_TLS_CONNECTION (shell)), ==,
                   "http/1.1");
}

/* --- what is forwarded */

static void
answer_fields (RawPeer *peer, gpointer user_data)
{
  raw_peer_say (peer, RAW (OK "Set-Cookie: a=1\r\nX-Both: One\r\nConnection: X-Hop\r\nX-Hop: 1\r\n"
                              "Keep-Alive: timeout=5\r\nTransfer-Encoding: chunked\r\n\r\n"
                              "5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n"));
}

/* Fields for the whole way are forwarded, those of one connection are not; a split Cookie is
 * joined. */
static void
test_fields (GatewayWorld *self, gconstpointer data)
{
  static const char *const FIELDS[] = {"cookie", "a=1", "te",     "trailers", "x-mine", "Ä b",
                                       "cookie", "b=2", "cookie", "c=3",      NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_fields, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *answer = h2_client_ask (client, "GET", "/a%20b?q=%2F&x=[1]", FIELDS);

  h2_client_finish (answer);
  g_assert_cmpuint (answer->code, ==, NGHTTP2_NO_ERROR);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpstr (answer->body->str, ==, "hello");
  g_assert_cmpstr (g_hash_table_lookup (answer->headers, "set-cookie"), ==, "a=1");
  g_assert_cmpstr (g_hash_table_lookup (answer->headers, "x-both"), ==, "One");
  g_assert_false (g_hash_table_contains (answer->headers, "x-hop"));
  g_assert_false (g_hash_table_contains (answer->headers, "keep-alive"));
  g_assert_false (g_hash_table_contains (answer->headers, "connection"));
  g_assert_false (g_hash_table_contains (answer->headers, "transfer-encoding"));
  g_assert_false (g_hash_table_contains (answer->headers, "x-trailer"));
  const char *head = raw_server_last (server)->head->str;
  g_autofree char *host = g_strdup_printf ("\r\nHost: raw.test:%u\r\n", server->port);
  g_assert_true (g_str_has_prefix (head, "GET /a%20b?q=%2F&x=[1] HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, host));
  g_assert_nonnull (strstr (head, "ookie: a=1; b=2; c=3\r\n"));
  g_assert_nonnull (strstr (head, "-mine: Ä b\r\n"));
  g_assert_null (strstr (head, "trailers"));
}

typedef struct {
  const char *method;
  const char *raw; /* bytes that the server writes */
  gsize length;
  guint status;
  const char *size; /* nullable; content-length that the client gets */
  const char *interims;
} Special;

static const Special SPECIAL[] = {
    {"GET", RAW (HELLO), 200, "5", ""},
    {"GET", RAW (OK "Content-Length: 0\r\n\r\n"), 200, "0", ""},
    {"GET", RAW (OK "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 200, NULL, ""},
    {"GET",
     RAW ("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n" HELLO),
     200, "5", "102 103 "},
    {"GET", RAW ("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"), 204, NULL, ""},
    {"GET", RAW ("HTTP/1.1 304 Not Modified\r\nContent-Length: 1000\r\n\r\n"), 304, "1000", ""},
    {"HEAD", RAW (OK "Content-Length: 1000\r\n\r\n"), 200, "1000", ""},
    {"HEAD", RAW (OK "Transfer-Encoding: chunked\r\n\r\n"), 200, NULL, ""},
};

static void
answer_special (RawPeer *peer, gpointer user_data)
{
  const Special *special = *(const Special **)user_data;

  raw_peer_say (peer, special->raw, special->length);
}

static void
test_special (GatewayWorld *self, gconstpointer data)
{
  const Special *special = NULL;
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_special, &special);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);

  for (special = SPECIAL; special < SPECIAL + G_N_ELEMENTS (SPECIAL); special++) {
    H2Answer *answer = h2_client_ask (client, special->method, "/", NULL);
    g_test_message ("%s", special->raw);
    h2_client_finish (answer);
    g_assert_cmpuint (answer->code, ==, NGHTTP2_NO_ERROR);
    g_assert_cmpuint (answer->status, ==, special->status);
    g_assert_cmpstr (answer->interims->str, ==, special->interims);
    g_assert_cmpstr (g_hash_table_lookup (answer->headers, "content-length"), ==, special->size);
    g_assert_cmpstr (answer->body->str, ==, strstr (special->raw, "hello") != NULL ? "hello" : "");
  }
}

#define PART 16000  /* bytes; fits into a TLS record */
#define LARGE 40000 /* bytes of a field, of which the head has two */

static void
answer_large (RawPeer *peer, gpointer user_data)
{
  g_autofree char *value = g_strnfill (LARGE, 'x');
  g_autofree char *answer =
      g_strdup_printf (OK "X-A: %s\r\nX-B:  \x01%s\x01\r\nContent-Length: 0\r\n\r\n", value, value);

  for (const char *at = answer; *at != '\0'; at += strnlen (at, PART))
    raw_peer_say (peer, at, strnlen (at, PART));
}

/* the head of a response may be as large as over HTTP/1.1; values are made clean */
static void
test_large_head (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_large, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *answer = h2_client_ask (client, "GET", "/", NULL);

  h2_client_finish (answer);
  g_assert_cmpuint (answer->code, ==, NGHTTP2_NO_ERROR);
  g_assert_cmpuint (answer->status, ==, 200);
  g_assert_cmpuint (strlen (g_hash_table_lookup (answer->headers, "x-a")), ==, LARGE);
  g_assert_cmpuint (strlen (g_hash_table_lookup (answer->headers, "x-b")), ==, LARGE);
}

/* --- responses that break off */

static const Special BROKEN[] = {
    {"GET", RAW (OK "Content-Length: 100\r\n\r\nhel"), 200, "100", ""},
    {"GET", RAW (OK "Transfer-Encoding: chunked\r\n\r\n5\r\nhel"), 200, NULL, ""},
    {"GET", RAW (OK "Transfer-Encoding: chunked\r\n\r\n3\r\nhel\r\nzz\r\n"), 200, NULL, ""},
};

static void
answer_broken (RawPeer *peer, gpointer user_data)
{
  const Special *special = *(const Special **)user_data;

  if (g_str_has_prefix (peer->head->str, "GET /whole ")) {
    raw_peer_say (peer, RAW (HELLO));
    return;
  }
  raw_peer_say (peer, special->raw, special->length);
  raw_peer_end (peer, RAW_CUTS);
}

/* a damaged response is an error of its stream, and of no other */
static void
test_broken (GatewayWorld *self, gconstpointer data)
{
  const Special *broken = NULL;
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_broken, &broken);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);

  for (broken = BROKEN; broken < BROKEN + G_N_ELEMENTS (BROKEN); broken++) {
    H2Answer *answer = h2_client_ask (client, "GET", "/", NULL);
    H2Answer *whole = h2_client_ask (client, "GET", "/whole", NULL);
    g_test_message ("%s", broken->raw);
    h2_client_finish (answer);
    g_assert_cmpuint (answer->status, ==, broken->status);
    g_assert_cmpuint (answer->code, ==, NGHTTP2_INTERNAL_ERROR);
    h2_client_finish (whole);
    g_assert_cmpuint (whole->code, ==, NGHTTP2_NO_ERROR);
    g_assert_cmpstr (whole->body->str, ==, "hello");
  }
  g_assert_false (client->left);
}

/* --- the host of the tunnel */

typedef struct {
  const char *authority; /* PORT stands for the server's port; NULL for none */
  const char *host;      /* the same for the Host field */
  guint status;
} Named;

static const Named NAMED[] = {
    {"raw.test:PORT", NULL, 200},   {NULL, "raw.test:PORT", 200},
    {"RAW.test:PORT", NULL, 200},   {"raw.test:PORT", "Raw.test:PORT", 200},
    {"other.test:PORT", NULL, 400}, {"raw.test", NULL, 400},
    {"raw.test:1", NULL, 400},      {"raw.test:PORT", "other.test:PORT", 400},
    {NULL, "other.test:PORT", 400}, {"me@raw.test:PORT", NULL, 0},
    {"raw.test:PORT ", NULL, 0},    {"", NULL, 0},
    {"raw.test:PORT,x", NULL, 400}, {"raw.test:PORT", "", 0},
    {"127.0.0.1:PORT", NULL, 400},  {"raw.test.:PORT", NULL, 400},
};

static char *
name_port (const char *text, guint port)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, "PORT", -1) : NULL;
  g_autofree char *number = g_strdup_printf ("%u", port);

  return parts != NULL ? g_strjoinv (number, parts) : NULL;
}

/* a request inside a tunnel is for the host of the tunnel, for which its certificate is */
static void
test_authority (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);

  for (const Named *each = NAMED; each < NAMED + G_N_ELEMENTS (NAMED); each++) {
    g_autofree char *authority = name_port (each->authority, server->port);
    g_autofree char *host = name_port (each->host, server->port);
    const char *pairs[16] = {":method", "GET", ":scheme", "https", ":path", "/"};
    guint n = 6, before = server->peers->len;
    if (authority != NULL) {
      pairs[n++] = ":authority";
      pairs[n++] = authority;
    }
    if (host != NULL) {
      pairs[n++] = "host";
      pairs[n++] = host;
    }
    H2Answer *answer = h2_client_ask_with (client, pairs, TRUE);
    g_test_message ("%s %s", authority, host);
    h2_client_finish (answer);
    if (each->status == 200) {
      g_assert_cmpuint (answer->status, ==, 200);
      continue;
    }
    g_assert_true (answer->status == 400 || answer->code == NGHTTP2_PROTOCOL_ERROR);
    g_assert_true (answer->status == each->status || each->status == 0);
    g_assert_cmpuint (server->peers->len, ==, before);
  }
  g_assert_false (client->left);
}

/* --- abandoned requests */

static void
answer_nothing (RawPeer *peer, gpointer user_data)
{
  if (g_str_has_prefix (peer->head->str, "GET /begun "))
    raw_peer_say (peer, RAW (OK "Content-Length: 100\r\n\r\nhel"));
  else if (g_str_has_prefix (peer->head->str, "GET /last "))
    raw_peer_say (peer, RAW (HELLO));
}

static RawPeer *
find_peer (RawServer *server, const char *path)
{
  g_autofree char *start = g_strdup_printf ("GET %s ", path);

  for (guint i = 0; i < server->peers->len; i++) {
    RawPeer *peer = server->peers->pdata[i];
    if (g_str_has_prefix (peer->head->str, start))
      return peer;
  }
  return NULL;
}

static RawServer *waited_server; /* for have_peers_cb */

static gboolean
have_peers_cb (gpointer data)
{
  const char *const *paths = data;

  for (; *paths != NULL; paths++)
    if (find_peer (waited_server, *paths) == NULL)
      return FALSE;
  return TRUE;
}

static void
wait_for_peers (RawServer *server, const char *const *paths)
{
  waited_server = server;
  test_wait_until (have_peers_cb, (gpointer)paths);
}

/* A stream that the client resets ends its own request, before and after the response began. */
static void
test_reset (GatewayWorld *self, gconstpointer data)
{
  static const char *const PATHS[] = {"/a", "/b", "/begun", NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_nothing, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *answers[3] = {NULL};

  for (guint i = 0; i < 3; i++)
    answers[i] = h2_client_ask (client, "GET", PATHS[i], NULL);
  wait_for_peers (server, PATHS);
  while (answers[2]->n_received < 3)
    g_main_context_iteration (NULL, TRUE);
  h2_client_reset (client, answers[0], NGHTTP2_CANCEL);
  test_wait (&find_peer (server, "/a")->left);
  h2_client_reset (client, answers[2], NGHTTP2_CANCEL);
  test_wait (&find_peer (server, "/begun")->left);
  g_assert_false (find_peer (server, "/b")->left);
  g_assert_false (answers[1]->closed);
  raw_peer_say (find_peer (server, "/b"), RAW (HELLO));
  h2_client_finish (answers[1]);
  g_assert_cmpuint (answers[1]->status, ==, 200);
  h2_client_finish (h2_client_ask (client, "GET", "/last", NULL));
  g_assert_false (client->left);
}

/* A client that leaves ends all of its requests, at every step. */
static void
test_vanish (GatewayWorld *self, gconstpointer data)
{
  static const char *const PATHS[] = {"/a", "/begun", NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_nothing, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);

  h2_client_ask (client, "GET", "/a", NULL);
  H2Answer *begun = h2_client_ask (client, "GET", "/begun", NULL);
  wait_for_peers (server, PATHS);
  while (begun->n_received < 3)
    g_main_context_iteration (NULL, TRUE);
  h2_client_post (client, "/c", 1000000, NULL);
  h2_client_ask (client, "GET", "/d", NULL);
  h2_client_vanish (client);
  test_wait (&find_peer (server, "/a")->left);
  test_wait (&find_peer (server, "/begun")->left);
}

/* The removal of a session ends its connections. */
static void
test_session (GatewayWorld *self, gconstpointer data)
{
  static const char *const PATHS[] = {"/a", NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_nothing, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);

  h2_client_ask (client, "GET", "/a", NULL);
  wait_for_peers (server, PATHS);
  bulla_gateway_remove_session (self->gateway, self->token);
  h2_client_wait_end (client);
  test_wait (&find_peer (server, "/a")->left);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name, set_up)                                                                    \
  g_test_add ("/gateway/h2/" path, GatewayWorld, NULL, gateway_world_set_up_##set_up, test_##name, \
              gateway_world_tear_down)
  ADD ("alpn", alpn, one_view);
  ADD ("fields", fields, one_view);
  ADD ("special", special, one_view);
  ADD ("large-head", large_head, one_view);
  ADD ("broken", broken, one_view);
  ADD ("authority", authority, explained);
  ADD ("reset", reset, one_view);
  ADD ("vanish", vanish, one_view);
  ADD ("session", session, one_view);
  return g_test_run ();
}
