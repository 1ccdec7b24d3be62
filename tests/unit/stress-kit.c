/* stress-kit.c - runs a gateway between relays that cut connections, and visits that use all its
 * handlers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "stress-kit.h"

#define STEPS_MAX 4  /* most requests of a visit, plus one */
#define LARGE 300000 /* bytes of a large body */

static const char *const STATIONS[N_STATIONS] = {
    "live",      "exchange", "bundle",   "prefetch", "script",
    "websocket", "upload",   "download", "unknown",
};

typedef struct {
  Stress *stress; /* not owned */
  Station station;
  char *view;                          /* owned */
  guint step;                          /* index of the next request */
  SoupMessage *message;                /* owned; request in progress; NULL if there is none */
  SoupWebsocketConnection *connection; /* owned; nullable */
  gboolean well;
} Visit;

/* --- the world */

static const TestResource resources[] = {
    {"/article", "text/html", "<p>bundled", TRUE},
    {"/style.css", "text/css", "p { color: red }", TRUE},
};

static const TestResource scripts[] = {
    {"/b/x.js", "text/javascript", "x ()", FALSE},
};

static void
answer_upload (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_STATIC, "taken", 5);
}

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
  g_signal_connect (connection, "closed", G_CALLBACK (g_object_unref), NULL);
  g_object_ref (connection);
}

static void
put_files (GatewayWorld *world)
{
  g_autofree char *filling = g_strnfill (LARGE, 'x');
  g_autoptr (GBytes) large = g_bytes_new (filling, LARGE);
  g_autoptr (GBytes) page = g_bytes_new (filling, 20000);
  g_autoptr (GBytes) exchange =
      gateway_world_sign (world, "/article", NULL, NULL, page, world->world->now - 60, FALSE);
  g_autoptr (BullaBundleWriter) vouched =
      test_bundle_writer (world, BULLA_BUNDLE_FORMAT_B2, resources, G_N_ELEMENTS (resources),
                          world->world->now - 60, NULL, NULL);
  g_autoptr (GBytes) bundle = test_bundle_write (vouched);
  g_autoptr (BullaBundleWriter) plain = test_bundle_writer (world, BULLA_BUNDLE_FORMAT_B2, scripts,
                                                            G_N_ELEMENTS (scripts), 0, NULL, NULL);
  g_autoptr (GBytes) script = test_bundle_write (plain);

  gateway_world_put (world, world->publisher, "/page", page, "text/html");
  gateway_world_put (world, world->publisher, "/large", large, "text/html");
  gateway_world_put (world, world->publisher, "/article", page, "text/html");
  gateway_world_put (world, world->aggregator, "/", page, "text/html");
  gateway_world_put_exchange (world, world->aggregator, "/a.sxg", exchange);
  test_bundle_put (world, world->aggregator, "/a.wbn", bundle);
  test_bundle_put (world, world->publisher, "/b/all.wbn", script);
  soup_server_add_handler (world->publisher->soup, "/upload", answer_upload, NULL, NULL);
  soup_server_add_websocket_handler (world->publisher->soup, "/echo", NULL, NULL, websocket_cb,
                                     NULL, NULL);
}

/* Starts a relay at another address of loopback, on the server's own port. */
static TestCutter *
put_behind (GatewayWorld *world, TestServer *server, const char *address)
{
  g_autofree char *resolve = g_strdup_printf ("%s:%u:%s", server->host, server->port, address);
  g_autoptr (GError) error = NULL;

  bulla_loader_add_resolve (world->loader, resolve, &error);
  g_assert_no_error (error);
  return test_cutter_new (address, server->port, server->port);
}

/* Sends a first request directly to the gateway, because libsoup 3.2 remembers the proxy that
 * sent status 407 as its target; it would remember the relay. */
void
stress_renew_client (Stress *self)
{
  g_autofree char *own = bulla_gateway_dup_proxy_uri (self->world.gateway, self->world.token);
  g_autofree char *relay =
      g_strdup_printf ("http://127.0.0.1:%u", test_cutter_get_port (self->before));
  g_autofree char *url = test_server_url (self->world.publisher, "/page");
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (own, NULL);

  g_clear_object (&self->client);
  self->client = soup_session_new_with_options ("proxy-resolver", resolver, "tls-database",
                                                self->database, NULL);
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_cmpuint (response->status, ==, SOUP_STATUS_OK);
  g_simple_proxy_resolver_set_default_proxy (G_SIMPLE_PROXY_RESOLVER (resolver), relay);
  soup_session_abort (self->client);
}

