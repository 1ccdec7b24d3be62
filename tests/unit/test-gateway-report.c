/* test-gateway-report.c - sends reports to deliverers about exchanges that the gateway received
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-exchange-writer.h"
#include "bulla-gateway-internal.h"
#include "bulla-loader.h"
#include "test-gateway-world.h"

#define ONE "v=one; host=-; dest=navigation"
#define LINKED "v=one; host=portal.test; dest=navigation"

typedef struct {
  GatewayWorld world;
  TestServer *collector; /* owned */
  char *nel, *report_to; /* owned; header values of the aggregator; NULL for none */
  gboolean unwelcoming;  /* whether the collector refuses preflights */
  guint n_asked;         /* number of CORS preflights */
  GString *got;          /* owned; received reports, one per line */
  char *head;            /* owned; head of the last report */
  GtSignalLogger *told;  /* owned; the gateway's signals about reports */
  guint n_told;          /* number of signals that were examined */
  guint n_wanted;        /* number of reports that are expected in all */
  char *fate;            /* owned; result of the last report: `view fate collector` */
  JsonNode *report;      /* owned; the last report */
} Scene;

/* --- servers */

static void
say_policy (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  Scene *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (self->nel != NULL)
    soup_message_headers_append (headers, "NEL", self->nel);
  if (self->report_to != NULL)
    soup_message_headers_append (headers, "Report-To", self->report_to);
}

static void
collect (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  Scene *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  if (!self->unwelcoming) {
    soup_message_headers_replace (headers, "Access-Control-Allow-Origin", "*");
    soup_message_headers_replace (headers, "Access-Control-Allow-Headers", "Content-Type");
  }
  soup_server_message_set_status (message, SOUP_STATUS_NO_CONTENT, NULL);
  if (g_str_equal (soup_server_message_get_method (message), SOUP_METHOD_OPTIONS)) {
    self->n_asked++;
    return;
  }
  g_autoptr (GBytes) body =
      soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_string_append_printf (self->got, "%.*s\n", (int)g_bytes_get_size (body),
                          (const char *)g_bytes_get_data (body, NULL));
  g_free (self->head);
  self->head = g_strdup (soup == self->collector->soup ? self->collector->last_head
                                                       : self->world.aggregator->last_head);
}

/* --- set-up */

static void
set_text (char **place, char *text)
{
  g_free (*place);
  *place = text;
}

static gboolean
has_told_enough (gpointer user_data)
{
  Scene *self = user_data;

  return self->n_told + gt_signal_logger_get_n_emissions (self->told) >= self->n_wanted;
}

/* waits until the gateway has emitted so many signals in total */
static void
take_reports (Scene *self, guint n)
{
  self->n_wanted = n;
  test_wait_until (has_told_enough, self);
  while (gt_signal_logger_get_n_emissions (self->told) > 0) {
    g_autofree char *view = NULL, *collector = NULL, *text = NULL, *fate = NULL;
    gt_signal_logger_assert_emission_pop (self->told, self->world.gateway, "report", &view,
                                          &collector, &text, &fate);
    g_clear_pointer (&self->report, json_node_unref);
    self->report = json_from_string (text, NULL);
    set_text (&self->fate,
              g_strdup_printf ("%s %s %s", view, fate, collector != NULL ? collector : "-"));
    self->n_told++;
  }
  g_assert_cmpuint (self->n_told, ==, n);
}

