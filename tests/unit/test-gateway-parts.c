/* test-gateway-parts.c - serves subresources that were prefetched with their page, as exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Whole because: every case serves a page and its parts by the same helpers */
#include "bulla-ledger-internal.h"
#include "bulla-loader-internal.h"
#include "prefetch-kit.h"

#define PART "v=one; host=publisher.test; dest=subresource"
#define FRAME "v=one; host=aggregator.test; dest=frame"
#define FRAMED "v=one; host=aggregator.test; dest=subresource"

typedef struct {
  GString *outer, *inner; /* Link fields */
} Links;

static Links
links_new (void)
{
  return (Links){g_string_new ("link: "), g_string_new ("link: ")};
}

static void
links_clear (Links *self)
{
  g_string_free (self->outer, TRUE);
  g_string_free (self->inner, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Links, links_clear)

static void
put_text (GatewayWorld *self, TestServer *server, const char *path, const char *content)
{
  g_autoptr (GBytes) bytes = prefetch_kit_text (content);

  gateway_world_put (self, server, path, bytes, "text/html");
}

/* Serves a subresource as an exchange at the same path of @server; the publisher has it live. */
static char *
put_part_of (GatewayWorld *self, TestServer *server, const char *path, gint64 date)
{
  g_autofree char *content = g_strconcat ("signed ", path, NULL);
  g_autoptr (GBytes) body = prefetch_kit_text (content);
  g_autoptr (GBytes) exchange =
      gateway_world_sign_with (self, path, "access-control-allow-origin: *", body, date, FALSE);

  gateway_world_put_exchange (self, server, path, exchange);
  put_text (self, self->publisher, path, "live");
  return gateway_world_integrity_of (exchange);
}

static char *
put_part (GatewayWorld *self, TestServer *server, const char *path)
{
  return put_part_of (self, server, path, self->world->now - 60);
}

static void
preload (Links *links, GatewayWorld *self, const char *path)
{
  g_autofree char *url = test_server_url (self->publisher, path);

  g_string_append_printf (links->inner, "%s<%s>; rel=\"preload\"; as=\"style\"",
                          links->inner->len > 6 ? ", " : "", url);
}

static void
allow (Links *links, GatewayWorld *self, const char *path, const char *integrity)
{
  g_autofree char *url = test_server_url (self->publisher, path);

  g_string_append_printf (links->inner, ", <%s>; rel=\"allowed-alt-sxg\"; header-integrity=\"%s\"",
                          url, integrity);
}

/* @as: path of the exchange that the aggregator offers for @path */
static void
offer (Links *links, GatewayWorld *self, TestServer *server, const char *path, const char *as)
{
  g_autofree char *url = test_server_url (self->publisher, path);
  g_autofree char *package = test_server_url (server, as);

  g_string_append_printf (links->outer, "%s<%s>; rel=\"alternate\"; type=\"%s\"; anchor=\"%s\"",
                          links->outer->len > 6 ? ", " : "", package, EXCHANGE, url);
}

static void
add (Links *links, GatewayWorld *self, TestServer *server, const char *path)
{
  g_autofree char *integrity = put_part (self, server, path);

  preload (links, self, path);
  allow (links, self, path, integrity);
  offer (links, self, server, path, path);
}

static guint
count (GatewayWorld *self, const char *event)
{
  guint n = 0;

  for (const char *at = self->events->str; (at = strstr (at, event)) != NULL; at++)
    n++;
  return n;
}

/* shows the page with the link, and follows the link */
static void
open_links (GatewayWorld *self, Links *links)
{
  g_autofree char *page = test_server_url (self->aggregator, "/");
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange = gateway_world_sign_with (self, "/article", links->inner->str, body,
                                                         self->world->now - 60, FALSE);

  gateway_world_put_with (self, self->aggregator, "/a.sxg", exchange, EXCHANGE, links->outer->str);
  put_text (self, self->aggregator, "/", "<p>links");
  g_autoptr (TestResponse) opened = gateway_world_get (self, page, TYPED);
  g_assert_cmpuint (opened->status, ==, 200);
}

/* Prefetches the page until @n of its parts are decided; its publisher receives no request. */
static void
prefetch_link (GatewayWorld *self, guint n)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autoptr (TestResponse) prefetched = prefetch_kit_ask (self, link, PREFETCH, "/", NULL);

  g_assert_no_error (prefetched->error);
  while (count (self, "prefetched one") + count (self, "refused one") < n + 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* follows the link with @tag, and shows the prefetched page */
static void
show_prefetched (GatewayWorld *self, const char *tag)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *article = test_server_url (self->publisher, "/article");

  guint before = self->aggregator->n_requests;
  g_autoptr (TestResponse) redirect = prefetch_kit_ask (self, link, tag, "/", NULL);
  g_assert_cmpuint (redirect->status, ==, 303);
  g_autoptr (TestResponse) shown = prefetch_kit_ask (self, article, tag, "/", NULL);
  g_assert_cmpstr (shown->body, ==, "<p>signed");
  g_assert_cmpuint (self->aggregator->n_requests, ==, before);
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

static void
show_link_by (GatewayWorld *self, guint n, const char *tag)
{
  prefetch_link (self, n);
  show_prefetched (self, tag);
}

static void
show_link (GatewayWorld *self, guint n)
{
  show_link_by (self, n, CLICK);
}

static void
show (GatewayWorld *self, Links *links, guint n)
{
  open_links (self, links);
  show_link (self, n);
}

/* @page: path of the requesting page of the publisher, if it is sent */
static void
assert_part_of (GatewayWorld *self, const char *path, const char *tag, const char *page,
                const char *body)
{
  g_autofree char *url = test_server_url (self->publisher, path);
  g_autofree char *referrer = test_server_url (self->publisher, page);
  g_autoptr (TestResponse) response = prefetch_kit_ask_from (self, url, tag, referrer, NULL);

  g_assert_no_error (response->error);
  g_assert_cmpstr (response->body, ==, body);
}

static void
assert_part (GatewayWorld *self, const char *path, const char *body)
{
  assert_part_of (self, path, PART, "/article", body);
}

static void
test_all (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  add (&links, self, self->aggregator, "/code.js");
  show (self, &links, 2);
  assert_part (self, "/style.css", "signed /style.css");
  assert_part (self, "/code.js", "signed /code.js");
  assert_part (self, "/style.css", "signed /style.css");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  g_assert_nonnull (strstr (self->events->str, "resource one /style.css"));
}

/* in a frame of another site, only the origin of the requesting page is known; another document
 * of that origin in the frame gets the same versions of the parts */
static void
test_framed (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  open_links (self, &links);
  show_link_by (self, 1, FRAME);
  assert_part_of (self, "/style.css", FRAMED, "/", "signed /style.css");
  assert_part_of (self, "/style.css", FRAMED, "/other", "signed /style.css");
}

/* parts that the page already prefetched by links are not fetched again, and need not be awaited */
static void
test_here_already (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/style.css");
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  open_links (self, &links);
  g_autoptr (TestResponse) prefetched = prefetch_kit_ask (self, link, PREFETCH, "/", NULL);
  g_assert_no_error (prefetched->error);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 2);
  show_link (self, 1);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 3);
  assert_part (self, "/style.css", "signed /style.css");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
}