Stress *
stress_new (void)
{
  Stress *self = g_new0 (Stress, 1);
  GatewayWorld *world = &self->world;
  g_autoptr (GError) error = NULL;

  gateway_world_set_up (world, BULLA_GATEWAY_ANNOUNCED, NULL);
  put_files (world);
  g_autofree char *authority = g_build_filename (world->world->folder, "authority.pem", NULL);
  self->database = g_tls_file_database_new (authority, &error);
  g_assert_no_error (error);
  self->rand = g_rand_new_with_seed ((guint32)g_test_rand_int ());
  GSocketAddress *address = bulla_gateway_get_address (world->gateway);
  self->before = test_cutter_new ("127.0.0.1", 0,
                                  g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  self->behind[0] = put_behind (world, world->aggregator, "127.0.0.2");
  self->behind[1] = put_behind (world, world->publisher, "127.0.0.3");
  self->behind[2] = put_behind (world, world->chains, "127.0.0.4");
  stress_renew_client (self);
  return self;
}

static gboolean
give_up_cb (gpointer user_data)
{
  g_error ("somebody holds the gateway");
  return G_SOURCE_REMOVE;
}

void
stress_free (Stress *self)
{
  BullaGateway *gateway = self->world.gateway;

  g_clear_object (&self->client);
  g_object_add_weak_pointer (G_OBJECT (gateway), (gpointer *)&gateway);
  test_cutter_free (self->before);
  gateway_world_tear_down (&self->world, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (self->behind); i++)
    test_cutter_free (self->behind[i]);
  guint patience = g_timeout_add_seconds (60, give_up_cb, NULL);
  while (gateway != NULL) /* a thread may still have a request of the gateway */
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (patience);
  g_object_unref (self->database);
  g_rand_free (self->rand);
  g_free (self->why);
  g_free (self);
}

/* --- a client */

static void visit_go_on (Visit *visit);

static void
visit_free (Visit *visit)
{
  g_clear_object (&visit->message);
  g_clear_object (&visit->connection);
  g_free (visit->view);
  g_free (visit);
}

static void
visit_end (Visit *visit, gboolean well)
{
  Stress *self = visit->stress;

  visit->well = well;
  if (well)
    self->served[visit->station]++;
  else
    self->ended[visit->station]++;
  self->n_waiting--;
  visit_free (visit);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body =
      soup_session_send_and_read_finish (SOUP_SESSION (object), result, &error);
  guint status = soup_message_get_status (visit->message);

  if (body == NULL || (status != SOUP_STATUS_OK && status != SOUP_STATUS_SEE_OTHER)) {
    g_free (visit->stress->why);
    visit->stress->renew |= status == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED;
    visit->stress->why = g_strdup_printf ("%u, %s", status, error ? error->message : "whole");
    visit_end (visit, FALSE);
  } else {
    visit_go_on (visit);
  }
}

static void
echoed_cb (SoupWebsocketConnection *connection, SoupWebsocketDataType type, GBytes *message,
           gpointer user_data)
{
  Visit *visit = user_data;

  visit->well = TRUE;
  soup_websocket_connection_close (connection, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}

static void
closed_cb (SoupWebsocketConnection *connection, gpointer user_data)
{
  Visit *visit = user_data;

  g_signal_handlers_disconnect_by_data (connection, visit);
  visit_end (visit, visit->well);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Visit *visit = user_data;

  visit->connection = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, NULL);
  if (visit->connection == NULL) {
    visit_end (visit, FALSE);
    return;
  }
  g_autofree char *filling = g_strnfill (60000, 'w');
  g_signal_connect (visit->connection, "message", G_CALLBACK (echoed_cb), visit);
  g_signal_connect (visit->connection, "closed", G_CALLBACK (closed_cb), visit);
  soup_websocket_connection_send_text (visit->connection, filling);
}

static void
open_websocket (Visit *visit)
{
  Stress *self = visit->stress;
  g_autofree char *url = test_server_url (self->world.publisher, "/echo");

  visit->message = soup_message_new (SOUP_METHOD_GET, url);
  soup_session_websocket_connect_async (self->client, visit->message, NULL, NULL,
                                        G_PRIORITY_DEFAULT, NULL, opened_cb, visit);
}

typedef struct {
  const char *method;
  gboolean from_publisher; /* whether the publisher serves it; otherwise the aggregator */
  const char *path;
  const char *host; /* host of the requesting page; "-" for the shell */
  const char *dest; /* destination; NULL if not announced */
} Step;

static const Step STEPS[N_STATIONS][STEPS_MAX] = {
    [STATION_LIVE] = {{"GET", TRUE, "/page", "-", "navigation"}},
    [STATION_EXCHANGE] = {{"GET", FALSE, "/a.sxg", "-", "navigation"},
                          {"GET", TRUE, "/article", "-", "navigation"}},
    [STATION_BUNDLE] = {{"GET", FALSE, "/a.wbn", "-", "navigation"},
                        {"GET", TRUE, "/article", "-", "navigation"},
                        {"GET", TRUE, "/style.css", "publisher.test", "subresource"}},
    [STATION_PREFETCH] = {{"GET", FALSE, "/", "-", "navigation"},
                          {"GET", FALSE, "/a.sxg", "aggregator.test", "prefetch"},
                          {"GET", FALSE, "/a.sxg", "aggregator.test", "navigation"}},
    [STATION_SCRIPT] = {{"GET", TRUE, "/page", "-", "navigation"},
                        {"GET", TRUE, "/b/x.js", "publisher.test", "subresource"}},
    [STATION_UPLOAD] = {{"POST", TRUE, "/upload", "publisher.test", "subresource"}},
    [STATION_DOWNLOAD] = {{"GET", TRUE, "/large", "publisher.test", "subresource"}},
    [STATION_UNKNOWN] = {{"GET", TRUE, "/page", "publisher.test", NULL}},
};

/* Returns the announcement of the web process; the script element of /page names the bundle. */
static char *
dup_tag (Visit *visit, const Step *step)
{
  g_autofree char *bundle = test_server_url (visit->stress->world.publisher, "/b/all.wbn");
  g_autofree char *escaped = g_uri_escape_string (bundle, NULL, FALSE);
  g_autofree char *named = g_strdup_printf ("; bundle=%s; credentials=same-origin", escaped);
  gboolean by_script = visit->station == STATION_SCRIPT && visit->step == 2;

  return g_strdup_printf ("v=%s; host=%s; dest=%s%s", visit->view, step->host, step->dest,
                          by_script ? named : "");
}

static void
visit_ask (Visit *visit, const Step *step)
{
  Stress *self = visit->stress;
  GatewayWorld *world = &self->world;
  g_autofree char *tag = dup_tag (visit, step);
  g_autofree char *url =
      test_server_url (step->from_publisher ? world->publisher : world->aggregator, step->path);
  g_autofree char *own = test_server_url (world->publisher, "/page");
  g_autofree char *other = test_server_url (world->aggregator, "/");

  g_clear_object (&visit->message);
  visit->message = soup_message_new (step->method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (visit->message);
  soup_message_headers_replace (headers, "Accept", "text/html,*/*;q=0.8");
  if (!g_str_equal (step->host, "-"))
    soup_message_headers_replace (headers, "Referer",
                                  g_str_equal (step->host, "publisher.test") ? own : other);
  if (step->dest != NULL)
    gateway_world_announce (world, world->token, visit->message, tag);
  if (g_strcmp0 (step->dest, "prefetch") == 0)
    soup_message_headers_replace (headers, "Sec-Purpose", "prefetch");
  if (g_str_equal (step->method, SOUP_METHOD_POST)) {
    g_autoptr (GBytes) body = g_bytes_new_take (g_strnfill (LARGE, 'u'), LARGE);
    soup_message_set_request_body_from_bytes (visit->message, "text/plain", body);
  }
  soup_message_add_flags (visit->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (self->client, visit->message, G_PRIORITY_DEFAULT, NULL,
                                    answered_cb, visit);
}

/* Sends the next request of the visit, or ends the visit. */
static void
visit_go_on (Visit *visit)
{
  const Step *step = &STEPS[visit->station][visit->step++];

  if (visit->station == STATION_WEBSOCKET)
    open_websocket (visit);
  else if (step->method == NULL)
    visit_end (visit, TRUE);
  else
    visit_ask (visit, step);
}

void
stress_begin_visit (Stress *self, Station station)
{
  Visit *visit = g_new0 (Visit, 1);

  visit->stress = self;
  visit->station = station;
  visit->view = g_strdup_printf ("v%u", self->n_views++);
  self->n_waiting++;
  visit_go_on (visit);
}

const char *
station_get_name (Station station)
{
  return STATIONS[station];
}
