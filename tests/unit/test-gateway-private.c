/* test-gateway-private.c - decides which pages may reach this machine and its network
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "announce-kit.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-request.h"
#include "bulla-navigation-answer-internal.h"

#define HOME "https://localhost/"
#define NAMES_MAX 262144 /* most names that the gateway remembers */

typedef struct {
  GatewayWorld world;
  TestServer *server; /* owned; server of localhost */
  char *here;         /* owned; URL of that server */
  char *page;         /* owned; URL of the publisher */
} Scene;

static void
set_up_with (Scene *self, BullaGatewayFlags flags)
{
  gateway_world_set_up (&self->world, flags, NULL);
  self->server = announce_kit_private_server (&self->world);
  self->here = test_server_url (self->server, "/");
  self->page = test_server_url (self->world.publisher, "/page");
  bulla_gateway_register_view (self->world.gateway, self->world.token, "one");
}

static void
set_up (Scene *self, gconstpointer data)
{
  set_up_with (self, BULLA_GATEWAY_ANNOUNCED);
}

static void
set_up_one_view (Scene *self, gconstpointer data)
{
  set_up_with (self, BULLA_GATEWAY_ONE_VIEW | BULLA_GATEWAY_EXPLAIN);
}

static void
tear_down (Scene *self, gconstpointer data)
{
  gateway_world_tear_down (&self->world, NULL);
  g_clear_pointer (&self->server, test_server_free);
  g_free (self->here);
  g_free (self->page);
}

/* @fields: (nullable): header fields */
static gboolean
reaches (Scene *self, const Said *said, const char *fields)
{
  guint before = self->server->n_requests;
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", said, fields);

  g_assert_cmpint (response->error == NULL, ==, self->server->n_requests > before);
  return response->error == NULL;
}

/* --- documents */

/* If the initiating document is known, it counts, whatever its ancestors are; if it is not
 * known, it may be any of the frames. */
static void
test_documents (Scene *self, gconstpointer data)
{
  static const char *const alone[] = {"localhost", NULL};
  static const char *const both[] = {"localhost", "10.0.0.1", NULL};
  static const char *const mixed[] = {"localhost", "public.test", NULL};
  static const char PUBLIC[] = "https://public.test/";

  const struct {
    const char *document;
    const char *const *frames;
    const char *fields; /* nullable */
    gboolean allowed;
  } rows[] = {
      {HOME, alone, NULL, TRUE},
      {HOME, both, NULL, TRUE},
      {HOME, mixed, NULL, FALSE},
      {PUBLIC, alone, NULL, FALSE},
      {"", alone, NULL, FALSE},
      {"about:blank", alone, NULL, FALSE},
      {HOME, mixed, "Origin: https://localhost", TRUE},
      {HOME, mixed, "Referer: https://localhost/x", TRUE},
      {HOME, alone, "Origin: https://public.test", FALSE},
      {HOME, alone, "Referer: https://public.test/", FALSE},
      {HOME, alone, "Origin: null", FALSE},
      {HOME, alone, "Origin: null\nReferer: https://localhost/", FALSE},
      {HOME, alone, "Origin: https://public.test\nReferer: https://localhost/", FALSE},
      {PUBLIC, mixed, "Origin: https://localhost", TRUE},
      {PUBLIC, mixed, "Origin: http://10.0.0.1:8000", TRUE},
      {HOME, alone, "Origin: https://localhost.public.test", FALSE},
      {HOME, alone, "Origin: webpkg://localhost", FALSE},
      {HOME, alone, "Origin: ", FALSE},
  };
  static const char *const dests[] = {"empty", "iframe", "document"};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (guint j = 0; j < G_N_ELEMENTS (dests); j++) {
      Said said = {.url = self->here,
                   .dest = dests[j],
                   .document = rows[i].document,
                   .frames = rows[i].frames};
      if (reaches (self, &said, rows[i].fields) != rows[i].allowed)
        g_error ("row %u, %s", i, dests[j]);
    }
}

static void
redirect_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, user_data);
}

/* Makes a server redirect a request for @dest, sent by @document, from /go to @to. Returns:
 * (transfer full): the URL of /go */
