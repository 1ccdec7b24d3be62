/* test-gateway-reply.c - sends responses: complete, truncated, early, or slowly read
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "raw-kit.h"

#define BIG (64 * 1024 * 1024)
#define HELD_MAX (2 * 1024 * 1024) /* most bytes of a body that may wait in buffers */
#define STILL 20 /* further requests without progress after which a body counts as held back */

#define OK "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK "Transfer-Encoding: chunked\r\n\r\n"
#define HELLO OK "Content-Length: 5\r\n\r\nhello"
#define RAW(text) text, sizeof text - 1

/* --- broken bodies */

typedef struct {
  const char *name;
  const char *raw; /* bytes that the server writes */
  gsize length;
  RawEnd end;
} Broken;

static const Broken BROKEN[] = {
    {"Content-Length, closed", RAW (OK "Content-Length: 100\r\n\r\nhel"), RAW_CLOSES},
    {"Content-Length, cut", RAW (OK "Content-Length: 100\r\n\r\nhel"), RAW_CUTS},
    {"Content-Length, reset", RAW (OK "Content-Length: 100\r\n\r\nhel"), RAW_RESETS},
    {"inside a chunk, closed", RAW (CHUNKED "5\r\nhel"), RAW_CLOSES},
    {"inside a chunk, cut", RAW (CHUNKED "5\r\nhel"), RAW_CUTS},
    {"inside a chunk, reset", RAW (CHUNKED "5\r\nhel"), RAW_RESETS},
    {"after a chunk", RAW (CHUNKED "3\r\nhel\r\n"), RAW_CLOSES},
    {"after a chunk, reset", RAW (CHUNKED "3\r\nhel\r\n"), RAW_RESETS},
    {"inside the last chunk", RAW (CHUNKED "3\r\nhel\r\n0\r\n"), RAW_CLOSES},
    {"a chunk's size is none", RAW (CHUNKED "3\r\nhel\r\nzz\r\nlo\r\n0\r\n\r\n"), RAW_STAYS},
    {"a chunk's size is negative", RAW (CHUNKED "3\r\nhel\r\n-2\r\nlo\r\n0\r\n\r\n"), RAW_STAYS},
    {"a chunk is longer than its size", RAW (CHUNKED "3\r\nhello\r\n0\r\n\r\n"), RAW_STAYS},
    {"until the end, reset", RAW (OK "\r\nhel"), RAW_RESETS},
};

static void
answer_broken (RawPeer *peer, gpointer user_data)
{
  const Broken *broken = *(const Broken **)user_data;

  raw_peer_say (peer, broken->raw, broken->length);
  if (broken->end != RAW_RESETS) /* arrives after the client has received the earlier bytes */
    raw_peer_end (peer, broken->end);
}

static void
assert_broken (GatewayWorld *self, RawDoor door, RawServer *server, const Broken *broken)
{
  g_autoptr (RawClient) client = raw_client_new (self, door, server);

  g_test_message ("%s: %s", raw_door_names[door], broken->name);
  raw_client_ask (client, "GET", "/", "Connection: close\r\n"); /* ends complete responses, too */
  if (broken->end == RAW_RESETS) {
    raw_client_hear (client, "hel");
    raw_peer_end (raw_server_last (server), RAW_RESETS);
  }
  raw_client_hear (client, NULL);
  g_assert_nonnull (client->error);
  g_assert_false (raw_client_heard_all (client));
}

/* No client takes a damaged response for a complete one, over any protocol. */
static void
test_broken (GatewayWorld *self, gconstpointer data)
{
  const Broken *broken = NULL;

  for (RawDoor door = 0; door < RAW_N_DOORS; door++) {
    g_autoptr (RawServer) server = raw_server_new (self, door, answer_broken, &broken);
    for (broken = BROKEN; broken < BROKEN + G_N_ELEMENTS (BROKEN); broken++)
      assert_broken (self, door, server, broken);
  }
}

/* --- complete responses */

static const Broken WHOLE[] = {
    {"Content-Length", RAW (HELLO), RAW_CLOSES},
    {"chunks", RAW (CHUNKED "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"), RAW_CLOSES},
    {"chunks and a trailer", RAW (CHUNKED "5\r\nhello\r\n0\r\nX: y\r\n\r\n"), RAW_STAYS},
    {"until the end", RAW (OK "\r\nhello"), RAW_CLOSES},
};

