/* bulla-gateway-navigation.c - navigations: packages become redirects to what they stand for
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"
#include "bulla-loader-private.h"
#include "bulla-outer-private.h"

#define CHAIN_MAX 20 /* fallbacks in a row, as for redirects */

void
bulla_gateway_navigation_free (BullaGatewayNavigation *self)
{
  bulla_gateway_request_unref (self->request);
  g_clear_object (&self->message);
  g_clear_pointer (&self->spare, bulla_kept_bundle_unref);
  g_ptr_array_unref (self->chain);
  g_clear_object (&self->fallen);
  g_free (self);
}

/* in any spelling of it that the wire does not keep apart */
gboolean
bulla_gateway_same_url (const char *a, const char *b)
{
  g_autofree char *one = bulla_stash_dup_key (a);
  g_autofree char *two = bulla_stash_dup_key (b);

  return g_str_equal (one, two);
}

/* --- answers */

/* @load: (nullable): what it is refused for */
void
bulla_gateway_refuse (BullaGatewayRequest *request, BullaLoad *load, const char *why)
{
  bulla_gateway_emit_refused (request->gateway, request->view, request->url, load, why);
  bulla_gateway_request_refuse (request, why);
}

void
bulla_gateway_refuse_by_verdict (BullaGatewayRequest *request, BullaLoad *load,
                                 BullaVerdict *verdict)
{
  g_autofree char *why = bulla_verdict_describe (verdict, FALSE);

  bulla_gateway_refuse (request, load, why);
}

static void
start_redirect (BullaGatewayRequest *request, const char *url)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  bulla_gateway_reply_start (request, SOUP_STATUS_SEE_OTHER, NULL);
  soup_message_headers_replace (headers, "Location", url);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_set_content_length (headers, 0);
}

/* @outer: what carried the package, some time ago: of its fields only what it says of redirects */
void
bulla_gateway_redirect (BullaGatewayRequest *request, const char *url, BullaOuter *outer)
{
  const char *policy = bulla_outer_get_header (outer, "referrer-policy");

  start_redirect (request, url);
  if (policy != NULL)
    soup_message_headers_replace (soup_server_message_get_response_headers (request->message),
                                  "Referrer-Policy", policy);
  bulla_gateway_reply_end (request);
}

typedef struct {
  SoupMessageHeaders *to; /* borrowed */
  gboolean substituted;
} Keeping;

/* what a response says to its own origin, and of its redirect; nothing else of it goes on */
static void
keep_header (const char *name, const char *value, gpointer user_data)
{
  static const char *const names[] = {"Set-Cookie", "Strict-Transport-Security", "Referrer-Policy",
                                      NULL};
  Keeping *keeping = user_data;
  gboolean kept = keeping->substituted && g_ascii_strcasecmp (name, "Link") == 0;

  for (const char *const *each = names; *each != NULL; each++)
    kept |= g_ascii_strcasecmp (name, *each) == 0;
  if (kept)
    soup_message_headers_append (keeping->to, name, value);
}

/* LOAD, "HTTP fetch": the response becomes a 303 to the URL that the package is for */
void
bulla_gateway_navigation_redirect (BullaGatewayNavigation *self, const char *url,
                                   gboolean substituted)
{
  BullaGatewayRequest *request = self->request;
  Keeping keeping = {soup_server_message_get_response_headers (request->message), substituted};

  start_redirect (request, url);
  soup_message_headers_foreach (bulla_http_message_get_response_headers (self->message),
                                keep_header, &keeping);
  bulla_gateway_reply_end (request);
}

/* The load leaves out fields that are about a connection; Cache-Control is ours, see below. */
static void
add_signed_header (const char *name, const char *value, gpointer user_data)
{
  if (g_ascii_strcasecmp (name, "Cache-Control") != 0)
    soup_message_headers_append (user_data, name, value);
}

/**
 * bulla_gateway_serve:
 * @request: a request not answered yet
 * @load: what answers it
 * @body: its body
 * @length: of @body; -1 where it is not known
 *
 * WebKit shows a fresh response again without asking; with no-store each showing is judged.
 */
void
bulla_gateway_serve (BullaGatewayRequest *request, BullaLoad *load, GInputStream *body,
                     goffset length)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  bulla_gateway_ledger_serve (request, load);
  bulla_gateway_reply_start (request, bulla_load_get_status (load), NULL);
  bulla_load_foreach_header (load, add_signed_header, headers);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (bulla_gateway_has_no_body (request, bulla_load_get_status (load)))
    bulla_gateway_reply_end (request);
  else
    bulla_gateway_reply_stream (request, body, length);
}

/* --- from the network */

static void go (BullaGatewayNavigation *self);

static gboolean
was_asked_plainly (BullaGatewayNavigation *self, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  return g_ptr_array_find_with_equal_func (self->chain, key, g_str_equal, NULL);
}

/**
 * bulla_gateway_navigation_fall_back:
 * @self: (transfer full): a navigation that led to a package
 * @load: (nullable): the package, where it is an exchange or a response
 * @verdict: why it does not serve
 * @url: (nullable): where to go instead
 *
 * A fallback that was asked for already, without packages, would come to the same again. Nor may
 * what was kept earlier for its URL answer it: a fallback is the publisher's live page.
 */
