/* test-gateway-websocket.c - forwards WebSockets through the gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <sys/socket.h>

#include "wire-kit.h"

#define SWITCHES                                                                                   \
  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"              \
  "Sec-WebSocket-Accept: x\r\n"

static void
echo_cb (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *message,
         gpointer user_data)
{
  soup_websocket_connection_send_message (connection, type, message);
}

static void
websocket_cb (SoupServer *server, SoupServerMessage *message, const char *path,
              SoupWebsocketConnection *connection, gpointer user_data)
{
  g_signal_connect (connection, "message", G_CALLBACK (echo_cb), NULL);
  g_object_set_data_full (G_OBJECT (server), "connection", g_object_ref (connection),
                          g_object_unref);
}

static void
keep_message_cb (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *message,
                 gpointer user_data)
{
  *(GBytes **)user_data = g_bytes_ref (message);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
}

static SoupWebsocketConnection *
open_websocket (GatewayWorld *self, TestServer *server, const char *origin, GError **error)
{
  g_autofree char *http = test_server_url (server, "/echo");
  g_autofree char *url = g_strconcat ("ws", http + strlen ("http"), NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GAsyncResult) result = NULL;

  soup_session_websocket_connect_async (self->client, message, origin, NULL, 0, NULL,
                                        test_take_result, &result);
  return soup_session_websocket_connect_finish (self->client, test_wait_result (&result), error);
}

static void
echo_through (GatewayWorld *self, TestServer *server)
{
  g_autofree char *filling = g_strnfill (100000, 'x');
  g_autoptr (GError) error = NULL;
  gboolean closed = FALSE;

  soup_server_add_websocket_handler (server->soup, "/echo", NULL, NULL, websocket_cb, NULL, NULL);
  g_autoptr (SoupWebsocketConnection) connection = open_websocket (self, server, NULL, &error);
  g_assert_no_error (error);
  const char *const texts[] = {"hello", filling, "bye"};
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GBytes) got = NULL;
    gulong handler = g_signal_connect (connection, "message", G_CALLBACK (keep_message_cb), &got);
    soup_websocket_connection_send_text (connection, texts[i]);
    while (got == NULL)
      g_main_context_iteration (NULL, TRUE);
    g_signal_handler_disconnect (connection, handler);
    g_assert_cmpmem (g_bytes_get_data (got, NULL), g_bytes_get_size (got), texts[i],
                     strlen (texts[i]));
  }
  g_assert_null (strstr (server->last_head, "Proxy"));
  g_signal_connect (connection, "closed", G_CALLBACK (closed_cb), &closed);
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  test_wait (&closed);
  g_assert_cmpuint (soup_websocket_connection_get_close_code (connection), ==,
                    SOUP_WEBSOCKET_CLOSE_NORMAL);
  g_object_set_data (G_OBJECT (server->soup), "connection", NULL);
}

/* each WebSocket has its own connection, and is in the ledger until it ends */
static void
assert_noted (GatewayWorld *self, const char *host)
{
  GListModel *list = G_LIST_MODEL (bulla_loader_get_ledger (self->loader));
  guint n = g_list_model_get_n_items (list);
  g_autoptr (BullaContact) connect = g_list_model_get_item (list, n - 2);
  g_autoptr (BullaContact) websocket = g_list_model_get_item (list, n - 1);

  g_assert_cmpint (bulla_contact_get_kind (connect), ==, BULLA_CONTACT_CONNECT);
  g_assert_cmpint (bulla_contact_get_kind (websocket), ==, BULLA_CONTACT_WEBSOCKET);
  g_assert_cmpstr (bulla_contact_get_host (websocket), ==, host);
  g_assert_cmpstr (bulla_contact_get_purpose (websocket), ==, "websocket");
  g_assert_true (g_str_has_suffix (bulla_contact_get_url (websocket), "/echo"));
  g_assert_cmpuint (bulla_contact_get_connection (websocket), ==, bulla_contact_get_id (connect));
  while (bulla_contact_get_duration (websocket) < 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_echo (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestServer) plain = test_server_new ("plain.test", NULL);
  g_autofree char *resolve = test_server_resolve (plain);

  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  echo_through (self, self->publisher);
  assert_noted (self, "publisher.test");
  echo_through (self, plain);
  assert_noted (self, "plain.test");
}

static void
test_refused (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "localhost", self->world->now - TEST_DAY, 30, 0);
  g_autoptr (TestServer) server = test_server_new ("localhost", certificate);
  g_autoptr (GError) private_error = NULL;
  g_autoptr (GError) missing_error = NULL;

  soup_server_add_websocket_handler (server->soup, "/echo", NULL, NULL, websocket_cb, NULL, NULL);
  g_assert_null (open_websocket (self, server, "https://public.test", &private_error));
  g_assert_nonnull (private_error);
  g_assert_cmpuint (server->n_requests, ==, 0);
  /* an ordinary response does not open a WebSocket */
  g_assert_null (open_websocket (self, self->publisher, NULL, &missing_error));
  g_assert_nonnull (missing_error);
}