/* the same framings without damage, which shows that the damage is the reason for refusal */
static void
test_whole (GatewayWorld *self, gconstpointer data)
{
  const Broken *whole = NULL;

  for (RawDoor door = 0; door < RAW_N_DOORS; door++) {
    g_autoptr (RawServer) server = raw_server_new (self, door, answer_broken, &whole);
    for (whole = WHOLE; whole < WHOLE + G_N_ELEMENTS (WHOLE); whole++) {
      g_autoptr (RawClient) client = raw_client_new (self, door, server);
      g_test_message ("%s: %s", raw_door_names[door], whole->name);
      raw_client_ask (client, "GET", "/", "Connection: close\r\n");
      raw_client_hear (client, NULL);
      g_assert_no_error (client->error);
      g_assert_true (raw_client_heard_all (client));
      g_assert_nonnull (strstr (client->heard->str, "hel"));
      g_assert_nonnull (strstr (client->heard->str, "lo"));
    }
  }
}

/* --- responses whose end depends on the status or the method */

typedef struct {
  const char *method;
  const char *raw; /* bytes that the server writes */
  gsize length;
  const char *heard; /* bytes that the client reads */
} Special;

static const Special SPECIAL[] = {
    {"GET", RAW ("HTTP/1.1 100 Continue\r\n\r\n" HELLO), HELLO},
    {"GET", RAW ("HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" HELLO),
     "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" HELLO},
    {"GET",
     RAW ("HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
          "HTTP/1.1 103 Early Hints\r\nConnection: X-D\r\nX-D: 1\r\nAlt-Svc: x\r\nX-B: 2\r\n"
          "Content-Length: 5\r\n\r\nHTTP/1.1 204 No Content\r\nX-C: 3\r\n\r\n"),
     "HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nX-B: 2\r\n\r\n"
     "HTTP/1.1 204 No Content\r\nX-C: 3\r\n\r\n"},
    {"GET", RAW ("HTTP/1.1 204 No Content\r\nETag: \"a\"\r\nContent-Length: 0\r\n\r\n"),
     "HTTP/1.1 204 No Content\r\nETag: \"a\"\r\n\r\n"}, /* RFC 9110, section 8.6 */
    {"GET", RAW ("HTTP/1.1 205 Reset Content\r\nETag: \"a\"\r\nContent-Length: 0\r\n\r\n"),
     "HTTP/1.1 205 Reset Content\r\nETag: \"a\"\r\nContent-Length: 0\r\n\r\n"},
    {"GET",
     RAW ("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-6/9\r\nContent-Length: 5\r\n\r\n"
          "hello"),
     "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-6/9\r\nContent-Length: 5\r\n\r\n"
     "hello"},
    {"GET",
     RAW ("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-6/*\r\n"
          "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
     "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-6/*\r\n"
     "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
    {"GET", RAW ("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 1000\r\n\r\n"),
     "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 1000\r\n\r\n"},
    {"GET", RAW ("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"),
     "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"},
    {"HEAD", RAW (OK "ETag: \"a\"\r\nContent-Length: 1000\r\n\r\n"),
     OK "ETag: \"a\"\r\nContent-Length: 1000\r\n\r\n"},
    {"HEAD", RAW (OK "ETag: \"a\"\r\nTransfer-Encoding: chunked\r\n\r\n"),
     OK "ETag: \"a\"\r\n\r\n"},
    {"HEAD", RAW ("HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\n"),
     "HTTP/1.1 404 Not Found\r\nContent-Length: 1000\r\n\r\n"},
};

static void
answer_special (RawPeer *peer, gpointer user_data)
{
  const Special *special = *(const Special **)user_data;

  if (g_str_has_prefix (peer->head->str, "GET /after "))
    raw_peer_say (peer, RAW (HELLO));
  else
    raw_peer_say (peer, special->raw, special->length);
}

/* status, header fields and length are forwarded unchanged, and the next response follows
 * without a byte in between */
static void
test_special (GatewayWorld *self, gconstpointer data)
{
  const RawDoor doors[] = {RAW_PLAIN, RAW_TUNNEL};
  const Special *special = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++) {
    g_autoptr (RawServer) server = raw_server_new (self, doors[i], answer_special, &special);
    g_autoptr (RawClient) client = raw_client_new (self, doors[i], server);
    for (special = SPECIAL; special < SPECIAL + G_N_ELEMENTS (SPECIAL); special++) {
      g_autofree char *both = g_strconcat (special->heard, HELLO, NULL);
      raw_client_forget (client);
      raw_client_ask (client, special->method, "/", NULL);
      raw_client_hear (client, special->heard);
      g_assert_cmpstr (client->heard->str, ==, special->heard);
      raw_client_ask (client, "GET", "/after", NULL);
      raw_client_hear (client, HELLO);
      raw_client_hear (client, both);
      g_assert_cmpstr (client->heard->str, ==, both);
    }
  }
}

/* --- a client that reads slowly */

static void
answer_big (RawPeer *peer, gpointer user_data)
{
  g_autofree char *head = g_strdup_printf (OK "Content-Length: %d\r\n\r\n", BIG);

  if (g_str_has_prefix (peer->head->str, "GET /big ")) {
    raw_peer_say (peer, head, strlen (head));
    raw_peer_fill (peer, BIG);
  } else {
    raw_peer_say (peer, RAW (HELLO));
  }
}

static void
assert_served (RawClient *client)
{
  raw_client_forget (client);
  raw_client_ask (client, "GET", "/small", NULL);
  raw_client_hear (client, "hello");
  g_assert_cmpstr (client->heard->str, ==, HELLO);
}

/* a slow client delays only its own server, and gets the whole body in the end */
static void
test_slow_reader (GatewayWorld *self, gconstpointer data)
{
  const RawDoor doors[] = {RAW_PLAIN, RAW_TUNNEL};

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++) {
    g_autoptr (RawServer) server = raw_server_new (self, doors[i], answer_big, NULL);
    g_autoptr (RawClient) slow = raw_client_new (self, doors[i], server);
    g_autoptr (RawClient) other = raw_client_new (self, doors[i], server);
    raw_client_ask (slow, "GET", "/big", NULL);
    raw_client_hear (slow, "\r\n\r\n");
    RawPeer *peer = raw_server_last (server);
    for (guint still = 0; still < STILL;) {
      gsize before = peer->n_filled;
      assert_served (other);
      still = peer->n_filled == before ? still + 1 : 0;
      g_assert_cmpuint (peer->n_filled, <, HELD_MAX);
    }
    g_test_message ("%s: %" G_GSIZE_FORMAT " bytes", raw_door_names[doors[i]], peer->n_filled);
    gsize head = (gsize)(strstr (slow->heard->str, "\r\n\r\n") - slow->heard->str) + 4;
    raw_client_skip (slow, BIG - (slow->heard->len - head));
    g_assert_false (slow->ended);
    g_assert_cmpuint (slow->skipping, ==, 0);
    g_assert_cmpuint (peer->n_filled, ==, BIG);
    raw_client_forget (slow);
    assert_served (slow);
  }
}

