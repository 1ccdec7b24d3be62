/* test-gateway-client.c - serves clients with a delegate, and curl
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-gateway-world.h"

#define PAGE "v=one; host=-; dest=navigation"

static GBytes *
text (const char *content)
{
  return g_bytes_new (content, strlen (content));
}

/* --- a delegate */

#define TEST_TYPE_DELEGATE (test_delegate_get_type ())
G_DECLARE_FINAL_TYPE (TestDelegate, test_delegate, TEST, DELEGATE, GObject)

struct _TestDelegate {
  GObject parent_instance;
  GPtrArray *tasks; /* owned; tasks that have no result yet */
  GString *hosts;   /* owned */
};

static void test_delegate_iface_init (BullaGatewayDelegateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestDelegate, test_delegate, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_GATEWAY_DELEGATE,
                                                      test_delegate_iface_init))

static void
test_delegate_trust_async (BullaGatewayDelegate *delegate, const char *host,
                           GTlsCertificate *certificate, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  TestDelegate *self = TEST_DELEGATE (delegate);
  g_autoptr (GSocketConnectable) identity = g_network_address_new (host, 443);

  g_assert_cmpuint (g_tls_certificate_verify (certificate, identity, NULL), ==, 0);
  g_string_append_printf (self->hosts, "%s\n", host);
  g_ptr_array_add (self->tasks, g_task_new (self, cancellable, callback, user_data));
}

