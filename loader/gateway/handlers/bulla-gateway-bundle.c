/* bulla-gateway-bundle.c - answers navigations to web bundles, and to the resources of kept bundles
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-bundle.h"

#include "bulla-bundle-internal.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-request.h"
#include "bulla-url-key.h"

/* --- navigations to a resource of a kept bundle */

typedef struct {
  BullaGatewayRequest *request; /* owned */
  GPtrArray *bundles;           /* owned BullaKeptBundle; those with a response, the best first */
  BullaVerdict *absent;         /* owned; NULL unless a bundle has no variant for the request */
  BullaBundle *without;         /* owned; the bundle that @absent is about; NULL if that is */
  guint i;                      /* index of the current bundle */
} Asking;

static void
asking_free (Asking *self)
{
  bulla_gateway_request_unref (self->request);
  g_ptr_array_unref (self->bundles);
  g_clear_pointer (&self->absent, bulla_verdict_unref);
  g_clear_object (&self->without);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void ask_next (Asking *self);

/* The kept bundle cannot answer this request; it may be shown in its own origin if the network
 * fails. */
static void
go_live (Asking *self, gboolean plainly)
{
  BullaKeptBundle *spare = self->bundles->len > 0 ? self->bundles->pdata[0] : NULL;
  const BullaGatewayDecision live = {BULLA_DECISION_LIVE, .plainly = plainly, .kept = spare,
                                     .verdict = self->absent, .bundle = self->without};

  bulla_gateway_decide (self->request, &live);
}

static void
bundle_serve (BullaGatewayRequest *request, BullaLoad *load, BullaVerdict *verdict,
              BullaKeptBundle *kept)
{
  const BullaGatewayDecision serve = {BULLA_DECISION_SERVE, .load = load, .verdict = verdict,
                                      .kept = kept};

  bulla_gateway_decide (request, &serve);
}

static void
serve_resource (Asking *self, BullaLoad *load)
{
  BullaGatewayRequest *request = self->request;
  BullaGatewayDecision live = {BULLA_DECISION_LIVE, .plainly = TRUE,
                               .kept = self->bundles->pdata[0]};
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  g_autoptr (BullaVerdict) verdict =
      bulla_load_judge_request (load, &facts, bulla_loader_get_time (request->gateway->loader));
  switch (bulla_verdict_get_reply (verdict)) {
  case BULLA_REPLY_SERVE:
    bundle_serve (request, load, verdict, self->bundles->pdata[self->i]);
    break;
  case BULLA_REPLY_NETWORK:
    live.load = load;
    live.verdict = verdict;
    bulla_gateway_decide (request, &live);
    break;
  case BULLA_REPLY_ASK:
  case BULLA_REPLY_REFUSE:
  default:
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
  }
}

/**
 * bulla_gateway_bundle_finish_load:
 * @request: the request to be answered; it is refused if the bundle does not contain the response
 * @bundle: the bundle
 * @result: the result of bulla_bundle_load_async()
 *
 * Returns: (transfer full) (nullable): the response; %NULL if the request is already decided
 */
BullaLoad *
bulla_gateway_bundle_finish_load (BullaGatewayRequest *request, BullaBundle *bundle,
                                  GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (bundle, result, &error);

  if (load == NULL)
    bulla_gateway_decide_refuse (request, NULL, error->message);
  return request->over ? NULL : g_steal_pointer (&load);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asking) self = user_data;
  g_autoptr (BullaLoad) load =
      bulla_gateway_bundle_finish_load (self->request, BULLA_BUNDLE (object), result);

  if (load == NULL)
    return;
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE) {
    serve_resource (self, load);
  } else if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SEPARATE_ORIGIN) {
    self->i++; /* no valid signature covers the URL in this bundle */
    ask_next (g_steal_pointer (&self));
  } else {
    bulla_gateway_decide_refuse_by_verdict (self->request, load, verdict);
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
  if (variant < 0) { /* no variant fits this request */
    if (self->absent == NULL && resource >= 0) {
      self->absent = bulla_bundle_judge_absent_variant (
          bundle, (guint)resource, &facts, bulla_loader_get_time (self->request->gateway->loader));
      self->without = g_object_ref (bundle);
    }
    self->i++;
    ask_next (self);
    return;
  }
  bulla_bundle_load_async (bundle, resource, variant, self->request->cancellable, loaded_cb, self);
}