/* parts that arrived with another exchange of the same page are not fetched again either */
static void
test_shared (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *other = test_server_url (self->aggregator, "/a.sxg?other");
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  open_links (self, &links);
  g_autoptr (TestResponse) prefetched = prefetch_kit_ask (self, other, PREFETCH, "/", NULL);
  g_assert_no_error (prefetched->error);
  while (count (self, "prefetched one") < 2)
    g_main_context_iteration (NULL, TRUE);
  show_link (self, 2);
  g_assert_cmpuint (self->aggregator->n_requests, ==, 4);
  assert_part (self, "/style.css", "signed /style.css");
}

/* the chain is fetched once, if its server allows caching; another view fetches it again */
static void
test_one_chain (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  gateway_world_put_with (self, self->chains, "/chain.cbor", self->chain,
                          "application/cert-chain+cbor", "Cache-Control: max-age=60");
  add (&links, self, self->aggregator, "/style.css");
  add (&links, self, self->aggregator, "/code.js");
  show (self, &links, 2);
  g_assert_cmpuint (self->chains->n_requests, ==, 1);
  assert_part (self, "/style.css", "signed /style.css");
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autoptr (TestResponse) other = gateway_world_get (self, link, "v=two; host=-; dest=navigation");
  g_assert_cmpuint (other->status, ==, 303);
  g_assert_cmpuint (self->chains->n_requests, ==, 2);
}

