/* test-gateway-network-permission.c - which network requests pages in separate origins may send
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "test-bundle-world.h"

#define PACKAGE "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnopqrst"
#define TAG(dest) "v=one; host=; package=" PACKAGE "; dest=" dest

/* --- a delegate that records questions */

#define TEST_TYPE_ASKED (test_asked_get_type ())
G_DECLARE_FINAL_TYPE (TestAsked, test_asked, TEST, ASKED, GObject)

struct _TestAsked {
  GObject parent_instance;
  GString *questions; /* owned */
  GPtrArray *waiting; /* owned; of GTask */
};

static void test_asked_delegate_init (BullaGatewayDelegateInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestAsked, test_asked, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BULLA_TYPE_GATEWAY_DELEGATE,
                                                      test_asked_delegate_init))

static void
trust_certificate_async (BullaGatewayDelegate *delegate, const char *host,
                         GTlsCertificate *certificate, GCancellable *cancellable,
                         GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (delegate, cancellable, callback, user_data);

  g_task_return_boolean (task, TRUE);
}

static void
ask_network_async (BullaGatewayDelegate *delegate, const char *view, const char *package,
                   const char *host, GCancellable *cancellable, GAsyncReadyCallback callback,
                   gpointer user_data)
{
  TestAsked *self = TEST_ASKED (delegate);

  g_assert_cmpstr (package, ==, PACKAGE);
  g_string_append_printf (self->questions, "%s %s\n", view != NULL ? view : "-", host);
  g_ptr_array_add (self->waiting, g_task_new (delegate, cancellable, callback, user_data));
}