/* --- uploads */

static void
answer_early (RawPeer *peer, gpointer user_data)
{
  if (peer->answered)
    return;
  raw_peer_say (peer, RAW ("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n"
                           "Connection: close\r\n\r\nmuch"));
  g_socket_shutdown (peer->socket, FALSE, TRUE, NULL);
}

/* if a server stops reading an upload, no more is sent to it, and the client gets the response */
static void
test_early_answer (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *length = g_strdup_printf ("Content-Length: %d\r\n", BIG);
  const RawDoor doors[] = {RAW_PLAIN, RAW_TUNNEL};

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++) {
    g_autoptr (RawServer) server = raw_server_new (self, doors[i], answer_early, NULL);
    g_autoptr (RawClient) client = raw_client_new (self, doors[i], server);
    raw_client_ask (client, "POST", "/", length);
    raw_client_fill (client, BIG);
    raw_client_hear (client, "much");
    g_assert_true (g_str_has_prefix (client->heard->str, "HTTP/1.1 413 Content Too Large\r\n"));
    g_assert_true (raw_client_heard_all (client));
    RawPeer *peer = raw_server_last (server);
    test_wait (&peer->left);
    g_assert_cmpuint (peer->n_got, <, HELD_MAX);
    g_assert_cmpuint (client->n_filling, >, 0);
  }
}

static void
answer_when_whole (RawPeer *peer, gpointer user_data)
{
  if (peer->n_got == strlen ("hello"))
    raw_peer_say (peer, RAW (HELLO));
}