/* Returns: (nullable): what the ledger says of a path at the publisher: of the prefetched exchange
 * that is not used, or of the live request */
static BullaContact *
find_contact (GatewayWorld *self, BullaContactSource source, const char *path)
{
  GListModel *ledger = G_LIST_MODEL (bulla_loader_get_ledger (self->loader));
  g_autofree char *url = test_server_url (self->publisher, path);

  for (guint i = 0; i < g_list_model_get_n_items (ledger); i++) {
    g_autoptr (BullaContact) each = g_list_model_get_item (ledger, i);
    if (bulla_contact_get_kind (each) == BULLA_CONTACT_REQUEST
        && bulla_contact_get_source (each) == source
        && g_strcmp0 (bulla_contact_get_url (each), url) == 0)
      return each; /* the ledger owns it */
  }
  return NULL;
}

/* Checks that ledger and gateway say why a prefetched exchange is not used. */
static void
assert_unused (GatewayWorld *self, const char *path, const char *rule, const char *why)
{
  BullaContact *contact = find_contact (self, BULLA_CONTACT_UNUSED, path);
  g_autofree char *event = g_strdup_printf ("unused one %s ", path);

  g_assert_nonnull (contact);
  g_assert_cmpstr (bulla_contact_get_rule (contact), ==, rule);
  g_assert_cmpstr (bulla_contact_get_purpose (contact), ==, "prefetch");
  g_assert_nonnull (strstr (bulla_contact_get_error (contact), why));
  g_autofree char *line = bulla_contact_describe (contact);
  g_assert_nonnull (strstr (line, "prefetched, but not used; rule "));
  const char *said = strstr (self->events->str, event);
  g_assert_nonnull (said);
  g_assert_true (g_str_has_prefix (said + strlen (event), bulla_contact_get_error (contact)));
}

/* Checks that the ledger says why a part was refused when it was prefetched. */
static void
assert_refused (GatewayWorld *self, const char *rule, const char *why)
{
  BullaContact *contact = find_contact (self, BULLA_CONTACT_UNUSED, "/code.js");

  g_assert_cmpstr (bulla_contact_get_rule (contact), ==, rule);
  g_assert_nonnull (strstr (bulla_contact_get_error (contact), why));
}

/* Checks that the ledger names the rule that led to the live request. */
static void
assert_blamed (GatewayWorld *self, const char *path, const char *rule)
{
  BullaContact *contact = find_contact (self, BULLA_CONTACT_NETWORK, path);

  g_assert_nonnull (contact);
  g_assert_cmpstr (bulla_contact_get_rule (contact), ==, rule);
}

/* If one of the subresources is missing, none is used. */
static void
test_one_missing (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  g_autofree char *integrity = put_part (self, self->publisher, "/code.js");
  put_text (self, self->publisher, "/code.js", "live");
  preload (&links, self, "/code.js");
  allow (&links, self, "/code.js", integrity);
  offer (&links, self, self->aggregator, "/code.js", "/none.sxg");
  show (self, &links, 2);
  assert_part (self, "/style.css", "live");
  assert_part (self, "/code.js", "live");
  assert_unused (self, "/style.css", "alternate.missing", "/code.js");
  assert_refused (self, "alternate.missing", "/none.sxg: the server answered with status 404");
  assert_blamed (self, "/style.css", "alternate.missing");
  assert_blamed (self, "/code.js", "alternate.missing");
}

/* nor if the deliverer does not offer one of them */
static void
test_not_offered (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  g_autofree char *integrity = put_part (self, self->aggregator, "/code.js");
  preload (&links, self, "/code.js");
  allow (&links, self, "/code.js", integrity);
  show (self, &links, 1);
  assert_part (self, "/style.css", "live");
}

/* a preload for which no exchange is allowed is not fetched before the click, and does not
 * affect other parts */
