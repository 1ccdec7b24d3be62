/* bulla-gateway-resource.c - what a page from a bundle asks for besides
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"
#include "bulla-load-private.h"
#include "bulla-settings.h"

typedef struct {
  BullaGatewayRequest *request; /* owned */
  gint subset, own;             /* of the response, and of the page; -1: none */
} Asking;

static void
asking_free (Asking *self)
{
  bulla_gateway_request_unref (self->request);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asking, asking_free)

/**
 * bulla_gateway_serve_response:
 * @request: a request not answered yet
 * @load: a response of a bundle, which may be substituted
 */
void
bulla_gateway_serve_response (BullaGatewayRequest *request, BullaLoad *load)
{
  g_autoptr (GInputStream) empty = g_memory_input_stream_new ();
  GInputStream *body = bulla_load_get_body (load);

  g_set_object (&request->load, load);
  bulla_gateway_serve (request, load, body != NULL ? body : empty, -1);
}

static void
refuse (BullaGatewayRequest *request, BullaLoad *load, BullaReason reason)
{
  g_autofree char *why = g_strdup_printf (
      "%s: the page is from a bundle that covers %s, and no other version of that may be mixed "
      "into it",
      bulla_reason_get_nick (reason), request->url);

  bulla_gateway_refuse (request, load, why);
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
  if (bulla_verdict_get_reply (verdict) != BULLA_REPLY_SERVE) {
    bulla_gateway_refuse_by_verdict (request, load, verdict);
    return;
  }
  bulla_gateway_emit_resource_served (gateway, request->view, load);
  bulla_gateway_serve_response (request, load);
}

/* one signature, or one scope, covers it and the page */
static gboolean
is_of_one_unit (const Asking *self, BullaLoad *load)
{
  return self->subset == self->own
         && (self->own >= 0 || bulla_load_get_facts (load)->response.in_scope == BULLA_YES);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Asking) self = user_data;
  BullaGatewayRequest *request = self->request;
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaLoad) load = bulla_bundle_load_finish (BULLA_BUNDLE (object), result, &error);

  if (request->message == NULL)
    return;
  if (load == NULL) {
    bulla_gateway_refuse (request, NULL, error->message);
    return;
  }
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  BullaOutcome outcome = bulla_verdict_get_outcome (verdict);
  if (outcome == BULLA_OUTCOME_SUBSTITUTE)
    answer (self, load);
  else if (is_of_one_unit (self, load)
           || (self->subset >= 0 && outcome != BULLA_OUTCOME_SEPARATE_ORIGIN))
    bulla_gateway_refuse_by_verdict (request, load, verdict);
  else /* nobody vouches for it: the bundle has no say here */
    bulla_gateway_upstream_forward (request);
}

static gboolean
knows_scopes (BullaGatewayRequest *request)
{
  BullaProfile *profile = bulla_loader_get_profile (request->gateway->loader);

  return bulla_profile_get_settings (profile)->scope != BULLA_SCOPE_NO;
}

/* @kept: what the page is from; @resource: of it */
static void
ask (BullaGatewayRequest *request, BullaKeptBundle *kept, gint resource, gint subset, gint own)
{
  BullaBundle *bundle = bulla_kept_bundle_get_bundle (kept);
  Asking *self = g_new (Asking, 1);
  BullaRequestFacts facts;

  *self = (Asking){bulla_gateway_request_ref (request), subset, own};
  bulla_gateway_request_fill (request, &facts);
  gint variant = bulla_bundle_choose_variant (bundle, resource, &facts);
  soup_server_message_pause (request->message);
  if (variant >= 0) {
    bulla_bundle_load_async (bundle, resource, variant, request->cancellable, loaded_cb, self);
    return;
  }
  if (subset >= 0 && subset == own)
    refuse (request, NULL, BULLA_REASON_REQUEST_VARIANTS);
  else
    bulla_gateway_upstream_forward (request);
  asking_free (self);
}

/**
 * bulla_gateway_bundle_answer:
 * @request: a request of a known view, which is no navigation
 *
 * What a page from a bundle asks for comes from that bundle, where it may speak for it. What the
 * page's own signature covers never comes from elsewhere: another version of it could be mixed in.
 */
void
bulla_gateway_bundle_answer (BullaGatewayRequest *request)
{
  const BullaGatewayPage *page = bulla_gateway_pages_find (request);

  if (page == NULL || page->kept == NULL) {
    bulla_gateway_upstream_forward (request);
    return;
  }
  g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_ref (page->kept);
  gint resource = bulla_kept_bundle_find (kept, request->url);
  gint own = page->subset;
  gboolean covered = own >= 0 && bulla_kept_bundle_covers (kept, own, request->url);
  gint subset =
      resource >= 0 ? bulla_bundle_get_subset (bulla_kept_bundle_get_bundle (kept), resource) : -1;
  if (covered && resource < 0)
    refuse (request, NULL, BULLA_REASON_REQUEST_NOT_IN_BUNDLE);
  else if (covered && subset != own)
    refuse (request, NULL, BULLA_REASON_SUBSET_MIXED);
  else if (resource < 0 || (subset < 0 && !knows_scopes (request)))
    bulla_gateway_upstream_forward (request);
  else
    ask (request, kept, resource, subset, own);
}