static char *
redirect (Scene *self, TestServer *server, const char *dest, const char *document, const char *to)
{
  const char *frames[] = {"localhost", NULL};
  g_autofree char *go = test_server_url (server, "/go");
  Said said = {.url = go, .dest = dest, .document = document, .frames = frames};

  soup_server_remove_handler (server->soup, "/go");
  soup_server_add_handler (server->soup, "/go", redirect_cb, g_strdup (to), g_free);
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", &said, NULL);
  g_assert_cmpuint (response->status, ==, SOUP_STATUS_FOUND);
  g_assert_cmpstr (g_hash_table_lookup (response->headers, "cache-control"), ==,
                   server == self->server ? "no-store" : NULL);
  return g_steal_pointer (&go);
}

/* After a redirect the server that sent it is the initiator, whoever sent the request. */
static void
test_redirect (Scene *self, gconstpointer data)
{
  static const char *const dests[] = {"empty", "iframe", "document"};
  static const char *const frames[] = {"localhost", NULL};

  for (guint i = 0; i < G_N_ELEMENTS (dests); i++) {
    Said said = {.url = self->here, .dest = dests[i], .document = HOME, .frames = frames};
    bulla_gateway_end_page (self->world.gateway, self->world.token, "one");
    g_autofree char *ours = redirect (self, self->server, dests[i], HOME, "/");
    said.redirected = ours;
    g_assert_true (reaches (self, &said, NULL));
    g_assert_true (reaches (self, &said, NULL)); /* repeated with a password */
    bulla_gateway_end_page (self->world.gateway, self->world.token, "one");
    g_assert_false (reaches (self, &said, NULL));
    g_autofree char *theirs = redirect (self, self->world.publisher, dests[i], HOME, self->here);
    said.redirected = theirs;
    g_assert_false (reaches (self, &said, NULL));
    g_assert_false (reaches (self, &said, "Origin: https://localhost"));
    g_assert_false (reaches (self, &said, "Referer: https://localhost/"));
  }
}

/* Announced redirects that the gateway did not send, or that another server sent, grant nothing. */
static void
test_redirect_only_said (Scene *self, gconstpointer data)
{
  static const char *const frames[] = {"localhost", NULL};
  static const char *const others[] = {"empty", "iframe"};
  Said said = {.url = self->here, .document = HOME, .frames = frames};
  const char *const froms[] = {"https://10.0.0.1/", "https://localhost/", "http://127.0.0.1/frame",
                               self->here};

  for (guint i = 0; i < G_N_ELEMENTS (froms); i++) { /* also caused by service workers */
    const char *const dests[] = {"empty", "iframe", "document"};
    said.redirected = froms[i];
    for (guint j = 0; j < G_N_ELEMENTS (dests); j++) {
      said.dest = dests[j];
      g_assert_false (reaches (self, &said, NULL));
      g_assert_false (reaches (self, &said, "Origin: https://localhost"));
    }
  }
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    g_autofree char *go = redirect (self, self->server, others[i], HOME, self->here);
    said.redirected = go;
    g_assert_false (reaches (self, &said, NULL));
  }
  /* a public server redirects the main page, whatever the shell announces */
  g_autofree char *theirs = redirect (self, self->world.publisher, "document", HOME, self->here);
  said.redirected = "http://127.0.0.1/frame";
  g_assert_false (reaches (self, &said, NULL));
  said.redirected = NULL;
  g_assert_false (reaches (self, &said, NULL));
  bulla_gateway_end_page (self->world.gateway, self->world.token, "one");
  g_assert_true (reaches (self, &said, NULL));
}

/* if two servers redirect to one address, the request may follow the public server's redirect */
static void
test_redirect_by_two (Scene *self, gconstpointer data)
{
  TestServer *const orders[2][2] = {{self->server, self->world.publisher},
                                    {self->world.publisher, self->server}};

  for (guint i = 0; i < 2; i++) {
    Said said = {.url = self->here, .dest = "iframe", .document = self->page};
    g_autofree char *one = redirect (self, orders[i][0], "iframe", HOME, self->here);
    g_autofree char *two = redirect (self, orders[i][1], "iframe", HOME, self->here);
    said.redirected = one;
    g_assert_false (reaches (self, &said, NULL));
    said.redirected = two;
    g_assert_false (reaches (self, &said, NULL));
    bulla_gateway_end_page (self->world.gateway, self->world.token, "one");
  }
}