static gboolean
test_delegate_trust_finish (BullaGatewayDelegate *delegate, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
test_delegate_iface_init (BullaGatewayDelegateInterface *iface)
{
  iface->trust_certificate_async = test_delegate_trust_async;
  iface->trust_certificate_finish = test_delegate_trust_finish;
}

static void
test_delegate_finalize (GObject *object)
{
  TestDelegate *self = TEST_DELEGATE (object);

  g_ptr_array_unref (self->tasks);
  g_string_free (self->hosts, TRUE);
  G_OBJECT_CLASS (test_delegate_parent_class)->finalize (object);
}

static void
test_delegate_class_init (TestDelegateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_delegate_finalize;
}

static void
test_delegate_init (TestDelegate *self)
{
  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->hosts = g_string_new (NULL);
}

/* CONNECT is answered when the delegate agrees, and closed when it does not */
static void
test_barrier (void)
{
  for (guint i = 0; i < 2; i++) {
    g_autoptr (TestDelegate) delegate = g_object_new (TEST_TYPE_DELEGATE, NULL);
    GatewayWorld self = {0};
    gateway_world_set_up (&self, BULLA_GATEWAY_ANNOUNCED, BULLA_GATEWAY_DELEGATE (delegate));
    g_autofree char *url = test_server_url (self.publisher, "/x");
    g_autoptr (GBytes) body = text ("x");
    g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    gateway_world_put (&self, self.publisher, "/x", body, "text/plain");
    soup_session_send_and_read_async (self.client, message, 0, NULL, test_take_result, &result);
    while (delegate->tasks->len == 0)
      g_main_context_iteration (NULL, TRUE);
    while (g_main_context_iteration (NULL, FALSE))
      ;
    g_assert_null (result);
    g_assert_cmpstr (delegate->hosts->str, ==, "publisher.test\n");
    if (i == 0)
      g_task_return_boolean (delegate->tasks->pdata[0], TRUE);
    else
      g_task_return_new_error (delegate->tasks->pdata[0], G_IO_ERROR, G_IO_ERROR_FAILED, "no");
    g_autoptr (GBytes) got =
        soup_session_send_and_read_finish (self.client, test_wait_result (&result), &error);
    if (i == 0)
      g_assert_no_error (error);
    else
      g_assert_nonnull (error);
    g_assert_cmpuint (self.publisher->n_requests, ==, 1 - i);
    g_ptr_array_set_size (delegate->tasks, 0);
    gateway_world_tear_down (&self, NULL);
  }
}

/* --- curl */

/* Returns: (transfer full): the output of curl, followed by its exit status */
static char *
run_curl (GatewayWorld *self, const char *option, const char *url)
{
  g_autofree char *proxy = bulla_gateway_dup_proxy_uri (self->gateway, self->token);
  g_autofree char *authority = g_build_filename (self->world->folder, "authority.pem", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  g_autoptr (GSubprocess) curl =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "curl", "--disable", "--silent",
                        "--noproxy", "", "--proxy", proxy, "--cacert", authority, "--write-out",
                        " %{http_code} %{num_redirects}", option, url, NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (curl, NULL, NULL, test_take_result, &result);
  g_subprocess_communicate_utf8_finish (curl, test_wait_result (&result), &out, NULL, &error);
  g_assert_no_error (error);
  return g_strdup_printf ("%s %d", out, g_subprocess_get_exit_status (curl));
}

static void
test_curl (GatewayWorld *self, gconstpointer data)
{
  gint64 now = self->world->now;
  g_autoptr (GBytes) body = text ("<p>signed");
  g_autoptr (GBytes) live = text ("live");
  g_autoptr (GBytes) good =
      gateway_world_sign (self, "/article", NULL, NULL, body, now - 60, FALSE);
  g_autoptr (GBytes) old =
      gateway_world_sign (self, "/old", NULL, NULL, body, now - 20 * TEST_DAY, FALSE);
  g_autoptr (GBytes) loop =
      gateway_world_sign (self, "/loop", NULL, NULL, body, now - 20 * TEST_DAY, FALSE);

  const struct {
    TestServer *server;
    const char *path, *expected;
  } CASES[] = {
      {self->aggregator, "/good.sxg", "<p>signed 200 1 0"},
      {self->publisher, "/article", "live 200 0 0"}, /* a redirect is followed once */
      {self->aggregator, "/old.sxg", "live 200 1 0"},
      {self->publisher, "/old", "live 200 0 0"},
      {self->publisher, "/loop",
       "bulla: request.fallback-loop: the fallback URL leads back to the same package\n 502 0 0"},
  };

  gateway_world_put_exchange (self, self->aggregator, "/good.sxg", good);
  gateway_world_put_exchange (self, self->aggregator, "/old.sxg", old);
  gateway_world_put_exchange (self, self->publisher, "/loop", loop);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  gateway_world_put (self, self->publisher, "/old", live, "text/html");
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_autofree char *url = test_server_url (CASES[i].server, CASES[i].path);
    g_autofree char *got = run_curl (self, "--location", url);
    g_assert_cmpstr (got, ==, CASES[i].expected);
  }
}

/* header fields that another browser's pages set grant no more than that browser has */
static void
test_forged_tag (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GTlsCertificate) certificate =
      test_world_issue (self->world, "localhost", self->world->now - TEST_DAY, 30, 0);
  g_autoptr (TestServer) server = test_server_new ("localhost", certificate);
  g_autofree char *url = test_server_url (server, "/");
  static const char *const SENT[][2] = {{"Origin", "https://public.test"},
                                        {"Origin", "null"},
                                        {"Referer", "https://public.test/page"},
                                        {"Sec-Fetch-Site", "cross-site"},
                                        {"Sec-Fetch-Mode", "cors"}};

  for (guint i = 0; i < G_N_ELEMENTS (SENT); i++) {
    g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
    SoupMessageHeaders *headers = soup_message_get_request_headers (message);
    gateway_world_announce (self, self->token, message, PAGE);
    soup_message_headers_replace (headers, SENT[i][0], SENT[i][1]);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    g_assert_cmpuint (response->status, ==, 502);
    g_assert_nonnull (strstr (response->body, "public page"));
  }
  g_assert_cmpuint (server->n_requests, ==, 0);
}

/* --- a body that arrives in pieces */

typedef struct {
  SoupServerMessage *message; /* owned */
  GBytes *exchange;           /* owned */
  gboolean asked;
} Pieces;

