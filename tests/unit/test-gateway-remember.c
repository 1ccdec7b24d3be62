/* test-gateway-remember.c - records exchanges and live pages that the gateway served in the store
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-exchange-log.h"
#include "bulla-exchange-recorder.h"
#include "exchange-kit.h"
#include "store-kit.h"

#define ONE "v=one; host=-; dest=navigation"
#define PART "v=one; host=publisher.test; dest=subresource"
#define NOW G_GINT64_CONSTANT (2000000000)

typedef struct {
  GatewayWorld gateway;
  Kit kit;
  BullaStore *store;               /* owned */
  BullaExchangeRecorder *recorder; /* owned; NULL while it is closed */
} World;

static void
fail_cb (const char *message, gpointer user_data)
{
  g_error ("%s", message);
}

static void
decided_cb (BullaGateway *gateway, const char *view, BullaLoad *load, World *self)
{
  bulla_exchange_recorder_note_load (self->recorder, load, NOW);
}

static void
refused_cb (BullaGateway *gateway, const char *view, const char *url, BullaLoad *load,
            const char *message, BullaVerdict *verdict, World *self)
{
  bulla_exchange_recorder_note_refused (self->recorder, load, NOW);
}

static void
live_cb (BullaGateway *gateway, const char *view, const char *url, gint64 date,
         const char *validator, gboolean frame, World *self)
{
  bulla_exchange_recorder_note_live (self->recorder, url, date, validator, NOW);
}

/* as the shell and bulla gateway do */
static void
listen_to (World *self)
{
  BullaGateway *gateway = self->gateway.gateway;

  bulla_loader_set_store (self->gateway.loader, self->store);
  g_signal_connect (gateway, "load-decided", G_CALLBACK (decided_cb), self);
  g_signal_connect (gateway, "served", G_CALLBACK (decided_cb), self);
  g_signal_connect (gateway, "resource-served", G_CALLBACK (decided_cb), self);
  g_signal_connect (gateway, "refused", G_CALLBACK (refused_cb), self);
  g_signal_connect (gateway, "live", G_CALLBACK (live_cb), self);
}

static void
set_up (World *self, gconstpointer data)
{
  gateway_world_set_up (&self->gateway, BULLA_GATEWAY_ANNOUNCED, NULL);
  kit_set_up (&self->kit, NULL);
  self->store = kit_open (&self->kit, BULLA_STORE_CREATE);
  self->recorder = bulla_exchange_recorder_new (self->store, fail_cb, NULL);
  listen_to (self);
}

static void
tear_down (World *self, gconstpointer data)
{
  gateway_world_tear_down (&self->gateway, data);
  g_clear_pointer (&self->recorder, bulla_exchange_recorder_free);
  g_object_unref (self->store);
  kit_tear_down (&self->kit, NULL);
}

/* Waits until everything is written. Returns: (transfer full) (nullable): the entry */
static BullaHistoryEntry *
find_entry (World *self, const char *url)
{
  BullaHistoryEntry *entry = NULL;

  g_clear_pointer (&self->recorder, bulla_exchange_recorder_free);
  g_assert_true (bulla_history_find (self->store, url, &entry, NULL));
  return entry;
}

static gboolean
count_line (const char *line, gpointer user_data, GError **error)
{
  ++*(guint *)user_data;
  return TRUE;
}

static guint
count_logged (World *self)
{
  guint n = 0;

  g_assert_true (bulla_exchange_log_foreach (self->store, 0, count_line, &n, NULL));
  return n;
}

/* an exchange that is shown several times is recorded once */
static void
test_exchange (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *link = test_server_url (world->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (world->publisher, "/article");

  exchange_kit_put_signed (world, world->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);
  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, ONE);
  exchange_kit_assert_body (shown, "<p>signed");
  g_autoptr (BullaHistoryEntry) entry = find_entry (self, page);
  g_assert_nonnull (entry);
  g_assert_cmpint (entry->source, ==, BULLA_SEEN_EXCHANGE);
  g_assert_cmpstr (entry->distributor, ==, "aggregator.test");
  g_assert_cmpint (entry->seen, ==, NOW);
  g_assert_cmpint (entry->newest, ==, entry->signature_date);
  g_assert_cmpuint (entry->versions, ==, 1);
  g_assert_cmpuint (count_logged (self), ==, 1);
}

