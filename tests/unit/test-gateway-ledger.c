/* test-gateway-ledger.c - checks the ledger's record of contacts through the gateway
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-ledger-internal.h"
#include "test-gateway-world.h"

#define SECRET "one-secret-of-a-view"
#define TYPED "v=" SECRET "; host=-; dest=navigation"
#define CLICKED "v=" SECRET "; host=aggregator.test; dest=navigation"
#define PART "v=" SECRET "; host=aggregator.test; dest=subresource"
#define OTHER "v=two-secret; host=-; dest=navigation"

static BullaLedger *
ledger_of (GatewayWorld *self)
{
  return bulla_loader_get_ledger (self->loader);
}

/* Writes a contact on a line: view, kind, host, and if set purpose, status, source, rule. */
static void
assert_story (GatewayWorld *self, const char *expected)
{
  GListModel *list = G_LIST_MODEL (ledger_of (self));
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) each = g_list_model_get_item (list, i);
    BullaContactSource source = bulla_contact_get_source (each);
    const char *rule = bulla_contact_get_rule (each);
    g_string_append_printf (text, "%u %s %s %s", bulla_contact_get_view (each),
                            bulla_contact_kind_get_nick (bulla_contact_get_kind (each)),
                            bulla_contact_get_host (each), bulla_contact_get_purpose (each));
    if (bulla_contact_get_status (each) > 0)
      g_string_append_printf (text, " %u", bulla_contact_get_status (each));
    if (source != BULLA_CONTACT_NETWORK)
      g_string_append_printf (text, " %s", bulla_contact_source_get_nick (source));
    if (rule != NULL)
      g_string_append_printf (text, " %s", rule);
    g_string_append_c (text, '\n');
    g_assert_true (bulla_contact_is_over (each));
  }
  g_assert_cmpstr (text->str, ==, expected);
}

/* @nth: index of the contact, from 0 */
static BullaContact *
find_contact (GatewayWorld *self, BullaContactKind kind, const char *host, guint nth)
{
  GListModel *list = G_LIST_MODEL (ledger_of (self));

  for (guint i = 0; i < g_list_model_get_n_items (list); i++) {
    g_autoptr (BullaContact) each = g_list_model_get_item (list, i);
    if (bulla_contact_get_kind (each) == kind && g_str_equal (bulla_contact_get_host (each), host)
        && nth-- == 0)
      return each; /* the ledger owns it */
  }
  g_assert_not_reached ();
}

static void
put_signed (GatewayWorld *self, const char *header, const char *value, int days_ago)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  g_autoptr (GBytes) exchange = gateway_world_sign (
      self, "/article", header, value, body, self->world->now - 60 - days_ago * TEST_DAY, FALSE);

  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
}

static void
put_text (GatewayWorld *self, TestServer *server, const char *path)
{
  g_autoptr (GBytes) body = g_bytes_new_static ("live", 4);

  gateway_world_put (self, server, path, body, "text/html");
}

/* a request with a cookie and a referrer, as a browser would send it */
static guint
get (GatewayWorld *self, const char *url, const char *tag, const char *cookie, const char *referrer)
{
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  gateway_world_announce (self, self->token, message, tag);
  if (cookie != NULL)
    soup_message_headers_append (headers, "Cookie", cookie);
  if (referrer != NULL)
    soup_message_headers_append (headers, "Referer", referrer);
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_no_error (response->error);
  return response->status;
}

