/* test-gateway-again.c - judges a package again when it is used: the world has changed since it
 * was kept
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: every case changes something else before the same uses. */
#include "bulla-issuers.h"
#include "bulla-judge.h"
#include "bulla-key-hash.h"
#include "bulla-load-internal.h"
#include "bulla-loader-internal.h"
#include "bulla-revocation-store.h"
#include "bulla-trust-internal.h"
#include "bulla-vulnerable.h"
#include "prefetch-kit.h"
#include "store-kit.h"
#include "zone-kit.h"

#define LONG_LIST 5000 /* entries of a list that takes a while to read */
#define PART "v=one; host=publisher.test; dest=subresource"

typedef struct {
  GatewayWorld gateway;
  Kit kit;
  BullaStore *store; /* owned */
  GString *reasons;  /* owned; of all decisions, one per line */
  BullaLoad *load;   /* owned; of the last decision */
} World;

static void
decided_cb (BullaGateway *gateway, const char *view, BullaLoad *load, World *self)
{
  const char *reason =
      bulla_reason_get_nick (bulla_verdict_get_reason (bulla_load_get_verdict (load)));

  g_string_append_printf (self->reasons, "%s\n", reason != NULL ? reason : "-");
  g_set_object (&self->load, load);
}

static void
fail_cb (const char *notice, gpointer user_data)
{
  g_error ("%s", notice);
}

static void
set_up_with (World *self, const char *const *settings)
{
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with ("draft-b3", NULL, NULL, settings, NULL);
  GatewayWorld *world = &self->gateway;

  gateway_world_set_up (world, BULLA_GATEWAY_ANNOUNCED, NULL);
  gateway_world_set_profile (world, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  kit_set_up (&self->kit, NULL);
  self->store = kit_open (&self->kit, BULLA_STORE_CREATE);
  self->reasons = g_string_new (NULL);
  bulla_loader_set_store (world->loader, self->store);
  bulla_loader_set_time (world->loader, world->world->now);
  bulla_loader_follow_files (world->loader,
                             bulla_trust_files_new (self->kit.folder, FALSE, fail_cb, NULL));
  g_signal_connect (world->gateway, "load-decided", G_CALLBACK (decided_cb), self);
  gateway_world_put_live (world, "/article");
}

static void
set_up (World *self, gconstpointer data)
{
  const char *const settings[] = {"trust.rollback=refuse", "certificate.tls-key=refuse", NULL};

  set_up_with (self, settings);
}

static void
tear_down (World *self, gconstpointer data)
{
  g_clear_object (&self->load);
  gateway_world_tear_down (&self->gateway, data);
  g_object_unref (self->store);
  kit_tear_down (&self->kit, NULL);
  g_string_free (self->reasons, TRUE);
}

/* --- what happens between the moment at which a package is kept, and its use */

static void
pass_four_days (World *self, BullaLoad *load)
{
  bulla_loader_set_time (self->gateway.loader, self->gateway.world->now + 4 * TEST_DAY);
}

static void
see_newer (World *self, BullaLoad *load)
{
  kit_note (self->store, bulla_load_get_url (load), bulla_load_get_date (load) + 10);
}

static void
list_vulnerable (World *self, BullaLoad *load)
{
  g_autofree char *text =
      g_strdup_printf ("header-integrity %s  # a hole", bulla_load_get_header_integrity (load));
  g_autoptr (GError) error = NULL;
  guint added = 0, total = 0;
  g_autoptr (GPtrArray) entries = bulla_vulnerable_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_true (bulla_vulnerable_import (self->store, entries, "test", 1, &added, &total, &error));
  g_assert_cmpuint (added, ==, 1);
}

/* as “bulla revocations import” does, beside the running program; @n: other entries before it */
static void
revoke_key_and_others (World *self, BullaLoad *load, guint n)
{
  g_autoptr (BullaFiles) files = bulla_files_new (self->kit.folder);
  g_autoptr (BullaRevocations) revocations = bulla_revocations_new ();
  gboolean already_there = FALSE;

  for (guint i = 0; i <= n; i++) {
    BullaRevoked *entry = bulla_revoked_new (BULLA_REVOKED_SPKI);
    entry->sha256 = i == n ? g_strdup (bulla_load_get_facts (load)->cert.key_sha256)
                           : g_strdup_printf ("%064x", i);
    g_assert_true (bulla_revocations_add (revocations, entry, &already_there));
  }
  g_assert_true (bulla_revocation_store_save (files, revocations, NULL));
}

static void
revoke_key (World *self, BullaLoad *load)
{
  revoke_key_and_others (self, load, 0);
}

static void
use_key_in_tls (World *self, BullaLoad *load)
{
  guint8 hash[BULLA_KEY_HASH_SIZE];

  g_assert_true (bulla_key_hash_read_hex (bulla_load_get_facts (load)->cert.key_sha256, hash));
  bulla_seen_keys_add_tls (bulla_trust_get_seen_keys (self->gateway.world->trust), hash,
                           "www.publisher.test");
}

typedef struct {
  const char *name;
  void (*happen) (World *self, BullaLoad *load);
  const char *reason;
} Change;

static const Change changes[] = {
    {"expired", pass_four_days, "ocsp.stale"},
    {"older", see_newer, "history.older"},
    {"vulnerable", list_vulnerable, "version.vulnerable"},
    {"revoked", revoke_key, "cert.locally-revoked"},
    {"tls-key", use_key_in_tls, "cert.key-in-tls"},
};

/* --- its use */

static void
prefetch (World *self)
{
  prefetch_kit_put_page (&self->gateway, "/", NULL);
  prefetch_kit_put_signed (&self->gateway, "/a.sxg", 0, FALSE, NULL);
  prefetch_kit_open_page (&self->gateway, "/", TYPED);
  prefetch_kit_assert_prefetched (&self->gateway, "/a.sxg");
  g_assert_cmpstr (self->reasons->str, ==, "-\n");
}

/* The prefetch is not used, and neither is what the deliverer sends now. */
static void
test_click (World *self, gconstpointer data)
{
  const Change *change = data;
  g_autofree char *link = test_server_url (self->gateway.aggregator, "/a.sxg");

  prefetch (self);
  g_autoptr (BullaLoad) kept = g_object_ref (self->load);
  change->happen (self, kept);
  guint before = self->gateway.aggregator->n_requests;
  g_autofree char *reasons = g_strdup_printf ("-\n%s\n%s\n", change->reason, change->reason);
  g_autoptr (TestResponse) clicked = prefetch_kit_ask (&self->gateway, link, CLICK, "/", NULL);
  g_assert_cmpuint (clicked->status, ==, 303); /* to the fallback URL */
  g_assert_cmpuint (self->gateway.aggregator->n_requests, ==, before + 1);
  g_assert_cmpstr (self->reasons->str, ==, reasons);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (bulla_load_get_verdict (kept))),
                   ==, change->reason);
  prefetch_kit_assert_article (&self->gateway, CLICK, "live");
}

