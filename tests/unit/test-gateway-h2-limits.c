/* test-gateway-h2-limits.c - limits on what a client may do over HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-gateway-internal.h"
#include "bulla-gateway-listener.h"
#include "h2-kit.h"
#include "wire-kit.h"

#define HELLO "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
#define RAW(text) text, sizeof text - 1

static void
answer_hello (RawPeer *peer, gpointer user_data)
{
  if (!g_str_has_prefix (peer->head->str, "GET /wait"))
    raw_peer_say (peer, RAW (HELLO));
}

static void
set_limits (GatewayWorld *self, guint streams, guint requests)
{
  const BullaGatewayLimits limits = {.fresh_max = 8,
                                     .session_max = 8,
                                     .streams_max = streams,
                                     .requests_max = requests,
                                     .fresh_ms = 10000,
                                     .handshake_ms = 1000,
                                     .first_ms = 2000,
                                     .idle_ms = 500,
                                     .linger_ms = 1000};

  bulla_gateway_listener_set_limits (self->gateway->listener, &limits);
}

/* --- requests at a time */

static void
test_streams (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  H2Answer *first = h2_client_ask (client, "GET", "/wait", NULL);
  H2Answer *small = NULL;

  while (client->streams_max == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (client->streams_max, ==, 100);
  for (guint i = 1; i < 100; i++)
    h2_client_ask (client, "GET", "/wait", NULL);
  small = h2_client_ask (client, "GET", "/wait", NULL); /* nghttp2 holds it back */
  while (server->peers->len < 100)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (small->closed);
  h2_client_reset (client, first, NGHTTP2_CANCEL);
  while (server->peers->len < 101)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (client->left);
}

/* more streams than the gateway has announced are refused, so that the client may repeat them */
static void
test_session (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (H2Client) client = NULL, other = NULL;

  set_limits (self, 100, 4);
  client = h2_client_new (self, "raw.test", server->port);
  other = h2_client_new (self, "raw.test", server->port);
  H2Answer *first = h2_client_ask (client, "GET", "/wait", NULL);
  for (guint i = 1; i < 4; i++)
    h2_client_ask (client, "GET", "/wait", NULL);
  while (server->peers->len < 4)
    g_main_context_iteration (NULL, TRUE);
  H2Answer *refused = h2_client_ask (other, "GET", "/", NULL);
  h2_client_finish (refused);
  g_assert_cmpuint (refused->code, ==, NGHTTP2_REFUSED_STREAM);
  g_assert_cmpuint (server->peers->len, ==, 4);
  h2_client_reset (client, first, NGHTTP2_CANCEL);
  test_wait (&((RawPeer *)server->peers->pdata[0])->left);
  H2Answer *taken = h2_client_ask (other, "GET", "/", NULL);
  h2_client_finish (taken);
  g_assert_cmpuint (taken->status, ==, 200);
  h2_client_vanish (client);
  for (guint i = 0; i < 4; i++)
    test_wait (&((RawPeer *)server->peers->pdata[i])->left);
}

/* --- clients that keep the gateway busy */

/* CVE-2023-44487: each stream is reset at once */
static void
test_rapid_reset (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
  guint n = 0;

  for (; n < 5000 && !client->left && !client->ended; n++) {
    h2_client_reset (client, h2_client_ask (client, "GET", "/wait", NULL), NGHTTP2_CANCEL);
    while (g_main_context_iteration (NULL, FALSE)) {
    }
  }
  while (!client->left && !client->ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n, >, 100);
  g_assert_cmpuint (client->goaway, ==, NGHTTP2_ENHANCE_YOUR_CALM);
  h2_client_wait_end (client);
}

typedef struct {
  const char *name;
  const char *frame; /* repeated */
  gsize length;
} Flood;

static const Flood FLOODS[] = {
    {"SETTINGS", RAW ("\0\0\0\4\0\0\0\0\0")},
    {"PING", RAW ("\0\0\10\6\0\0\0\0\0........")},
    {"PRIORITY", RAW ("\0\0\5\2\0\0\0\0\1\0\0\0\0\1")},
    {"empty DATA", RAW ("\0\0\0\0\0\0\0\0\1")},
};

static void
test_flood (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);

  for (const Flood *each = FLOODS; each < FLOODS + G_N_ELEMENTS (FLOODS); each++) {
    g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
    const char *const pairs[] = {":method", "POST",       ":scheme",         "https", ":path",
                                 "/wait",   ":authority", client->authority, NULL};
    g_autoptr (GByteArray) many = g_byte_array_new ();
    for (guint i = 0; i < 100; i++)
      g_byte_array_append (many, (const guint8 *)each->frame, (guint)each->length);
    h2_client_ask_with (client, pairs, FALSE);
    g_test_message ("%s", each->name);
    guint n = 0;
    for (; n < 200 && !client->ended; n++) {
      h2_client_say (client, many->data, many->len);
      while (g_main_context_iteration (NULL, FALSE)) {
      }
    }
    h2_client_wait_end (client);
    g_assert_cmpuint (n, <, 200);
  }
}