/* links of the aggregator's page are answered from packages: the publisher is not contacted */
static void
test_substituted (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *start = test_server_url (self->aggregator, "/");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *chain = test_server_url (self->chains, "/chain.cbor");

  put_text (self, self->aggregator, "/");
  put_signed (self, NULL, NULL, 0);
  g_assert_cmpuint (get (self, start, TYPED, NULL, NULL), ==, 200);
  g_assert_cmpuint (get (self, link, CLICKED, NULL, start), ==, 303);
  g_assert_cmpuint (get (self, page, CLICKED, NULL, start), ==, 200);
  assert_story (self, "1 click aggregator.test page\n"
                      "1 connect aggregator.test page\n"
                      "1 request aggregator.test page 200\n"
                      "1 click aggregator.test page\n"
                      "1 connect aggregator.test page\n" /* not shared with the user's requests */
                      "1 request aggregator.test package 200\n"
                      "1 connect certificates.test certificate\n"
                      "1 request certificates.test certificate 200\n"
                      "1 request publisher.test page 200 package\n");
  BullaContact *typed = find_contact (self, BULLA_CONTACT_CLICK, "aggregator.test", 0);
  BullaContact *click = find_contact (self, BULLA_CONTACT_CLICK, "aggregator.test", 1);
  g_assert_null (bulla_contact_get_page (typed));
  g_assert_cmpstr (bulla_contact_get_page (click), ==, start);
  g_assert_cmpstr (bulla_contact_get_url (click), ==, link);
  BullaContact *certificate = find_contact (self, BULLA_CONTACT_REQUEST, "certificates.test", 0);
  g_assert_cmpstr (bulla_contact_get_page (certificate), ==, link);
  BullaContact *shown = find_contact (self, BULLA_CONTACT_REQUEST, "publisher.test", 0);
  g_assert_cmpstr (bulla_contact_get_deliverer (shown), ==, link);
  g_assert_cmpstr (bulla_contact_get_certificate (shown), ==, chain);
  g_assert_cmpint (bulla_contact_get_date (shown), ==, self->world->now - 60);
  g_assert_cmpint (
      bulla_contact_get_date (find_contact (self, BULLA_CONTACT_REQUEST, "aggregator.test", 0)), >,
      0); /* the Date of its response */
  g_assert_cmpint (bulla_contact_get_date (click), ==, -1);
  g_assert_false (bulla_contact_get_shows_address (shown));
  g_assert_cmpint (bulla_contact_get_bytes_sent (shown), ==, 0);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* names of cookies are recorded, but not their values; the connection is reused, and its bytes
 * are counted */
static void
test_revealed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->aggregator, "/");
  g_autofree char *part = test_server_url (self->aggregator, "/part?q=1");

  put_text (self, self->aggregator, "/");
  put_text (self, self->aggregator, "/part");
  g_assert_cmpuint (get (self, url, TYPED, "sid=SECRETVALUE; theme=dark; flag", NULL), ==, 200);
  get (self, part, PART, NULL, url);
  get (self, part, PART, NULL, url);
  BullaContact *request = find_contact (self, BULLA_CONTACT_REQUEST, "aggregator.test", 0);
  BullaContact *second = find_contact (self, BULLA_CONTACT_REQUEST, "aggregator.test", 2);
  BullaContact *connect = find_contact (self, BULLA_CONTACT_CONNECT, "aggregator.test", 0);
  const char *const *cookies = bulla_contact_get_cookies (request);
  g_assert_cmpstr (cookies[0], ==, "sid");
  g_assert_cmpstr (cookies[1], ==, "theme");
  g_assert_cmpstr (cookies[2], ==, "");
  g_assert_null (cookies[3]);
  g_assert_true (g_strv_contains (bulla_contact_get_fields (request), "cookie"));
  g_assert_false (g_strv_contains (bulla_contact_get_fields (request), "bulla-page"));
  g_assert_cmpstr (bulla_contact_get_address (request), ==, "127.0.0.1");
  g_assert_true (bulla_contact_get_shows_address (request));
  g_assert_true (bulla_contact_get_tls (connect));
  g_assert_false (bulla_contact_get_reused (request));
  g_assert_cmpuint (bulla_contact_get_connection (request), ==, bulla_contact_get_id (connect));
  g_assert_cmpint (bulla_contact_get_bytes_sent (request), >, 50);
  g_assert_cmpint (bulla_contact_get_bytes_received (request), >, 4);
  g_assert_cmpstr (bulla_contact_get_url (second), ==, part);
  g_assert_cmpstr (bulla_contact_get_referrer (second), ==, url);
  g_assert_cmpstr (bulla_contact_get_page (second), ==, url);
  BullaContact *opened = find_contact (self, BULLA_CONTACT_CONNECT, "aggregator.test", 1);
  g_assert_true (bulla_contact_get_reused (second));
  g_assert_cmpuint (bulla_contact_get_connection (second), ==, bulla_contact_get_id (opened));
  g_assert_null (bulla_contact_get_cookies (second));
}

/* the ledger contains no secrets: neither the view's token nor values of cookies */
static void
test_no_secret (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->aggregator, "/");
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  g_autoptr (GError) error = NULL;

  put_text (self, self->aggregator, "/");
  get (self, url, TYPED, "sid=SECRETVALUE", NULL);
  g_assert_true (bulla_ledger_save (ledger_of (self), 0, out, NULL, &error));
  g_assert_no_error (error);
  g_autofree char *har = bulla_ledger_to_har (ledger_of (self), 0);
  g_autofree char *lines =
      g_strndup (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)),
                 g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (out)));
  g_assert_nonnull (strstr (lines, "\"sid\""));
  for (const char *const *never = (const char *[]){SECRET, "SECRETVALUE", self->token, NULL};
       *never != NULL; never++) {
    g_assert_null (strstr (lines, *never));
    g_assert_null (strstr (har, *never));
  }
}