/* The bundle of the initiating page answers its navigations; a frame keeps using its version even
 * if a newer one has been loaded. */
static GPtrArray *
find_bundles (BullaGatewayRequest *request)
{
  BullaStash *stash = request->view->stash;
  gboolean anew = request->typed || (request->again && !request->frame) || request->moved;
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

/* When a bundle is kept, exchanges for the same URLs in other versions are dropped from the stash.
 */
static gboolean
is_covered_by_page (BullaGatewayRequest *request, GPtrArray *bundles)
{
  const BullaGatewayPage *page = bulla_gateway_pages_find (request);

  return page != NULL && bundles->len == 1 && bundles->pdata[0] == page->kept
         && bulla_kept_bundle_get_subset (page->kept, request->url) >= 0;
}

static void
bundle_ask (BullaGatewayRequest *request, GPtrArray *bundles)
{
  Asking *self = g_new0 (Asking, 1);

  self->request = bulla_gateway_request_ref (request);
  self->bundles = g_ptr_array_ref (bundles);
  ask_next (self);
}

/**
 * bulla_gateway_bundle_handle_covered:
 * @request: a navigation of a known view
 *
 * Returns: whether the initiating page is from a bundle that covers the URL; that bundle then
 *   answers
 */
gboolean
bulla_gateway_bundle_handle_covered (BullaGatewayRequest *request)
{
  g_autoptr (GPtrArray) bundles = find_bundles (request);

  if (!is_covered_by_page (request, bundles))
    return FALSE;
  bundle_ask (request, bundles);
  return TRUE;
}

/**
 * bulla_gateway_bundle_handle:
 * @request: a navigation of a known view
 *
 * Returns: whether a kept bundle may contain the response
 */
gboolean
bulla_gateway_bundle_handle (BullaGatewayRequest *request)
{
  g_autoptr (GPtrArray) bundles = find_bundles (request);

  if (bundles->len == 0)
    return FALSE;
  bundle_ask (request, bundles);
  return TRUE;
}

/* --- navigations to a bundle */

typedef struct {
  BullaGatewayRequest *request; /* owned */
  BullaHttpMessage *message;    /* owned; the server's response */
  GPtrArray *chain;             /* owned; see bulla_gateway_fallback_guard_add() */
  BullaBundle *bundle;          /* owned */
} BundleOpening;

static void
bundle_opening_free (BundleOpening *self)
{
  bulla_gateway_request_unref (self->request);
  g_object_unref (self->message);
  g_ptr_array_unref (self->chain);
  g_object_unref (self->bundle);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BundleOpening, bundle_opening_free)

/* @load: (nullable): the response that failed; @url: (nullable): the fallback URL */
static void
bundle_fall_back (BundleOpening *self, BullaLoad *load, BullaVerdict *verdict, const char *url)
{
  const BullaGatewayDecision fall_back = {
      BULLA_DECISION_FALL_BACK, .load = load,   .bundle = load == NULL ? self->bundle : NULL,
      .verdict = verdict,       .url = url,     .chain = self->chain,
      .message = self->message, .plainly = TRUE};

  bulla_gateway_decide (self->request, &fall_back);
}

static void
stash_bundle (BundleOpening *self, BullaLoad *primary, BullaVerdict *verdict)
{
  BullaGatewayRequest *request = self->request;
  const char *url = bulla_load_get_url (primary);
  g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_new (self->bundle);
  const BullaGatewayDecision redirect = {BULLA_DECISION_REDIRECT, .url = url,
                                         .message = self->message};

  bulla_gateway_request_detach (request);
  bulla_stash_put_bundle (request->view->stash, kept, request->url, request->frame);
  if (!bulla_url_same (request->url, url)) {
    bulla_gateway_decide (request, &redirect);
    return;
  }
  g_set_object (&request->delivery, self->message);
  bundle_serve (request, primary, verdict, kept);
}

/* As for an exchange, the target is judged before the redirect, and again when it is requested. */
static void
judge_primary (BundleOpening *self, BullaLoad *load)
{
  BullaGatewayRequest *request = self->request;
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  if (!bulla_url_same (request->url, facts.url))
    facts.cookie = NULL; /* sent to the distributor; the next request sends the publisher's */
  g_autoptr (BullaVerdict) verdict =
      bulla_load_judge_request (load, &facts, bulla_loader_get_time (request->gateway->loader));
  if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_SERVE)
    stash_bundle (self, load, verdict);
  else if (bulla_verdict_get_reply (verdict) == BULLA_REPLY_NETWORK)
    bundle_fall_back (self, load, verdict, facts.url);
  else
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
}