/* --- responses of all kinds */

/* @user_data: the response; other requests are not answered */
static void
answer_handshake (GIOStream *connection, gpointer user_data)
{
  g_autofree char *head = wire_kit_read_head (connection);

  if (!g_str_has_prefix (head, "GET /ws?q=100%&%41 HTTP/1.1\r\n")
      || strstr (head, "\r\nSec-WebSocket-Key: y\r\n") == NULL
      || strstr (head, "\r\nUpgrade: websocket\r\n") == NULL
      || strstr (head, "\r\nConnection: Upgrade\r\n") == NULL)
    return;
  wire_kit_answer (connection, *(const char **)user_data);
}

/* Returns: (transfer full): the bytes that a client receives until its connection ends */
static char *
shake_hands (GatewayWorld *self, const WireServer *server)
{
  g_autoptr (GIOStream) client = wire_kit_tunnel (self, server->host, server->port);
  g_autofree char *request =
      g_strdup_printf ("GET /ws?q=100%%&%%41 HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: "
                       "websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: y\r\n\r\n",
                       server->host, server->port);

  g_assert_true (wire_kit_say (client, request, -1));
  return wire_kit_hear (client, "end", NULL);
}

static void
test_switches (GatewayWorld *self, gconstpointer data)
{
  static const char *const ANSWERS[] = {
      SWITCHES "\r\nend",
      SWITCHES "Alt-Svc: h3=\":443\"\r\nBulla-Answer: 1\r\nProxy-Authenticate: Basic\r\n\r\nend",
      SWITCHES "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nend",
      "HTTP/1.1 100 Continue\r\n\r\n" SWITCHES "\r\nend",
      "HTTP/1.1 103 Early\r\nLink: </x>\r\n\r\n" SWITCHES "\r\nend",
  };
  const char *answer = NULL;
  g_autoptr (WireServer) server = wire_kit_serve (self, "ws.test", answer_handshake, &answer);

  for (guint i = 0; i < G_N_ELEMENTS (ANSWERS); i++) {
    answer = ANSWERS[i];
    g_autofree char *heard = shake_hands (self, server);
    g_assert_cmpstr (heard, ==,
                     "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: x\r\n"
                     "Connection: Upgrade\r\nUpgrade: websocket\r\n\r\nend");
  }
  answer = SWITCHES "X: a\rY: b\x1b[31m\r\n\r\nend";
  g_autofree char *heard = shake_hands (self, server);
  g_assert_nonnull (strstr (heard, "\r\nX: a Y: b [31m\r\n"));
}

