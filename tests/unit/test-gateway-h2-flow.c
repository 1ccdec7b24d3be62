/* test-gateway-h2-flow.c - large bodies over HTTP/2, and sides that do not read them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-main-loop-source.h"
#include "h2-kit.h"

#define BIG (64 * 1024 * 1024)
#define HELD_MAX (2 * 1024 * 1024) /* most bytes of a body that may wait in buffers */
#define STILL 20 /* further requests without progress after which a body counts as held back */
#define OK "HTTP/1.1 200 OK\r\n"
#define HELLO OK "Content-Length: 5\r\n\r\nhello"
#define RAW(text) text, sizeof text - 1

static void
answer_body (RawPeer *peer, gpointer user_data)
{
  g_autofree char *head = g_strdup_printf (OK "Content-Length: %d\r\n\r\n", BIG);

  if (g_str_has_prefix (peer->head->str, "GET /big ")) {
    raw_peer_say (peer, head, strlen (head));
    raw_peer_fill (peer, BIG);
  } else if (g_str_has_prefix (peer->head->str, "GET ")) {
    raw_peer_say (peer, RAW (HELLO));
  } else if (peer->n_got >= BIG && !peer->answered) {
    raw_peer_say (peer, RAW (HELLO));
  }
}

static void
assert_served (H2Client *client)
{
  H2Answer *small = h2_client_ask (client, "GET", "/small", NULL);

  h2_client_finish (small);
  g_assert_cmpuint (small->status, ==, 200);
  g_assert_cmpstr (small->body->str, ==, "hello");
}

static RawPeer *
wait_for_peer (RawServer *server, const char *start)
{
  for (;;) {
    for (guint i = 0; i < server->peers->len; i++) {
      RawPeer *peer = server->peers->pdata[i];
      if (g_str_has_prefix (peer->head->str, start))
        return peer;
    }
    g_main_context_iteration (NULL, TRUE);
  }
}

/* a stream that is not read delays its own server only, and gets the whole body in the end */
static void
test_slow_reader (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_body, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *big = h2_client_ask (client, "GET", "/big", NULL);
  RawPeer *peer = NULL;

  big->holds = TRUE;
  peer = wait_for_peer (server, "GET /big ");
  for (guint still = 0; still < STILL;) {
    gsize before = peer->n_filled;
    assert_served (client);
    still = peer->n_filled == before ? still + 1 : 0;
    g_assert_cmpuint (peer->n_filled, <, HELD_MAX);
  }
  g_assert_cmpuint (big->n_received, ==, 65535); /* the window of a client that says nothing */
  h2_client_let_go (client, big);
  h2_client_finish (big);
  g_assert_cmpuint (big->code, ==, NGHTTP2_NO_ERROR);
  g_assert_cmpuint (big->n_received, ==, BIG);
  assert_served (client);
}

/* a server that does not read delays its own stream only */
static void
test_slow_server (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_body, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *big = h2_client_post (client, "/", BIG, NULL);
  RawPeer *peer = wait_for_peer (server, "POST / ");
  GPollableInputStream *input =
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (peer->stream));

  g_assert_false (big->closed);
  bulla_clear_source (&peer->readable);
  for (guint still = 0; still < STILL;) {
    gsize before = big->n_filled;
    assert_served (client);
    still = big->n_filled == before ? still + 1 : 0;
    g_assert_cmpuint (big->n_filled, <, 16 * 1024 * 1024); /* kernel buffers included */
  }
  while (!big->closed) {
    char bytes[16384];
    gssize got = g_pollable_input_stream_read_nonblocking (input, bytes, sizeof bytes, NULL, NULL);
    peer->n_got += (gsize)MAX (got, 0);
    answer_body (peer, NULL);
    g_main_context_iteration (NULL, got <= 0);
  }
  g_assert_cmpuint (big->status, ==, 200);
  g_assert_cmpuint (big->code, ==, NGHTTP2_NO_ERROR);
  g_assert_cmpuint (peer->n_got, >=, BIG); /* with the framing of chunks */
}

static void
answer_early (RawPeer *peer, gpointer user_data)
{
  if (!peer->answered)
    raw_peer_say (peer, RAW ("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n"
                             "Connection: close\r\n\r\nmuch"));
}

/* A response may come before the end of an upload, whose rest is then not needed. */
static void
test_early_answer (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_early, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *big = h2_client_post (client, "/", BIG, NULL);

  h2_client_finish (big);
  g_assert_cmpuint (big->status, ==, 413);
  g_assert_cmpstr (big->body->str, ==, "much");
  g_assert_cmpuint (big->code, ==, NGHTTP2_NO_ERROR);
  g_assert_cmpuint (big->n_filled, <, BIG);
}

static void
answer_and_wait (RawPeer *peer, gpointer user_data)
{
  if (!peer->answered)
    raw_peer_say (peer, RAW (HELLO));
}

/* a server may answer and read on; the client leaves in between */
static void
test_reset_upload (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_and_wait, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  const char *const pairs[] = {":method", "POST",       ":scheme",         "https", ":path",
                               "/",       ":authority", client->authority, NULL};
  H2Answer *open = h2_client_ask_with (client, pairs, FALSE);

  while (open->n_received < 5)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (open->closed);
  h2_client_reset (client, open, NGHTTP2_CANCEL);
  test_wait (&raw_server_last (server)->left);
}

/* --- bodies whose length is given */

static void
answer_whole (RawPeer *peer, gpointer user_data)
{
  if (peer->n_got >= 1000 && !peer->answered)
    raw_peer_say (peer, RAW (HELLO));
}

static void
test_length (GatewayWorld *self, gconstpointer data)
{
  static const char *const RIGHT[] = {"content-length", "1000", NULL};
  static const char *const MORE[] = {"content-length", "1001", NULL};
  static const char *const LESS[] = {"content-length", "999", NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_whole, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *right = h2_client_post (client, "/", 1000, RIGHT);

  h2_client_finish (right);
  g_assert_cmpuint (right->status, ==, 200);
  g_assert_nonnull (strstr (raw_server_last (server)->head->str, "Content-Length: 1000\r\n"));
  H2Answer *more = h2_client_post (client, "/", 1000, MORE);
  h2_client_finish (more);
  g_assert_cmpuint (more->code, ==, NGHTTP2_PROTOCOL_ERROR);
  H2Answer *less = h2_client_post (client, "/", 1000, LESS);
  h2_client_finish (less);
  g_assert_cmpuint (less->code, ==, NGHTTP2_PROTOCOL_ERROR);
  g_assert_false (client->left);
}

/* A client that awaits 100 (Continue) gets it. */
static void
test_continue (GatewayWorld *self, gconstpointer data)
{
  static const char *const EXPECT[] = {"expect", "100-continue", NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_whole, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *answered = h2_client_post (client, "/", 1000, EXPECT);

  h2_client_finish (answered);
  g_assert_cmpuint (answered->status, ==, 200);
  g_assert_cmpstr (answered->interims->str, ==, "100 ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name)                                                                            \
  g_test_add ("/gateway/h2-flow/" path, GatewayWorld, NULL, gateway_world_set_up_one_view,         \
              test_##name, gateway_world_tear_down)
  ADD ("slow-reader", slow_reader);
  ADD ("slow-server", slow_server);
  ADD ("early-answer", early_answer);
  ADD ("reset-upload", reset_upload);
  ADD ("length", length);
  ADD ("continue", continue);
  return g_test_run ();
}