/* the broken rule is the cause of contacting the publisher, and belongs to the same click */
static void
test_fallback (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  put_signed (self, NULL, NULL, 8);
  put_text (self, self->publisher, "/article");
  g_assert_cmpuint (get (self, link, TYPED, NULL, NULL), ==, 303);
  g_assert_cmpuint (get (self, page, TYPED, NULL, NULL), ==, 200);
  assert_story (self, "1 click aggregator.test page\n"
                      "1 connect aggregator.test page\n"
                      "1 request aggregator.test package 200\n"
                      "1 connect publisher.test page signature.expired\n"
                      "1 request publisher.test page 200 signature.expired\n");
}

/* When WebKit follows a redirect, it announces a request of a frame; a frame's own request is
 * not a click. */
static void
test_frame (GatewayWorld *self, gconstpointer data)
{
  static const char FRAME[] = "v=" SECRET "; host=aggregator.test; dest=frame";
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *part = test_server_url (self->publisher, "/part");

  put_signed (self, NULL, NULL, 8);
  put_text (self, self->publisher, "/article");
  put_text (self, self->publisher, "/part");
  g_assert_cmpuint (get (self, link, TYPED, NULL, NULL), ==, 303);
  g_assert_cmpuint (get (self, page, FRAME, NULL, NULL), ==, 200);
  g_assert_cmpuint (get (self, part, FRAME, NULL, NULL), ==, 200);
  assert_story (self, "1 click aggregator.test page\n"
                      "1 connect aggregator.test page\n"
                      "1 request aggregator.test package 200\n"
                      "1 connect publisher.test page signature.expired\n"
                      "1 request publisher.test page 200 signature.expired\n"
                      "1 request publisher.test page 200\n");
}

/* a server's redirect belongs to the click; a later request begins the next click */
static void
redirect_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
             gpointer user_data)
{
  soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, user_data);
}

static void
test_redirect (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *old = test_server_url (self->aggregator, "/old");
  g_autofree char *page = test_server_url (self->publisher, "/article");

  soup_server_add_handler (self->aggregator->soup, "/old", redirect_cb, page, NULL);
  put_text (self, self->publisher, "/article");
  g_assert_cmpuint (get (self, old, TYPED, NULL, NULL), ==, 302);
  g_assert_cmpuint (get (self, page, TYPED, NULL, NULL), ==, 200);
  g_assert_cmpuint (get (self, page, TYPED, NULL, NULL), ==, 200);
  g_assert_cmpuint (get (self, page, OTHER, NULL, NULL), ==, 200);
  assert_story (self, "1 click aggregator.test page\n"
                      "1 connect aggregator.test page\n"
                      "1 request aggregator.test page 302\n"
                      "1 connect publisher.test page\n"
                      "1 request publisher.test page 200\n"
                      "1 click publisher.test page\n"
                      "1 connect publisher.test page\n" /* separate from that for pages' requests */
                      "1 request publisher.test page 200\n"
                      "2 click publisher.test page\n"
                      "2 request publisher.test page 200\n");
  soup_server_remove_handler (self->aggregator->soup, "/old");
}

/* A request that failed before it was sent counts as no contact. */
static void
test_failed (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *refused = g_strdup_printf ("https://nobody.test:%u/", self->publisher->port);
  g_autofree char *resolve = g_strdup_printf ("nobody.test:%u:127.0.0.1", self->publisher->port);

  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  g_autoptr (TestResponse) wrong_name = gateway_world_get (self, refused, TYPED);
  g_assert_nonnull (wrong_name->error);
  assert_story (self, "1 click nobody.test page\n"
                      "1 connect nobody.test page\n");
  BullaContact *connect = find_contact (self, BULLA_CONTACT_CONNECT, "nobody.test", 0);
  g_assert_nonnull (strstr (bulla_contact_get_error (connect), "it is for another host"));
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* a name without a mapped address is looked up by the resolver; .invalid never has an address */
static void
test_lookup (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestResponse) none = gateway_world_get (self, "https://nobody.invalid/", TYPED);

  g_assert_nonnull (none->error);
  assert_story (self, "1 click nobody.invalid page\n"
                      "1 dns nobody.invalid page\n");
  BullaContact *dns = find_contact (self, BULLA_CONTACT_DNS, "nobody.invalid", 0);
  g_assert_nonnull (bulla_contact_get_error (dns));
  g_assert_false (bulla_contact_get_shows_address (dns));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/ledger/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,   \
              gateway_world_tear_down)
  ADD ("substituted", test_substituted);
  ADD ("revealed", test_revealed);
  ADD ("no-secret", test_no_secret);
  ADD ("fallback", test_fallback);
  ADD ("frame", test_frame);
  ADD ("redirect", test_redirect);
  ADD ("failed", test_failed);
  ADD ("lookup", test_lookup);
  return g_test_run ();
}