/* @settings: settings of the group [report] that differ from draft-b3 */
static void
use_profile (Scene *self, const char *settings)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", NULL);
  g_autofree char *text = g_strconcat ("[profile]\nname=own\n[report]\n", settings, NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_parse (text, parent, &error);

  g_assert_no_error (error);
  gateway_world_set_profile (&self->world, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_clear_pointer (&self->collector, test_server_free);
  self->collector = gateway_world_add_server (&self->world, "collector.test");
  soup_server_add_handler (self->collector->soup, "/nel", collect, self, NULL);
  gt_signal_logger_connect (self->told, self->world.gateway, "report");
  set_text (&self->nel, g_strdup ("{\"report_to\":\"nel\",\"max_age\":60,"
                                  "\"success_fraction\":1.0,\"failure_fraction\":1.0}"));
  g_autofree char *url = test_server_url (self->collector, "/nel");
  set_text (
      &self->report_to,
      g_strdup_printf ("{\"group\":\"nel\",\"max_age\":60,\"endpoints\":[{\"url\":\"%s\"}]}", url));
}

static void
set_up (Scene *self, gconstpointer data)
{
  gateway_world_set_up (&self->world, BULLA_GATEWAY_ANNOUNCED, NULL);
  soup_server_add_early_handler (self->world.aggregator->soup, NULL, say_policy, self, NULL);
  self->got = g_string_new (NULL);
  self->told = gt_signal_logger_new ();
  use_profile (self, "send=yes\n");
}

static void
tear_down (Scene *self, gconstpointer data)
{
  gt_signal_logger_free (self->told);
  gateway_world_tear_down (&self->world, NULL);
  g_clear_pointer (&self->collector, test_server_free);
  g_clear_pointer (&self->report, json_node_unref);
  set_text (&self->nel, NULL);
  set_text (&self->report_to, NULL);
  set_text (&self->head, NULL);
  set_text (&self->fate, NULL);
  g_string_free (self->got, TRUE);
}

typedef struct {
  const char *header, *value; /* nullable; signed header to add */
  const char *cert_url;       /* NULL for the one at certificates.test */
  int days_ago;               /* age of the signature, days */
  gboolean damage;
} Exchange;

static void
put (Scene *self, const char *path, Exchange exchange)
{
  GatewayWorld *world = &self->world;
  g_autofree char *url = test_server_url (world->publisher, "/article");
  g_autofree char *usual = test_server_url (world->chains, "/chain.cbor");
  g_autofree char *validity = test_server_url (world->publisher, "/validity");
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, world->credential);
  g_autoptr (GBytes) body = g_bytes_new_static ("<p>signed", 9);
  gint64 date = world->world->now - 60 - exchange.days_ago * TEST_DAY;
  g_autoptr (GError) error = NULL;

  bulla_exchange_writer_set_status (writer, 200);
  bulla_exchange_writer_add_header (writer, "content-type", "text/html");
  if (exchange.header != NULL)
    bulla_exchange_writer_add_header (writer, exchange.header, exchange.value);
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer,
                                      exchange.cert_url != NULL ? exchange.cert_url : usual);
  bulla_exchange_writer_set_validity_url (writer, validity);
  bulla_exchange_writer_set_validity (writer, date, date + 7 * TEST_DAY);
  g_autoptr (GBytes) written = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  gsize length = 0;
  guint8 *bytes = g_bytes_unref_to_data (g_steal_pointer (&written), &length);
  bytes[length - 1] ^= exchange.damage ? 1 : 0;
  g_autoptr (GBytes) whole = g_bytes_new_take (bytes, length);
  gateway_world_put_exchange (world, world->aggregator, path, whole);
}

/* fetches @path from the aggregator, and waits until so many reports were signalled in total */
static void
visit (Scene *self, const char *path, const char *tag, guint n_reports)
{
  g_autofree char *url = test_server_url (self->world.aggregator, path);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  SoupMessageHeaders *headers = soup_message_get_request_headers (message);

  soup_message_headers_replace (headers, "Accept-Language", "en-US,en");
  soup_message_headers_replace (headers, "User-Agent", "Tester/1");
  soup_message_headers_replace (headers, "Cookie", "id=secret");
  soup_message_headers_replace (headers, "Referer", "https://portal.test/list");
  gateway_world_announce (&self->world, self->world.token, message, tag);
  g_autoptr (TestResponse) response = test_send (self->world.client, message);
  take_reports (self, n_reports);
}

/* --- contents of reports */

static JsonObject *
envelope (Scene *self)
{
  JsonArray *list = json_node_get_array (self->report);

  g_assert_cmpuint (json_array_get_length (list), ==, 1);
  return json_array_get_object_element (list, 0);
}

static const char *
body_text (Scene *self, const char *name)
{
  return json_object_get_string_member (json_object_get_object_member (envelope (self), "body"),
                                        name);
}

static void
assert_told (Scene *self, const char *fate)
{
  g_autofree char *collector = test_server_url (self->collector, "/nel");
  g_autofree char *line = g_strdup_printf ("one %s %s", fate, collector);

  g_assert_cmpstr (self->fate, ==, line);
}