/* of several redirects, each counts with the server that sent it */
static void
test_redirect_chain (Scene *self, gconstpointer data)
{
  g_autofree char *there = test_server_url (self->server, "/there");
  g_autofree char *theirs = test_server_url (self->world.publisher, "/go");
  g_autofree char *ours = redirect (self, self->server, "document", HOME, theirs);
  g_autofree char *last = redirect (self, self->world.publisher, "document", HOME, there);
  Said said = {.url = there, .redirected = last, .document = HOME};

  g_assert_false (reaches (self, &said, NULL));
  said.redirected = ours;
  g_assert_false (reaches (self, &said, NULL));
}

/* after so many redirects that the first one was dropped, the first one grants nothing */
static void
test_redirect_flood (Scene *self, gconstpointer data)
{
  static const char *const frames[] = {"localhost", NULL};
  g_autofree char *page = redirect (self, self->server, "document", HOME, "/page");
  g_autofree char *to_page = test_server_url (self->server, "/page");
  g_autofree char *go = redirect (self, self->server, "iframe", HOME, "/0");
  g_autofree char *first = test_server_url (self->server, "/0");
  Said framed = {
      .url = first, .dest = "iframe", .document = HOME, .frames = frames, .redirected = go};
  Said whole = {.url = to_page, .document = HOME, .frames = frames, .redirected = page};

  for (guint i = 1; i <= 256; i++) {
    g_autofree char *path = g_strdup_printf ("/%u", i);
    g_autofree char *again = redirect (self, self->server, "iframe", HOME, path);
  }
  g_assert_false (reaches (self, &framed, NULL));
  g_assert_true (reaches (self, &whole, NULL)); /* redirects of frames do not displace it */
}

/* The initiator of a prefetch is the document that requests it, not the page around it. */
static void
test_prefetch (Scene *self, gconstpointer data)
{
  static const char *const alone[] = {"localhost", NULL};
  static const char *const mixed[] = {"localhost", "public.test", NULL};
  g_autofree char *own = g_strconcat ("Referer: ", self->here, NULL);

  const struct {
    const char *const *frames;
    const char *field; /* nullable */
    gboolean allowed;
  } rows[] = {
      {mixed, NULL, FALSE},
      {mixed, "Referer: https://public.test/", FALSE},
      {mixed, "Origin: null", FALSE},
      {alone, "Referer: https://public.test/", FALSE},
      {mixed, own, TRUE},
      {alone, NULL, TRUE},
  };
  g_autofree char *typed = announce_kit_typed (&self->world, "one", self->here);
  g_autoptr (TestResponse) home =
      announce_kit_send (&self->world, "one", &(Said){.url = self->here}, typed);

  g_assert_true (announce_kit_is_known (home));
  bulla_gateway_note_shown (self->world.gateway, self->world.token, "one",
                            g_hash_table_lookup (home->headers, "bulla-answer"));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/part%u", i);
    g_autofree char *url = test_server_url (self->server, path);
    g_autofree char *fields = g_strjoin ("\n", "Sec-Purpose: prefetch", rows[i].field, NULL);
    Said said = {
        .url = url, .dest = "empty", .document = HOME, .frames = rows[i].frames, .prefetch = TRUE};
    guint before = self->server->n_requests;
    g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", &said, fields);
    if ((self->server->n_requests > before) != rows[i].allowed)
      g_error ("row %u", i);
  }
}