/* Decides on a bundle without a primary resource to substitute. */
static void
decide_without_primary (BundleOpening *self)
{
  BullaVerdict *verdict = bulla_bundle_get_verdict (self->bundle);
  const BullaGatewayDecision separate = {BULLA_DECISION_SEPARATE, .bundle = self->bundle};

  switch (bulla_verdict_get_outcome (verdict)) {
  case BULLA_OUTCOME_SUBSTITUTE: /* the view lists the resources to choose from */
  case BULLA_OUTCOME_SEPARATE_ORIGIN:
    bulla_gateway_decide (self->request, &separate);
    break;
  case BULLA_OUTCOME_FALL_BACK:
    bundle_fall_back (self, NULL, verdict, bulla_bundle_get_primary_url (self->bundle));
    break;
  case BULLA_OUTCOME_REFUSE:
  case BULLA_OUTCOME_NOT_A_PACKAGE:
  default:
    bulla_gateway_decide_refuse_by_verdict (self->request, NULL, verdict);
  }
}

static void
primary_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BundleOpening) self = user_data;
  BullaGatewayRequest *request = self->request;
  g_autoptr (BullaLoad) load = bulla_gateway_bundle_finish_load (request, self->bundle, result);

  if (load == NULL)
    return;
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  bulla_gateway_emit_bundle_decided (request->gateway, request->view_token, self->bundle);
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
    judge_primary (self, load);
  else if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_REFUSE)
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
  else
    decide_without_primary (self);
}

/* No variant of the primary resource is for this request, so the publisher answers it. */
static void
pass_over_variants (BundleOpening *self, guint resource, const BullaRequestFacts *facts)
{
  g_autoptr (BullaVerdict) verdict = bulla_bundle_judge_absent_variant (
      self->bundle, resource, facts, bulla_loader_get_time (self->request->gateway->loader));

  bundle_fall_back (self, NULL, verdict, facts->url);
}

/**
 * bulla_gateway_bundle_judge:
 * @request: a navigation whose client is connected
 * @message: the server's response
 * @chain: URLs that fell back before it, as bulla_gateway_fallback_guard_add() adds them
 * @bundle: the bundle in @message, which may still be arriving
 *
 * Decides about the request by the bundle's primary resource, once that has arrived.
 */
void
bulla_gateway_bundle_judge (BullaGatewayRequest *request, BullaHttpMessage *message,
                            GPtrArray *chain, BullaBundle *bundle)
{
  BullaOutcome outcome = bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle));
  const char *primary = bulla_bundle_get_primary_url (bundle);
  gboolean open = outcome == BULLA_OUTCOME_SUBSTITUTE || outcome == BULLA_OUTCOME_SEPARATE_ORIGIN;
  gint resource = open && primary != NULL ? bulla_bundle_find (bundle, primary) : -1;
  g_autoptr (BundleOpening) self = g_new (BundleOpening, 1);
  BullaRequestFacts facts;

  *self = (BundleOpening){bulla_gateway_request_ref (request), g_object_ref (message),
                          g_ptr_array_ref (chain), g_object_ref (bundle)};
  bulla_gateway_request_fill (request, &facts);
  facts.url = primary;
  gint variant = resource >= 0 ? bulla_bundle_choose_variant (bundle, resource, &facts) : -1;
  if (variant >= 0) {
    bulla_bundle_load_async (bundle, resource, variant, request->cancellable, primary_loaded_cb,
                             g_steal_pointer (&self));
    return;
  }
  bulla_gateway_emit_bundle_decided (request->gateway, request->view_token, bundle);
  if (resource >= 0 && outcome == BULLA_OUTCOME_SUBSTITUTE) /* no variant is acceptable */
    pass_over_variants (self, (guint)resource, &facts);
  else
    decide_without_primary (self);
}