/* a client that waits for 100 (Continue) gets it once, and its body is forwarded */
static void
test_expect (GatewayWorld *self, gconstpointer data)
{
  const RawDoor doors[] = {RAW_PLAIN, RAW_TUNNEL};

  for (guint i = 0; i < G_N_ELEMENTS (doors); i++) {
    g_autoptr (RawServer) server = raw_server_new (self, doors[i], answer_when_whole, NULL);
    g_autoptr (RawClient) client = raw_client_new (self, doors[i], server);
    raw_client_ask (client, "POST", "/", "Content-Length: 5\r\nExpect: 100-continue\r\n");
    raw_client_hear (client, "\r\n\r\n");
    g_assert_true (g_str_has_prefix (client->heard->str, "HTTP/1.1 100 Continue\r\n"));
    raw_client_forget (client);
    raw_client_say (client, "hello");
    raw_client_hear (client, "hello");
    g_assert_cmpstr (client->heard->str, ==, HELLO);
  }
}

/* --- clients that have closed their sending half */

static void
answer_slowly (RawPeer *peer, gpointer user_data)
{
  if (peer->n_got == strlen ("hello"))
    raw_peer_say (peer, RAW (OK "Content-Length: 10\r\n\r\nhello"));
}

/* a client that closed its sending half still gets its response, however late */
static void
test_half_close (GatewayWorld *self, gconstpointer data)
{
  for (guint i = 0; i < 2 * RAW_N_DOORS; i++) {
    RawDoor door = i % RAW_N_DOORS;
    gboolean at_once = i >= RAW_N_DOORS;
    g_autoptr (RawServer) server = raw_server_new (self, door, answer_slowly, NULL);
    g_autoptr (RawClient) client = raw_client_new (self, door, server);
    raw_client_ask (client, "POST", "/", "Content-Length: 5\r\n");
    raw_client_say (client, "hello");
    if (at_once)
      raw_client_shut (client);
    raw_client_hear (client, "hello");
    if (!at_once)
      raw_client_shut (client);
    g_autoptr (RawClient) other = raw_client_new (self, door, server); /* the end has arrived */
    raw_peer_say (server->peers->pdata[0], RAW ("world"));
    raw_client_hear (client, NULL);
    g_assert_no_error (client->error);
    g_assert_true (g_str_has_suffix (client->heard->str, "\r\n\r\nhelloworld"));
  }
}

/* several requests were sent before the end */
static void
test_half_close_pipelined (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_PLAIN, answer_when_whole, NULL);
  g_autoptr (RawClient) client = raw_client_new (self, RAW_PLAIN, server);

  for (guint i = 0; i < 3; i++) {
    raw_client_ask (client, "POST", "/", "Content-Length: 5\r\n");
    raw_client_say (client, "hello");
  }
  raw_client_shut (client);
  raw_client_hear (client, NULL);
  g_assert_no_error (client->error);
  g_assert_cmpstr (client->heard->str, ==, HELLO HELLO HELLO);
}

/* An incomplete request is aborted, and so is its upload. */
static void
test_half_close_early (GatewayWorld *self, gconstpointer data)
{
  for (RawDoor door = 0; door < RAW_N_DOORS; door++) {
    g_autoptr (RawServer) server = raw_server_new (self, door, answer_when_whole, NULL);
    g_autoptr (RawClient) client = raw_client_new (self, door, server);
    raw_client_ask (client, "POST", "/", "Content-Length: 5\r\n");
    raw_client_say (client, "hel");
    while (server->peers->len == 0)
      g_main_context_iteration (NULL, TRUE);
    raw_client_shut (client);
    raw_client_hear (client, NULL);
    g_assert_cmpstr (client->heard->str, ==, "");
    test_wait (&raw_server_last (server)->left);
  }
}

/* a client that has closed its connection is noticed when something is written to it, which ends
 * its requests */
static void
test_left (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_PLAIN, answer_slowly, NULL);
  RawClient *client = raw_client_new (self, RAW_PLAIN, server);

  raw_client_ask (client, "POST", "/", "Content-Length: 5\r\n");
  raw_client_say (client, "hello");
  raw_client_hear (client, "hello");
  raw_client_free (client);
  raw_peer_say (raw_server_last (server), RAW ("w"));
  test_wait (&raw_server_last (server)->left);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/reply/" path, GatewayWorld, NULL, gateway_world_set_up_one_view, test,     \
              gateway_world_tear_down)
  ADD ("whole", test_whole);
  ADD ("broken", test_broken);
  ADD ("special", test_special);
  ADD ("slow-reader", test_slow_reader);
  ADD ("early-answer", test_early_answer);
  ADD ("expect", test_expect);
  ADD ("half-close", test_half_close);
  ADD ("half-close/pipelined", test_half_close_pipelined);
  ADD ("half-close/early", test_half_close_early);
  ADD ("left", test_left);
  return g_test_run ();
}
