/* test-fetch.c - runs the fetcher against real TLS servers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-error.h"
#include "bulla-fetcher.h"
#include "test-world.h"

#define DAY 86400

static BullaFetchResult *
fetch (BullaFetcher *fetcher, const BullaFetchOptions *options, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  bulla_fetcher_fetch_async (fetcher, options, NULL, test_take_result, &result);
  return bulla_fetcher_fetch_finish (fetcher, test_wait_result (&result), error);
}

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (g_str_has_prefix (path, "/to/")) {
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, path + 4);
  } else if (g_str_equal (path, "/loop")) {
    soup_server_message_set_redirect (message, SOUP_STATUS_FOUND, "/loop");
  } else {
    soup_message_headers_append (headers, "X-Two", "one");
    soup_message_headers_append (headers, "X-Two", "two");
    soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
    soup_server_message_set_response (message, "text/plain; charset=utf-8", SOUP_MEMORY_STATIC,
                                      "hello", 5);
  }
}

typedef struct {
  TestWorld *world;
  TestServer *server;
  BullaLedger *ledger;
  BullaFetcher *fetcher;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->world = test_world_new ();
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (fixture->world, "a.test", fixture->world->now - DAY, 30, 0);
  fixture->server = test_server_new ("a.test", certificate);
  soup_server_add_handler (fixture->server->soup, NULL, answer_cb, NULL, NULL);
  fixture->ledger = bulla_ledger_new ();
  fixture->fetcher = bulla_fetcher_new (fixture->world->trust, fixture->ledger);
  g_autofree char *resolve = test_server_resolve (fixture->server);
  g_assert_true (bulla_fetcher_add_resolve (fixture->fetcher, resolve, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->fetcher);
  g_object_unref (fixture->ledger);
  test_server_free (fixture->server);
  test_world_free (fixture->world);
}

static void
test_result (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = test_server_url (fixture->server, "/x");
  g_autoptr (GError) error = NULL;

  g_autoptr (BullaFetchResult) result =
      fetch (fixture->fetcher,
             &(BullaFetchOptions){.url = url,
                                  .accept = "a/b",
                                  .cause = {.purpose = "certificate"},
                                  .bypass_cache = TRUE,
                                  .max_size = 5},
             &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->status, ==, 200);
  g_assert_cmpmem (g_bytes_get_data (result->body, NULL), g_bytes_get_size (result->body), "hello",
                   5);
  g_assert_cmpstr (result->content_type, ==, "text/plain; charset=utf-8");
  g_assert_cmpstr (g_hash_table_lookup (result->headers, "x-two"), ==, "one, two");
  g_assert_cmpstr (result->final_url, ==, url);
  g_assert_cmpstr (result->server_address, ==, "127.0.0.1");
  g_assert_cmpuint (result->n_redirects, ==, 0);
  g_assert_nonnull (strstr (fixture->server->last_head, "Accept: a/b\n"));
  g_assert_nonnull (strstr (fixture->server->last_head, "Cache-Control: no-cache\n"));
  for (const char *const *never = (const char *[]){"Cookie", "Referer", "Authorization", NULL};
       *never != NULL; never++)
    g_assert_null (strstr (fixture->server->last_head, *never));
}

static void
test_limit (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = test_server_url (fixture->server, "/x");
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) result =
      fetch (fixture->fetcher, &(BullaFetchOptions){.url = url, .max_size = 4}, &error);

  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT);
  g_assert_null (result);
}

static gboolean
feed_cb (gpointer user_data)
{
  SoupServerMessage *message = user_data;
  static const char filling[4096];

  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                            filling, sizeof filling);
  soup_server_message_unpause (message);
  return G_SOURCE_REMOVE;
}

static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  feed_cb (message);
}

/* a body without an end and without a declared length */
static void
answer_endless (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
                gpointer user_data)
{
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), NULL);
  feed_cb (message);
}

static void
test_limit_undeclared (Fixture *fixture, gconstpointer data)
{
  g_autofree char *url = test_server_url (fixture->server, "/endless");
  g_autoptr (GError) error = NULL;

  soup_server_add_handler (fixture->server->soup, "/endless", answer_endless, NULL, NULL);
  g_autoptr (BullaFetchResult) result =
      fetch (fixture->fetcher, &(BullaFetchOptions){.url = url, .max_size = 100000}, &error);
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT);
  g_assert_null (result);
}

static void
test_redirect (Fixture *fixture, gconstpointer data)
{
  g_autofree char *target = test_server_url (fixture->server, "/x");
  g_autofree char *path = g_strconcat ("/to/", target, NULL);
  g_autofree char *url = test_server_url (fixture->server, path);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) kept =
      fetch (fixture->fetcher, &(BullaFetchOptions){.url = url, .max_size = 500}, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (kept->status, ==, 302);
  g_assert_cmpstr (g_hash_table_lookup (kept->headers, "location"), ==, target);

  g_autoptr (BullaFetchResult) followed =
      fetch (fixture->fetcher,
             &(BullaFetchOptions){.url = url, .follow_redirects = TRUE, .max_size = 500}, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (followed->status, ==, 200);
  g_assert_cmpuint (followed->n_redirects, ==, 1);
  g_assert_cmpstr (followed->final_url, ==, target);
}

static void
assert_redirect_fails (Fixture *fixture, const char *path, int code)
{
  g_autofree char *url = test_server_url (fixture->server, path);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) result =
      fetch (fixture->fetcher,
             &(BullaFetchOptions){.url = url, .follow_redirects = TRUE, .max_size = 500}, &error);

  g_assert_error (error, BULLA_ERROR, code);
  g_assert_null (result);
}