void
bulla_gateway_navigation_fall_back (BullaGatewayNavigation *self, BullaLoad *load,
                                    BullaVerdict *verdict, const char *url)
{
  BullaGatewayRequest *request = self->request;

  if (url == NULL || request->speculative) {
    bulla_gateway_refuse_by_verdict (request, load, verdict);
    bulla_gateway_navigation_free (self);
    return;
  }
  if (was_asked_plainly (self, url) || self->chain->len >= CHAIN_MAX) {
    g_autofree char *why =
        g_strdup_printf ("%s: the fallback leads back to itself",
                         bulla_reason_get_nick (BULLA_REASON_REQUEST_FALLBACK_LOOP));
    bulla_gateway_refuse (request, load, why);
    bulla_gateway_navigation_free (self);
    return;
  }
  bulla_gateway_ledger_blame (request, verdict);
  bulla_gateway_emit_fell_back (request->gateway, request->view, load, url);
  if (bulla_gateway_same_url (request->url, url)) {
    g_ptr_array_add (self->chain, bulla_stash_dup_key (url));
    g_set_object (&self->fallen, load);
    go (self);
    return;
  }
  bulla_gateway_plain_remember (request->place, url, self->chain, load);
  bulla_gateway_navigation_redirect (self, url, FALSE);
  bulla_gateway_navigation_free (self);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaGatewayNavigation) self = user_data;
  BullaGatewayRequest *request = self->request;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) package = bulla_loader_open_finish (BULLA_LOADER (object), result, &error);

  if (request->message == NULL)
    return;
  if (package == NULL)
    bulla_gateway_refuse (request, NULL, error->message);
  else if (BULLA_IS_BUNDLE (package))
    bulla_gateway_bundle_decide (g_steal_pointer (&self), BULLA_BUNDLE (package));
  else
    bulla_gateway_exchange_decide (g_steal_pointer (&self), BULLA_LOAD (package));
}

static void
add_outer_header (const char *name, const char *value, gpointer user_data)
{
  bulla_outer_set_header (user_data, name, value);
}

/* @url: of what was asked */
BullaOuter *
bulla_gateway_make_outer (const char *url, BullaHttpMessage *message)
{
  BullaOuter *outer = bulla_outer_new (url);
  BullaContact *contact = bulla_watch_get_request (message);

  if (contact != NULL)
    bulla_outer_set_cause (outer, &(BullaCause){.view = bulla_contact_get_view (contact)});
  soup_message_headers_foreach (bulla_http_message_get_response_headers (message), add_outer_header,
                                outer);
  g_autofree char *address = bulla_http_message_dup_address (message);
  bulla_outer_set_server (outer, address, bulla_http_message_get_protocol (message));
  return outer;
}

/* the network is gone, or has no such host: what was kept may be shown, though not as the host's */
static void
fail (BullaGatewayNavigation *self, const GError *error)
{
  BullaGatewayRequest *request = self->request;

  if (self->spare != NULL)
    bulla_gateway_bundle_separate (request, bulla_kept_bundle_get_bundle (self->spare),
                                   request->url);
  else
    bulla_gateway_refuse (request, NULL, error->message);
}

static void
fetched_cb (BullaGatewayRequest *request, BullaHttpMessage *message, GInputStream *body,
            const GError *error, gpointer user_data)
{
  g_autoptr (BullaGatewayNavigation) self = user_data;
  BullaLoader *loader = request->gateway->loader;

  if (request->message == NULL)
    return;
  if (error != NULL) {
    fail (self, error);
    return;
  }
  g_autoptr (BullaOuter) outer = bulla_gateway_make_outer (request->url, message);
  BullaPackageKind kind = bulla_loader_recognise (loader, outer);
  if (kind == BULLA_PACKAGE_UNKNOWN) {
    bulla_gateway_request_begin_answer (
        request, self->chain->len > 0 ? BULLA_ANSWER_FELL_BACK : BULLA_ANSWER_LIVE, self->fallen,
        NULL);
    bulla_gateway_upstream_pass (request, message, body);
    return;
  }
  bulla_gateway_ledger_note_package (message);
  if (kind == BULLA_PACKAGE_BUNDLE)
    bulla_outer_set_status (outer, bulla_http_message_get_status (message));
  if (request->destination != BULLA_DESTINATION_NAVIGATION) {
    if (kind != BULLA_PACKAGE_EXCHANGE || !bulla_gateway_prefetch_take (request, message, body))
      bulla_gateway_upstream_pass (request, message, body);
    return;
  }
  g_autoptr (GInputStream) decoded = bulla_http_message_decode (message, body);
  g_set_object (&self->message, message);
  bulla_loader_open_stream_async (loader, kind, outer, decoded, NULL, request->cancellable,
                                  opened_cb, g_steal_pointer (&self));
}

