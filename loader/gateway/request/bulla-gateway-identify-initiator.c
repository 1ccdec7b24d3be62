/* bulla-gateway-identify-initiator.c - identifies the initiator of a request (Fetch)
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * In sessions of the shell, the web process announces each request; an announcement counts once. A
 * request without an announcement has an unknown initiator and the least privilege. Header fields
 * that a page can set or omit prove nothing. Only the session of a package and clients without
 * announcements are identified by their password instead. */
#include "bulla-gateway-identify-initiator.h"

#include <string.h>

#include "bulla-announcement.h"
#include "bulla-announcements.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-redirects.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-view.h"
#include "bulla-main-loop-source.h"
#include "bulla-navigation-answer-internal.h"
#include "bulla-navigation-answer.h"
#include "bulla-printable.h"
#include "bulla-private-address.h"
#include "bulla-url.h"

#define ANNOUNCEMENT_SECONDS 2 /* seconds to wait for the announcement of a busy web process */

/* --- header fields that scripts cannot set */

static const char *
field (BullaGatewayRequest *request, const char *name)
{
  return soup_message_headers_get_list (request->headers, name);
}

static gboolean
field_is (BullaGatewayRequest *request, const char *name, const char *value)
{
  return g_strcmp0 (field (request, name), value) == 0;
}

/* Returns: (transfer full) (nullable): the host of an http or https URL; %NULL for other schemes */
static char *
dup_host_of (const char *url)
{
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL
      || !(g_str_equal (g_uri_get_scheme (uri), "https")
           || g_str_equal (g_uri_get_scheme (uri), "http")))
    return NULL;
  return g_ascii_strdown (g_uri_get_host (uri), -1);
}

/* Under automation all views share one session, so a document of a package is recognised by its
 * address there, also at blob:. Returns: (transfer full) (nullable): the package ID */
static char *
dup_package_of (const char *document)
{
  static const char *const schemes[] = {"webpkg://", "isolated-app://"};
  const char *url = document != NULL && g_str_has_prefix (document, "blob:")
                        ? document + strlen ("blob:")
                        : document;

  for (guint i = 0; url != NULL && i < G_N_ELEMENTS (schemes); i++)
    if (g_str_has_prefix (url, schemes[i])) {
      const char *host = url + strlen (schemes[i]);
      return g_strndup (host, strcspn (host, "/?#"));
    }
  return NULL;
}

static gboolean
is_document (const char *dest)
{
  static const char *const documents[] = {"document", "iframe", "frame", "embed", "object", NULL};

  return dest != NULL && g_strv_contains (documents, dest);
}

static gboolean
is_websocket (BullaGatewayRequest *request)
{
  return soup_message_headers_header_contains (request->headers, "Upgrade", "websocket");
}

static gboolean
is_prefetch (BullaGatewayRequest *request)
{
  const char *purpose = field (request, "Sec-Purpose");

  return purpose != NULL && g_str_has_prefix (purpose, "prefetch");
}

/* Takes a header field that only Bulla writes out of the request, so that later code does not see
 * it. */
static char *
take_field (BullaGatewayRequest *request, const char *name)
{
  char *value = g_strdup (field (request, name));

  soup_message_headers_remove (request->headers, name);
  return value;
}

/* --- clients that announce nothing */

static BullaDestination
guess_destination (BullaGatewayRequest *request, gboolean lenient)
{
  const char *mode = field (request, "Sec-Fetch-Mode");
  gboolean navigation = mode != NULL ? g_str_equal (mode, "navigate") : lenient;

  return navigation ? BULLA_DESTINATION_NAVIGATION : BULLA_DESTINATION_SUBRESOURCE;
}

static void
note_host_of_fields (BullaGatewayRequest *request)
{
  const char *origin = field (request, "Origin");

  request->page_host = dup_host_of (origin != NULL ? origin : field (request, "Referer"));
  request->top_host = g_strdup (request->page_host);
}

static void
identify_only_view (BullaGatewayRequest *request)
{
  g_autofree char *initiator = bulla_gateway_request_dup_initiator (request);
  const char *dest = field (request, "Sec-Fetch-Dest");

  bulla_gateway_request_set_view (
      request, bulla_gateway_view_find (request->session, BULLA_GATEWAY_ONLY_VIEW));
  request->speculative = is_prefetch (request);
  request->destination = guess_destination (request, !request->speculative);
  request->frame = dest != NULL && is_document (dest) && !g_str_equal (dest, "document");
  request->follows =
      request->destination == BULLA_DESTINATION_NAVIGATION
      && bulla_gateway_view_was_brought (request->view, request->url, initiator, request->frame);
  note_host_of_fields (request);
}

