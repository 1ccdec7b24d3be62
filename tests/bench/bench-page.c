/* bench-page.c - measures how long WebKit loads a page with 50 subresources, directly and through
 * the gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Two views take turns; the network session of one uses the gateway as its proxy, that of the other
 * uses none. Connections are kept between loads, and nothing may be cached. The server runs in its
 * own thread, so that it does not take the gateway's time; with an RTT, a relay delays its
 * connections. It speaks HTTP/2, or HTTP/1.1 alone. Each pair of loads prints a line: seconds of
 * the direct load, then seconds through the gateway.
 *
 * bulla-bench-page ROUNDS [RTT [http1]]: milliseconds */
#include <stdlib.h>
#include <string.h>
#include <webkit/webkit.h>

#include "bulla-demo-front.h"
#include "bulla-demo-relay.h"
#include "bulla-gateway.h"
#include "test-world.h"

#define PARTS 50
#define PART_SIZE 8000
#define WARM_UP 3

typedef struct {
  GMainContext *context; /* owned */
  GMainLoop *loop;       /* owned */
  GThread *thread;       /* owned */
  DemoProtocol protocol;
  guint rtt;    /* round-trip time in ms; 0 without relay */
  guint port;   /* port of the server, or of the relay in front of it */
  int requests; /* requests that have come; atomic */
  GTlsCertificate *certificate;
  gboolean ready;
  GMutex lock;
  GCond changed;
} Publisher;

/* each subresource is a script, a style sheet or an image */
static const char *const kinds[][3] = {
    {"<script src='/%u.js'></script>", "text/javascript", "/* %*s */ window.part = 1;"},
    {"<link rel=stylesheet href='/%u.css'>", "text/css", "/* %*s */ p { margin: 0 }"},
    {"<img src='/%u.svg'>", "image/svg+xml",
     "<!-- %*s --><svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"},
};

static char *
make_page (void)
{
  GString *head = g_string_new ("<!DOCTYPE html><title>fifty</title>");
  g_autoptr (GString) images = g_string_new ("<p>");

  for (guint i = 0; i < PARTS; i++) {
    guint kind = i % G_N_ELEMENTS (kinds);
    g_autoptr (GString) tag = g_string_new (kinds[kind][0]);
    g_autofree char *number = g_strdup_printf ("%u", i);
    g_string_replace (tag, "%u", number, 1);
    g_string_append (kind == 2 ? images : head, tag->str);
  }
  g_string_append (head, images->str);
  return g_string_free (head, FALSE);
}

static char *
make_part (guint kind)
{
  g_autofree char *filling = g_strnfill (PART_SIZE, 'x');
  g_autoptr (GString) text = g_string_new (kinds[kind][2]);

  g_string_replace (text, "%*s", filling, 1);
  return g_strdup (text->str);
}

static void
answer_cb (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  Publisher *self = user_data;
  gboolean page = g_str_equal (path, "/");
  guint kind = (guint)g_ascii_strtoull (path + 1, NULL, 10) % G_N_ELEMENTS (kinds);
  g_autofree char *body = page ? make_page () : make_part (kind);

  g_atomic_int_inc (&self->requests);
  soup_message_headers_replace (soup_server_message_get_response_headers (message), "Cache-Control",
                                "no-store");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, page ? "text/html" : kinds[kind][1], SOUP_MEMORY_COPY,
                                    body, strlen (body));
}

static gpointer
serve (gpointer data)
{
  Publisher *self = data;

  g_autoptr (GError) error = NULL;

  g_main_context_push_thread_default (self->context);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, answer_cb, self, NULL);
  DemoFront *front = demo_front_new (server, self->certificate, self->protocol, &error);
  g_assert_no_error (error);
  self->port = demo_front_get_port (front);
  DemoRelay *relay = self->rtt > 0 ? demo_relay_new (self->port, &error) : NULL;
  g_assert_no_error (error);
  if (relay != NULL) {
    demo_relay_set_rtt (relay, self->rtt);
    self->port = demo_relay_get_port (relay);
  }
  g_mutex_lock (&self->lock);
  self->ready = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  g_main_loop_run (self->loop);
  g_clear_pointer (&relay, demo_relay_free);
  demo_front_free (front);
  soup_server_disconnect (server);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
