/* test-gateway-h2-stress.c - streams, clients, servers and sessions that leave at any moment
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "h2-kit.h"

#define ROUNDS 60
#define STREAMS_MAX 30 /* requests of a client */
#define STEPS_MAX 400  /* iterations of the main loop in a round */
#define FILLING 3000000
#define OK "HTTP/1.1 200 OK\r\n"
#define HELLO OK "Content-Length: 5\r\n\r\nhello"
#define RAW(text) text, sizeof text - 1

static void
answer_something (RawPeer *peer, gpointer user_data)
{
  g_autofree char *head = g_strdup_printf (OK "Content-Length: %d\r\n\r\n", FILLING);

  if (g_str_has_prefix (peer->head->str, "GET /big") && peer->writable == NULL) {
    raw_peer_say (peer, head, strlen (head));
    raw_peer_fill (peer, FILLING);
  } else if (g_str_has_prefix (peer->head->str, "GET /small")) {
    raw_peer_say (peer, RAW (HELLO));
  } else if (g_str_has_prefix (peer->head->str, "GET /half")) {
    raw_peer_say (peer, RAW (OK "Content-Length: 9\r\n\r\nhello"));
  } else if (g_str_has_prefix (peer->head->str, "POST /early") && !peer->answered) {
    raw_peer_say (peer, RAW (HELLO));
  } else if (g_str_has_prefix (peer->head->str, "POST /late") && peer->n_got >= FILLING
             && !peer->answered) {
    raw_peer_say (peer, RAW (HELLO));
  }
}

static void
ask_something (H2Client *client)
{
  static const char *const PATHS[] = {"/big", "/small", "/half", "/wait"};
  gint kind = g_test_rand_int_range (0, 7);
  H2Answer *asked = NULL;

  if (kind < 4)
    asked = h2_client_ask (client, "GET", PATHS[kind], NULL);
  else if (kind < 6)
    asked = h2_client_post (client, kind == 4 ? "/early" : "/late", FILLING, NULL);
  else
    asked = h2_client_ask (client, "CONNECT", "/", NULL);
  asked->holds = g_test_rand_int_range (0, 4) == 0;
}

static void
reset_something (H2Client *client)
{
  gint i = g_test_rand_int_range (0, (gint)client->answers->len);
  H2Answer *asked = client->answers->pdata[i];

  if (!asked->closed)
    h2_client_reset (client, asked, NGHTTP2_CANCEL);
}

static void
cut_something (RawServer *server)
{
  gint i = g_test_rand_int_range (0, (gint)server->peers->len);

  raw_peer_end (server->peers->pdata[i], g_test_rand_bit () ? RAW_RESETS : RAW_CUTS);
}

/* Returns: whether the client is still there */
static gboolean
do_something (GatewayWorld *self, H2Client *client, RawServer *server)
{
  gint step = g_test_rand_int_range (0, 400);

  if (step < 30 && client->answers->len < STREAMS_MAX)
    ask_something (client);
  else if (step < 45 && client->answers->len > 0)
    reset_something (client);
  else if (step < 50 && server->peers->len > 0)
    cut_something (server);
  else if (step == 50)
    bulla_gateway_remove_session (self->gateway, self->token);
  else if (step == 51)
    h2_client_vanish (client);
  else
    g_main_context_iteration (NULL, FALSE);
  return !client->ended;
}

static gboolean
has_no_session_cb (gpointer data)
{
  RawServer *server = data;

  for (guint i = 0; i < server->peers->len; i++) {
    RawPeer *peer = server->peers->pdata[i];
    if (peer->stream != NULL && !peer->left && peer->writable == NULL && peer->asked
        && !peer->answered)
      return FALSE;
  }
  return TRUE;
}

/* Whoever leaves, no request remains, and the gateway serves the next client. */
static void
test_anybody_leaves (GatewayWorld *self, gconstpointer data)
{
  for (guint round = 0; round < ROUNDS; round++) {
    g_autoptr (RawServer) server = raw_server_new (self, RAW_TUNNEL, answer_something, NULL);
    g_autoptr (H2Client) client = h2_client_new (self, "raw.test", server->port);
    for (guint i = 0; i < STEPS_MAX && do_something (self, client, server); i++) {
    }
    h2_client_vanish (client);
    test_wait_until (has_no_session_cb, server); /* all requests upstream have ended */
    g_free (self->token);
    self->token = bulla_gateway_add_session (self->gateway, NULL, BULLA_GATEWAY_ONE_VIEW);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gateway/h2-stress/anybody-leaves", GatewayWorld, NULL,
              gateway_world_set_up_one_view, test_anybody_leaves, gateway_world_tear_down);
  return g_test_run ();
}