/* A package that was not accepted is not recorded. */
static void
test_expired (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *link = test_server_url (world->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (world->publisher, "/article");

  exchange_kit_put_signed (world, world->aggregator, "/a.sxg", "/article", "<p>signed", 8);
  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);
  g_autoptr (BullaHistoryEntry) entry = find_entry (self, page);
  g_assert_null (entry);
  g_assert_cmpuint (count_logged (self), ==, 0);
}

/* Ends what wrote to the store, and opens it again, as the next start of the program does.
 * @rollback: the choice of the profile */
static void
restart (World *self, const char *rollback)
{
  g_autoptr (BullaProfile) before = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_with (before, "trust.rollback", rollback, NULL);

  g_clear_pointer (&self->recorder, bulla_exchange_recorder_free);
  g_clear_object (&self->store);
  gateway_world_set_profile (&self->gateway, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  self->store = kit_open (&self->kit, BULLA_STORE_DEFAULT);
  self->recorder = bulla_exchange_recorder_new (self->store, fail_cb, NULL);
  listen_to (self);
}

/* what a click on a link to the exchange shows */
static void
assert_click (World *self, const char *at, const char *body)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *link = test_server_url (world->aggregator, at);
  g_autofree char *page = test_server_url (world->publisher, "/article");
  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);

  exchange_kit_assert_redirect (first, page);
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, ONE);
  exchange_kit_assert_body (shown, body);
}

/* A newer exchange was shown: after a restart an older one leads to the live page, and is counted.
 */
static void
test_older (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *page = test_server_url (world->publisher, "/article");

  exchange_kit_put_signed (world, world->aggregator, "/old.sxg", "/article", "<p>old", 1);
  exchange_kit_put_signed (world, world->aggregator, "/new.sxg", "/article", "<p>new", 0);
  gateway_world_put_live (world, "/article");
  assert_click (self, "/new.sxg", "<p>new");
  restart (self, "refuse");
  assert_click (self, "/old.sxg", "live");
  restart (self, "refuse");
  assert_click (self, "/old.sxg", "live");
  g_autoptr (BullaHistoryEntry) entry = find_entry (self, page);
  g_assert_cmpuint (entry->refused, ==, 2);
  g_assert_cmpint (entry->last_refused, ==, NOW);
  g_assert_cmpuint (count_logged (self), ==, 1);
}

/* The version that was seen is shown again, and a profile that warns shows an older one. */
static void
test_warned (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *page = test_server_url (world->publisher, "/article");

  exchange_kit_put_signed (world, world->aggregator, "/old.sxg", "/article", "<p>old", 1);
  exchange_kit_put_signed (world, world->aggregator, "/new.sxg", "/article", "<p>new", 0);
  assert_click (self, "/new.sxg", "<p>new");
  restart (self, "refuse");
  assert_click (self, "/new.sxg", "<p>new");
  restart (self, "warn");
  assert_click (self, "/old.sxg", "<p>old");
  g_autoptr (BullaHistoryEntry) entry = find_entry (self, page);
  g_assert_cmpuint (entry->refused, ==, 0);
  g_assert_cmpuint (entry->versions, ==, 2);
  g_assert_cmpuint (count_logged (self), ==, 3);
}

/* The publisher's own page was seen: every exchange that was signed before it is older. */
static void
test_older_than_live (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *page = test_server_url (world->publisher, "/article");
  g_autoptr (GBytes) body = exchange_kit_text ("live");

  exchange_kit_put_signed (world, world->aggregator, "/old.sxg", "/article", "<p>old", 1);
  gateway_world_put_with (world, world->publisher, "/article", body, "text/html", "ETag: \"v1\"");
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, ONE);
  exchange_kit_assert_body (shown, "live");
  restart (self, "refuse");
  assert_click (self, "/old.sxg", "live");
  g_autoptr (BullaHistoryEntry) entry = find_entry (self, page);
  g_assert_cmpint (entry->source, ==, BULLA_SEEN_LIVE);
  g_assert_cmpuint (entry->refused, ==, 1);
}

