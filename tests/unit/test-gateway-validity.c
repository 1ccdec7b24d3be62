/* test-gateway-validity.c - asks publishers about the packages of navigations and clicks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-validity-writer.h"
#include "prefetch-kit.h"

#include <string.h>

#define EMPTY "\xa0" /* the publisher vouches for the version no more */
#define NOTHING_NEW                                                                                \
  "\xa1\x6a"                                                                                       \
  "signatures"                                                                                     \
  "\x80"

static void
set_mode (GatewayWorld *self, const char *mode)
{
  const char *const changes[] = {mode, "trust.validity-empty=refuse", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with ("draft-b3", NULL, NULL, changes, &error);

  g_assert_no_error (error);
  gateway_world_set_profile (self, profile, 0, NULL);
}

static void
put_answer (GatewayWorld *self, const char *bytes)
{
  g_autoptr (GBytes) body = g_bytes_new (bytes, strlen (bytes));
  g_autoptr (GBytes) live = prefetch_kit_text ("live");

  gateway_world_put (self, self->publisher, "/validity", body, "application/cbor");
  gateway_world_put (self, self->publisher, "/article", live, "text/html");
}

static gboolean
was_asked (gpointer data)
{
  return ((GatewayWorld *)data)->publisher->n_requests > 0;
}

static gboolean
has_question (GatewayWorld *self)
{
  const char *head = self->publisher->last_head;

  return head != NULL && g_str_has_prefix (head, "GET /validity\n");
}

/* a package that comes with a navigation: its verdict waits, or does not */
static void
test_navigation (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *at = test_server_url (self->aggregator, "/a.sxg");

  set_mode (self, "trust.validity=parallel");
  put_answer (self, EMPTY);
  prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
  g_autoptr (TestResponse) beside = gateway_world_get (self, at, TYPED);
  g_assert_cmpuint (beside->status, ==, 303);
  prefetch_kit_assert_article (self, TYPED, "<p>signed");
  test_wait_until (was_asked, self); /* though the request that brought the package has ended */
  g_assert_true (has_question (self));
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);

  set_mode (self, "trust.validity=blocking");
  at = (g_free (at), test_server_url (self->aggregator, "/a.sxg"));
  g_autoptr (TestResponse) before = gateway_world_get (self, at, TYPED);
  prefetch_kit_assert_article (self, TYPED, "live");
}

/* a package that was prefetched: the publisher hears of it when somebody has clicked */
static void
test_click (GatewayWorld *self, gconstpointer data)
{
  for (int blocking = 0; blocking < 2; blocking++) {
    set_mode (self, blocking ? "trust.validity=blocking" : "trust.validity=parallel");
    put_answer (self, EMPTY);
    prefetch_kit_put_page (self, "/", NULL);
    prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
    self->publisher->n_requests = 0;
    prefetch_kit_open_page (self, "/", TYPED);
    prefetch_kit_assert_prefetched (self, "/a.sxg");
    g_assert_cmpuint (self->publisher->n_requests, ==, 0);
    if (blocking) { /* the prefetch is not used, and what the deliverer sends now is not either */
      g_autofree char *url = test_server_url (self->aggregator, "/a.sxg");
      g_autoptr (TestResponse) clicked = prefetch_kit_ask (self, url, CLICK, "/", NULL);
      g_assert_cmpuint (clicked->status, ==, 303);
      prefetch_kit_assert_article (self, CLICK, "live");
    } else {
      g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
      prefetch_kit_assert_article (self, CLICK, "<p>signed");
      test_wait_until (was_asked, self);
      g_assert_true (has_question (self));
    }
  }
}

static void
hold_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (message));
  soup_server_message_pause (message);
}

static gboolean
is_held (gpointer data)
{
  return ((GPtrArray *)data)->len > 0;
}

static void
release (SoupServerMessage *message, const char *answer)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, "application/cbor", SOUP_MEMORY_COPY, answer,
                                    strlen (answer));
  soup_server_message_unpause (message);
}

static SoupMessage *
begin_click (GatewayWorld *self, const char *tag, GAsyncResult **result)
{
  g_autofree char *url = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (self->aggregator, "/");
  SoupMessage *message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Referer", page);
  soup_message_set_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  gateway_world_announce (self, self->token, message, tag);
  soup_session_send_async (self->client, message, G_PRIORITY_DEFAULT, NULL, test_take_result,
                           result);
  return message;
}

static guint
end_click (GatewayWorld *self, SoupMessage *message, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      soup_session_send_finish (self->client, test_wait_result (result), &error);

  g_assert_no_error (error);
  g_assert_nonnull (body);
  return soup_message_get_status (message);
}

/* A second click while the publisher has not answered the question of the first: it is asked once,
 * and neither click is answered before. */