/* a response that does not switch protocols is forwarded with its header fields */
static void
test_answers (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *head, *kept, *body;
  } CASES[] = {
      {"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Length: 3\r\n\r\nend",
       "\r\nWWW-Authenticate: Basic\r\n", "\r\n\r\nend"},
      {"HTTP/1.1 403 No\r\nSet-Cookie: a=1\r\nAlt-Svc: x\r\n\r\nend", "\r\nSet-Cookie: a=1\r\n",
       "\r\n\r\n3\r\nend"},
      {"HTTP/1.1 302 Found\r\nLocation: /x\r\nTransfer-Encoding: chunked\r\n\r\n"
       "2;x\r\n<e\r\n2\r\nnd\r\n0\r\n\r\n",
       "\r\nLocation: /x\r\n", "\r\n\r\n4\r\n<end"},
      {"HTTP/1.1 426 Upgrade\r\nSec-WebSocket-Version: 13, 8\r\nContent-Length: 3\r\n\r\nend",
       "\r\nSec-WebSocket-Version: 13, 8\r\n", "\r\n\r\nend"},
      {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nend, and more", "HTTP/1.1 200 OK\r\n",
       "\r\n\r\nend"},
  };
  const char *answer = NULL;
  g_autoptr (WireServer) server = wire_kit_serve (self, "ws.test", answer_handshake, &answer);

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    answer = CASES[i].head;
    g_autofree char *heard = shake_hands (self, server);
    g_assert_cmpmem (heard, strlen ("HTTP/1.1 401"), answer, strlen ("HTTP/1.1 401"));
    g_assert_nonnull (strstr (heard, CASES[i].kept));
    g_assert_null (strstr (heard, "Alt-Svc"));
    g_assert_nonnull (strstr (heard, CASES[i].body));
  }
}

static void
test_broken_answers (GatewayWorld *self, gconstpointer data)
{
  static const char *const ANSWERS[] = {
      "",
      "HTTP/1.1 101 X",
      "HTTP/1.1 101 X\r\nUpgrade: h2c\r\nSec-WebSocket-Accept: x\r\n\r\nend",
      "HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\nend",
      "HTTP/1.0 101 X\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\nend",
  };
  const char *answer = NULL;
  g_autoptr (WireServer) server = wire_kit_serve (self, "ws.test", answer_handshake, &answer);

  for (guint i = 0; i < G_N_ELEMENTS (ANSWERS); i++) {
    answer = ANSWERS[i];
    g_autofree char *heard = shake_hands (self, server);
    g_assert_cmpstr (heard, ==, "HTTP/1.1 502"); /* and the connection is closed */
  }
}

/* Returns: (transfer full): the connection of a client that has asked for a WebSocket */
static GIOStream *
send_handshake (GatewayWorld *self, const WireServer *server, const char *fields)
{
  GIOStream *client = wire_kit_tunnel (self, server->host, server->port);
  g_autofree char *request =
      g_strdup_printf ("GET / HTTP/1.1\r\nHost: %s:%u\r\nUpgrade: websocket\r\n%s"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: y\r\n\r\n",
                       server->host, server->port, fields);

  g_assert_true (wire_kit_say (client, request, -1));
  return client;
}

