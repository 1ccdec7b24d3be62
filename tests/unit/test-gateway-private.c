/* test-gateway-private.c - who may reach this machine and its network, and how that is remembered
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "announce-kit.h"
#include "bulla-answer-private.h"
#include "bulla-gateway-private.h"

#define NAMES_MAX 262144 /* that the gateway remembers */

typedef struct {
  GatewayWorld world;
  TestServer *server; /* owned; of localhost */
  char *here;         /* owned; its URL */
  char *page;         /* owned; the publisher's */
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
  gateway_world_tear_down (&self->world);
  g_clear_pointer (&self->server, test_server_free);
  g_free (self->here);
  g_free (self->page);
}

/* @fields: (nullable) */
static gboolean
reaches (Scene *self, const Said *said, const char *fields)
{
  guint before = self->server->n_requests;
  g_autoptr (TestResponse) response = announce_kit_send (&self->world, "one", said, fields);

  g_assert_cmpint (response->error == NULL, ==, self->server->n_requests > before);
  return response->error == NULL;
}

/* --- documents */

/* Whoever names itself counts for itself, whatever is around it; where nobody is named it may be
 * any of the frames. */
static void
test_documents (Scene *self, gconstpointer data)
{
  static const char *const alone[] = {"localhost", NULL};
  static const char *const both[] = {"localhost", "10.0.0.1", NULL};
  static const char *const mixed[] = {"localhost", "public.test", NULL};
  static const char HOME[] = "https://localhost/", PUBLIC[] = "https://public.test/";
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

/* a redirect is the word of the server that sends it, whoever asked that */
static void
test_redirect (Scene *self, gconstpointer data)
{
  static const char *const frames[] = {"localhost", NULL};
  Said said = {.url = self->here,
               .dest = "empty",
               .document = "https://localhost/",
               .redirected = self->page,
               .frames = frames};

  g_assert_false (reaches (self, &said, NULL));
  g_assert_false (reaches (self, &said, "Origin: https://localhost"));
  g_assert_false (reaches (self, &said, "Referer: https://localhost/"));
  said.redirected = "https://10.0.0.1/";
  g_assert_true (reaches (self, &said, NULL));
  said.dest = "document";
  said.redirected = self->page;
  g_assert_false (reaches (self, &said, NULL));
}

/* A prefetch is of the document that asks for it, and not of the page around that. */
static void
test_prefetch (Scene *self, gconstpointer data)
{
  static const char *const alone[] = {"localhost", NULL};
  static const char *const mixed[] = {"localhost", "public.test", NULL};
  static const char HOME[] = "https://localhost/";
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

static void
redirect_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, user_data);
}

/* what a private page prefetches from elsewhere is not redirected to this machine */
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

/* nobody is known to ask: what the request says of itself does not help */
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
  /* what the user mapped by hand is reached, wherever that is */
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

/* --- the memory of names */

/* @typed: whether the user's own navigation leads there */
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

/* only where the user goes a name becomes one of this network */
static void
test_names (Scene *self, gconstpointer data)
{
  g_assert_false (is_private (self, "printer.test"));
  note (self, "printer.test", "192.168.1.9", FALSE);
  g_assert_false (is_private (self, "printer.test"));
  note (self, "printer.test", "192.168.1.9", TRUE);
  g_assert_true (is_private (self, "printer.test"));
  g_assert_false (is_private (self, "other.test"));
  g_assert_true (is_private (self, "localhost")); /* by its name alone */
  Said said = {.url = self->here, .dest = "empty", .document = "https://printer.test/"};
  g_assert_true (reaches (self, &said, NULL));
}

/* a name that was public stays so, in whatever order its addresses come */
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

/* many other names do not have it forgotten; then no further name becomes private */
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

/* what is mapped by hand says nothing of the name: its pages stay public ones */
static void
test_mapped (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autofree char *typed = announce_kit_typed (world, "one", self->page);
  g_autoptr (TestResponse) shown =
      announce_kit_send (world, "one", &(Said){.url = self->page}, typed);

  g_assert_true (announce_kit_is_known (shown));
  g_assert_false (is_private (self, "publisher.test"));
  BullaAnswer *answer = bulla_gateway_find_answer (
      world->gateway, world->token, "one", g_hash_table_lookup (shown->headers, "bulla-answer"));
  g_assert_false (bulla_answer_is_private (answer));
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
