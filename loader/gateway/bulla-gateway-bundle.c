/* bulla-gateway-bundle.c - navigations to web bundles, and to what is in one that is kept
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"

/* --- from a bundle that is kept */

typedef struct {
  BullaGatewayRequest *request; /* owned */
  GPtrArray *bundles;           /* owned BullaKeptBundle; those that have a response, in turn */
  guint i;                      /* the one that is asked */
} Asking;

static void
asking_free (Asking *self)
{
  bulla_gateway_request_unref (self->request);
  g_ptr_array_unref (self->bundles);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void ask_next (Asking *self);

/* what is kept cannot answer this request; it may be shown separately, should the network be gone
 */
static void
go_live (Asking *self, gboolean plainly)
{
  BullaKeptBundle *spare = self->bundles->len > 0 ? self->bundles->pdata[0] : NULL;

  bulla_gateway_navigation_go_live (self->request, plainly, spare);
}

static void
begin_answer (BullaGatewayRequest *request, BullaLoad *load, BullaKeptBundle *kept)
{
  bulla_gateway_request_begin_answer (request, BULLA_ANSWER_SUBSTITUTED, load,
                                      bulla_kept_bundle_get_bundle (kept));
  bulla_stash_note_bundle_shown (request->place->stash, kept,
                                 bulla_gateway_request_get_answer_id (request));
}

static void
answer (Asking *self, BullaLoad *load)
{
  BullaGatewayRequest *request = self->request;
  BullaGateway *gateway = request->gateway;
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  g_autoptr (BullaVerdict) verdict =
      bulla_load_judge_request (load, &facts, bulla_loader_get_time (gateway->loader));
  switch (bulla_verdict_get_reply (verdict)) {
  case BULLA_REPLY_SERVE:
    begin_answer (request, load, self->bundles->pdata[self->i]);
    bulla_gateway_emit_served (gateway, request->view, load);
    bulla_gateway_pages_note (request, self->bundles->pdata[self->i],
                              bulla_kept_bundle_subset_of (load));
    bulla_gateway_serve_response (request, load);
    break;
  case BULLA_REPLY_NETWORK:
    bulla_gateway_ledger_blame (request, verdict);
    bulla_gateway_emit_fell_back (gateway, request->view, load, request->url);
    go_live (self, TRUE);
    break;
  case BULLA_REPLY_ASK:
  case BULLA_REPLY_REFUSE:
  default:
    bulla_gateway_refuse_by_verdict (request, load, verdict);
  }
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asking) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (BULLA_BUNDLE (object), result, &error);

  if (self->request->message == NULL)
    return;
  if (load == NULL) {
    bulla_gateway_refuse (self->request, NULL, error->message);
    return;
  }
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE) {
    answer (self, load);
  } else if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SEPARATE_ORIGIN) {
    self->i++; /* nobody vouches for it there, or no longer */
    ask_next (g_steal_pointer (&self));
  } else {
    bulla_gateway_refuse_by_verdict (self->request, load, verdict);
  }
}

/* @self: (transfer full) */
static void
ask_next (Asking *self)
{
  BullaRequestFacts facts;

  if (self->i >= self->bundles->len) {
    go_live (self, FALSE);
    asking_free (self);
    return;
  }
  BullaKeptBundle *kept = self->bundles->pdata[self->i];
  BullaBundle *bundle = bulla_kept_bundle_get_bundle (kept);
  gint resource = bulla_kept_bundle_find (kept, self->request->url);
  bulla_gateway_request_fill (self->request, &facts);
  gint variant = bulla_bundle_choose_variant (bundle, resource, &facts);
  if (variant < 0) { /* it has no response for this request */
    self->i++;
    ask_next (self);
    return;
  }
  bulla_bundle_load_async (bundle, resource, variant, self->request->cancellable, loaded_cb, self);
}

/* What the page is from answers for what it leads to; a frame holds on to that when another version
 * came since. */