static void
test_not_allowed (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  put_text (self, self->publisher, "/own.css", "live");
  preload (&links, self, "/own.css");
  add (&links, self, self->aggregator, "/style.css");
  offer (&links, self, self->aggregator, "/extra.css", "/extra.css");
  show (self, &links, 1);
  assert_part (self, "/style.css", "signed /style.css");
  g_assert_cmpuint (self->publisher->n_requests, ==, 0);
  assert_part (self, "/own.css", "live");
  g_assert_cmpuint (self->publisher->n_requests, ==, 1);
}

static void
test_other_version (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  g_autofree char *other = put_part (self, self->aggregator, "/other.js");
  g_autofree char *own = put_part (self, self->aggregator, "/code.js");
  g_assert_cmpstr (other, !=, own);
  preload (&links, self, "/code.js");
  allow (&links, self, "/code.js", other);
  offer (&links, self, self->aggregator, "/code.js", "/code.js");
  show (self, &links, 2);
  assert_part (self, "/style.css", "live");
  assert_part (self, "/code.js", "live");
}

/* the correct headers, signed for another URL */
static void
test_other_url (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();
  g_autofree char *other = put_part (self, self->aggregator, "/other.js");

  put_text (self, self->publisher, "/code.js", "live");
  preload (&links, self, "/code.js");
  allow (&links, self, "/code.js", other);
  offer (&links, self, self->aggregator, "/code.js", "/other.js");
  show (self, &links, 1);
  assert_part (self, "/code.js", "live");
}