static void
identify_package (BullaGatewayRequest *request)
{
  BullaGatewaySession *session = request->session;

  bulla_gateway_request_set_view (request,
                                  bulla_gateway_view_find (session, session->package_view));
  request->package = g_strdup (session->package);
  request->destination = guess_destination (request, FALSE);
}

/* No view announced the request. A WebSocket names its origin in a field that scripts cannot write,
 * so it may reach the host of that page, but no other private one. */
static void
identify_nobody (BullaGatewayRequest *request)
{
  const char *dest = field (request, "Sec-Fetch-Dest");

  request->destination =
      is_document (dest) ? BULLA_DESTINATION_NAVIGATION : BULLA_DESTINATION_SUBRESOURCE;
  request->frame = TRUE;
  request->package = dup_package_of (field (request, "Origin"));
  note_host_of_fields (request);
  request->private_page = is_websocket (request) && request->page_host != NULL
                          && field (request, "Origin") != NULL
                          && g_str_equal (request->page_host, g_uri_get_host (request->uri))
                          && bulla_gateway_host_is_private (request->gateway, request->page_host);
}

/* --- announced requests */

static gboolean
all_are_private (BullaGateway *gateway, GStrv hosts)
{
  for (guint i = 0; hosts[i] != NULL; i++)
    if (*hosts[i] != '\0' && !bulla_gateway_host_is_private (gateway, hosts[i]))
      return FALSE;
  return TRUE;
}

/* Identifies the initiating document. The browser writes Origin and Referer itself, also for a
 * frame; without both the initiator may be any of the frames. */
static void
identify_document (BullaGatewayRequest *request, const BullaAnnouncement *said)
{
  BullaGateway *gateway = request->gateway;
  const char *origin = field (request, "Origin");
  const char *referrer = field (request, "Referer");

  request->document = g_strdup (said->document);
  request->top_host = dup_host_of (said->document);
  if (origin != NULL || referrer != NULL) {
    request->page_host = dup_host_of (origin != NULL ? origin : referrer);
    request->private_page =
        request->page_host != NULL && bulla_gateway_host_is_private (gateway, request->page_host);
    if (request->page_host == NULL && origin != NULL)
      request->page_host = dup_host_of (referrer);
    return;
  }
  request->page_host = g_strdup (request->top_host);
  request->private_page = request->page_host != NULL
                          && bulla_gateway_host_is_private (gateway, request->page_host)
                          && all_are_private (gateway, said->frames);
}

/* A script element of a bundle belongs to the main document. Requests of frames carry the same
 * announcement, but Origin and Referer name their document; without these fields the main document
 * counts only if no frame is from another host. */
static gboolean
is_of_main_document (BullaGatewayRequest *request, const BullaAnnouncement *said)
{
  const char *origin = field (request, "Origin");
  const char *asks = origin != NULL ? origin : field (request, "Referer");

  if (asks != NULL)
    return said->document != NULL && bulla_url_same_origin (asks, said->document);
  for (guint i = 0; said->frames[i] != NULL; i++)
    if (*said->frames[i] != '\0' && g_strcmp0 (said->frames[i], request->top_host) != 0)
      return FALSE;
  return request->top_host != NULL;
}

/* After a redirect, the server that sent it counts as the initiator instead of the document. A
 * redirect counts only if the gateway sent it and the view announced it. */
static void
identify_redirect (BullaGatewayRequest *request, const BullaAnnouncement *said)
{
  gboolean from_private = FALSE;
  gboolean sent = bulla_gateway_redirects_follow (request, said->redirected, &from_private);

  request->moved = sent || said->redirected != NULL;
  if (sent)
    request->redirected = g_strdup (said->redirected);
  if (said->redirected != NULL)
    request->private_page = from_private;
  else if (sent)
    request->private_page &= from_private;
}

static BullaDestination
destination_of (BullaGatewayRequest *request, const BullaAnnouncement *said)
{
  if (said->prefetch && is_prefetch (request))
    return BULLA_DESTINATION_PREFETCH;
  return is_document (said->dest) ? BULLA_DESTINATION_NAVIGATION : BULLA_DESTINATION_SUBRESOURCE;
}

