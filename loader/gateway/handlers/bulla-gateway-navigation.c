/* bulla-gateway-navigation.c - sends navigations to their server, and decides on the response
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-navigation.h"

#include "bulla-field.h"
#include "bulla-gateway-bundle-room.h"
#include "bulla-gateway-bundle.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-exchange.h"
#include "bulla-gateway-fallback-guard.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-prefetch-handler.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-upstream.h"
#include "bulla-loader-internal.h"
#include "bulla-outer-internal.h"
#include "bulla-url-key.h"

typedef struct {
  BullaGatewayRequest *request; /* owned */
  BullaHttpMessage *message;    /* owned; NULL unless a response is examined */
  BullaKeptBundle *spare;       /* owned; NULL if there is none; shown if the network fails */
  GPtrArray *chain;             /* owned; see bulla_gateway_fallback_guard_add() */
  BullaLoad *fallen;            /* owned; NULL unless a package was not served; that package */
} Navigation;

static void
navigation_free (Navigation *self)
{
  bulla_gateway_request_unref (self->request);
  g_clear_object (&self->message);
  g_clear_pointer (&self->spare, bulla_kept_bundle_unref);
  g_ptr_array_unref (self->chain);
  g_clear_object (&self->fallen);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Navigation, navigation_free)

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Navigation) self = user_data;
  BullaGatewayRequest *request = self->request;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) package = bulla_loader_open_finish (BULLA_LOADER (object), result, &error);

  if (request->over)
    return;
  if (package == NULL)
    bulla_gateway_decide_refuse (request, NULL, error->message);
  else if (BULLA_IS_BUNDLE (package))
    bulla_gateway_bundle_judge (request, self->message, self->chain, BULLA_BUNDLE (package));
  else
    bulla_gateway_exchange_judge (request, self->message, self->chain, BULLA_LOAD (package));
}

/* If the network is down or the host does not exist, the kept bundle may be shown, though not in
 * the host's origin. */
static void
navigation_fail (Navigation *self, const GError *error)
{
  BullaGatewayRequest *request = self->request;
  BullaGatewayDecision separate = {BULLA_DECISION_SEPARATE, .url = request->url};

  if (self->spare != NULL) {
    separate.bundle = bulla_kept_bundle_get_bundle (self->spare);
    bulla_gateway_decide (request, &separate);
  } else {
    bulla_gateway_decide_refuse (request, NULL, error->message);
  }
}

/* Emits the publisher's own version of a page, for the record of the newest versions. */
static void
navigation_tell_live (BullaGatewayRequest *request, BullaHttpMessage *message)
{
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (message);
  const char *text = soup_message_headers_get_one (headers, "Date");
  const char *validator = soup_message_headers_get_one (headers, "ETag");
  gint64 date = 0;

  if (request->destination == BULLA_DESTINATION_NAVIGATION && request->view_token != NULL
      && g_str_equal (request->method, "GET") && g_str_has_prefix (request->url, "https://")
      && bulla_http_message_get_status (message) == SOUP_STATUS_OK && text != NULL
      && bulla_field_read_date (text, &date))
    bulla_gateway_emit_live (
        request->gateway, request->view_token, request->url, date,
        validator != NULL ? validator : soup_message_headers_get_one (headers, "Last-Modified"),
        request->frame);
}

static void
navigation_pass (Navigation *self, BullaHttpMessage *message, GInputStream *body)
{
  const BullaGatewayDecision response = {BULLA_DECISION_RESPONSE, .load = self->fallen,
                                         .chain = self->chain, .message = message, .body = body};

  navigation_tell_live (self->request, message);
  bulla_gateway_decide (self->request, &response);
}