/* the header of a request that never ends costs the connection */
static void
test_continuation (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);

  h2_client_say (client, RAW ("\0\0\0\1\1\0\0\0\1"));
  for (guint i = 0; i < 1000 && !client->ended; i++) {
    h2_client_say (client, RAW ("\0\0\0\11\0\0\0\0\1"));
    while (g_main_context_iteration (NULL, FALSE)) {
    }
  }
  h2_client_wait_end (client);
  g_assert_cmpuint (server->peers->len, ==, 0);
}

/* --- deadlines */

/* a client that chooses HTTP/2 must begin it, like the handshake before */
static void
test_no_preface (GatewayWorld *self, gconstpointer data)
{
  static const char *const PROTOCOLS[] = {"h2", NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);

  set_limits (self, 100, 100);
  g_autoptr (GIOStream) stream = wire_kit_start_tls_for (
      self, wire_kit_tunnel (self, "raw.test", server->port), "raw.test", PROTOCOLS);
  gint64 start = g_get_monotonic_time ();
  g_autofree char *heard = wire_kit_hear (stream, NULL, NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (bulla_gateway_listener_count (self->gateway->listener), ==, 0);
}

/* a head that does not end is idle, as in HTTP/1.1 */
static void
test_half_head (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (H2Client) client = NULL;

  set_limits (self, 100, 100);
  client = h2_client_new (self, "raw.test", server->port);
  h2_client_say (client, RAW ("\0\0\0\1\1\0\0\0\1"));
  h2_client_wait_end (client);
  g_assert_cmpuint (server->peers->len, ==, 0);
}

static void
test_wrong_preface (GatewayWorld *self, gconstpointer data)
{
  static const char *const PROTOCOLS[] = {"h2", NULL};
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (GIOStream) stream = wire_kit_start_tls_for (
      self, wire_kit_tunnel (self, "raw.test", server->port), "raw.test", PROTOCOLS);

  g_assert_true (wire_kit_say (stream, "GET / HTTP/1.1\r\nHost: raw.test\r\n\r\n", -1));
  g_autofree char *heard = wire_kit_hear (stream, NULL, NULL);
  g_assert_null (strstr (heard, "HTTP/1.1"));
  g_assert_cmpuint (server->peers->len, ==, 0);
}

/* an idle connection ends with GOAWAY, one with a request does not end */
static void
test_idle (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_hello, NULL);
  g_autoptr (H2Client) idle = NULL, busy = NULL;

  set_limits (self, 100, 100);
  idle = h2_client_new (self, "raw.test", server->port);
  busy = h2_client_new (self, "raw.test", server->port);
  H2Answer *waiting = h2_client_ask (busy, "GET", "/wait", NULL);
  h2_client_finish (h2_client_ask (idle, "GET", "/", NULL));
  h2_client_wait_end (idle);
  g_assert_true (idle->left);
  g_assert_cmpuint (idle->goaway, ==, NGHTTP2_NO_ERROR);
  g_assert_false (busy->ended || waiting->closed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, name)                                                                            \
  g_test_add ("/gateway/h2-limits/" path, GatewayWorld, NULL, gateway_world_set_up_one_view,       \
              test_##name, gateway_world_tear_down)
  ADD ("streams", streams);
  ADD ("session", session);
  ADD ("rapid-reset", rapid_reset);
  ADD ("flood", flood);
  ADD ("continuation", continuation);
  ADD ("no-preface", no_preface);
  ADD ("half-head", half_head);
  ADD ("wrong-preface", wrong_preface);
  ADD ("idle", idle);
  return g_test_run ();
}