/* A part with other headers than the page states is refused when it arrives, and is named. */
static void
test_other_headers (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  g_free (put_part (self, self->aggregator, "/code.js"));
  preload (&links, self, "/code.js");
  allow (&links, self, "/code.js", "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
  offer (&links, self, self->aggregator, "/code.js", "/code.js");
  show (self, &links, 1);
  assert_refused (self, "alternate.header-integrity", "; required: sha256-AAAA");
}

/* A part of two days before: whether it may be used, and any other with it, the profile says. */
static void
test_skew (GatewayWorld *self, gconstpointer data)
{
  static const char *const bounds[] = {"0", "3d", "1d"};

  for (guint i = 0; i < G_N_ELEMENTS (bounds); i++) {
    g_auto (Links) links = links_new ();
    g_autoptr (BullaProfile) before = bulla_profile_load ("draft-b3", NULL);
    g_autoptr (BullaProfile) profile =
        bulla_profile_with (before, "trust.skew-max", bounds[i], NULL);
    gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
    g_string_truncate (self->events, 0);
    self->publisher->n_requests = 0;
    add (&links, self, self->aggregator, "/style.css");
    g_autofree char *old =
        put_part_of (self, self->aggregator, "/old.js", self->world->now - 60 - 2 * TEST_DAY);
    preload (&links, self, "/old.js");
    allow (&links, self, "/old.js", old);
    offer (&links, self, self->aggregator, "/old.js", "/old.js");
    show (self, &links, 2);
    assert_part (self, "/style.css", i < 2 ? "signed /style.css" : "live");
    assert_part (self, "/old.js", i < 2 ? "signed /old.js" : "live");
    g_assert_cmpuint (count (self, "refused one package"), ==, i < 2 ? 0 : 1);
    g_assert_cmpuint (count (self, "unused one"), ==, i < 2 ? 0 : 2);
    if (i < 2)
      continue;
    const char *skew =
        bulla_contact_get_rule (find_contact (self, BULLA_CONTACT_UNUSED, "/old.js"));
    assert_unused (self, "/old.js", skew, skew);
    assert_unused (self, "/style.css", skew, "/old.js is not usable");
  }
}

static void
test_deliverer (GatewayWorld *self, gconstpointer data)
{
  TestServer *elsewhere = gateway_world_add_server (self, "elsewhere.test");

  for (guint i = 0; i < 2; i++) {
    g_auto (Links) links = links_new ();
    if (i == 1) {
      g_autoptr (BullaProfile) profile = bulla_profile_load ("chromium", NULL);
      g_autofree char *resolve = test_server_resolve (elsewhere);
      gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
      g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
      g_string_truncate (self->events, 0);
      self->publisher->n_requests = 0;
    }
    add (&links, self, elsewhere, "/style.css");
    elsewhere->n_requests = 0;
    show (self, &links, 1);
    g_assert_cmpuint (elsewhere->n_requests, ==, i == 0 ? 1 : 0);
    assert_part (self, "/style.css", i == 0 ? "signed /style.css" : "live");
  }
  test_server_free (elsewhere);
}

/* The page itself has prefetched the part from another server; with a profile that wants both from
 * one, it is not used, and the message says which server was required. */
static void
test_shared_deliverer (GatewayWorld *self, gconstpointer data)
{
  TestServer *elsewhere = gateway_world_add_server (self, "elsewhere.test");
  g_autoptr (BullaProfile) profile = bulla_profile_load ("chromium", NULL);
  g_autofree char *resolve = test_server_resolve (elsewhere);
  g_autofree char *link = test_server_url (elsewhere, "/style.css");
  g_autofree char *aggregator = test_server_url (self->aggregator, "");
  g_auto (Links) links = links_new ();

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  g_assert_true (bulla_loader_add_resolve (self->loader, resolve, NULL));
  add (&links, self, elsewhere, "/style.css");
  open_links (self, &links);
  g_autoptr (TestResponse) prefetched = prefetch_kit_ask (self, link, PREFETCH, "/", NULL);
  g_assert_no_error (prefetched->error);
  prefetch_link (self, 1);
  g_autoptr (GtSignalLogger) signals = gt_signal_logger_new ();
  gt_signal_logger_connect (signals, self->gateway, "refused");
  show_prefetched (self, CLICK);
  g_autofree char *message = gateway_world_pop_refused (self, signals);
  g_assert_nonnull (strstr (message, "alternate.deliverer"));
  g_assert_nonnull (strstr (message, aggregator));
  assert_part (self, "/style.css", "live");
  test_server_free (elsewhere);
}

/* an exchange offered by its own publisher is not fetched before the click, because the request
 * would disclose the prefetch */
static void
test_publisher (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  g_autofree char *integrity = put_part (self, self->publisher, "/code.js");
  preload (&links, self, "/code.js");
  allow (&links, self, "/code.js", integrity);
  offer (&links, self, self->publisher, "/code.js", "/code.js?signed");
  show (self, &links, 2);
  assert_part (self, "/style.css", "live");
}

/* parts of a page do not count towards the limit of prefetched responses */
static void
test_full (GatewayWorld *self, gconstpointer data)
{
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_parse (
      "[profile]\nname=small\ninherits=draft-b3\n[prefetch]\nentries-max=1\n", parent, NULL);
  g_auto (Links) links = links_new ();

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  add (&links, self, self->aggregator, "/style.css");
  add (&links, self, self->aggregator, "/code.js");
  show (self, &links, 2);
  assert_part (self, "/code.js", "signed /code.js");
}

/* a page with more frames than the gateway records still has its parts */
static void
test_late (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *page = test_server_url (self->aggregator, "/");
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/late.js");
  show (self, &links, 1);
  for (guint i = 0; i < 10; i++) {
    g_autoptr (TestResponse) opened =
        gateway_world_get (self, page, "v=one; host=publisher.test; dest=frame");
    g_assert_cmpuint (opened->status, ==, 200);
  }
  assert_part (self, "/late.js", "signed /late.js");
}

/* a page that is shown without a prefetch gets no parts from exchanges */
static void
test_not_prefetched (GatewayWorld *self, gconstpointer data)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_auto (Links) links = links_new ();

  add (&links, self, self->aggregator, "/style.css");
  g_autoptr (GBytes) body = prefetch_kit_text ("<p>signed");
  g_autoptr (GBytes) exchange = gateway_world_sign_with (self, "/article", links.inner->str, body,
                                                         self->world->now - 60, FALSE);
  gateway_world_put_with (self, self->aggregator, "/a.sxg", exchange, EXCHANGE, links.outer->str);
  g_autoptr (TestResponse) redirect = gateway_world_get (self, link, TYPED);
  g_assert_cmpuint (redirect->status, ==, 303);
  g_autoptr (TestResponse) shown = gateway_world_get (self, article, CLICK);
  g_assert_cmpstr (shown->body, ==, "<p>signed");
  assert_part (self, "/style.css", "live");
}