/* Without a change the verdict stays, and is not copied. */
static void
test_same (World *self, gconstpointer data)
{
  prefetch (self);
  BullaVerdict *verdict = bulla_load_get_verdict (self->load);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (prefetch_kit_click (&self->gateway, "/a.sxg", CLICK, "/"), ==, 0);
  prefetch_kit_assert_article (&self->gateway, CLICK, "<p>signed");
  bulla_load_judge_body (self->load); /* the one thing that may have given it a new verdict */
  BullaVerdict *whole = bulla_load_get_verdict (self->load);
  g_assert_true (bulla_loader_judge_again (self->gateway.loader, self->load) == whole);
  g_assert_cmpstr (bulla_outcome_get_nick (bulla_verdict_get_outcome (verdict)), ==, "substitute");
}

/* A package that was shown, and that the history leads back to. */
static void
test_back (World *self, gconstpointer data)
{
  const Change *change = data;
  GatewayWorld *world = &self->gateway;
  g_autofree char *article = test_server_url (world->publisher, "/article");

  prefetch (self);
  g_assert_cmpuint (prefetch_kit_click (world, "/a.sxg", CLICK, "/"), ==, 0);
  g_autoptr (TestResponse) shown = prefetch_kit_ask (world, article, CLICK, "/", NULL);
  g_assert_cmpstr (shown->body, ==, "<p>signed");
  g_autoptr (TestResponse) again =
      gateway_world_again (world, article, CLICK, BULLA_NAVIGATION_BACK_FORWARD, shown);
  g_assert_cmpstr (again->body, ==, "<p>signed");
  change->happen (self, self->load);
  g_autoptr (TestResponse) back =
      gateway_world_again (world, article, CLICK, BULLA_NAVIGATION_BACK_FORWARD, shown);
  g_assert_no_error (back->error);
  g_assert_cmpstr (back->body, ==, "live");
}

/* --- a list that takes a while to read */

/* A request that was sent, and not awaited yet. */
typedef struct {
  SoupMessage *message;   /* owned */
  GCancellable *leaves;   /* owned */
  GAsyncResult *answered; /* owned; NULL until then */
} Sent;

