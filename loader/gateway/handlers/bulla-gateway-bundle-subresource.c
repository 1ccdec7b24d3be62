/* bulla-gateway-bundle-subresource.c - answers subresource requests of a page from its bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-bundle-subresource.h"

#include "bulla-bundle-internal.h"
#include "bulla-gateway-bundle.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-request.h"
#include "bulla-load-internal.h"
#include "bulla-settings.h"

typedef struct {
  BullaGatewayRequest *request; /* owned */
  gint own;         /* the page's signed subset; -1 if the page is in the bundle's scope */
  gboolean covered; /* the page's subset or scope covers the URL */
  gboolean claimed; /* another subset covers the URL */
} Asking;

static void
asking_free (Asking *self)
{
  bulla_gateway_request_unref (self->request);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

static void
refuse_other_version (BullaGatewayRequest *request)
{
  g_autofree char *why = g_strdup_printf (
      "%s: the bundle’s signature also covers %s, so another version cannot be used on this page",
      bulla_reason_get_nick (BULLA_REASON_REQUEST_NOT_IN_BUNDLE), request->url);

  bulla_gateway_decide_refuse (request, NULL, why);
}

static void
refuse_lost (BullaGatewayRequest *request)
{
  g_autofree char *why = g_strdup_printf (
      "%s: the bundle of the page was dropped to make room for others; load the page again",
      bulla_reason_get_nick (BULLA_REASON_REQUEST_NOT_IN_BUNDLE));

  bulla_gateway_decide_refuse (request, NULL, why);
}

static void
serve_subresource (Asking *self, BullaLoad *load)
{
  BullaGatewayRequest *request = self->request;
  BullaGateway *gateway = request->gateway;
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  facts.url = bulla_load_get_url (load);
  bulla_gateway_page_fill_dates (bulla_gateway_pages_find (request), &facts);
  facts.other_version = self->covered && bulla_kept_bundle_subset_of (load) != self->own;
  g_autoptr (BullaVerdict) verdict =
      bulla_load_judge_request (load, &facts, bulla_loader_get_time (gateway->loader));
  if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE) {
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
    return;
  }
  const BullaGatewayDecision serve = {BULLA_DECISION_SERVE, .load = load};
  bulla_gateway_decide (request, &serve);
}

/* Returns: whether the response failed verification although a signed subset or the bundle's scope
 * covers its URL */
static gboolean
is_spoilt (const Asking *self, BullaLoad *load)
{
  BullaOutcome outcome = bulla_verdict_get_outcome (bulla_load_get_verdict (load));

  return self->covered || (self->claimed && outcome != BULLA_OUTCOME_SEPARATE_ORIGIN)
         || (self->own < 0 && bulla_load_get_facts (load)->response.in_scope == BULLA_YES);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asking) self = user_data;
  BullaGatewayRequest *request = self->request;
  g_autoptr (BullaLoad) load =
      bulla_gateway_bundle_finish_load (request, BULLA_BUNDLE (object), result);

  if (load == NULL)
    return;
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  if (bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE)
    serve_subresource (self, load);
  else if (is_spoilt (self, load))
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
  else /* without a signature for the URL, the bundle does not answer */
    bulla_gateway_decide_next (request);
}

static gboolean
knows_scopes (BullaGatewayRequest *request)
{
  BullaProfile *profile = bulla_loader_get_profile (request->gateway->loader);

  return bulla_profile_get_settings (profile)->scope != BULLA_SCOPE_NO;
}

/* @asking: (transfer full); @resource: the resource in the bundle of the initiating page */
static void
load_subresource (Asking *asking, BullaBundle *bundle, gint resource)
{
  BullaGatewayRequest *request = asking->request;
  BullaRequestFacts facts;

  bulla_gateway_request_fill (request, &facts);
  gint variant = bulla_bundle_choose_variant (bundle, resource, &facts);
  if (variant >= 0) {
    bulla_bundle_load_async (bundle, resource, variant, request->cancellable, loaded_cb, asking);
    return;
  }
  if (asking->covered)
    bulla_gateway_decide_refuse_absent_variant (request, bundle, (guint)resource, &facts);
  else
    bulla_gateway_decide_next (request);
  asking_free (asking);
}

/**
 * bulla_gateway_bundle_subresource_handle:
 * @request: a request of a known view that is not a navigation
 *
 * Subresources of a page from a bundle are served from that bundle, if its signature or scope
 * covers them. A URL that the page's own signed subset covers is never served from elsewhere, so
 * that two versions are not mixed.
 *
 * Returns: whether the page's bundle decides about this request
 */
gboolean
bulla_gateway_bundle_subresource_handle (BullaGatewayRequest *request)
{
  const BullaGatewayPage *page = bulla_gateway_pages_find (request);

  if (page != NULL && page->lost) {
    refuse_lost (request);
    return TRUE;
  }
  if (page == NULL || page->kept == NULL)
    return FALSE;
  g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_ref (page->kept);
  gint resource = bulla_kept_bundle_find (kept, request->url);
  Asking asking = {NULL, page->subset, bulla_kept_bundle_covers (kept, page->subset, request->url),
                   bulla_kept_bundle_get_subset (kept, request->url) >= 0};
  if (resource < 0 && asking.covered) {
    refuse_other_version (request);
    return TRUE;
  }
  if (resource < 0 || (!asking.claimed && !knows_scopes (request)))
    return FALSE;
  asking.request = bulla_gateway_request_ref (request);
  load_subresource (g_memdup2 (&asking, sizeof asking), bulla_kept_bundle_get_bundle (kept),
                    resource);
  return TRUE;
}