static gboolean
is_typed_by_driver (BullaGatewayRequest *request, BullaNavigationKind kind)
{
  return (request->session->flags & BULLA_GATEWAY_AUTOMATED) != 0 && !request->frame
         && !request->moved && kind == BULLA_NAVIGATION_LINK
         && field_is (request, "Sec-Fetch-Site", "none");
}

/* Returns: (nullable): the history entry of the page around a frame; %NULL if it is unknown, or the
 * view is leaving that page */
static const char *
find_entry_around (BullaGatewayRequest *request)
{
  BullaNavigationAnswer *shown = request->view->shown_answer;
  g_autofree char *host =
      shown != NULL ? dup_host_of (bulla_navigation_answer_get_url (shown)) : NULL;

  return host != NULL && g_strcmp0 (host, request->top_host) == 0
             ? bulla_navigation_answer_get_entry (shown)
             : NULL;
}

/* Sets the answer that a reloaded frame showed last in the same history entry. */
static void
identify_frame_history (BullaGatewayRequest *request, gboolean again)
{
  request->entry = g_strdup (find_entry_around (request));
  g_free (request->history);
  request->history = g_strdup (
      again ? bulla_gateway_view_find_frame_answer (request->view, request->entry, request->url)
            : NULL);
}

/* The answer of a history entry counts for the navigation of that entry itself, not for frames or
 * redirect targets. A page may change the address of its entry to any other of its origin. */
static void
identify_history (BullaGatewayRequest *request)
{
  gboolean again = request->again && !request->moved;

  if (request->frame) {
    identify_frame_history (request, again);
    return;
  }
  BullaNavigationAnswer *before =
      again ? bulla_gateway_view_find_answer (request->view, request->history) : NULL;
  if (before == NULL || bulla_navigation_answer_is_frame (before)) {
    g_clear_pointer (&request->history, g_free);
    return;
  }
  request->entry = g_strdup (bulla_navigation_answer_get_entry (before));
  if (bulla_navigation_answer_is_private (before)
      && bulla_url_same_origin (bulla_navigation_answer_get_url (before), request->url))
    request->private_page = TRUE;
}

/* Over http the browser sends no Sec-Fetch fields, and a script can forge those that mark a
 * navigation; so the shell must have allowed the navigation. */
static gboolean
is_only_said (BullaGatewayRequest *request)
{
  return g_str_has_prefix (request->url, "http:") && field (request, "Sec-Fetch-Dest") == NULL;
}

static void
identify_navigation (BullaGatewayRequest *request, const char *typed)
{
  BullaGatewayView *view = request->view;
  BullaNavigationKind kind;

  if (!bulla_gateway_view_take_expected (view, request->url, &kind, &request->history)
      && is_only_said (request)) {
    request->destination = BULLA_DESTINATION_SUBRESOURCE;
    request->frame = FALSE;
    return;
  }
  request->typed = !request->frame
                   && (bulla_gateway_view_take_typed (view, typed, request->url)
                       || is_typed_by_driver (request, kind));
  request->again = kind == BULLA_NAVIGATION_RELOAD || kind == BULLA_NAVIGATION_BACK_FORWARD;
  identify_history (request);
}

/* A service worker that forwards a request sends it as its own, with an empty `Sec-Fetch-Dest`.
 * Requests over http and downloads have no such field. */
static gboolean
was_passed_on (BullaGatewayRequest *request, const BullaAnnouncement *said)
{
  const char *dest = field (request, "Sec-Fetch-Dest");

  return dest != NULL && !g_str_equal (dest, said->dest);
}

/* @typed: (nullable): the value of Sec-Bulla-Typed */
static gboolean
identify_announced (BullaGatewayRequest *request, const char *typed)
{
  BullaGatewaySession *session = request->session;
  const char *token = NULL;
  BullaAnnounced came = {
      .tag = request->tag,
      .method = request->method,
      .url = request->url,
      .authorized = field (request, "Authorization") != NULL,
      .now = g_get_monotonic_time (),
  };
  const BullaAnnouncement *said = bulla_announcements_take (session->announcements, &came, &token);
  BullaGatewayView *view = said != NULL ? bulla_gateway_view_find (session, token) : NULL;

  if (view == NULL || was_passed_on (request, said))
    return FALSE;
  bulla_gateway_request_set_view (request, view);
  request->destination = destination_of (request, said);
  request->frame = request->destination == BULLA_DESTINATION_NAVIGATION && !said->top;
  if (!said->top)
    request->package = dup_package_of (said->document);
  identify_document (request, said);
  identify_redirect (request, said);
  /* SUBR: the URL that a redirect leads to is not looked for in bundles */
  if (said->redirected == NULL && is_of_main_document (request, said)) {
    request->source = g_strdup (said->source);
    request->credentials = g_strdup (said->credentials);
  }
  if (request->destination == BULLA_DESTINATION_NAVIGATION)
    identify_navigation (request, typed);
  return TRUE;
}