static void
send_click (World *self, Sent *sent, const char *url)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *referrer = test_server_url (world->aggregator, "/");

  *sent =
      (Sent){.message = soup_message_new (SOUP_METHOD_GET, url), .leaves = g_cancellable_new ()};
  SoupMessageHeaders *headers = soup_message_get_request_headers (sent->message);
  soup_message_headers_replace (headers, "Referer", referrer);
  soup_message_add_flags (sent->message, SOUP_MESSAGE_NO_REDIRECT);
  gateway_world_announce (world, world->token, sent->message, CLICK);
  soup_session_send_async (world->client, sent->message, G_PRIORITY_DEFAULT, sent->leaves,
                           test_take_result, &sent->answered);
}

/* Returns: the status; 0 if the client has left */
static guint
wait_for_answer (World *self, Sent *sent)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) body =
      soup_session_send_finish (self->gateway.client, test_wait_result (&sent->answered), &error);
  guint status = body != NULL ? soup_message_get_status (sent->message) : 0;

  g_object_unref (sent->message);
  g_object_unref (sent->leaves);
  g_object_unref (sent->answered);
  return status;
}

/* Only the click on the kept package waits for the list, and is refused by it. */
static void
test_long_list (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *link = test_server_url (world->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (world->aggregator, "/");
  Sent click;

  prefetch (self);
  g_autoptr (BullaLoad) kept = g_object_ref (self->load);
  revoke_key_and_others (self, kept, LONG_LIST);
  send_click (self, &click, link);
  g_autoptr (TestResponse) live = gateway_world_get (world, page, OTHER_CLICK);
  g_assert_cmpstr (live->body, ==, "<p>links");
  g_assert_cmpuint (wait_for_answer (self, &click), ==, 303); /* to the fallback URL */
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (bulla_load_get_verdict (kept))),
                   ==, "cert.locally-revoked");
  prefetch_kit_assert_article (world, CLICK, "live");
}

/* Clients leave while the list is read: it counts for who comes then. */
static void
test_long_list_leave (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *link = test_server_url (world->aggregator, "/a.sxg");
  g_autofree char *page = test_server_url (world->aggregator, "/");
  Sent clicks[3];

  prefetch (self);
  g_autoptr (BullaLoad) kept = g_object_ref (self->load);
  revoke_key_and_others (self, kept, LONG_LIST);
  for (guint i = 0; i < G_N_ELEMENTS (clicks); i++)
    send_click (self, &clicks[i], link);
  g_autoptr (TestResponse) live = gateway_world_get (world, page, OTHER_CLICK);
  g_assert_cmpstr (live->body, ==, "<p>links"); /* the clicks have arrived before */
  for (guint i = 0; i < G_N_ELEMENTS (clicks); i++)
    g_cancellable_cancel (clicks[i].leaves);
  for (guint i = 0; i < G_N_ELEMENTS (clicks); i++) {
    guint status = wait_for_answer (self, &clicks[i]);
    g_assert_true (status == 0 || status == 303); /* 303: the list was read sooner */
  }
  g_autoptr (TestResponse) late = prefetch_kit_ask (world, link, CLICK, "/", NULL);
  g_assert_cmpuint (late->status, ==, 303);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (bulla_load_get_verdict (kept))),
                   ==, "cert.locally-revoked");
}

/* --- CAA records */

static void
set_up_caa (World *self, gconstpointer data)
{
  const char *const settings[] = {"trust.caa=require", "trust.dnssec=require", NULL};
  static const char issuer[] = "dn\tCN=Test Intermediate\tca.test\n";
  g_autoptr (BullaIssuers) issuers = bulla_issuers_new ();

  set_up_with (self, settings);
  TestWorld *world = self->gateway.world;
  g_assert_true (bulla_issuers_add_lines (issuers, issuer, sizeof issuer - 1, TRUE, "test", NULL));
  bulla_trust_set_issuers (world->trust, issuers);
  zone_kit_set_evidence (self->gateway.loader, world->folder, "publisher.test",
                         world->now - TEST_DAY, world->now + TEST_DAY);
}

