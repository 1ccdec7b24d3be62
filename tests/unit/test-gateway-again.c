/* test-gateway-again.c - judges a package again when it is used: the world has changed since it
 * was kept
 * SPDX-License-Identifier: LGPL-2.1-or-later */
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

/* as “bulla revocations import” does, beside the running program */
static void
revoke_key (World *self, BullaLoad *load)
{
  g_autoptr (BullaFiles) files = bulla_files_new (self->kit.folder);
  g_autoptr (BullaRevocations) revocations = bulla_revocations_new ();
  BullaRevoked *entry = bulla_revoked_new (BULLA_REVOKED_SPKI);
  gboolean already_there = FALSE;

  entry->sha256 = g_strdup (bulla_load_get_facts (load)->cert.key_sha256);
  g_assert_true (bulla_revocations_add (revocations, entry, &already_there));
  g_assert_true (bulla_revocation_store_save (files, revocations, NULL));
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
  g_test_add ("/gateway/again/caa", World, NULL, set_up_caa, test_caa, tear_down);
  g_test_add ("/gateway/again/same", World, NULL, set_up, test_same, tear_down);
  return g_test_run ();
}