/* --- identification of a request */

static void
settle (BullaGatewayRequest *request)
{
  g_autofree char *typed = take_field (request, BULLA_GATEWAY_TYPED);

  bulla_clear_source (&request->waiting);
  if (request->session->package != NULL)
    identify_package (request);
  else if (request->session->flags & BULLA_GATEWAY_ONE_VIEW)
    identify_only_view (request);
  else if (request->tag == NULL || !identify_announced (request, typed)) {
    g_clear_pointer (&request->tag, g_free);
    identify_nobody (request);
  }
  request->identified = TRUE;
  bulla_gateway_ledger_arrive (request);
  request->go (request);
}

static void
stop_awaiting (BullaGatewayRequest *request)
{
  GHashTable *awaiting = request->session->awaiting;

  if (request->tag != NULL && g_hash_table_lookup (awaiting, request->tag) == request)
    g_hash_table_remove (awaiting, request->tag);
}

static gboolean
waited_cb (gpointer user_data)
{
  g_autoptr (BullaGatewayRequest) request = bulla_gateway_request_ref (user_data);

  stop_awaiting (request);
  settle (request);
  return G_SOURCE_REMOVE;
}

static void
await_announcement (BullaGatewayRequest *request)
{
  g_hash_table_replace (request->session->awaiting, g_strdup (request->tag), request);
  request->waiting = g_timeout_source_new_seconds (ANNOUNCEMENT_SECONDS);
  /* a low priority lets a pending announcement arrive first */
  g_source_set_priority (request->waiting, G_PRIORITY_LOW);
  g_source_set_callback (request->waiting, waited_cb, request, NULL);
  g_source_attach (request->waiting, g_main_context_get_thread_default ());
}

/**
 * bulla_gateway_identify:
 * @request: a request whose head has arrived
 * @go: called when the initiator is identified, or counts as unknown; at once or later
 *
 * Removes the header fields that only the shell and the gateway use.
 */
void
bulla_gateway_identify (BullaGatewayRequest *request, void (*go) (BullaGatewayRequest *request))
{
  BullaGatewaySession *session = request->session;
  g_autofree char *tag = take_field (request, BULLA_GATEWAY_TAG);
  gboolean announced = session->package == NULL && (session->flags & BULLA_GATEWAY_ONE_VIEW) == 0
                       && tag != NULL && bulla_announcement_is_tag (tag)
                       && !g_hash_table_contains (session->awaiting, tag);

  request->go = go;
  if (announced)
    request->tag = g_steal_pointer (&tag);
  if (announced && !bulla_announcements_knows (session->announcements, request->tag))
    await_announcement (request);
  else
    settle (request);
}

/**
 * bulla_gateway_announce:
 * @self: a gateway
 * @token: token of a session
 * @view: the view whose web process sent the announcement
 * @message: an `a{sv}`; see bulla_announcement_parse()
 *
 * The announced request may already have arrived and be waiting for this announcement.
 */
void
bulla_gateway_announce (BullaGateway *self, const char *token, const char *view, GVariant *message)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaAnnouncement) said = bulla_announcement_parse (message, &error);

  if (said == NULL) {
    g_autofree char *why = bulla_printable_dup (error->message);
    g_debug ("gateway: %s", why);
    return;
  }
  if (session == NULL || bulla_gateway_view_find (session, view) == NULL)
    return;
  BullaGatewayRequest *request = g_hash_table_lookup (session->awaiting, said->tag);
  bulla_announcements_add (session->announcements, view, g_steal_pointer (&said),
                           g_get_monotonic_time ());
  if (request == NULL)
    return;
  g_autoptr (BullaGatewayRequest) kept = bulla_gateway_request_ref (request);
  stop_awaiting (kept);
  settle (kept);
}
