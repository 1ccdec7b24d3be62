/* bulla-gateway-request.c - one request: its initiator, target, permissions and end
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-request.h"

#include <string.h>

#include "bulla-announcements.h"
#include "bulla-field.h"
#include "bulla-gateway-connection.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-target.h"
#include "bulla-gateway-view.h"
#include "bulla-main-loop-source.h"
#include "bulla-navigation-answer-internal.h"
#include "bulla-navigation-answer.h"
#include "bulla-private-address.h"
#include "bulla-settings.h"
#include "bulla-url.h"

#define HOSTS_MAX 262144 /* most hosts for which the kind of address is remembered */

/* --- construction and destruction */

/* Stops waiting for the announcement of a request that has ended. */
static void
forget_announcement (BullaGatewayRequest *self)
{
  GHashTable *awaiting = self->session->awaiting;

  if (self->tag != NULL && g_hash_table_lookup (awaiting, self->tag) == self)
    g_hash_table_remove (awaiting, self->tag);
  bulla_clear_source (&self->waiting);
}

/* A client repeats a request after a password prompt, or after its connection closed without a
 * response. It does not if it left while a server had the request. */
static void
restore_tag (BullaGatewayRequest *self)
{
  gboolean password = self->answered && self->status == SOUP_STATUS_UNAUTHORIZED;
  gboolean unanswered = !self->answered && ((self->closing && !self->abandoned) || !self->passed);

  if (self->tag != NULL && (password || unanswered))
    bulla_announcements_restore (self->session->announcements, self->tag, password);
}

static void
abandon (BullaGatewayRequest *request)
{
  g_autoptr (BullaGatewayRequest) self = bulla_gateway_request_ref (request);

  self->abandoned = TRUE;
  bulla_gateway_request_close (self);
}

/**
 * bulla_gateway_request_new:
 * @gateway: the gateway
 * @stream: the client's side of the request; it owns the request until the request ends
 * @head: the request head
 *
 * Returns: (transfer full) (nullable): the request; %NULL if its target is not acceptable
 */
BullaGatewayRequest *
bulla_gateway_request_new (BullaGateway *gateway, BullaGatewayStream *stream,
                           const BullaGatewayHead *head)
{
  BullaGatewayConnection *connection = stream->connection;
  g_autofree char *target = NULL;
  g_autoptr (GUri) uri = bulla_gateway_target_find (gateway, connection, head, &target);

  if (uri == NULL)
    return NULL;

  BullaGatewayRequest *self = g_new0 (BullaGatewayRequest, 1);
  g_atomic_ref_count_init (&self->count);
  self->gateway = g_object_ref (gateway);
  self->session = bulla_gateway_session_ref (connection->session);
  self->stream = stream->kind->ref (stream);
  stream->request = bulla_gateway_request_ref (self);
  stream->abandon = abandon;
  self->uri = g_steal_pointer (&uri);
  self->url = g_uri_to_string (self->uri);
  self->target = g_steal_pointer (&target);
  self->method = g_strdup (head->method);
  self->headers = soup_message_headers_ref (head->headers);
  self->response = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
  self->cancellable = g_cancellable_new ();
  return self;
}

/* @view: (nullable): the view that issued the request */
void
bulla_gateway_request_set_view (BullaGatewayRequest *self, BullaGatewayView *view)
{
  g_return_if_fail (self->view == NULL);
  if (view == NULL)
    return;
  self->view = bulla_gateway_view_ref (view);
  self->view_token = view->token;
}