/* Until the signatures of its CAA records end the prefetch is used, afterwards it is not. */
static void
test_caa (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  gint64 end = world->world->now + TEST_DAY;

  prefetch (self);
  g_autoptr (BullaLoad) kept = g_object_ref (self->load);
  BullaVerdict *before = bulla_load_get_verdict (kept);
  g_assert_cmpint (bulla_verdict_get_expires (before), ==, end + 1);
  g_assert_cmpint (bulla_verdict_get_expires_by (before), ==, BULLA_EXPIRES_BY_CAA);

  bulla_loader_set_time (world->loader, end);
  g_assert_true (bulla_loader_judge_again (world->loader, kept) == before);
  g_assert_cmpuint (prefetch_kit_click (world, "/a.sxg", CLICK, "/"), ==, 0);

  bulla_loader_set_time (world->loader, end + 1);
  BullaVerdict *after = bulla_loader_judge_again (world->loader, kept);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (after)), ==, "caa.no-answer");
  g_assert_cmpint (bulla_verdict_get_outcome (after), !=, BULLA_OUTCOME_SUBSTITUTE);
  g_assert_true (bulla_loader_judge_again (world->loader, kept) == after);
  g_assert_cmpuint (prefetch_kit_click (world, "/a.sxg", CLICK, "/"), ==, 1);
}

/* --- parts of a page */

static void
put_page_with_part (World *self)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *url = test_server_url (world->publisher, "/style.css");
  g_autofree char *package = test_server_url (world->aggregator, "/style.css");
  g_autoptr (GBytes) style = prefetch_kit_text ("signed style");
  g_autoptr (GBytes) part = gateway_world_sign_with (world, "/style.css", "x-part: 1", style,
                                                     world->world->now - 60, FALSE);
  g_autofree char *integrity = gateway_world_integrity_of (part);
  g_autofree char *inner =
      g_strdup_printf ("link: <%s>; rel=\"preload\"; as=\"style\", <%s>; rel=\"allowed-alt-sxg\"; "
                       "header-integrity=\"%s\"",
                       url, url, integrity);
  g_autofree char *outer = g_strdup_printf (
      "link: <%s>; rel=\"alternate\"; type=\"" EXCHANGE "\"; anchor=\"%s\"", package, url);
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) page =
      gateway_world_sign_with (world, "/article", inner, body, world->world->now - 60, FALSE);

  gateway_world_put_exchange (world, world->aggregator, "/style.css", part);
  gateway_world_put_with (world, world->aggregator, "/a.sxg", page, EXCHANGE, outer);
  prefetch_kit_put_page (world, "/", NULL);
  gateway_world_put_live (world, "/style.css");
}

static gboolean
has_part (gpointer data)
{
  return strstr (((GatewayWorld *)data)->events->str, "prefetched one /style.css") != NULL;
}

/* The page itself may be used, but one of its parts must not: none is. */
static void
test_part (World *self, gconstpointer data)
{
  const Change *change = data;
  GatewayWorld *world = &self->gateway;
  g_autofree char *style = test_server_url (world->publisher, "/style.css");
  g_autofree char *article = test_server_url (world->publisher, "/article");

  put_page_with_part (self);
  prefetch_kit_open_page (world, "/", TYPED);
  prefetch_kit_assert_prefetched (world, "/a.sxg");
  test_wait_until (has_part, world);
  g_assert_cmpstr (bulla_load_get_url (self->load), ==, style);
  change->happen (self, self->load);
  g_assert_cmpuint (prefetch_kit_click (world, "/a.sxg", CLICK, "/"), ==, 0);
  g_string_truncate (world->events, 0);
  prefetch_kit_assert_article (world, CLICK, "<p>signed");
  g_assert_nonnull (strstr (world->events->str, "refused one package\n"));
  g_autoptr (TestResponse) part = prefetch_kit_ask_from (world, style, PART, article, NULL);
  g_assert_cmpstr (part->body, ==, "live");
}

/* The part is judged at its own request, too. It is missing from the page then: the live one could
 * be of another version than the parts beside it. */
static void
test_part_later (World *self, gconstpointer data)
{
  const Change *change = data;
  GatewayWorld *world = &self->gateway;
  g_autofree char *style = test_server_url (world->publisher, "/style.css");
  g_autofree char *article = test_server_url (world->publisher, "/article");

  put_page_with_part (self);
  prefetch_kit_open_page (world, "/", TYPED);
  prefetch_kit_assert_prefetched (world, "/a.sxg");
  test_wait_until (has_part, world);
  g_autoptr (BullaLoad) load = g_object_ref (self->load);
  g_assert_cmpuint (prefetch_kit_click (world, "/a.sxg", CLICK, "/"), ==, 0);
  prefetch_kit_assert_article (world, CLICK, "<p>signed");
  g_autoptr (TestResponse) signed_part = prefetch_kit_ask_from (world, style, PART, article, NULL);
  g_assert_cmpstr (signed_part->body, ==, "signed style");
  change->happen (self, load);
  g_string_truncate (world->events, 0);
  g_autoptr (TestResponse) missing = prefetch_kit_ask_from (world, style, PART, article, NULL);
  g_assert_nonnull (missing->error);
  g_assert_cmpstr (world->events->str, ==, "refused one package\n");
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (bulla_load_get_verdict (load))),
                   ==, change->reason);
}