static GPtrArray *
find_bundles (BullaGatewayRequest *request)
{
  BullaStash *stash = request->place->stash;
  gboolean anew = request->typed || request->again || request->redirected != NULL;
  const BullaGatewayPage *page = !anew ? bulla_gateway_pages_find (request) : NULL;
  BullaStashAsk ask;

  bulla_gateway_request_ask (request, &ask);
  if (page == NULL || page->kept == NULL || bulla_kept_bundle_find (page->kept, request->url) < 0
      || !(request->frame || bulla_stash_has_bundle (stash, page->kept)))
    return bulla_stash_find_bundles (stash, &ask);
  GPtrArray *bundles = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_kept_bundle_unref);
  g_ptr_array_add (bundles, bulla_kept_bundle_ref (page->kept));
  return bundles;
}

/* Of the exchanges kept, those that a bundle has another version of went when it came. */
static gboolean
is_covered_by_page (BullaGatewayRequest *request, GPtrArray *bundles)
{
  const BullaGatewayPage *page = bulla_gateway_pages_find (request);

  return page != NULL && bundles->len == 1 && bundles->pdata[0] == page->kept
         && bulla_kept_bundle_get_subset (page->kept, request->url) >= 0;
}

/**
 * bulla_gateway_bundle_navigate:
 * @request: a navigation of a known view
 *
 * It is answered by what is kept for that view, and otherwise goes upstream.
 */
void
bulla_gateway_bundle_navigate (BullaGatewayRequest *request)
{
  g_autoptr (GPtrArray) bundles = find_bundles (request);
  BullaGatewayFromStash stashed = is_covered_by_page (request, bundles)
                                      ? BULLA_GATEWAY_NOT_THERE
                                      : bulla_gateway_exchange_answer (request, FALSE);

  if (stashed == BULLA_GATEWAY_ANSWERED)
    return;
  if (stashed == BULLA_GATEWAY_GO_LIVE || bundles->len == 0) {
    bulla_gateway_navigation_go_live (request, stashed == BULLA_GATEWAY_GO_LIVE, NULL);
    return;
  }
  Asking *self = g_new0 (Asking, 1);
  self->request = bulla_gateway_request_ref (request);
  self->bundles = g_steal_pointer (&bundles);
  soup_server_message_pause (request->message);
  ask_next (self);
}

/* --- a bundle that comes in */

/**
 * bulla_gateway_bundle_separate:
 * @request: a navigation
 * @bundle: what it led to
 * @url: (nullable): which of its resources
 *
 * Its place is not in this door: whoever has another one is told.
 */
void
bulla_gateway_bundle_separate (BullaGatewayRequest *request, BullaBundle *bundle, const char *url)
{
  BullaVerdict *verdict = bulla_bundle_get_verdict (bundle);
  const char *reason = bulla_reason_get_nick (bulla_verdict_get_reason (verdict));
  g_autofree char *why =
      g_strdup_printf ("%s%sthe bundle may be shown in an origin of its own only, and this gateway "
                       "has none; `bulla bundle list` shows what is in it",
                       reason != NULL ? reason : "", reason != NULL ? ": " : "");

  if (request->frame) {
    bulla_gateway_refuse (request, NULL, why);
    return;
  }
  bulla_gateway_request_detach (request); /* it goes on coming in */
  bulla_gateway_emit_separate (request->gateway, request->view, bundle, url);
  bulla_gateway_request_refuse (request, why);
}

typedef struct {
  BullaGatewayNavigation *navigation; /* owned */
  BullaBundle *bundle;                /* owned */
} Opening;

static void
opening_free (Opening *self)
{
  g_clear_pointer (&self->navigation, bulla_gateway_navigation_free);
  g_object_unref (self->bundle);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Opening, opening_free)

static void
keep (Opening *self, BullaLoad *primary)
{
  BullaGatewayNavigation *navigation = self->navigation;
  BullaGatewayRequest *request = navigation->request;
  const char *url = bulla_load_get_url (primary);
  g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_new (self->bundle);

  bulla_gateway_request_detach (request);
  bulla_stash_put_bundle (request->place->stash, kept, request->url, request->frame);
  if (!bulla_gateway_same_url (request->url, url)) {
    bulla_gateway_navigation_redirect (navigation, url, TRUE);
    return;
  }
  begin_answer (request, primary, kept);
  bulla_gateway_emit_served (request->gateway, request->view, primary);
  bulla_gateway_pages_note (request, kept, bulla_kept_bundle_subset_of (primary));
  bulla_gateway_serve_response (request, primary);
}