/* Of several images, the one that the view would choose is prefetched. */
static void
test_pictures (GatewayWorld *self, gconstpointer data)
{
  g_auto (Links) links = links_new ();
  g_autofree char *small = put_part (self, self->aggregator, "/small.png");
  g_autofree char *large = put_part (self, self->aggregator, "/large.png");
  g_autofree char *url = test_server_url (self->publisher, "/small.png");

  bulla_gateway_set_viewport (self->gateway, self->token, "one", 1000, 1);
  g_string_append_printf (links.inner,
                          "<%s>; rel=preload; as=image; imagesrcset=\"/small.png 400w, /large.png "
                          "1600w\"; imagesizes=\"(max-width: 600px) 100vw, 800px\"",
                          url);
  allow (&links, self, "/small.png", small);
  allow (&links, self, "/large.png", large);
  offer (&links, self, self->aggregator, "/small.png", "/small.png");
  offer (&links, self, self->aggregator, "/large.png", "/large.png");
  show (self, &links, 1);
  g_assert_nonnull (strstr (self->events->str, "prefetched one /large.png"));
  g_assert_null (strstr (self->events->str, "prefetched one /small.png"));
  assert_part (self, "/large.png", "signed /large.png");
}

/* --- the publisher's answers about parts */

typedef struct {
  guint n;               /* questions */
  const char *withdrawn; /* path of the part that the publisher vouches for no more */
} Questions;

static void
answer_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
           gpointer user_data)
{
  Questions *questions = user_data;
  const char *part = query != NULL ? g_hash_table_lookup (query, "of") : NULL;
  const char *answer = g_strcmp0 (part, questions->withdrawn) == 0 ? "\xa0"
                                                                   : "\xa1\x6a"
                                                                     "signatures\x80";

  questions->n++;
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, "application/cbor", SOUP_MEMORY_COPY, answer,
                                    strlen (answer));
}

static gboolean
all_were_asked (gpointer data)
{
  return ((Questions *)data)->n >= 3;
}

static void
click_and_show (GatewayWorld *self)
{
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *article = test_server_url (self->publisher, "/article");

  prefetch_link (self, 2);
  g_autoptr (TestResponse) redirect = prefetch_kit_ask (self, link, CLICK, "/", NULL);
  g_assert_cmpuint (redirect->status, ==, 303);
  g_autoptr (TestResponse) shown = prefetch_kit_ask (self, article, CLICK, "/", NULL);
  g_assert_cmpstr (shown->body, ==, "<p>signed");
}

/* A click asks about the page and each part; if one is withdrawn, all parts come live. */
static void
test_asked (GatewayWorld *self, gconstpointer data)
{
  static const struct {
    const char *mode, *withdrawn, *style, *code;
  } cases[] = {
      {"trust.validity=blocking", NULL, "signed /style.css", "signed /code.js"},
      {"trust.validity=blocking", "/code.js", "live", "live"},
      {"trust.validity=parallel", "/code.js", "signed /style.css", "signed /code.js"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    const char *const changes[] = {cases[i].mode, "trust.validity-empty=refuse", NULL};
    g_autoptr (BullaProfile) profile =
        bulla_profile_load_with ("draft-b3", NULL, NULL, changes, NULL);
    Questions questions = {.withdrawn = cases[i].withdrawn};
    g_auto (Links) links = links_new ();

    gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
    g_string_truncate (self->events, 0);
    self->publisher->n_requests = 0;
    add (&links, self, self->aggregator, "/style.css");
    add (&links, self, self->aggregator, "/code.js");
    open_links (self, &links);
    soup_server_add_handler (self->publisher->soup, "/validity", answer_cb, &questions, NULL);
    click_and_show (self);
    test_wait_until (all_were_asked, &questions);
    assert_part (self, "/style.css", cases[i].style);
    assert_part (self, "/code.js", cases[i].code);
    g_assert_cmpuint (questions.n, ==, 3);
    soup_server_remove_handler (self->publisher->soup, "/validity");
  }
}

static void
hold_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
         gpointer user_data)
{
  g_ptr_array_add (user_data, g_object_ref (message));
  soup_server_message_pause (message);
}