/* everything that is sent, and how it is sent */
static void
test_sent (Scene *self, gconstpointer data)
{
  g_autofree char *outer = test_server_url (self->world.aggregator, "/a.sxg");
  g_autofree char *inner = test_server_url (self->world.publisher, "/article");
  g_autofree char *cert = test_server_url (self->world.chains, "/chain.cbor");
  g_autofree char *origin = test_server_url (self->world.aggregator, "");
  g_autofree char *origin_line = g_strdup_printf ("Origin: %s\n", origin);

  put (self, "/a.sxg", (Exchange){0});
  visit (self, "/a.sxg", LINKED, 1);
  assert_told (self, "sent");
  g_autoptr (JsonNode) got = json_from_string (self->got->str, NULL);
  g_assert_true (json_node_equal (got, self->report));
  g_assert_cmpstr (json_object_get_string_member (envelope (self), "type"), ==, "network-error");
  g_assert_cmpstr (json_object_get_string_member (envelope (self), "url"), ==, outer);
  g_assert_cmpstr (json_object_get_string_member (envelope (self), "user_agent"), ==, "Tester/1");
  g_assert_cmpstr (body_text (self, "phase"), ==, "sxg");
  g_assert_cmpstr (body_text (self, "type"), ==, "ok");
  g_assert_cmpstr (body_text (self, "referrer"), ==, "https://portal.test/list");
  g_assert_cmpstr (body_text (self, "server_ip"), ==, "127.0.0.1");
  g_assert_cmpstr (body_text (self, "protocol"), ==, "http/1.1");
  JsonObject *body = json_object_get_object_member (envelope (self), "body");
  g_assert_cmpint (json_object_get_int_member (body, "status_code"), ==, 200);
  g_assert_cmpint (json_object_get_int_member (body, "elapsed_time"), <, 60000);
  JsonObject *sxg = json_object_get_object_member (body, "sxg");
  g_assert_cmpstr (json_object_get_string_member (sxg, "outer_url"), ==, outer);
  g_assert_cmpstr (json_object_get_string_member (sxg, "inner_url"), ==, inner);
  g_assert_cmpstr (
      json_array_get_string_element (json_object_get_array_member (sxg, "cert_url"), 0), ==, cert);
  /* The report came after a preflight, cross-origin and without credentials. */
  g_assert_cmpuint (self->n_asked, ==, 1);
  g_assert_cmpuint (self->collector->n_requests, ==, 2);
  g_assert_nonnull (strstr (self->head, "POST /nel\n"));
  g_assert_nonnull (strstr (self->head, "Content-Type: application/reports+json\n"));
  g_assert_null (strstr (self->head, "secret"));
  g_assert_null (strstr (self->got->str, "secret"));
  g_assert_null (strstr (self->head, "Referer"));
  g_assert_nonnull (strstr (self->head, origin_line));
  g_assert_cmpuint (self->world.publisher->n_requests, ==, 0);
}

/* The shipped profiles send no reports; withheld ones are signalled. */
static void
test_withheld (Scene *self, gconstpointer data)
{
  use_profile (self, "");
  put (self, "/a.sxg", (Exchange){0});
  visit (self, "/a.sxg", ONE, 1);
  assert_told (self, "withheld");
  g_assert_cmpstr (body_text (self, "type"), ==, "ok");
  put (self, "/old.sxg", (Exchange){.days_ago = 8});
  visit (self, "/old.sxg", ONE, 2);
  assert_told (self, "withheld");
  g_assert_cmpuint (self->collector->n_requests, ==, 0);
}

/* A truncated body is reported at that moment. */
static void
test_broken_body (Scene *self, gconstpointer data)
{
  put (self, "/a.sxg", (Exchange){.damage = TRUE});
  visit (self, "/a.sxg", ONE, 1);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.mi_error");
  assert_told (self, "sent");
}

/* LD-024: the aggregator does not learn what is wrong with a certificate of another server */
static void
test_downgraded (Scene *self, gconstpointer data)
{
  g_autofree char *missing = test_server_url (self->world.chains, "/missing.cbor");

  put (self, "/old.sxg", (Exchange){.days_ago = 8});
  visit (self, "/old.sxg", ONE, 1);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.failed");
  put (self, "/missing.sxg", (Exchange){.cert_url = missing});
  visit (self, "/missing.sxg", ONE, 2);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.failed");
  JsonObject *body = json_object_get_object_member (envelope (self), "body");
  g_assert_cmpint (json_object_get_int_member (body, "elapsed_time"), ==, 0);
}