static void
test_two_clicks (GatewayWorld *self, gconstpointer data)
{
  for (int withdrawn = 0; withdrawn < 2; withdrawn++) {
    g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);
    g_autoptr (GAsyncResult) one = NULL, other = NULL;
    set_mode (self, "trust.validity=blocking");
    put_answer (self, EMPTY);
    prefetch_kit_put_page (self, "/", NULL);
    prefetch_kit_put_signed (self, "/a.sxg", 0, FALSE, NULL);
    self->publisher->n_requests = 0;
    prefetch_kit_open_page (self, "/", TYPED);
    prefetch_kit_assert_prefetched (self, "/a.sxg");
    soup_server_add_handler (self->publisher->soup, "/validity", hold_cb, held, NULL);
    guint before = self->aggregator->n_requests;
    g_autoptr (SoupMessage) first = begin_click (self, CLICK, &one);
    test_wait_until (is_held, held);
    guint n_events = self->events->len;
    g_autoptr (SoupMessage) second = begin_click (self, CLICK, &other);
    /* a request that comes later, and is answered: so the second click has been decided on */
    prefetch_kit_open_page (self, "/", "v=two; host=-; dest=navigation");
    g_assert_cmpuint (self->events->len, ==, n_events);
    g_assert_true (one == NULL && other == NULL);
    g_assert_cmpuint (held->len, ==, 1);
    soup_server_remove_handler (self->publisher->soup, "/validity");
    release (held->pdata[0], withdrawn ? EMPTY : NOTHING_NEW);
    g_assert_cmpuint (end_click (self, first, &one), ==, 303);
    g_assert_cmpuint (end_click (self, second, &other), ==, 303);
    /* a withdrawn prefetch is asked for again, and what comes is withdrawn, too */
    g_assert_cmpuint (self->aggregator->n_requests, ==, before + (withdrawn ? 3 : 1));
    g_assert_cmpuint (self->publisher->n_requests, ==, withdrawn ? 3 : 1);
    prefetch_kit_assert_article (self, CLICK, withdrawn ? "live" : "<p>signed");
  }
}

/* Returns: (transfer full): the Signature of an exchange of the same headers, made @date */
static GBytes *
sign_again (GatewayWorld *self, gint64 date)
{
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange =
      gateway_world_sign (self, "/article", NULL, NULL, body, date, FALSE);
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (exchange, &size);
  gsize at = 10 + (((gsize)bytes[8] << 8) | bytes[9]);
  gsize length = ((gsize)bytes[at] << 16) | ((gsize)bytes[at + 1] << 8) | bytes[at + 2];

  return g_bytes_new_from_bytes (exchange, at + 6, length);
}

/* A package whose signature has ended since it was prefetched, and that the publisher signed again
 * between the prefetch and the click. */
static void
test_signed_since (GatewayWorld *self, gconstpointer data)
{
  gint64 now = self->world->now;
  g_autoptr (GPtrArray) signatures = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  set_mode (self, "trust.validity=blocking");
  bulla_loader_set_time (self->loader, now);
  put_answer (self, EMPTY);
  g_ptr_array_add (signatures, sign_again (self, now + TEST_DAY));
  g_autoptr (GBytes) answer = bulla_validity_write (signatures, FALSE, -1);
  gateway_world_put (self, self->publisher, "/validity", answer, "application/cbor");
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_put_signed (self, "/a.sxg", 6, FALSE, NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  bulla_loader_set_time (self->loader, now + 2 * TEST_DAY);
  g_assert_cmpuint (prefetch_kit_click (self, "/a.sxg", CLICK, "/"), ==, 0);
  prefetch_kit_assert_article (self, CLICK, "<p>signed");
}

/* The publisher does not hear of a click that its package cannot answer, whatever it says. */
static void
test_other_variant (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *from = NULL;
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) plain = prefetch_kit_text ("elsewhere");

  set_mode (self, "trust.validity=blocking");
  put_answer (self, NOTHING_NEW);
  g_autoptr (GBytes) exchange = gateway_world_sign_with (
      self, "/article", "variants-04: accept-language;en;fr\nvariant-key-04: en", body,
      self->world->now - 60, FALSE);
  gateway_world_put_exchange (self, self->aggregator, "/a.sxg", exchange);
  prefetch_kit_put_page (self, "/", NULL);
  prefetch_kit_open_page (self, "/", TYPED);
  prefetch_kit_assert_prefetched (self, "/a.sxg");
  gateway_world_put (self, self->aggregator, "/a.sxg", plain, "text/html");
  url = test_server_url (self->aggregator, "/a.sxg");
  from = test_server_url (self->aggregator, "/");
  g_autoptr (SoupMessage) click = soup_message_new (SOUP_METHOD_GET, url);
  soup_message_headers_replace (soup_message_get_request_headers (click), "Referer", from);
  soup_message_headers_replace (soup_message_get_request_headers (click), "Accept-Language", "fr");
  gateway_world_announce (self, self->token, click, CLICK);
  g_autoptr (TestResponse) clicked = test_send (self->client, click);
  g_assert_cmpstr (clicked->body, ==, "elsewhere");
  g_assert_nonnull (strstr (self->events->str, "unused one"));
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/gateway/validity/navigation", GatewayWorld, NULL, gateway_world_set_up_announced,
              test_navigation, gateway_world_tear_down);
  g_test_add ("/gateway/validity/click", GatewayWorld, NULL, gateway_world_set_up_announced,
              test_click, gateway_world_tear_down);
  g_test_add ("/gateway/validity/two-clicks", GatewayWorld, NULL, gateway_world_set_up_announced,
              test_two_clicks, gateway_world_tear_down);
  g_test_add ("/gateway/validity/signed-since", GatewayWorld, NULL, gateway_world_set_up_announced,
              test_signed_since, gateway_world_tear_down);
  g_test_add ("/gateway/validity/other-variant", GatewayWorld, NULL, gateway_world_set_up_announced,
              test_other_variant, gateway_world_tear_down);
  return g_test_run ();
}