static void
wait_for_messages (GPtrArray *messages, guint n)
{
  while (messages->len < n)
    g_main_context_iteration (NULL, TRUE);
}

static void
release (SoupServerMessage *message, const char *type, GBytes *bytes)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  gsize length = 0;
  const char *data = g_bytes_get_data (bytes, &length);

  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, data, length);
  soup_server_message_unpause (message);
}

/* A part that arrives while publishers are asked does not make the click wait for another answer:
 * it is missing from the page, as it would be without a question. */
static void
test_asked_late (GatewayWorld *self, gconstpointer data)
{
  const char *const changes[] = {"trust.validity=blocking", NULL};
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with ("draft-b3", NULL, NULL, changes, NULL);
  g_autoptr (GPtrArray) late = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) asked = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GBytes) nothing_new = prefetch_kit_text ("\xa1\x6a"
                                                      "signatures\x80");
  g_autoptr (GBytes) content = prefetch_kit_text ("signed /late.js");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (Links) links = links_new ();

  gateway_world_set_profile (self, profile, BULLA_GATEWAY_ANNOUNCED, NULL);
  add (&links, self, self->aggregator, "/style.css");
  add (&links, self, self->aggregator, "/late.js");
  open_links (self, &links);
  g_string_truncate (self->events, 0);
  self->publisher->n_requests = 0;
  soup_server_add_handler (self->aggregator->soup, "/late.js", hold_cb, late, NULL);
  soup_server_add_handler (self->publisher->soup, "/validity", hold_cb, asked, NULL);
  prefetch_link (self, 1);
  wait_for_messages (late, 1);
  g_autofree char *link = test_server_url (self->aggregator, "/a.sxg");
  g_autofree char *from = test_server_url (self->aggregator, "/");
  g_autofree char *article = test_server_url (self->publisher, "/article");
  g_autoptr (SoupMessage) click = soup_message_new (SOUP_METHOD_GET, link);
  soup_message_headers_replace (soup_message_get_request_headers (click), "Referer", from);
  soup_message_add_flags (click, SOUP_MESSAGE_NO_REDIRECT);
  gateway_world_announce (self, self->token, click, CLICK);
  soup_session_send_async (self->client, click, G_PRIORITY_DEFAULT, NULL, test_take_result,
                           &result);
  wait_for_messages (asked, 2);
  g_autoptr (GBytes) exchange = gateway_world_sign_with (
      self, "/late.js", "access-control-allow-origin: *", content, self->world->now - 60, FALSE);
  release (late->pdata[0], EXCHANGE, exchange);
  while (count (self, "prefetched one") < 3)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 2; i++)
    release (asked->pdata[i], "application/cbor", nothing_new);
  g_autoptr (GInputStream) body =
      soup_session_send_finish (self->client, test_wait_result (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (click), ==, 303);
  g_autoptr (TestResponse) shown = prefetch_kit_ask (self, article, CLICK, "/", NULL);
  g_assert_cmpstr (shown->body, ==, "<p>signed");
  g_assert_cmpuint (asked->len, ==, 2);
  assert_part (self, "/style.css", "live");
  assert_part (self, "/late.js", "live");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test)                                                                            \
  g_test_add ("/gateway/parts/" path, GatewayWorld, NULL, gateway_world_set_up_announced, test,    \
              gateway_world_tear_down)
  ADD ("all", test_all);
  ADD ("framed", test_framed);
  ADD ("here-already", test_here_already);
  ADD ("shared", test_shared);
  ADD ("one-chain", test_one_chain);
  ADD ("one-missing", test_one_missing);
  ADD ("not-offered", test_not_offered);
  ADD ("not-allowed", test_not_allowed);
  ADD ("other-version", test_other_version);
  ADD ("other-url", test_other_url);
  ADD ("other-headers", test_other_headers);
  ADD ("skew", test_skew);
  ADD ("deliverer", test_deliverer);
  ADD ("shared-deliverer", test_shared_deliverer);
  ADD ("publisher", test_publisher);
  ADD ("full", test_full);
  ADD ("late", test_late);
  ADD ("not-prefetched", test_not_prefetched);
  ADD ("pictures", test_pictures);
  ADD ("asked", test_asked);
  ADD ("asked-late", test_asked_late);
  return g_test_run ();
}