/* LD-025: it does for a certificate on its own server, or in the exchange itself */
static void
test_undegraded (Scene *self, gconstpointer data)
{
  g_autofree char *own = test_server_url (self->world.aggregator, "/chain.cbor");
  g_autofree char *missing = test_server_url (self->world.aggregator, "/missing.cbor");
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (self->world.chain, &size);
  g_autofree char *base64 = g_base64_encode (bytes, size);
  g_autofree char *inlined = g_strconcat ("data:application/cert-chain+cbor;base64,", base64, NULL);

  gateway_world_put (&self->world, self->world.aggregator, "/chain.cbor", self->world.chain,
                     "application/cert-chain+cbor");
  put (self, "/missing.sxg", (Exchange){.cert_url = missing});
  visit (self, "/missing.sxg", ONE, 1);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.cert_fetch_error");
  put (self, "/data.sxg", (Exchange){.days_ago = 8, .cert_url = inlined});
  visit (self, "/data.sxg", ONE, 2);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.signature_verification_error");
  g_assert_null (strstr (self->got->str, "base64"));
  put (self, "/own.sxg", (Exchange){.cert_url = own});
  visit (self, "/own.sxg", ONE, 3);
  g_assert_cmpstr (body_text (self, "type"), ==, "ok");
}

static char *
dup_session_id (Scene *self)
{
  GHashTableIter iter;
  gpointer id = NULL;

  g_hash_table_iter_init (&iter, self->world.gateway->sessions);
  g_assert_true (g_hash_table_iter_next (&iter, &id, NULL));
  return g_strdup (id);
}

/* LD-026: the policy was received from another address, which NEL reports as dns.address_changed */
static void
test_address_changed (Scene *self, gconstpointer data)
{
  g_autofree char *url = test_server_url (self->world.aggregator, "/a.sxg");
  g_autofree char *id = dup_session_id (self);
  g_autofree char *partition = g_strconcat (id, " aggregator.test", NULL);
  BullaNelResponse before = {url, "192.0.2.1", self->nel, self->report_to, FALSE};
  g_autofree char *nel = g_steal_pointer (&self->nel);

  put (self, "/a.sxg", (Exchange){0});
  put (self, "/b.sxg", (Exchange){.damage = TRUE});
  bulla_reporter_note_response (self->world.gateway->reporter, partition, &before);
  visit (self, "/a.sxg", ONE, 0);
  self->nel = g_steal_pointer (&nel);
  visit (self, "/b.sxg", ONE, 1); /* the only report, although a.sxg came first */
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.mi_error");
}

/* policies of one session are not used by others, nor after it was removed */
static void
test_sessions (Scene *self, gconstpointer data)
{
  g_autofree char *first_token = self->world.token;
  g_autoptr (SoupSession) first = self->world.client;

  put (self, "/a.sxg", (Exchange){0});
  visit (self, "/a.sxg", ONE, 1);
  set_text (&self->nel, NULL);
  visit (self, "/a.sxg", ONE, 2); /* the policy is remembered */
  self->world.token =
      bulla_gateway_add_session (self->world.gateway, NULL, BULLA_GATEWAY_ANNOUNCED);
  self->world.client = gateway_world_new_client (&self->world, self->world.token);
  visit (self, "/a.sxg", ONE, 2);
  g_assert_cmpuint (bulla_reporter_get_n_origins (self->world.gateway->reporter), ==, 2);
  soup_session_abort (first);
  bulla_gateway_remove_session (self->world.gateway, first_token);
  g_assert_cmpuint (bulla_reporter_get_n_origins (self->world.gateway->reporter), ==, 1);
}

