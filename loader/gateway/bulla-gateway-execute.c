/* bulla-gateway-execute.c - executes decisions: sends the response to the client
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-execute.h"

#include "bulla-field-kind.h"
#include "bulla-field.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-fallback-guard.h"
#include "bulla-gateway-hop-by-hop.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-live-cache.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-prefetch-judge-parts.h"
#include "bulla-gateway-prefetch-link-header.h"
#include "bulla-gateway-preflight.h"
#include "bulla-gateway-reply.h"
#include "bulla-gateway-substituted-session.h"
#include "bulla-gateway-websocket.h"
#include "bulla-load-internal.h"

/* what a document may do in an opaque origin; spec: HTML, "sandboxing" */
#define SANDBOX "sandbox allow-scripts allow-forms allow-popups allow-modals allow-downloads"

/* --- refusals */

static void
execute_refuse (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  bulla_gateway_emit_refused (request->gateway, request->view_token, request->url, decision->load,
                              decision->why, decision->verdict);
  bulla_gateway_reply_refuse (request, decision->why);
}

/* The gateway serves true origins only; its client may show the bundle in an origin of its own. */
static void
execute_separate (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  BullaVerdict *verdict = bulla_bundle_get_verdict (decision->bundle);
  const char *reason = bulla_reason_get_nick (bulla_verdict_get_reason (verdict));
  g_autofree char *why =
      g_strdup_printf ("%s%sthe bundle may be shown in an origin of its own only, and this gateway "
                       "has none; `bulla bundle list` shows what is in it",
                       reason != NULL ? reason : "", reason != NULL ? ": " : "");

  if (request->frame) {
    const BullaGatewayDecision refuse = {BULLA_DECISION_REFUSE, .why = why};
    execute_refuse (request, &refuse);
    return;
  }
  bulla_gateway_request_detach (request); /* the response continues to be received */
  bulla_gateway_emit_separate (request->gateway, request->view_token, decision->bundle,
                               decision->url);
  bulla_gateway_reply_refuse (request, why);
}

/* --- redirects */

typedef struct {
  SoupMessageHeaders *to; /* borrowed */
  gboolean substituted;
} Keeping;

/* Copies the headers that a response addresses to its own origin. */
static void
keep_origin_header (const char *name, const char *value, gpointer user_data)
{
  if (g_ascii_strcasecmp (name, "Set-Cookie") == 0
      || g_ascii_strcasecmp (name, "Strict-Transport-Security") == 0)
    soup_message_headers_append (user_data, name, value);
}

/* Copies these headers, and those that concern the redirect; no others. */
static void
keep_header (const char *name, const char *value, gpointer user_data)
{
  Keeping *keeping = user_data;

  keep_origin_header (name, value, keeping->to);
  if (g_ascii_strcasecmp (name, "Referrer-Policy") == 0
      || (keeping->substituted && g_ascii_strcasecmp (name, "Link") == 0))
    soup_message_headers_append (keeping->to, name, value);
}