/* as for an exchange: what it leads to is judged before the redirect, and again when it is asked */
static void
judge_primary (Opening *self, BullaLoad *load)
{
  BullaGatewayRequest *request = self->navigation->request;
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  if (!bulla_gateway_same_url (request->url, facts.url))
    facts.cookie = NULL; /* the deliverer's; the publisher's come with the next request */
  g_autoptr (BullaVerdict) verdict =
      bulla_load_judge_request (load, &facts, bulla_loader_get_time (request->gateway->loader));
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_SERVE)
    keep (self, load);
  else if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_NETWORK)
    bulla_gateway_navigation_fall_back (g_steal_pointer (&self->navigation), load, verdict,
                                        facts.url);
  else
    bulla_gateway_refuse_by_verdict (request, load, verdict);
}

/* @navigation: (transfer full): nothing is to be substituted, as far as the bundle says */
static void
decide_without_primary (BullaGatewayNavigation *navigation, BullaBundle *bundle)
{
  BullaGatewayRequest *request = navigation->request;
  BullaVerdict *verdict = bulla_bundle_get_verdict (bundle);

  switch (bulla_verdict_get_outcome (verdict)) {
  case BULLA_OUTCOME_SUBSTITUTE: /* there is a list to choose from */
  case BULLA_OUTCOME_SEPARATE_ORIGIN:
    bulla_gateway_bundle_separate (request, bundle, NULL);
    break;
  case BULLA_OUTCOME_FALL_BACK:
    bulla_gateway_navigation_fall_back (navigation, NULL, verdict,
                                        bulla_bundle_get_primary_url (bundle));
    return;
  case BULLA_OUTCOME_REFUSE:
  case BULLA_OUTCOME_NOT_A_PACKAGE:
  default:
    bulla_gateway_refuse_by_verdict (request, NULL, verdict);
  }
  bulla_gateway_navigation_free (navigation);
}

static void
primary_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Opening) self = user_data;
  BullaGatewayRequest *request = self->navigation->request;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (self->bundle, result, &error);

  if (request->message == NULL)
    return;
  if (load == NULL) {
    bulla_gateway_refuse (request, NULL, error->message);
    return;
  }
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  bulla_gateway_emit_bundle_decided (request->gateway, request->view, self->bundle);
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
    judge_primary (self, load);
  else if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_REFUSE)
    bulla_gateway_refuse_by_verdict (request, load, verdict);
  else
    decide_without_primary (g_steal_pointer (&self->navigation), self->bundle);
}

/**
 * bulla_gateway_bundle_decide:
 * @navigation: (transfer full): a navigation
 * @bundle: the bundle that it led to, which may still be coming in
 *
 * Its primary resource decides, as soon as that is there.
 */
void
bulla_gateway_bundle_decide (BullaGatewayNavigation *navigation, BullaBundle *bundle)
{
  BullaGatewayRequest *request = navigation->request;
  BullaOutcome outcome = bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle));
  const char *primary = bulla_bundle_get_primary_url (bundle);
  gboolean open = outcome == BULLA_OUTCOME_SUBSTITUTE || outcome == BULLA_OUTCOME_SEPARATE_ORIGIN;
  gint resource = open && primary != NULL ? bulla_bundle_find (bundle, primary) : -1;
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = primary;
  gint variant = resource >= 0 ? bulla_bundle_choose_variant (bundle, resource, &facts) : -1;
  if (variant < 0) {
    bulla_gateway_emit_bundle_decided (request->gateway, request->view, bundle);
    if (resource >= 0 && outcome == BULLA_OUTCOME_SUBSTITUTE) /* in no variant that is accepted */
      bulla_gateway_navigation_fall_back (navigation, NULL, bulla_bundle_get_verdict (bundle),
                                          primary);
    else
      decide_without_primary (navigation, bundle);
    return;
  }
  Opening *self = g_new (Opening, 1);
  *self = (Opening){navigation, g_object_ref (bundle)};
  bulla_bundle_load_async (bundle, resource, variant, request->cancellable, primary_loaded_cb,
                           self);
}