/* a host that does not permit reports gets none; the next collector gets the report */
static void
test_unwelcome (Scene *self, gconstpointer data)
{
  g_autofree char *collector = test_server_url (self->collector, "/nel");

  self->unwelcoming = TRUE;
  put (self, "/a.sxg", (Exchange){0});
  visit (self, "/a.sxg", ONE, 1);
  assert_told (self, "undelivered");
  g_assert_cmpuint (self->n_asked, ==, 1);
  g_assert_cmpuint (self->got->len, ==, 0);
  set_text (&self->report_to,
            g_strdup_printf ("{\"group\":\"nel\",\"max_age\":60,\"endpoints\":[{\"url\":\"%s\"},"
                             "{\"url\":\"/own\",\"priority\":2}]}",
                             collector));
  soup_server_add_handler (self->world.aggregator->soup, "/own", collect, self, NULL);
  visit (self, "/a.sxg", ONE, 2);
  g_assert_cmpuint (self->n_asked, ==, 2);
  g_assert_nonnull (strstr (self->head, "POST /own\n"));
  g_assert_true (g_str_has_suffix (self->fate, "/own"));
  set_text (&self->report_to, g_strdup ("{\"group\":\"other\",\"max_age\":60,\"endpoints\":[]}"));
  visit (self, "/a.sxg", ONE, 3);
  g_assert_cmpstr (self->fate, ==, "one undelivered -");
}

/* Chromium's additional reports, if the profile enables them */
static void
test_mismatch (Scene *self, gconstpointer data)
{
  Exchange exchange = {.header = "variants-04", .value = "accept-language;fr"};

  put (self, "/a.sxg", exchange);
  put (self, "/b.sxg", (Exchange){.damage = TRUE});
  visit (self, "/a.sxg", ONE, 0);
  visit (self, "/b.sxg", ONE, 1);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.mi_error");
  use_profile (self, "send=yes\nmismatches=yes\n");
  visit (self, "/a.sxg", ONE, 2);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.variant_mismatch");
}

/* LOAD samples by the transfer; with this setting, sampling depends on the result */
static void
test_fractions (Scene *self, gconstpointer data)
{
  static const char failures[] = "{\"report_to\":\"nel\",\"max_age\":60}";

  put (self, "/a.sxg", (Exchange){0});
  put (self, "/old.sxg", (Exchange){.days_ago = 8});
  set_text (&self->nel, g_strdup (failures));
  visit (self, "/a.sxg", ONE, 0);
  visit (self, "/old.sxg", ONE, 1);
  g_assert_cmpstr (body_text (self, "type"), ==, "sxg.failed");
  use_profile (self, "send=yes\nsampled-by=transfer\n");
  set_text (&self->nel, g_strdup (failures));
  visit (self, "/old.sxg", ONE, 1);
  set_text (&self->nel, g_strdup ("{\"report_to\":\"nel\",\"max_age\":60,\"success_fraction\":1}"));
  visit (self, "/a.sxg", ONE, 2);
  g_assert_cmpstr (body_text (self, "type"), ==, "ok");
}

/* an exchange that did not arrive through the gateway */
static void
test_opened (Scene *self, gconstpointer data)
{
  GatewayWorld *world = &self->world;
  g_autofree char *url = test_server_url (world->aggregator, "/a.sxg");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  put (self, "/a.sxg", (Exchange){0});
  bulla_loader_open_url_async (world->loader, url, NULL, NULL, test_take_result, &result);
  g_autoptr (GObject) load =
      bulla_loader_open_finish (world->loader, test_wait_result (&result), &error);
  g_assert_no_error (error);
  bulla_gateway_register_view (world->gateway, world->token, "one");
  bulla_gateway_report_opened (world->gateway, world->token, "one", BULLA_LOAD (load),
                               g_get_monotonic_time ());
  bulla_gateway_report_opened (world->gateway, "another", "one", BULLA_LOAD (load), 0);
  bulla_gateway_put (world->gateway, world->token, "one", BULLA_LOAD (load));
  take_reports (self, 1);
  assert_told (self, "sent");
  g_assert_cmpstr (body_text (self, "type"), ==, "ok");
  g_assert_cmpstr (body_text (self, "server_ip"), ==, "127.0.0.1");
  g_assert_cmpstr (body_text (self, "protocol"), ==, "http/1.1");
}

#define ADD(name, test) g_test_add ("/gateway-report/" name, Scene, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sent", test_sent);
  ADD ("withheld", test_withheld);
  ADD ("broken-body", test_broken_body);
  ADD ("downgraded", test_downgraded);
  ADD ("undegraded", test_undegraded);
  ADD ("address-changed", test_address_changed);
  ADD ("sessions", test_sessions);
  ADD ("unwelcome", test_unwelcome);
  ADD ("mismatch", test_mismatch);
  ADD ("fractions", test_fractions);
  ADD ("opened", test_opened);
  return g_test_run ();
}