static void
reset (GIOStream *stream)
{
  const struct linger at_once = {1, 0};
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (stream));

  setsockopt (g_socket_get_fd (socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  g_socket_close (socket, NULL);
}

/* --- long responses */

static const struct {
  const char *head, *last;
} FRAMINGS[] = {{"Content-Length: 300000\r\n", ""},
                {"Transfer-Encoding: chunked\r\n", "0\r\n\r\n"},
                {"X-Until: the end\r\n", ""}};

typedef struct {
  guint framing;
  enum { WHOLE, RESET, SHORT, N_ENDS } end;
  GMutex heard; /* unlocked after the client has read the first half */
} Long;

static void
answer_long (GIOStream *connection, gpointer user_data)
{
  Long *what = user_data;
  gboolean chunked = what->framing == 1;
  g_autofree char *asked = wire_kit_read_head (connection);
  g_autofree char *half = g_strnfill (150000, 'y');
  g_autofree char *part =
      chunked ? g_strdup_printf ("%x\r\n%s\r\n", 150000, half) : g_strdup (half);
  g_autofree char *head =
      g_strdup_printf ("HTTP/1.1 403 No\r\n%s\r\n", FRAMINGS[what->framing].head);

  wire_kit_answer (connection, head);
  wire_kit_answer (connection, part);
  g_mutex_lock (&what->heard);
  g_mutex_unlock (&what->heard);
  if (what->end == RESET)
    reset (connection);
  if (what->end == SHORT) /* a chunk cannot begin like that */
    wire_kit_answer (connection, "x");
  if (what->end != WHOLE)
    return;
  wire_kit_answer (connection, part);
  wire_kit_answer (connection, FRAMINGS[what->framing].last);
}

/* each part is forwarded when it arrives, and a truncated response does not look complete */
static void
test_long_answers (GatewayWorld *self, gconstpointer data)
{
  for (guint i = 0; i < N_ENDS * G_N_ELEMENTS (FRAMINGS) - 1; i++) {
    Long what = {.framing = i / N_ENDS, .end = i % N_ENDS};
    g_autoptr (GError) error = NULL;
    g_mutex_init (&what.heard);
    g_mutex_lock (&what.heard);
    WireServer *server = wire_kit_serve (self, "ws.test", answer_long, &what);
    g_autoptr (GIOStream) client = send_handshake (self, server, "Connection: Upgrade, close\r\n");
    g_autofree char *first = wire_kit_hear (client, "yyy", NULL);
    g_assert_true (g_str_has_prefix (first, "HTTP/1.1 403 No\r\n"));
    g_mutex_unlock (&what.heard);
    g_autofree char *rest = wire_kit_hear (client, NULL, &error);
    guint n = 0;
    for (const char *at = strchr (first, 'y'); *at != '\0'; at++)
      n += *at == 'y' ? 1 : 0;
    for (const char *at = rest; *at != '\0'; at++)
      n += *at == 'y' ? 1 : 0;
    g_assert_cmpint (error != NULL, ==, what.end != WHOLE);
    if (what.end == WHOLE)
      g_assert_cmpuint (n, ==, 300000);
    wire_server_free (server);
    g_mutex_clear (&what.heard);
  }
}

/* --- requests to the server */

static void
tell_head (GIOStream *connection, gpointer user_data)
{
  g_autofree char *head = wire_kit_read_head (connection);
  g_autofree char *answer =
      g_strdup_printf ("HTTP/1.1 403 No\r\nContent-Length: %zu\r\n\r\n%s", strlen (head), head);

  wire_kit_answer (connection, answer);
}

/* the URL counts, not the client's Host; a WebSocket request has no body */
static void
test_request (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (WireServer) server = wire_kit_serve (self, "ws.test", tell_head, NULL);
  g_autofree char *credentials = wire_kit_credentials (self);
  g_autofree char *host = g_strdup_printf ("\r\nHost: ws.test:%u\r\n", server->port);

  for (guint i = 0; i < 2; i++) {
    g_autoptr (GIOStream) client = wire_kit_dial (self);
    g_autofree char *request = g_strdup_printf (
        "GET http://ws.test:%u/ws HTTP/1.1\r\nHost: other.test\r\n%sUpgrade: websocket\r\n"
        "Connection: Upgrade, close\r\nContent-Length: %u\r\nSec-WebSocket-Key: y\r\n\r\n%s",
        server->port, credentials, i * 5, i == 0 ? "" : "hello");
    g_assert_true (wire_kit_say (client, request, -1));
    g_autofree char *heard = wire_kit_hear (client, NULL, NULL);
    const char *asked = strstr (heard, "\r\n\r\nGET /ws HTTP/1.1\r\n");
    g_assert_nonnull (asked);
    g_assert_nonnull (strstr (asked, host));
    g_assert_null (strstr (asked, "other.test"));
    g_assert_cmpint (strstr (asked, "Upgrade: websocket") != NULL, ==, i == 0);
    g_assert_cmpint (strstr (asked, "Content-Length: 5") != NULL, ==, i == 1);
  }
}

/* --- ends of connections */

#define CLOSE "\x88\x02\x03\xe8"
#define LAST_SIZE 200000

static void
answer_at_the_end (GIOStream *connection, gpointer user_data)
{
  g_autofree char *head = wire_kit_read_head (connection);
  g_autofree char *last = g_strnfill (LAST_SIZE, 'm');

  wire_kit_answer (connection, SWITCHES "\r\n");
  g_autofree char *heard = wire_kit_read_rest (connection);
  g_assert_cmpstr (heard, ==, CLOSE);
  wire_kit_answer (connection, last);
  wire_kit_answer (connection, CLOSE);
}

static GIOStream *
switch_over (GatewayWorld *self, const WireServer *server)
{
  GIOStream *client = send_handshake (self, server, "Connection: Upgrade\r\n");
  g_autofree char *head = wire_kit_hear (client, "\r\n\r\n", NULL);

  g_assert_true (g_str_has_prefix (head, "HTTP/1.1 101 "));
  return client;
}

/* a side that has closed its sending half still receives */
static void
test_half_close (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (WireServer) server = wire_kit_serve (self, "ws.test", answer_at_the_end, NULL);
  g_autoptr (GIOStream) client = switch_over (self, server);
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (client));
  g_autoptr (GError) error = NULL;

  g_assert_true (wire_kit_say (client, CLOSE, -1));
  g_assert_true (g_socket_shutdown (socket, FALSE, TRUE, NULL));
  g_autofree char *heard = wire_kit_hear (client, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (heard), ==, LAST_SIZE + strlen (CLOSE));
  g_assert_true (g_str_has_suffix (heard, "m" CLOSE));
}