static void
fetched_cb (BullaGatewayRequest *request, BullaHttpMessage *message, GInputStream *body,
            const GError *error, gpointer user_data)
{
  g_autoptr (Navigation) self = user_data;
  BullaLoader *loader = request->gateway->loader;

  if (request->over)
    return;
  if (error != NULL) {
    navigation_fail (self, error);
    return;
  }
  g_autoptr (BullaOuter) outer = bulla_gateway_make_outer (request->url, message);
  BullaPackageKind kind = bulla_loader_recognise (loader, outer);
  gboolean part = request->destination != BULLA_DESTINATION_NAVIGATION;
  if (kind == BULLA_PACKAGE_UNKNOWN || (part && kind != BULLA_PACKAGE_EXCHANGE)) {
    navigation_pass (self, message, body);
    return;
  }
  bulla_gateway_ledger_note_package (message);
  if (part) {
    if (!bulla_gateway_prefetch_take (request, message, body))
      navigation_pass (self, message, body);
    return;
  }
  if (kind == BULLA_PACKAGE_BUNDLE)
    bulla_outer_set_status (outer, bulla_http_message_get_status (message));
  g_autoptr (GInputStream) decoded = bulla_http_message_decode (message, body);
  g_set_object (&self->message, message);
  BullaQuota *quota =
      kind == BULLA_PACKAGE_BUNDLE ? bulla_gateway_make_bundle_room (request) : NULL;
  bulla_loader_open_stream_in_async (loader, kind, outer, decoded, quota, request->cancellable,
                                     opened_cb, g_steal_pointer (&self));
}

/* @self: (transfer full): the last URL of its chain, if any, is the requested one */
static void
navigation_go (Navigation *self)
{
  BullaGatewayRequest *request = self->request;
  gboolean tls = g_str_equal (g_uri_get_scheme (request->uri), "https");
  gboolean plainly = bulla_gateway_fallback_guard_contains (self->chain, request->url, FALSE);

  bulla_gateway_upstream_send (request,
                               plainly                        ? BULLA_GATEWAY_PLAIN
                               : tls && !request->speculative ? BULLA_GATEWAY_OFFER
                                                              : BULLA_GATEWAY_AS_IS,
                               fetched_cb, self);
}

static Navigation *
navigation_new (BullaGatewayRequest *request)
{
  Navigation *self = g_new0 (Navigation, 1);

  self->request = bulla_gateway_request_ref (request);
  self->chain = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * bulla_gateway_navigation_go_live:
 * @request: a navigation of a known view
 * @plainly: whether the forwarded request does not accept packages
 * @spare: (nullable): the bundle to show in its own origin if the network fails
 * @load: (nullable): the package that is set aside
 *
 * Sends the navigation to its server, ignoring what is kept.
 */
void
bulla_gateway_navigation_go_live (BullaGatewayRequest *request, gboolean plainly,
                                  BullaKeptBundle *spare, BullaLoad *load)
{
  Navigation *self = navigation_new (request);
  gboolean offers = FALSE;
  g_auto (GStrv) plain = bulla_gateway_fallback_guard_take (request, &self->fallen, &offers);

  if (self->fallen == NULL)
    g_set_object (&self->fallen, load);
  self->spare = spare != NULL ? bulla_kept_bundle_ref (spare) : NULL;
  for (guint i = 0; plain != NULL && plain[i] != NULL; i++)
    g_ptr_array_add (self->chain, g_strdup (plain[i]));
  if (plain != NULL || plainly)
    bulla_gateway_fallback_guard_add (self->chain, request->url, offers && !plainly);
  navigation_go (self);
}

/**
 * bulla_gateway_navigation_go_again:
 * @request: a navigation answered by a package that falls back to the same URL
 * @chain: URLs that fell back before it, as bulla_gateway_fallback_guard_add() adds them
 * @load: (nullable): the package that was not served
 *
 * Sends the request to its server once more, now without accepting packages.
 */
void
bulla_gateway_navigation_go_again (BullaGatewayRequest *request, GPtrArray *chain, BullaLoad *load)
{
  Navigation *self = navigation_new (request);

  for (guint i = 0; i < chain->len; i++)
    g_ptr_array_add (self->chain, g_strdup (chain->pdata[i]));
  bulla_gateway_fallback_guard_add (self->chain, request->url, FALSE);
  g_set_object (&self->fallen, load);
  navigation_go (self);
}

/**
 * bulla_gateway_navigation_speculate:
 * @request: a prefetch of a browser that does not announce requests
 *
 * Forwards the request unchanged, because the browser may show the response later. Only an exchange
 * is judged, and kept for the page that prefetched it. A failure causes no request to another
 * server.
 */
void
bulla_gateway_navigation_speculate (BullaGatewayRequest *request)
{
  navigation_go (navigation_new (request));
}