static void
answer_pieces (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  Pieces *pieces = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  pieces->message = g_object_ref (message);
  pieces->asked = TRUE;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Content-Type", "application/signed-exchange;v=b3");
  soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_server_message_pause (message);
}

static void
write_piece (Pieces *pieces, gsize from, gsize to)
{
  SoupMessageBody *body = soup_server_message_get_response_body (pieces->message);
  g_autoptr (GBytes) piece = g_bytes_new_from_bytes (pieces->exchange, from, to - from);

  soup_message_body_append_bytes (body, piece);
  if (to == g_bytes_get_size (pieces->exchange))
    soup_message_body_complete (body);
  soup_server_message_unpause (pieces->message);
}

/* A page is shown while its exchange arrives. If the last record does not match the signature,
 * the response is cut short there, and the exchange is dropped. */
static void
test_truncated (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/slow.sxg");
  g_autofree char *page = test_server_url (self->publisher, "/article");
  g_autofree char *filling = g_strnfill (40000, 'x');
  g_autoptr (GBytes) content = text (filling);
  g_autoptr (GBytes) live = text ("live");
  Pieces pieces = {.exchange = gateway_world_sign (self, "/article", NULL, NULL, content,
                                                   self->world->now - 60, TRUE)};
  gsize size = g_bytes_get_size (pieces.exchange);
  g_autoptr (SoupMessage) first = soup_message_new (SOUP_METHOD_GET, link);
  g_autoptr (SoupMessage) second = soup_message_new (SOUP_METHOD_GET, page);
  g_autoptr (GAsyncResult) redirected = NULL;
  g_autoptr (GAsyncResult) shown = NULL;
  g_autoptr (GError) error = NULL;
  char buffer[65536];
  gsize got = 0;

  soup_server_add_handler (self->aggregator->soup, "/slow.sxg", answer_pieces, &pieces, NULL);
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
  soup_message_add_flags (first, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (self->client, first, 0, NULL, test_take_result, &redirected);
  test_wait (&pieces.asked);
  write_piece (&pieces, 0, size - 10000);
  test_wait_result (&redirected);
  g_assert_cmpuint (soup_message_get_status (first), ==, 303);
  soup_session_send_async (self->client, second, 0, NULL, test_take_result, &shown);
  g_autoptr (GInputStream) stream =
      soup_session_send_finish (self->client, test_wait_result (&shown), &error);
  g_assert_no_error (error);
  gssize part = 0;
  for (; got < 4096; got += part) {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_async (stream, buffer, sizeof buffer, 0, NULL, test_take_result, &result);
    part = g_input_stream_read_finish (stream, test_wait_result (&result), &error);
    g_assert_no_error (error);
    g_assert_cmpint (part, >, 0);
  }
  write_piece (&pieces, size - 10000, size);
  do {
    g_autoptr (GAsyncResult) result = NULL;
    g_input_stream_read_async (stream, buffer, sizeof buffer, 0, NULL, test_take_result, &result);
    part = g_input_stream_read_finish (stream, test_wait_result (&result), &error);
    got += MAX (part, 0);
  } while (part > 0);
  g_assert_nonnull (error);
  g_assert_cmpuint (got, <, 40000);
  g_assert_cmpuint (got % 4096, ==, 0);
  g_assert_cmpstr (self->events->str, ==, "decided * substitute\nserved *\ntruncated *\n");
  g_autofree char *again = run_curl (self, "--location", page);
  g_assert_cmpstr (again, ==, "live 200 0 0");
  g_clear_object (&pieces.message);
  g_bytes_unref (pieces.exchange);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/client/barrier", test_barrier);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/client/" path, GatewayWorld, NULL, gateway_world_set_up_explained, test,   \
              gateway_world_tear_down)
  ADD ("curl", test_curl);
  ADD ("forged-tag", test_forged_tag);
  ADD ("truncated", test_truncated);
  return g_test_run ();
}