static void
reset_inside (GIOStream *connection, gpointer user_data)
{
  g_autofree char *head = wire_kit_read_head (connection);

  wire_kit_answer (connection, SWITCHES "\r\n\x82\x7f");
  g_autofree char *heard = wire_kit_read_head (connection);
  reset (connection);
}

static void
note_reset (GIOStream *connection, gpointer user_data)
{
  GInputStream *in = g_io_stream_get_input_stream (connection);
  g_autofree char *head = wire_kit_read_head (connection);
  char byte = '\0';

  wire_kit_answer (connection, SWITCHES "\r\n");
  while (g_input_stream_read (in, &byte, 1, NULL, user_data) > 0)
    ;
}

static guint
count_open (WireServer *server)
{
  g_mutex_lock (&server->lock);
  guint n = server->open->len;
  g_mutex_unlock (&server->lock);
  return n;
}

/* a broken connection must not look like a regular end */
static void
test_resets (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GError) heard_error = NULL, read_error = NULL;
  g_autoptr (WireServer) breaking = wire_kit_serve (self, "a.test", reset_inside, NULL);
  g_autoptr (GIOStream) client = switch_over (self, breaking);

  g_assert_true (wire_kit_say (client, "\r\n\r\n", -1));
  g_autofree char *heard = wire_kit_hear (client, NULL, &heard_error);
  g_assert_error (heard_error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
  WireServer *noting = wire_kit_serve (self, "b.test", note_reset, &read_error);
  g_autoptr (GIOStream) leaving = switch_over (self, noting);
  reset (leaving);
  while (count_open (noting) > 0) /* until both ends have read everything */
    g_main_context_iteration (NULL, FALSE);
  wire_server_free (noting);
  g_assert_error (read_error, G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/websocket/" path, GatewayWorld, NULL, gateway_world_set_up_announced,      \
              test, gateway_world_tear_down)
  ADD ("echo", test_echo);
  ADD ("refused", test_refused);
  ADD ("switches", test_switches);
  ADD ("answers", test_answers);
  ADD ("broken-answers", test_broken_answers);
  ADD ("long-answers", test_long_answers);
  ADD ("request", test_request);
  ADD ("half-close", test_half_close);
  ADD ("resets", test_resets);
  return g_test_run ();
}