BullaGatewayRequest *
bulla_gateway_request_ref (BullaGatewayRequest *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_gateway_request_unref (BullaGatewayRequest *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_clear_pointer (&self->upload, self->free_upload);
  forget_announcement (self);
  self->stream->kind->unref (self->stream);
  g_uri_unref (self->uri);
  g_free (self->url);
  g_free (self->target);
  g_free (self->method);
  soup_message_headers_unref (self->headers);
  soup_message_headers_unref (self->response);
  g_free (self->reason);
  g_clear_pointer (&self->view, bulla_gateway_view_unref);
  g_free (self->redirected);
  g_free (self->history);
  g_free (self->entry);
  g_free (self->tag);
  g_clear_object (&self->answer);
  g_free (self->page_host);
  g_free (self->top_host);
  g_free (self->document);
  g_free (self->package);
  g_free (self->source);
  g_free (self->credentials);
  g_free (self->page);
  g_free (self->rule);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  g_clear_object (&self->aside);
  g_free (self->why);
  g_clear_object (&self->load);
  g_clear_object (&self->delivery);
  g_clear_object (&self->cancellable);
  bulla_gateway_session_unref (self->session);
  g_object_unref (self->gateway);
  g_free (self);
}

/* Joins several fields of one name into one list. */
const char *
bulla_gateway_request_get_header (BullaGatewayRequest *self, const char *name)
{
  return soup_message_headers_get_list (self->headers, name);
}

/* @facts: (out): facts for the judge; borrowed from the request */
void
bulla_gateway_request_fill (BullaGatewayRequest *self, BullaRequestFacts *facts)
{
  *facts = (BullaRequestFacts){
      .method = self->method,
      .url = self->url,
      .accept = bulla_gateway_request_get_header (self, "Accept"),
      .accept_language = bulla_gateway_request_get_header (self, "Accept-Language"),
      .accept_encoding = bulla_gateway_request_get_header (self, "Accept-Encoding"),
      .cookie = bulla_gateway_request_get_header (self, "Cookie"),
      .destination = self->destination,
      .frame = self->frame || self->speculative,
      .lenient = self->view != NULL && self->view->lenient,
  };
}

/* --- permissions */

/* @ask: (out): selects what the stash may answer this navigation with; borrowed from the request */
void
bulla_gateway_request_ask (BullaGatewayRequest *self, BullaStashAsk *ask)
{
  BullaProfile *profile = bulla_loader_get_profile (self->gateway->loader);

  *ask = (BullaStashAsk){
      .url = self->url,
      .redirected = self->brought ? self->url : self->redirected,
      .answer = self->history,
      .typed = self->typed,
      .frame = self->frame,
      .next = self->follows,
      .any = bulla_profile_get_settings (profile)->request_reuse == BULLA_REQUEST_REUSE_VIEW,
  };
}

/* Returns: (transfer full) (nullable): the client's description of the initiator, which stays the
 * same across redirects: an origin, or "none" for the user */
char *
bulla_gateway_request_dup_initiator (BullaGatewayRequest *self)
{
  const char *referrer = bulla_gateway_request_get_header (self, "Referer");
  const char *site = bulla_gateway_request_get_header (self, "Sec-Fetch-Site");

  if (referrer != NULL)
    return bulla_url_dup_origin (referrer);
  return g_strcmp0 (site, "none") == 0 ? g_strdup (site) : NULL;
}

/* Returns: whether the user wants the publisher's live response, even if a package is kept */
gboolean
bulla_gateway_request_is_hard_reload (BullaGatewayRequest *self)
{
  return self->destination == BULLA_DESTINATION_NAVIGATION
         && (bulla_field_has_directive (bulla_gateway_request_get_header (self, "Cache-Control"),
                                        "no-cache")
             || bulla_field_has_directive (bulla_gateway_request_get_header (self, "Pragma"),
                                           "no-cache"));
}

/* @verdict: (nullable): the verdict by which a package answers the request, or does not
 * @aside: (nullable): the bundle that does not, because it has no variant for it */
void
bulla_gateway_request_take_verdict (BullaGatewayRequest *self, BullaVerdict *verdict,
                                    BullaBundle *aside)
{
  gboolean explained = verdict != NULL && bulla_verdict_is_on_request (verdict);

  g_set_object (&self->aside, aside);
  g_free (self->why);
  self->why = explained ? bulla_verdict_dup_why (verdict) : NULL;
  if (verdict != NULL)
    bulla_verdict_ref (verdict);
  g_clear_pointer (&self->verdict, bulla_verdict_unref);
  self->verdict = verdict;
}

/**
 * bulla_gateway_request_begin_answer:
 * @self: a request that is being answered
 * @kind: where the response comes from
 * @load: (nullable): the package's response that is sent, or that was not usable
 * @bundle: (nullable): the bundle that contains @load; %NULL also if one was set aside
 *
 * Records the response if it answers a navigation of a known view of the shell. The package is
 * kept with it for the badge, which a frame does not have.
 */
void
bulla_gateway_request_begin_answer (BullaGatewayRequest *self, BullaNavigationAnswerKind kind,
                                    BullaLoad *load, BullaBundle *bundle)
{
  if (self->view == NULL || self->destination != BULLA_DESTINATION_NAVIGATION
      || (self->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0)
    return;
  BullaBundle *shown = bundle != NULL ? bundle : self->aside;
  g_clear_object (&self->answer);
  self->answer = bulla_navigation_answer_new (
      self->url, self->frame, kind, self->frame ? NULL : load, self->frame ? NULL : shown);
  bulla_navigation_answer_set_private (self->answer, self->private_peer);
  bulla_navigation_answer_set_entry (self->answer, self->entry);
  bulla_navigation_answer_set_verdict (self->answer, self->verdict);
  bulla_gateway_view_add_answer (self->view, self->answer);
}

/* Returns: (nullable): the id of the request's answer; %NULL if none is recorded */
const char *
bulla_gateway_request_get_answer_id (BullaGatewayRequest *self)
{
  return self->answer != NULL ? bulla_navigation_answer_get_id (self->answer) : NULL;
}

/* Returns: whether pages of that host count as private: on this machine or its network */
gboolean
bulla_gateway_host_is_private (BullaGateway *gateway, const char *host)
{
  return bulla_host_is_private (host)
         || (g_hash_table_contains (gateway->private_hosts, host)
             && !g_hash_table_contains (gateway->public_hosts, host));
}

/* Addresses that the user typed may lead to this machine or its network; so may requests of
 * documents that came from there. All other requests may not, nor may those of unknown initiators.
 */
gboolean
bulla_gateway_request_may_go_private (BullaGatewayRequest *self)
{
  return self->typed || self->private_page
         || g_hash_table_contains (self->gateway->allow_private, g_uri_get_host (self->uri));
}

static gboolean
is_given (BullaGatewayRequest *self, guint16 port)
{
  g_autoptr (GPtrArray) given = bulla_given_addresses_lookup (
      bulla_connector_get_resolve (self->gateway->connector), g_uri_get_host (self->uri), port);

  return given != NULL;
}

/* A host becomes private if the user navigated to it and it never had a public address; this guards
 * against DNS rebinding. Hosts that the user mapped by hand do not count. When the memory is full,
 * no further host becomes private, and no public one is forgotten. */
static void
remember_peer (BullaGatewayRequest *self, GInetSocketAddress *peer)
{
  BullaGateway *gateway = self->gateway;
  const char *host = g_uri_get_host (self->uri);
  gboolean is_private = bulla_address_is_private (g_inet_socket_address_get_address (peer));
  gboolean full = g_hash_table_size (gateway->public_hosts) >= HOSTS_MAX;

  self->private_peer = FALSE;
  if (is_given (self, g_inet_socket_address_get_port (peer)))
    return;
  self->private_peer = is_private;
  if (!is_private) {
    g_hash_table_remove (gateway->private_hosts, host);
    if (!full)
      g_hash_table_add (gateway->public_hosts, g_strdup (host));
  } else if (self->typed && !full && !g_hash_table_contains (gateway->public_hosts, host)) {
    g_hash_table_add (gateway->private_hosts, g_strdup (host));
  }
}

/* @peer: (nullable): the address that was connected to */
void
bulla_gateway_request_note_peer (BullaGatewayRequest *self, GSocketAddress *peer)
{
  if (G_IS_INET_SOCKET_ADDRESS (peer))
    remember_peer (self, G_INET_SOCKET_ADDRESS (peer));
}

/* --- end of the request */

/* Detaches work that continues upstream after the request has ended. */
void
bulla_gateway_request_detach (BullaGatewayRequest *self)
{
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

/* Ends the request: the response is complete, or there will be none. Pending work upstream is
 * cancelled. */
void
bulla_gateway_request_finish (BullaGatewayRequest *self)
{
  if (self->over)
    return;
  self->over = TRUE;
  forget_announcement (self);
  restore_tag (self);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->upload, self->free_upload);
  if (self->stream->request == self)
    bulla_gateway_request_unref (g_steal_pointer (&self->stream->request));
}

/* Returns: whether the client's bytes may be forwarded unparsed from now on; this ends the request
 */
gboolean
bulla_gateway_request_switch (BullaGatewayRequest *self)
{
  const BullaGatewayStreamKind *kind = self->stream->kind;

  if (self->over || kind->switch_protocol == NULL)
    return FALSE;
  bulla_gateway_request_finish (self);
  kind->switch_protocol (self->stream);
  return TRUE;
}

/* Breaks the stream, because the client would take any response for the origin's. */
void
bulla_gateway_request_close (BullaGatewayRequest *self)
{
  if (self->over)
    return;
  BullaGatewayStream *stream = self->stream->kind->ref (self->stream);
  gboolean answered = self->answered;

  self->closing = TRUE;
  bulla_gateway_request_finish (self);
  if (answered)
    stream->kind->reset (stream);
  else
    stream->kind->close (stream);
  stream->kind->unref (stream);
}