/* @self: (transfer full): its last link, if any, is the URL that is asked for */
static void
go (BullaGatewayNavigation *self)
{
  BullaGatewayRequest *request = self->request;
  gboolean tls = g_str_equal (g_uri_get_scheme (request->uri), "https");

  bulla_gateway_upstream_send (request,
                               was_asked_plainly (self, request->url) ? BULLA_GATEWAY_PLAIN
                               : tls                                  ? BULLA_GATEWAY_OFFER
                                                                      : BULLA_GATEWAY_AS_IS,
                               fetched_cb, self);
}

/**
 * bulla_gateway_navigation_go_live:
 * @request: a navigation of a known view
 * @plainly: whether no package is asked for
 * @spare: (nullable): a bundle to show separately, should the network be gone
 *
 * Nothing that is kept answers it.
 */
void
bulla_gateway_navigation_go_live (BullaGatewayRequest *request, gboolean plainly,
                                  BullaKeptBundle *spare)
{
  BullaGatewayNavigation *self = g_new0 (BullaGatewayNavigation, 1);
  g_auto (GStrv) plain = bulla_gateway_plain_take (request, &self->fallen);

  self->request = bulla_gateway_request_ref (request);
  self->spare = spare != NULL ? bulla_kept_bundle_ref (spare) : NULL;
  self->chain = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; plain != NULL && plain[i] != NULL; i++)
    g_ptr_array_add (self->chain, g_strdup (plain[i]));
  if (plain != NULL || plainly)
    g_ptr_array_add (self->chain, bulla_stash_dup_key (request->url));
  soup_server_message_pause (request->message);
  go (self);
}

static void
refuse_worker (BullaGatewayRequest *request)
{
  g_autofree char *why = g_strdup_printf (
      "%s: a page from a package is shown that has %s; a worker does not get another version",
      bulla_reason_get_nick (BULLA_REASON_REQUEST_NOT_IN_BUNDLE), request->url);

  bulla_gateway_refuse (request, NULL, why);
}

/**
 * bulla_gateway_navigation_speculate:
 * @request: a prefetch by a browser that announces nothing
 *
 * An ordinary request, whose answer the browser may show later: it is passed on as it is. Only an
 * exchange is judged, and kept for the page that asks; what fails turns to nobody else.
 */
void
bulla_gateway_navigation_speculate (BullaGatewayRequest *request)
{
  if (request->destination == BULLA_DESTINATION_NAVIGATION
      && bulla_gateway_exchange_answer (request, FALSE) == BULLA_GATEWAY_ANSWERED)
    return;
  BullaGatewayNavigation *self = g_new0 (BullaGatewayNavigation, 1);
  self->request = bulla_gateway_request_ref (request);
  self->chain = g_ptr_array_new_with_free_func (g_free);
  soup_server_message_pause (request->message);
  bulla_gateway_upstream_send (request, BULLA_GATEWAY_AS_IS, fetched_cb, self);
}

/**
 * bulla_gateway_navigation_handle:
 * @request: a request without a body
 *
 * Only a navigation whose view is known may be answered from the stash, or become a package's; of
 * the rest only what a page of a bundle asks of that bundle. All else goes to the ordinary network.
 * A prefetch that nobody is known to have asked for goes nowhere: it would tell its target more
 * than the page may.
 */
void
bulla_gateway_navigation_handle (BullaGatewayRequest *request)
{
  const char *method = request->method;
  gboolean get = g_str_equal (method, SOUP_METHOD_GET);
  gboolean top = request->destination == BULLA_DESTINATION_NAVIGATION && !request->frame;

  if (request->place != NULL && top && request->redirected == NULL && !request->typed
      && (request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0)
    bulla_stash_stop_waiting (request->place->stash, FALSE);

  if (bulla_gateway_preflight_answer (request))
    return;
  if (request->view == NULL && bulla_gateway_pages_cover (request))
    refuse_worker (request);
  else if (request->speculative && get)
    bulla_gateway_navigation_speculate (request);
  else if (request->destination == BULLA_DESTINATION_PREFETCH)
    bulla_gateway_prefetch_answer (request);
  else if (request->view == NULL || (!get && !g_str_equal (method, SOUP_METHOD_HEAD)))
    bulla_gateway_upstream_forward (request);
  else if (bulla_gateway_request_is_hard_reload (request))
    bulla_gateway_navigation_go_live (request, TRUE, NULL);
  else if (request->destination == BULLA_DESTINATION_SUBRESOURCE && request->source != NULL)
    bulla_gateway_script_answer (request);
  else if (request->destination == BULLA_DESTINATION_NAVIGATION && get
           && bulla_gateway_prefetched_navigate (request))
    return;
  else if (request->destination == BULLA_DESTINATION_SUBRESOURCE && get
           && bulla_gateway_prefetched_answer (request))
    return;
  else if (request->destination != BULLA_DESTINATION_NAVIGATION)
    bulla_gateway_bundle_answer (request);
  else if (!get || bulla_gateway_request_get_header (request, "Range") != NULL)
    bulla_gateway_upstream_forward (request);
  else
    bulla_gateway_bundle_navigate (request);
}