/* LOAD, "HTTP fetch": the response becomes a 303 redirect to the URL of the package. */
static void
execute_redirect (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  SoupMessageHeaders *headers = request->response;
  g_autofree char *initiator = bulla_gateway_request_dup_initiator (request);
  Keeping keeping = {headers, decision->kind == BULLA_DECISION_REDIRECT};

  if ((request->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0)
    bulla_gateway_view_note_brought (request->view, decision->url, initiator, request->frame);
  bulla_gateway_reply_start (request, SOUP_STATUS_SEE_OTHER, NULL);
  soup_message_headers_replace (headers, "Location", decision->url);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  soup_message_headers_set_content_length (headers, 0);
  if (decision->message != NULL)
    soup_message_headers_foreach (bulla_http_message_get_response_headers (decision->message),
                                  keep_header, &keeping);
  else if (decision->referrer_policy != NULL)
    soup_message_headers_replace (headers, "Referrer-Policy", decision->referrer_policy);
  bulla_gateway_reply_end (request, NULL);
}

/* A fallback is the publisher's live page; whether its request accepts packages, the decision says.
 */
static void
execute_fall_back (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  const BullaGatewayFallback fallback = {.url = decision->url,
                                         .from = request->url,
                                         .frame = request->frame,
                                         .chain = decision->chain,
                                         .load = decision->load,
                                         .bundle = decision->bundle,
                                         .verdict = decision->verdict,
                                         .offers = !decision->plainly};

  bulla_gateway_fallback_guard_remember (request->view, &fallback);
  execute_redirect (request, decision);
}

/* --- a package's response */

typedef struct {
  BullaGatewayRequest *request; /* borrowed */
  SoupMessageHeaders *to;       /* borrowed */
} Signed;

/* Signed headers may not affect this connection or impersonate the gateway. Cache-Control is
 * replaced, see below. Clear-Site-Data is for the shell's views only: other browsers keep what the
 * publisher stored. */
static void
add_signed_header (const char *name, const char *value, gpointer user_data)
{
  const Signed *self = user_data;
  gboolean foreign = (self->request->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0;

  if (g_ascii_strcasecmp (name, "Cache-Control") != 0 && !bulla_field_is_for_connection (name)
      && !(foreign && g_ascii_strcasecmp (name, "Clear-Site-Data") == 0))
    soup_message_headers_append (self->to, name, value);
}

/* WebKit reuses a fresh response without a request; no-store makes it ask for each showing, so that
 * each one is judged. */
static void
send_package (BullaGatewayRequest *request, const BullaGatewayDecision *decision,
              GInputStream *body, goffset length)
{
  BullaLoad *load = decision->load;
  SoupMessageHeaders *headers = request->response;
  Signed to = {request, headers};
  guint status = bulla_load_get_status (load);

  bulla_gateway_ledger_serve (request, load);
  bulla_gateway_reply_start (request, status, NULL);
  bulla_load_foreach_header (load, add_signed_header, &to);
  if (request->delivery != NULL) /* the publisher's server has sent the package itself */
    soup_message_headers_foreach (bulla_http_message_get_response_headers (request->delivery),
                                  keep_origin_header, headers);
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  if (bulla_gateway_apart_sandboxes (request, decision))
    soup_message_headers_append (headers, "Content-Security-Policy", SANDBOX);
  /* WebKit's cache may hold another version from a live visit. Clearing it keeps WebKit from mixing
   * the two, and from showing the live page when the history leads back here. */
  if (request->destination == BULLA_DESTINATION_NAVIGATION
      && (request->session->flags & BULLA_GATEWAY_ONE_VIEW) == 0)
    soup_message_headers_replace (headers, "Clear-Site-Data", "\"cache\"");
  if (bulla_gateway_has_no_body (request, status))
    bulla_gateway_reply_end (request, NULL);
  else
    bulla_gateway_reply_stream (request, body, length);
}

/* Returns: (transfer none) (nullable): the page that the navigation shows */
static BullaGatewayPage *
note_page (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  BullaGatewayView *view = request->view;
  BullaLoad *load = decision->load;
  const char *id = NULL;

  bulla_gateway_request_take_verdict (request, decision->verdict, NULL);
  bulla_gateway_request_begin_answer (
      request, BULLA_NAVIGATION_ANSWER_SUBSTITUTED, load,
      decision->kept != NULL ? bulla_kept_bundle_get_bundle (decision->kept) : NULL);
  id = bulla_gateway_request_get_answer_id (request);
  if (decision->kept != NULL)
    bulla_stash_note_bundle_shown (view->stash, decision->kept, id);
  else
    bulla_stash_note_shown (view->stash, load, id);
  bulla_gateway_emit_served (request->gateway, request->view_token, load);
  BullaGatewayPage *page = bulla_gateway_pages_note (
      request, decision->kept, decision->kept != NULL ? bulla_kept_bundle_subset_of (load) : -1);
  if (page != NULL)
    page->substituted = TRUE;
  bulla_gateway_page_take_date (page, bulla_gateway_find_date (load));
  bulla_gateway_parts_show (request, page, decision->prefetch);
  return page;
}

static void
execute_serve (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  BullaLoad *load = decision->load;
  BullaSpool *spool = decision->spool;
  gboolean navigation = request->destination == BULLA_DESTINATION_NAVIGATION;
  BullaGatewayPage *page = navigation ? note_page (request, decision) : NULL;
  g_autoptr (GInputStream) empty = g_memory_input_stream_new ();
  g_autoptr (GInputStream) body = spool != NULL ? bulla_spool_open (spool) : NULL;
  gboolean whole = spool != NULL && bulla_spool_is_complete (spool);
  GInputStream *own = spool == NULL ? bulla_load_get_body (load) : body;

  if (!navigation) {
    bulla_gateway_pages_take_part (request, bulla_gateway_find_date (load));
    bulla_gateway_emit_resource_served (request->gateway, request->view_token, load);
  }
  if (spool == NULL || !navigation) /* the reader of the spool learns if it breaks off */
    g_set_object (&request->load, load);
  send_package (request, decision, own != NULL ? own : empty,
                whole ? (goffset)bulla_spool_get_length (spool) : -1);
  if (page != NULL && !request->over)
    bulla_gateway_prefetch_links (request, page,
                                  soup_message_headers_get_list (request->response, "Link"));
}

/* --- a kept response that is not a package */

/* Returns: Unix seconds; -1 if @text is not a date */
static gint64
read_date (const char *text)
{
  gint64 date = -1;

  return text != NULL && bulla_field_read_date (text, &date) ? date : -1;
}

typedef struct {
  SoupMessageHeaders *to; /* borrowed */
  gboolean decoded;       /* the content codings are removed from the body */
} Kept;

static void
add_kept_header (const char *name, const char *value, gpointer user_data)
{
  static const char *const ours[] = {"content-length", "cache-control", "set-cookie", NULL};
  const Kept *kept = user_data;

  if (!g_strv_contains (ours, name) && !bulla_field_is_for_connection (name)
      && !(kept->decoded && g_str_equal (name, "content-encoding")))
    soup_message_headers_append (kept->to, name, value);
}

static void
execute_kept (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  Kept kept = {request->response, decision->decoded};
  BullaOuter *outer = bulla_prefetch_get_outer (decision->prefetch);
  BullaSpool *spool = bulla_prefetch_get_spool (decision->prefetch);
  g_autoptr (GInputStream) body = bulla_spool_open (spool);
  gboolean whole = bulla_prefetch_is_finished (decision->prefetch);

  gint64 date = read_date (bulla_outer_get_header (outer, "date"));

  bulla_gateway_ledger_reuse (request, date);
  bulla_gateway_request_begin_answer (request, BULLA_NAVIGATION_ANSWER_LIVE, NULL, NULL);
  BullaGatewayPage *page = bulla_gateway_pages_note (request, NULL, -1);
  bulla_gateway_page_take_date (page, date);
  bulla_gateway_pages_take_part (request, date);
  if (page != NULL && decision->carried != NULL)
    g_set_object (&page->carried, decision->carried);
  bulla_gateway_reply_start (request, SOUP_STATUS_OK, NULL);
  bulla_outer_foreach_header (outer, add_kept_header, &kept);
  soup_message_headers_replace (kept.to, "Cache-Control", "no-store");
  bulla_gateway_reply_stream (request, body, whole ? (goffset)bulla_spool_get_length (spool) : -1);
  if (page != NULL && !request->over)
    bulla_gateway_prefetch_links (request, page, bulla_outer_get_header (outer, "link"));
}

/* --- the server's own response */

typedef struct {
  GHashTable *options;    /* borrowed */
  SoupMessageHeaders *to; /* borrowed */
  gboolean websocket;     /* the client requested a WebSocket */
} Copy;

/* Drops Alt-Svc: the client would reach an alternative server of this origin without the gateway.
 */
static void
copy_response_header (const char *name, const char *value, gpointer user_data)
{
  Copy *copy = user_data;
  gboolean kept = copy->websocket && g_ascii_strcasecmp (name, "Sec-WebSocket-Version") == 0;

  if (kept || !bulla_gateway_is_hop_by_hop (copy->options, name))
    soup_message_headers_append (copy->to, name, value);
}

/* Responses without a body, and downloads, leave the previous page in the view. */
static gboolean
shows_a_page (BullaGatewayRequest *request, guint status, SoupMessageHeaders *headers)
{
  g_autofree char *disposition = NULL;

  if (request->speculative || g_str_equal (request->method, "HEAD")
      || bulla_gateway_request_get_header (request, "Range") != NULL)
    return FALSE;
  if (soup_message_headers_get_content_disposition (headers, &disposition, NULL)
      && disposition != NULL /* NULL for “filename=x”, for instance */
      && g_ascii_strcasecmp (disposition, "attachment") == 0)
    return FALSE;
  return (status / 100 != 3 || status == SOUP_STATUS_NOT_MODIFIED)
         && status != SOUP_STATUS_NO_CONTENT && status != SOUP_STATUS_RESET_CONTENT;
}

/* Sends the server's response unchanged, content codings included. */
static void
execute_response (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  BullaHttpMessage *message = decision->message;
  guint status = bulla_http_message_get_status (message);
  SoupMessageHeaders *from = bulla_http_message_get_response_headers (message);
  g_autoptr (GHashTable) options = bulla_gateway_read_options (from);
  Copy copy = {options, request->response, bulla_gateway_request_wants_websocket (request)};
  gboolean counted = soup_message_headers_get_encoding (from) == SOUP_ENCODING_CONTENT_LENGTH;
  gboolean fallen =
      (decision->chain != NULL && decision->chain->len > 0) || request->verdict != NULL;

  bulla_gateway_request_begin_answer (
      request, fallen ? BULLA_NAVIGATION_ANSWER_FELL_BACK : BULLA_NAVIGATION_ANSWER_LIVE,
      decision->load, NULL);
  BullaGatewayPage *page =
      shows_a_page (request, status, from) ? bulla_gateway_pages_note (request, NULL, -1) : NULL;
  gint64 date = read_date (soup_message_headers_get_one (from, "Date"));
  bulla_gateway_page_take_date (page, date);
  bulla_gateway_pages_take_part (request, date);
  bulla_gateway_reply_start (request, status, bulla_http_message_get_reason_phrase (message));
  soup_message_headers_foreach (from, copy_response_header, &copy);
  bulla_gateway_preflight_allow (request, copy.to);
  bulla_gateway_prefetch_links (request, page, soup_message_headers_get_list (from, "Link"));
  gboolean none = bulla_gateway_has_no_body (request, status);
  if (none && (!request->uploads || g_str_equal (request->method, "HEAD"))) {
    bulla_gateway_reply_end (request, NULL);
    return;
  }
  g_autoptr (GInputStream) kept = bulla_gateway_live_cache_keep (request, message, decision->body);
  bulla_gateway_reply_stream (
      request, kept, counted && !none ? soup_message_headers_get_content_length (from) : -1);
}

/**
 * bulla_gateway_execute:
 * @request: a request that was not answered yet, and whose client is connected
 * @decision: a decision of a kind that answers the request
 */
void
bulla_gateway_execute (BullaGatewayRequest *request, const BullaGatewayDecision *decision)
{
  switch (decision->kind) {
  case BULLA_DECISION_PREFLIGHT:
    bulla_gateway_preflight_send (request);
    break;
  case BULLA_DECISION_SERVE:
    execute_serve (request, decision);
    break;
  case BULLA_DECISION_KEPT:
    execute_kept (request, decision);
    break;
  case BULLA_DECISION_REDIRECT:
    execute_redirect (request, decision);
    break;
  case BULLA_DECISION_FALL_BACK:
    execute_fall_back (request, decision);
    break;
  case BULLA_DECISION_REFUSE:
    execute_refuse (request, decision);
    break;
  case BULLA_DECISION_SEPARATE:
    execute_separate (request, decision);
    break;
  case BULLA_DECISION_RESPONSE:
    execute_response (request, decision);
    break;
  case BULLA_DECISION_NEXT:
  case BULLA_DECISION_STASHED:
  case BULLA_DECISION_LIVE:
  case BULLA_DECISION_PASS:
  default:
    g_return_if_reached ();
  }
}