/* prefetches that a private page sends to other servers cannot be redirected to this machine */
static void
test_prefetch_redirected (Scene *self, gconstpointer data)
{
  static const char *const alone[] = {"localhost", NULL};
  GatewayWorld *world = &self->world;
  g_autofree char *typed = announce_kit_typed (world, "one", self->here);
  g_autofree char *go = test_server_url (world->publisher, "/go");
  g_autofree char *secret = test_server_url (self->server, "/secret");
  g_autoptr (TestResponse) home =
      announce_kit_send (world, "one", &(Said){.url = self->here}, typed);
  Said said = {.url = go,
               .dest = "empty",
               .document = "https://localhost/",
               .frames = alone,
               .prefetch = TRUE};

  soup_server_add_handler (world->publisher->soup, "/go", redirect_cb, secret, NULL);
  guint before = self->server->n_requests;
  g_autoptr (TestResponse) response =
      announce_kit_send (world, "one", &said, "Sec-Purpose: prefetch");
  g_assert_cmpuint (self->server->n_requests, ==, before);
}

/* requests without a known initiator may not reach this machine, whatever their header fields
 * are */
static void
test_nobody (Scene *self, gconstpointer data)
{
  static const char *const fields[] = {NULL, "Origin: https://localhost",
                                       "Referer: https://localhost/",
                                       "Sec-Fetch-Site: none\nSec-Fetch-Dest: document"};

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autoptr (TestResponse) response =
        announce_kit_ask (&self->world, "GET", self->here, NULL, fields[i]);
    g_assert_nonnull (response->error);
  }
  g_assert_cmpuint (self->server->n_requests, ==, 0);
}

/* --- clients that announce nothing */

static void
test_one_view (Scene *self, gconstpointer data)
{
  static const char *const fields[] = {NULL, "Origin: https://localhost",
                                       "Referer: https://localhost/",
                                       "Sec-Fetch-Site: none\nSec-Fetch-Dest: document\n"
                                       "Sec-Fetch-Mode: navigate\nSec-Fetch-User: ?1"};
  GatewayWorld *world = &self->world;
  g_autoptr (GBytes) live = g_bytes_new_static ("live", 4);

  for (guint i = 0; i < G_N_ELEMENTS (fields); i++) {
    g_autoptr (TestResponse) response =
        announce_kit_ask (world, "GET", self->here, NULL, fields[i]);
    g_assert_cmpuint (response->status, ==, 502);
  }
  g_assert_cmpuint (self->server->n_requests, ==, 0);
  /* Hosts that the user mapped by hand are reachable at any address. */
  gateway_world_put (world, world->publisher, "/page", live, "text/html");
  g_autoptr (TestResponse) mapped = announce_kit_ask (world, "GET", self->page, NULL, NULL);
  g_assert_cmpstr (mapped->body, ==, "live");
  bulla_gateway_allow_private (world->gateway, "Localhost");
  g_autoptr (TestResponse) allowed = announce_kit_ask (world, "GET", self->here, NULL, NULL);
  g_assert_cmpstr (allowed->body, ==, "text");
}

static void
test_one_view_resolved (Scene *self, gconstpointer data)
{
  g_autofree char *resolve = test_server_resolve (self->server);

  g_assert_true (bulla_loader_add_resolve (self->world.loader, resolve, NULL));
  g_autoptr (TestResponse) mapped = announce_kit_ask (&self->world, "GET", self->here, NULL, NULL);
  g_assert_cmpstr (mapped->body, ==, "text");
}

/* --- record of names */

/* @typed: whether the user navigates there */
static void
note (Scene *self, const char *host, const char *address, gboolean typed)
{
  g_autofree char *url = g_strdup_printf ("https://%s/", host);
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  BullaGatewayRequest request = {.gateway = self->world.gateway, .uri = uri, .typed = typed};
  g_autoptr (GSocketAddress) peer = g_inet_socket_address_new_from_string (address, 443);

  bulla_gateway_request_note_peer (&request, peer);
}

static gboolean
is_private (Scene *self, const char *host)
{
  return bulla_gateway_host_is_private (self->world.gateway, host);
}