static void
test_redirect_bad (Fixture *fixture, gconstpointer data)
{
  assert_redirect_fails (fixture, "/to/http://a.test/", BULLA_ERROR_NETWORK);
  assert_redirect_fails (fixture, "/to/data:text/plain,x", BULLA_ERROR_NETWORK);
  assert_redirect_fails (fixture, "/to/https://user@a.test/", BULLA_ERROR_NETWORK);
  assert_redirect_fails (fixture, "/loop", BULLA_ERROR_LIMIT);
  g_assert_cmpuint (fixture->server->n_requests, ==, 3 + BULLA_FETCH_REDIRECTS_MAX + 1);
}

static void
test_no_https (Fixture *fixture, gconstpointer data)
{
  const char *const urls[] = {
      "http://a.test/", "file:///etc/passwd", "https:///x", "x", "", "https://u:p@a.test/", NULL};

  for (const char *const *url = urls; *url != NULL; url++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaFetchResult) result =
        fetch (fixture->fetcher, &(BullaFetchOptions){.url = *url, .max_size = 500}, &error);
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
    g_assert_null (result);
  }
}

/* A server with an untrusted certificate receives no request. */
static void
assert_refused (Fixture *fixture, GTlsCertificate *certificate, const char *expected)
{
  g_autoptr (TestServer) server = test_server_new ("b.test", certificate);
  g_autofree char *resolve = test_server_resolve (server);
  g_autofree char *url = test_server_url (server, "/");
  g_autoptr (GError) error = NULL;

  soup_server_add_handler (server->soup, NULL, answer_cb, NULL, NULL);
  g_assert_true (bulla_fetcher_add_resolve (fixture->fetcher, resolve, NULL));
  g_autoptr (BullaFetchResult) result =
      fetch (fixture->fetcher, &(BullaFetchOptions){.url = url, .max_size = 500}, &error);
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, expected));
  g_assert_null (result);
  g_assert_cmpuint (server->n_requests, ==, 0);
}

static void
test_tls (Fixture *fixture, gconstpointer data)
{
  gint64 now = fixture->world->now;
  g_autoptr (TestWorld) stranger = test_world_new ();
  g_autoptr (GTlsCertificate) unknown = test_world_issue (stranger, "b.test", now - DAY, 30, 0);
  g_autoptr (GTlsCertificate) other = test_world_issue (fixture->world, "c.test", now - DAY, 30, 0);
  g_autoptr (GTlsCertificate) old =
      test_world_issue (fixture->world, "b.test", now - 20 * DAY, 10, 0);

  assert_refused (fixture, unknown, "not trusted");
  assert_refused (fixture, other, "another host");
  assert_refused (fixture, old, "expired");
}

static void
test_can_sign (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate = test_world_issue (
      fixture->world, "b.test", fixture->world->now - DAY, 30, BULLA_ISSUE_SIGN_EXCHANGES);

  assert_refused (fixture, certificate, "for signing exchanges");
}

/* several files of roots at once: each root is trusted */
static void
test_two_roots (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestWorld) second = test_world_new ();
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (second, "b.test", second->now - DAY, 30, 0);
  g_autoptr (TestServer) server = test_server_new ("b.test", certificate);
  TestServer *const servers[] = {fixture->server, server};
  g_autoptr (GError) error = NULL;

  soup_server_add_handler (server->soup, NULL, answer_cb, NULL, NULL);
  bulla_trust_set_system_roots (trust, FALSE);
  g_assert_true (bulla_trust_add_roots (trust, fixture->world->root_file, NULL));
  g_assert_true (bulla_trust_add_roots (trust, second->root_file, NULL));
  g_autoptr (BullaLedger) ledger = bulla_ledger_new ();
  g_autoptr (BullaFetcher) fetcher = bulla_fetcher_new (trust, ledger);
  for (guint i = 0; i < 2; i++) {
    g_autofree char *resolve = test_server_resolve (servers[i]);
    g_autofree char *url = test_server_url (servers[i], "/");
    g_assert_true (bulla_fetcher_add_resolve (fetcher, resolve, NULL));
    g_autoptr (BullaFetchResult) result =
        fetch (fetcher, &(BullaFetchOptions){.url = url, .max_size = 500}, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (result->status, ==, 200);
  }
}

/* for a public page, a private address is reachable if the user gave it for the host, and only
 * then */