static gboolean
take_answer (BullaGatewayDelegate *delegate, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
test_asked_delegate_init (BullaGatewayDelegateInterface *iface)
{
  iface->trust_certificate_async = trust_certificate_async;
  iface->trust_certificate_finish = take_answer;
  iface->ask_network_async = ask_network_async;
  iface->ask_network_finish = take_answer;
}

static void
test_asked_finalize (GObject *object)
{
  g_string_free (TEST_ASKED (object)->questions, TRUE);
  g_ptr_array_unref (TEST_ASKED (object)->waiting);
  G_OBJECT_CLASS (test_asked_parent_class)->finalize (object);
}

static void
test_asked_class_init (TestAskedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_asked_finalize;
}

static void
test_asked_init (TestAsked *self)
{
  self->questions = g_string_new (NULL);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
answer_question (TestAsked *self, gboolean allowed)
{
  g_assert_cmpuint (self->waiting->len, >, 0);
  g_autoptr (GTask) task = g_ptr_array_steal_index (self->waiting, 0);
  g_task_return_boolean (task, allowed);
}

/* --- the world */

/* Makes the client the session of a package. */
static void
use_package (GatewayWorld *self, BullaGatewayDelegate *delegate)
{
  g_autofree char *token =
      bulla_gateway_add_package_session (self->gateway, delegate, "one", PACKAGE);

  soup_session_abort (self->client);
  g_clear_object (&self->client);
  self->client = gateway_world_new_client (self, token);
}

static void
set_up (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (GBytes) body = g_bytes_new ("live", 4);

  gateway_world_set_up (self, BULLA_GATEWAY_ANNOUNCED, NULL);
  gateway_world_put (self, self->publisher, "/a", body, "text/plain");
  gateway_world_put (self, self->aggregator, "/a", body, "text/plain");
  use_package (self, NULL);
}

static void
set_network (GatewayWorld *self, const char *choice, TestAsked *asked)
{
  g_autofree char *setting = g_strconcat ("network=", choice, NULL);
  g_autoptr (BullaProfile) profile = test_bundle_profile ("bundle", setting);

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  use_package (self, asked != NULL ? BULLA_GATEWAY_DELEGATE (asked) : NULL);
}

/* @tag: (nullable): if NULL, the request has an Origin instead */
static SoupMessage *
make_request (TestServer *server, const char *method, const char *tag)
{
  g_autofree char *url = test_server_url (server, "/a");
  SoupMessage *message = soup_message_new (method, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept", "*/*");
  if (tag != NULL)
    soup_message_headers_replace (headers, "Sec-Bulla-Page", tag);
  else
    soup_message_headers_replace (headers, "Origin", "webpkg://" PACKAGE);
  if (g_str_equal (method, "POST")) {
    g_autoptr (GBytes) body = g_bytes_new ("question", 8);
    soup_message_set_request_body_from_bytes (message, "text/plain", body);
  }
  return message;
}

static const struct {
  const char *method, *tag;
} kinds[] = {
    {"GET", TAG ("subresource")},
    {"GET", TAG ("navigation")},
    {"GET", TAG ("frame")},
    {"POST", TAG ("subresource")},
    {"OPTIONS", TAG ("subresource")},
    {"GET", NULL}, /* a request without a tag still names its page */
};

static void
test_never (GatewayWorld *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (SoupMessage) message = make_request (self->publisher, kinds[i].method, kinds[i].tag);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    g_assert_nonnull (response->error);
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_assert_true (g_str_has_prefix (self->events->str, "refused one request\n"));
  g_assert_true (g_str_has_suffix (self->events->str, "refused one request\n"));
}

static void
test_allow (GatewayWorld *self, gconstpointer data)
{
  set_network (self, "allow", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (SoupMessage) message = make_request (self->publisher, kinds[i].method, kinds[i].tag);
    g_autoptr (TestResponse) response = test_send (self->client, message);
    g_assert_no_error (response->error);
    g_assert_cmpstr (response->body, ==, "live");
    g_assert_null (strstr (self->publisher->last_head, "Sec-Bulla-Page"));
  }
}

/* without a delegate the network is refused */
static void
test_ask_nobody (GatewayWorld *self, gconstpointer data)
{
  set_network (self, "ask", NULL);
  g_autoptr (SoupMessage) message = make_request (self->publisher, "GET", TAG ("subresource"));
  g_autoptr (TestResponse) response = test_send (self->client, message);
  g_assert_nonnull (response->error);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

typedef struct {
  SoupMessage *message; /* owned */
  GAsyncResult *result; /* owned; nullable */
} Sent;

static void
send (GatewayWorld *self, Sent *sent, SoupMessage *taken)
{
  *sent = (Sent){taken, NULL};
  soup_session_send_async (self->client, taken, G_PRIORITY_DEFAULT, NULL, test_take_result,
                           &sent->result);
}

static gboolean
came_through (GatewayWorld *self, Sent *sent)
{
  g_autoptr (SoupMessage) message = sent->message;
  g_autoptr (GInputStream) body =
      soup_session_send_finish (self->client, test_wait_result (&sent->result), NULL);

  g_clear_object (&sent->result);
  return body != NULL && soup_message_get_status (message) == SOUP_STATUS_OK;
}

static void
wait_for_questions (TestAsked *asked, guint n)
{
  while (asked->waiting->len < n)
    g_main_context_iteration (NULL, TRUE);
}

/* the delegate is asked once for each host, and its answer counts for waiting and later requests */
static void
test_ask (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestAsked) asked = g_object_new (TEST_TYPE_ASKED, NULL);
  Sent first, second, other;

  set_network (self, "ask", asked);
  send (self, &first, make_request (self->publisher, "GET", TAG ("subresource")));
  wait_for_questions (asked, 1);
  send (self, &second, make_request (self->publisher, "POST", TAG ("subresource")));
  send (self, &other, make_request (self->aggregator, "GET", TAG ("subresource")));
  wait_for_questions (asked, 2);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  answer_question (asked, TRUE);
  answer_question (asked, FALSE);
  g_assert_true (came_through (self, &first));
  g_assert_true (came_through (self, &second));
  g_assert_false (came_through (self, &other));
  send (self, &first, make_request (self->publisher, "GET", TAG ("navigation")));
  send (self, &other, make_request (self->aggregator, "GET", TAG ("navigation")));
  g_assert_true (came_through (self, &first));
  g_assert_false (came_through (self, &other));
  g_assert_cmpstr (asked->questions->str, ==, "one publisher.test\none aggregator.test\n");
  g_assert_cmpuint (self->publisher->n_requests, ==, 3);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 0);
}

/* if the delegate makes no decision, it is asked again */
static void
test_ask_undecided (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (TestAsked) asked = g_object_new (TEST_TYPE_ASKED, NULL);
  Sent sent;

  set_network (self, "ask", asked);
  send (self, &sent, make_request (self->publisher, "GET", NULL));
  wait_for_questions (asked, 1);
  g_autoptr (GTask) task = g_ptr_array_steal_index (asked->waiting, 0);
  g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CLOSED, "the window was closed");
  g_assert_false (came_through (self, &sent));
  send (self, &sent, make_request (self->publisher, "GET", NULL));
  wait_for_questions (asked, 1);
  answer_question (asked, TRUE);
  g_assert_true (came_through (self, &sent));
  g_assert_cmpstr (asked->questions->str, ==, "one publisher.test\none publisher.test\n");
}

static void
test_websocket (GatewayWorld *self, gconstpointer data)
{
  const char *const origins[] = {"webpkg://" PACKAGE, "isolated-app://" PACKAGE};

  for (guint i = 0; i < G_N_ELEMENTS (origins); i++) {
    g_autofree char *url = g_strdup_printf ("wss://publisher.test:%u/a", self->publisher->port);
    g_autoptr (SoupMessage) message = soup_message_new ("GET", url);
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;
    soup_session_websocket_connect_async (self->client, message, origins[i], NULL, 0, NULL,
                                          test_take_result, &result);
    g_autoptr (SoupWebsocketConnection) connection =
        soup_session_websocket_connect_finish (self->client, test_wait_result (&result), &error);
    g_assert_null (connection);
  }
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_assert_cmpstr (self->events->str, ==, "refused one request\nrefused one request\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/network/" path, GatewayWorld, NULL, set_up, test, gateway_world_tear_down)
  ADD ("never", test_never);
  ADD ("allow", test_allow);
  ADD ("ask-nobody", test_ask_nobody);
  ADD ("ask", test_ask);
  ADD ("ask-undecided", test_ask_undecided);
  ADD ("websocket", test_websocket);
  return g_test_run ();
}