/* a name becomes private only if the user navigates to it */
static void
test_names (Scene *self, gconstpointer data)
{
  g_assert_false (is_private (self, "printer.test"));
  note (self, "printer.test", "192.168.1.9", FALSE);
  g_assert_false (is_private (self, "printer.test"));
  note (self, "printer.test", "192.168.1.9", TRUE);
  g_assert_true (is_private (self, "printer.test"));
  g_assert_false (is_private (self, "other.test"));
  g_assert_true (is_private (self, "localhost")); /* private by its name alone */
  Said said = {.url = self->here, .dest = "empty", .document = "https://printer.test/"};
  g_assert_true (reaches (self, &said, NULL));
}

/* a name that once was public stays public, in whatever order its addresses are seen */
static void
test_rebinding (Scene *self, gconstpointer data)
{
  note (self, "rebind.test", "8.8.8.8", FALSE);
  note (self, "rebind.test", "127.0.0.1", TRUE);
  g_assert_false (is_private (self, "rebind.test"));
  note (self, "later.test", "10.0.0.1", TRUE);
  g_assert_true (is_private (self, "later.test"));
  note (self, "later.test", "8.8.8.8", FALSE);
  g_assert_false (is_private (self, "later.test"));
  note (self, "later.test", "10.0.0.1", TRUE);
  g_assert_false (is_private (self, "later.test"));
  note (self, "mapped.test", "::ffff:10.0.0.1", TRUE);
  g_assert_true (is_private (self, "mapped.test"));
}

/* many other names do not displace it; after that, no further name becomes private */
static void
test_full (Scene *self, gconstpointer data)
{
  GHashTable *names = self->world.gateway->public_hosts;

  note (self, "rebind.test", "8.8.8.8", FALSE);
  note (self, "home.test", "10.0.0.1", TRUE);
  for (guint i = 1; i < NAMES_MAX; i++)
    g_hash_table_add (names, g_strdup_printf ("%u.test", i));
  g_assert_cmpuint (g_hash_table_size (names), ==, NAMES_MAX);
  note (self, "one-more.test", "8.8.8.8", FALSE);
  g_assert_cmpuint (g_hash_table_size (names), ==, NAMES_MAX);
  note (self, "rebind.test", "127.0.0.1", TRUE);
  g_assert_false (is_private (self, "rebind.test"));
  note (self, "new.test", "10.0.0.1", TRUE);
  g_assert_false (is_private (self, "new.test"));
  g_assert_true (is_private (self, "home.test"));
  note (self, "home.test", "8.8.8.8", FALSE);
  g_assert_false (is_private (self, "home.test"));
}

/* hosts mapped by hand stay public */
static void
test_mapped (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autofree char *typed = announce_kit_typed (world, "one", self->page);
  g_autoptr (TestResponse) shown =
      announce_kit_send (world, "one", &(Said){.url = self->page}, typed);

  g_assert_true (announce_kit_is_known (shown));
  g_assert_false (is_private (self, "publisher.test"));
  BullaNavigationAnswer *answer = bulla_gateway_find_answer (
      world->gateway, world->token, "one", g_hash_table_lookup (shown->headers, "bulla-answer"));
  g_assert_false (bulla_navigation_answer_is_private (answer));
  Said said = {.url = self->here, .dest = "empty", .document = self->page};
  g_assert_false (reaches (self, &said, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, set_up_func, test)                                                               \
  g_test_add ("/gateway/private/" path, Scene, NULL, set_up_func, test, tear_down)
  ADD ("documents", set_up, test_documents);
  ADD ("redirect", set_up, test_redirect);
  ADD ("redirect-only-said", set_up, test_redirect_only_said);
  ADD ("redirect-by-two", set_up, test_redirect_by_two);
  ADD ("redirect-chain", set_up, test_redirect_chain);
  ADD ("redirect-flood", set_up, test_redirect_flood);
  ADD ("prefetch", set_up, test_prefetch);
  ADD ("prefetch-redirected", set_up, test_prefetch_redirected);
  ADD ("nobody", set_up, test_nobody);
  ADD ("one-view", set_up_one_view, test_one_view);
  ADD ("one-view-resolved", set_up_one_view, test_one_view_resolved);
  ADD ("names", set_up, test_names);
  ADD ("rebinding", set_up, test_rebinding);
  ADD ("full", set_up, test_full);
  ADD ("mapped", set_up, test_mapped);
  return g_test_run ();
}