static void
test_public_only (Fixture *fixture, gconstpointer data)
{
  g_autofree char *mapped = test_server_url (fixture->server, "/");
  g_autofree char *literal = g_strdup_printf ("https://127.0.0.1:%u/", fixture->server->port);
  g_autofree char *named = g_strdup_printf ("https://localhost:%u/", fixture->server->port);
  const char *const urls[] = {literal, named};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) result =
      fetch (fixture->fetcher,
             &(BullaFetchOptions){.url = mapped, .public_only = TRUE, .max_size = 500}, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GError) refused = NULL;
    g_autoptr (BullaFetchResult) none = fetch (
        fixture->fetcher,
        &(BullaFetchOptions){.url = urls[i], .public_only = TRUE, .max_size = 500}, &refused);
    g_assert_error (refused, BULLA_ERROR, BULLA_ERROR_REFUSED);
    g_assert_nonnull (strstr (refused->message, "public page"));
    g_assert_null (none);
  }
  g_assert_cmpuint (fixture->server->n_requests, ==, 1);
}

/* A permitted private host may redirect only to its own pages, however often it redirects. */
static void
test_public_only_redirects (Fixture *fixture, gconstpointer data)
{
  g_autofree char *secret = g_strdup_printf ("https://127.0.0.1:%u/x", fixture->server->port);
  g_autofree char *once = g_strconcat ("/to/", secret, NULL);
  g_autofree char *again = test_server_url (fixture->server, once);
  g_autofree char *twice = g_strconcat ("/to/", again, NULL);
  g_autofree char *own = g_strdup_printf ("https://localhost:%u/to//x", fixture->server->port);
  const char *const paths[] = {once, twice};

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autofree char *url = test_server_url (fixture->server, paths[i]);
    guint before = fixture->server->n_requests;
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaFetchResult) none = fetch (fixture->fetcher,
                                               &(BullaFetchOptions){.url = url,
                                                                    .follow_redirects = TRUE,
                                                                    .public_only = TRUE,
                                                                    .own_host = "a.test",
                                                                    .max_size = 500},
                                               &error);
    g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
    g_assert_null (none);
    g_assert_cmpuint (fixture->server->n_requests, ==, before + i + 1);
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaFetchResult) kept =
      fetch (fixture->fetcher,
             &(BullaFetchOptions){
                 .url = own, .public_only = TRUE, .own_host = "localhost", .max_size = 500},
             &error);
  g_assert_nonnull (error); /* connected, but the certificate is for another host */
  g_assert_nonnull (strstr (error->message, "certificate"));
}

/* If private addresses are permitted, only private servers may redirect to them. An address that
 * the user gave for a host counts as public. */
static void
test_private_redirects (Fixture *fixture, gconstpointer data)
{
  g_autoptr (TestServer) named = test_server_new ("private.test", NULL);
  g_autofree char *literal = g_strdup_printf ("http://127.0.0.1:%u/", named->port);
  g_autofree char *resolve = test_server_resolve (named);

  const struct {
    TestServer *from; /* server that redirects there; NULL to request the address itself */
    const char *path;
    guint requests; /* number of requests that reach the private server */
    gboolean refused;
  } rows[] = {{NULL, "/x", 1, FALSE},
              {NULL, "/to//x", 2, FALSE},
              {NULL, "/to//to//x", 3, FALSE},
              {fixture->server, "/to/", 0, TRUE},
              {named, "/to/", 1, TRUE}};

  soup_server_add_handler (named->soup, NULL, answer_cb, NULL, NULL);
  g_assert_true (bulla_fetcher_add_resolve (fixture->fetcher, resolve, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path =
        rows[i].from != NULL ? g_strconcat (rows[i].path, literal, NULL) : g_strdup (rows[i].path);
    g_autofree char *url = rows[i].from != NULL ? test_server_url (rows[i].from, path)
                                                : g_strconcat (literal, path + 1, NULL);
    guint before = named->n_requests;
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaFetchResult) result =
        fetch (fixture->fetcher,
               &(BullaFetchOptions){
                   .url = url, .follow_redirects = TRUE, .insecure = TRUE, .max_size = 500},
               &error);
    g_assert_cmpuint (named->n_requests, ==, before + rows[i].requests);
    if (rows[i].refused) {
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_REFUSED);
      g_assert_nonnull (strstr (error->message, "redirected to “http://127.0.0.1:"));
      g_assert_nonnull (strstr (error->message, "on this computer or its network"));
    } else {
      g_assert_no_error (error);
      g_assert_cmpuint (result->status, ==, 200);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/fetch/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("result", test_result);
  ADD ("limit/declared", test_limit);
  ADD ("limit/undeclared", test_limit_undeclared);
  ADD ("redirect/followed", test_redirect);
  ADD ("redirect/bad", test_redirect_bad);
  ADD ("no-https", test_no_https);
  ADD ("tls/untrusted", test_tls);
  ADD ("tls/can-sign", test_can_sign);
  ADD ("tls/two-roots", test_two_roots);
  ADD ("public-only", test_public_only);
  ADD ("public-only/redirects", test_public_only_redirects);
  ADD ("private/redirects", test_private_redirects);
  return g_test_run ();
}