publisher_start (Publisher *self, TestWorld *world)
{
  self->certificate = test_world_issue (world, "localhost", world->now - 3600, 30, 0);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("publisher", serve, self);
  g_mutex_lock (&self->lock);
  while (!self->ready)
    g_cond_wait (&self->changed, &self->lock);
  g_mutex_unlock (&self->lock);
}

static void
publisher_stop (Publisher *self)
{
  g_main_loop_quit (self->loop);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->certificate);
}

/* @proxy: (nullable): the URI of the gateway */
static WebKitWebView *
open_view (const char *proxy)
{
  g_autoptr (WebKitNetworkSession) session = webkit_network_session_new_ephemeral ();
  WebKitNetworkProxySettings *settings =
      proxy != NULL ? webkit_network_proxy_settings_new (proxy, NULL) : NULL;

  webkit_network_session_set_proxy_settings (session,
                                             proxy != NULL ? WEBKIT_NETWORK_PROXY_MODE_CUSTOM
                                                           : WEBKIT_NETWORK_PROXY_MODE_NO_PROXY,
                                             settings);
  g_clear_pointer (&settings, webkit_network_proxy_settings_free);
  webkit_network_session_set_tls_errors_policy (session, WEBKIT_TLS_ERRORS_POLICY_IGNORE);
  WebKitWebView *view = g_object_new (WEBKIT_TYPE_WEB_VIEW, "network-session", session, NULL);
  GtkWidget *window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));
  return view;
}

static gboolean
failed_cb (WebKitWebView *view, WebKitLoadEvent event, const char *url, GError *error)
{
  g_error ("%s: %s", url, error->message);
  return FALSE;
}

static void
changed_cb (WebKitWebView *view, WebKitLoadEvent event, gboolean *done)
{
  *done |= event == WEBKIT_LOAD_FINISHED;
}

static double
load (WebKitWebView *view, const char *url, Publisher *publisher)
{
  gboolean done = FALSE;
  gulong changed = g_signal_connect (view, "load-changed", G_CALLBACK (changed_cb), &done);
  int before = g_atomic_int_get (&publisher->requests);
  gint64 start = g_get_monotonic_time ();

  webkit_web_view_load_uri (view, url);
  test_wait (&done);
  double seconds = (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  /* all responses have arrived, so the number of requests is final; there may be one for a
   * favicon */
  g_assert_cmpint (g_atomic_int_get (&publisher->requests) - before, >=, PARTS + 1);
  g_signal_handler_disconnect (view, changed);
  return seconds;
}

int
main (int argc, char **argv)
{
  guint rounds = argc > 1 ? (guint)g_ascii_strtoull (argv[1], NULL, 10) : 1;
  Publisher publisher = {.rtt = argc > 2 ? (guint)g_ascii_strtoull (argv[2], NULL, 10) : 0,
                         .protocol = argc > 3 && g_str_equal (argv[3], "http1") ? DEMO_HTTP_1
                                                                                : DEMO_HTTP_2};
  g_autoptr (TestWorld) world = test_world_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);

  g_assert_no_error (error);
  gtk_init ();
  publisher_start (&publisher, world);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, world->trust);
  g_autoptr (BullaGateway) gateway = bulla_gateway_new (loader, &error);
  g_assert_no_error (error);
  bulla_gateway_allow_private (gateway, "localhost");
  bulla_gateway_listen (gateway, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *token = bulla_gateway_add_session (gateway, NULL, BULLA_GATEWAY_ONE_VIEW);
  g_autofree char *proxy = bulla_gateway_dup_proxy_uri (gateway, token);
  g_autofree char *url = g_strdup_printf ("https://localhost:%u/", publisher.port);
  WebKitWebView *direct = open_view (NULL), *through = open_view (proxy);
  g_signal_connect (direct, "load-failed", G_CALLBACK (failed_cb), NULL);
  g_signal_connect (through, "load-failed", G_CALLBACK (failed_cb), NULL);
  for (guint i = 0; i < rounds + WARM_UP; i++) {
    double one = load (direct, url, &publisher), other = load (through, url, &publisher);
    if (i >= WARM_UP)
      g_print ("%.6f %.6f\n", one, other);
  }
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (direct))));
  gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (through))));
  bulla_gateway_remove_session (gateway, token);
  publisher_stop (&publisher);
  return EXIT_SUCCESS;
}