/* A store that cannot be read takes no refusal back. */
static void
test_store_fails (World *self, gconstpointer data)
{
  const Change *change = data;

  prefetch (self);
  change->happen (self, self->load);
  BullaVerdict *refused = bulla_loader_judge_again (self->gateway.loader, self->load);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (refused)), ==, change->reason);
  g_assert_cmpint (
      sqlite3_exec (self->store->db, "DROP TABLE history; DROP TABLE vulnerable", NULL, NULL, NULL),
      ==, SQLITE_OK);
  g_assert_true (bulla_loader_judge_again (self->gateway.loader, self->load) == refused);
}

/* A key that was seen in TLS stays so for the exchange, however many keys are seen afterwards. */
static void
test_key_forgotten (World *self, gconstpointer data)
{
  BullaSeenKeys *keys = bulla_trust_get_seen_keys (self->gateway.world->trust);
  guint8 hash[BULLA_KEY_HASH_SIZE] = {0};

  prefetch (self);
  use_key_in_tls (self, self->load);
  BullaVerdict *refused = bulla_loader_judge_again (self->gateway.loader, self->load);
  g_assert_cmpstr (bulla_reason_get_nick (bulla_verdict_get_reason (refused)), ==,
                   "cert.key-in-tls");
  for (guint i = 0; i < 5000; i++) {
    memcpy (hash, &i, sizeof i);
    bulla_seen_keys_add_tls (keys, hash, "other.test");
  }
  g_assert_true (
      bulla_key_hash_read_hex (bulla_load_get_facts (self->load)->cert.key_sha256, hash));
  g_autofree char *host = bulla_seen_keys_dup_tls_host (keys, hash);
  g_assert_null (host);
  g_assert_true (bulla_loader_judge_again (self->gateway.loader, self->load) == refused);
}

static gboolean
has_fault (gpointer data)
{
  return bulla_verdict_fails_by_body (bulla_load_get_verdict (data));
}

/* A fault in the body is delivered as far as it goes, unless something else is wrong by now. */
static void
test_fault_in_body (World *self, gconstpointer data)
{
  GatewayWorld *world = &self->gateway;
  g_autofree char *package = test_server_url (world->aggregator, "/a.sxg");
  g_autofree char *article = test_server_url (world->publisher, "/article");

  for (int vulnerable = 0; vulnerable < 2; vulnerable++) {
    prefetch_kit_put_signed (world, "/a.sxg", 0, TRUE, NULL);
    g_autoptr (TestResponse) redirected = prefetch_kit_ask (world, package, TYPED, NULL, NULL);
    g_assert_cmpuint (redirected->status, ==, 303);
    test_wait_until (has_fault, self->load);
    if (vulnerable)
      list_vulnerable (self, self->load);
    g_autoptr (TestResponse) shown = prefetch_kit_ask (world, article, TYPED, NULL, NULL);
    if (vulnerable)
      g_assert_cmpstr (shown->body, ==, "live");
    else
      g_assert_nonnull (shown->error);
  }
}

static void
add_cases (const char *use, const Change *change, void (*test) (World *, gconstpointer))
{
  g_autofree char *path = g_strdup_printf ("/gateway/again/%s/%s", use, change->name);

  g_test_add (path, World, change, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    add_cases ("click", &changes[i], test_click);
    add_cases ("back", &changes[i], test_back);
    add_cases ("part-later", &changes[i], test_part_later);
  }
  add_cases ("part", &changes[1], test_part);
  add_cases ("part", &changes[2], test_part);
  add_cases ("store-fails", &changes[1], test_store_fails);
  add_cases ("store-fails", &changes[2], test_store_fails);
  g_test_add ("/gateway/again/fault-in-body", World, NULL, set_up, test_fault_in_body, tear_down);
  g_test_add ("/gateway/again/key-forgotten", World, NULL, set_up, test_key_forgotten, tear_down);
  g_test_add ("/gateway/again/long-list", World, NULL, set_up, test_long_list, tear_down);
  g_test_add ("/gateway/again/long-list-leave", World, NULL, set_up, test_long_list_leave,
              tear_down);
  g_test_add ("/gateway/again/caa", World, NULL, set_up_caa, test_caa, tear_down);
  g_test_add ("/gateway/again/same", World, NULL, set_up, test_same, tear_down);
  return g_test_run ();
}