static void
keep_cb (BullaGateway *gateway, const char *view, BullaLoad *load, BullaLoad **kept)
{
  g_set_object (kept, load);
}

/* An acceptable exchange that does not answer a request, as for its date, was not accepted. */
static void
test_unused (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *link = test_server_url (world->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (world->publisher, "/article");
  g_autoptr (BullaLoad) load = NULL;

  g_signal_handlers_disconnect_by_data (world->gateway, self);
  g_signal_connect (world->gateway, "load-decided", G_CALLBACK (keep_cb), &load);
  exchange_kit_put_signed (world, world->aggregator, "/a.sxg", "/article", "<p>signed", 0);
  g_autoptr (TestResponse) first = gateway_world_get (world, link, ONE);
  g_assert_nonnull (load);
  bulla_exchange_recorder_note_refused (self->recorder, load, NOW);
  bulla_exchange_recorder_note_refused (self->recorder, NULL, NOW);
  g_autoptr (BullaHistoryEntry) entry = find_entry (self, page);
  g_assert_null (entry);
  g_assert_cmpuint (count_logged (self), ==, 0);
  g_signal_handlers_disconnect_by_data (world->gateway, &load);
}

static void
test_live (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *page = test_server_url (world->publisher, "/article");
  g_autofree char *part = test_server_url (world->publisher, "/part");
  g_autoptr (GBytes) body = exchange_kit_text ("live");

  gateway_world_put_with (world, world->publisher, "/article", body, "text/html", "ETag: \"v1\"");
  gateway_world_put_with (world, world->publisher, "/part", body, "text/css", "ETag: \"v1\"");
  g_autoptr (TestResponse) shown = gateway_world_get (world, page, ONE);
  exchange_kit_assert_body (shown, "live");
  g_autoptr (TestResponse) resource = gateway_world_get (world, part, PART);
  exchange_kit_assert_body (resource, "live");
  g_autoptr (TestResponse) again = gateway_world_get (world, page, ONE);
  g_autoptr (BullaHistoryEntry) entry = find_entry (self, page);
  g_assert_nonnull (entry);
  g_assert_cmpint (entry->source, ==, BULLA_SEEN_LIVE);
  g_assert_cmpint (entry->newest, >, 0);
  g_assert_cmpuint (entry->versions, ==, 1);
  g_autoptr (BullaHistoryEntry) none = find_entry (self, part);
  g_assert_null (none);
  g_assert_cmpuint (count_logged (self), ==, 0);
}

/* a server whose clock is ahead does not make all exchanges look old */
static void
test_clock_ahead (World *self, gconstpointer data)
{
  bulla_exchange_recorder_note_live (self->recorder, "https://a.test/", NOW + 301, NULL, NOW);
  bulla_exchange_recorder_note_live (self->recorder, "https://b.test/", NOW + 300, NULL, NOW);
  bulla_exchange_recorder_note_live (self->recorder, "https://a.test/reset?token=1", NOW, NULL,
                                     NOW);
  g_autoptr (BullaHistoryEntry) ahead = find_entry (self, "https://a.test/");
  g_autoptr (BullaHistoryEntry) little = find_entry (self, "https://b.test/");
  g_autoptr (BullaHistoryEntry) secret = find_entry (self, "https://a.test/reset?token=1");

  g_assert_cmpint (ahead->newest, ==, NOW);
  g_assert_cmpint (little->newest, ==, NOW + 300);
  g_assert_null (secret);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add (path, World, NULL, set_up, test, tear_down)
  ADD ("/gateway/remember/exchange", test_exchange);
  ADD ("/gateway/remember/expired", test_expired);
  ADD ("/gateway/remember/older", test_older);
  ADD ("/gateway/remember/warned", test_warned);
  ADD ("/gateway/remember/older-than-live", test_older_than_live);
  ADD ("/gateway/remember/unused", test_unused);
  ADD ("/gateway/remember/live", test_live);
  ADD ("/gateway/remember/clock-ahead", test_clock_ahead);
  return g_test_run ();
}
