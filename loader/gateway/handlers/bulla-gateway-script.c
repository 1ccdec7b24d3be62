/* bulla-gateway-script.c - answers requests from the bundle that a <script type="webbundle"> names
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: SUBR. The web process matches the URL with the page's rules, and announces the bundle;
 * the bundle is fetched here, once for each page. A URL that the bundle does not contain is a
 * network error. */
#include "bulla-gateway-script.h"

#include <string.h>

#include "bulla-bundle-internal.h"
#include "bulla-bundle-script.h"
#include "bulla-gateway-bundle-room.h"
#include "bulla-gateway-bundle.h"
#include "bulla-gateway-decision.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-upstream.h"
#include "bulla-loader-internal.h"
#include "bulla-settings.h"
#include "bulla-uri-text.h"
#include "bulla-url.h"

#define BUNDLES_MAX 64 /* most bundles in a view */
#define DROPPED "the bundle of the page was dropped to make room for others; load the page again"
#define REDIRECTS_MAX 20

typedef struct {
  char *key;             /* owned; combines page, source and credentials mode */
  guint64 page;          /* serial number of the page; 0 if it is not known */
  guint64 since;         /* highest serial number of a page when the bundle was first requested */
  BullaKeptBundle *kept; /* owned; nullable */
  char *why;             /* owned; NULL unless loading failed; the reason in words */
  GPtrArray *waiting;    /* owned BullaGatewayRequest; NULL once the bundle or @why is set */
} Bundle;

/* The first request fetches the bundle for all that wait. */
typedef struct {
  BullaGatewayRequest *request; /* owned */
  Bundle *bundle;               /* owned */
  char *url;                    /* owned; URL being fetched */
  guint n_redirects;
} Fetch;

static void
bundle_clear (gpointer data)
{
  Bundle *self = data;

  g_clear_pointer (&self->kept, bulla_kept_bundle_unref);
  g_ptr_array_unref (self->waiting);
  g_free (self->key);
  g_free (self->why);
}

static void
bundle_unref (gpointer self)
{
  g_rc_box_release_full (self, bundle_clear);
}

static void
fetch_free (Fetch *self)
{
  bulla_gateway_request_unref (self->request);
  bundle_unref (self->bundle);
  g_free (self->url);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fetch, fetch_free)

static void
scripts_clear (BullaGatewayView *view)
{
  g_queue_clear_full (&view->scripts, bundle_unref);
}

/* The bundle of an unknown page may be that of the shown page, until a newer page is shown. */
static gboolean
may_be_shown (BullaGatewayView *view, const Bundle *bundle)
{
  return bundle->page != 0 ? bulla_gateway_pages_shows (view, bundle->page)
                           : bundle->since >= view->shown;
}

/* Drops the oldest bundle of a page that is not shown. If the page is known, all further requests
 * for the bundle are refused, because a second fetch may bring another version; other pages may be
 * unknown, too, and fetch it anew. Returns: whether there was such a bundle */
static gboolean
scripts_drop (BullaGatewayView *view)
{
  for (GList *each = view->scripts.tail; each != NULL; each = each->prev) {
    Bundle *bundle = each->data;
    if (bundle->kept == NULL || may_be_shown (view, bundle))
      continue;
    if (bundle->page != 0) {
      g_clear_pointer (&bundle->kept, bulla_kept_bundle_unref);
      bundle->why = g_strdup (DROPPED);
    } else {
      g_queue_delete_link (&view->scripts, each);
      bundle_unref (bundle);
    }
    return TRUE;
  }
  return FALSE;
}

/* --- responses */

static void
refuse_with_reason (BullaGatewayRequest *request, BullaReason reason, const char *detail)
{
  g_autofree char *why = g_strdup_printf ("%s: %s", bulla_reason_get_nick (reason), detail);

  bulla_gateway_decide_refuse (request, NULL, why);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (BullaGatewayRequest) request = user_data;
  g_autoptr (BullaLoad) load =
      bulla_gateway_bundle_finish_load (request, BULLA_BUNDLE (object), result);

  if (load == NULL)
    return;
  BullaVerdict *verdict = bulla_load_get_verdict (load);
  if (bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SUBSTITUTE
      && bulla_verdict_get_outcome (verdict) != BULLA_OUTCOME_SEPARATE_ORIGIN) {
    bulla_gateway_decide_refuse_by_verdict (request, load, verdict);
    return;
  }
  const BullaGatewayDecision serve = {BULLA_DECISION_SERVE, .load = load};
  bulla_gateway_decide (request, &serve);
}

/* SUBR: a failed or missing response is a network error. The bundle comes from the server of the
 * URL, so it needs no signature. */
static void
serve_from_bundle (const Bundle *self, BullaGatewayRequest *request)
{
  BullaRequestFacts facts;

  if (request->over)
    return;
  if (self->kept == NULL) {
    bulla_gateway_decide_refuse (request, NULL, self->why);
    return;
  }
  BullaBundle *bundle = bulla_kept_bundle_get_bundle (self->kept);
  gint resource = bulla_kept_bundle_find (self->kept, request->url);
  bulla_gateway_request_fill (request, &facts);
  gint variant = resource >= 0 ? bulla_bundle_choose_variant (bundle, resource, &facts) : -1;
  if (resource < 0)
    refuse_with_reason (request, BULLA_REASON_REQUEST_NOT_IN_BUNDLE, request->url);
  else if (variant < 0)
    bulla_gateway_decide_refuse_absent_variant (request, bundle, (guint)resource, &facts);
  else
    bulla_bundle_load_async (bundle, resource, variant, request->cancellable, loaded_cb,
                             bulla_gateway_request_ref (request));
}

/* --- the bundle */

/* @kept, @why: (nullable): exactly one of them is set */
static void
settle (Bundle *self, BullaKeptBundle *kept, const char *why)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new ();
  self->kept = kept != NULL ? bulla_kept_bundle_ref (kept) : NULL;
  self->why = g_strdup (why);
  for (guint i = 0; i < waiting->len; i++)
    serve_from_bundle (self, waiting->pdata[i]);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Fetch) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) package = bulla_loader_open_finish (BULLA_LOADER (object), result, &error);

  if (package == NULL) {
    settle (self->bundle, NULL, error->message);
    return;
  }
  BullaVerdict *verdict = bulla_bundle_get_verdict (BULLA_BUNDLE (package));
  BullaOutcome outcome = bulla_verdict_get_outcome (verdict);
  if (outcome == BULLA_OUTCOME_SUBSTITUTE || outcome == BULLA_OUTCOME_SEPARATE_ORIGIN) {
    g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_new (BULLA_BUNDLE (package));
    settle (self->bundle, kept, NULL);
  } else {
    g_autofree char *why = bulla_verdict_describe (verdict, FALSE);
    settle (self->bundle, NULL, why);
  }
}

/* A script element always belongs to the page's main document, which may send neither Origin nor
 * Referer. Returns: (transfer full): the page's origin, serialised as in an Origin header */
static char *
dup_page_origin (BullaGatewayRequest *request)
{
  const char *origin = bulla_gateway_request_get_header (request, "Origin");
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");
  const char *page = referrer != NULL ? referrer : request->document;

  if (origin != NULL)
    return g_strdup (origin);
  char *own = page != NULL ? bulla_url_dup_origin (page) : NULL;
  return own != NULL
             ? own
             : g_strconcat ("https://", request->page_host != NULL ? request->page_host : "", NULL);
}

static gboolean
is_same_origin (BullaGatewayRequest *request)
{
  g_autofree char *origin = dup_page_origin (request);

  return bulla_url_same_origin (origin, request->source);
}

static gboolean
with_credentials (BullaGatewayRequest *request)
{
  if (g_strcmp0 (request->credentials, "include") == 0)
    return TRUE;
  return g_strcmp0 (request->credentials, "omit") != 0 && is_same_origin (request);
}

/* Fetch, "CORS check" */
static gboolean
is_shared (BullaGatewayRequest *request, BullaOuter *outer)
{
  g_autofree char *origin = dup_page_origin (request);
  const char *allowed = bulla_outer_get_header (outer, "access-control-allow-origin");
  const char *credentials = bulla_outer_get_header (outer, "access-control-allow-credentials");

  if (is_same_origin (request))
    return TRUE;
  if (!with_credentials (request))
    return g_strcmp0 (allowed, "*") == 0 || g_strcmp0 (allowed, origin) == 0;
  return g_strcmp0 (allowed, origin) == 0 && g_strcmp0 (credentials, "true") == 0;
}

static void fetch (Fetch *self);

/* @self: (transfer full): follows redirects to the same server only, because other servers have
 * sessions of their own */
static void
follow (Fetch *self, BullaHttpMessage *message)
{
  BullaProfile *profile = bulla_loader_get_profile (self->request->gateway->loader);
  const char *location =
      soup_message_headers_get_one (bulla_http_message_get_response_headers (message), "Location");
  g_autofree char *url =
      location != NULL ? bulla_url_resolve (self->url, location, SOUP_HTTP_URI_FLAGS) : NULL;

  if (bulla_profile_get_settings (profile)->redirected == BULLA_REDIRECTED_REFUSE || url == NULL
      || !bulla_url_same_origin (self->url, url) || ++self->n_redirects > REDIRECTS_MAX) {
    g_autofree char *why = g_strdup_printf (
        "%s: %s", bulla_reason_get_nick (BULLA_REASON_OUTER_REDIRECTED), self->url);
    settle (self->bundle, NULL, why);
    fetch_free (self);
    return;
  }
  g_free (self->url);
  self->url = g_steal_pointer (&url);
  fetch (self);
}

static void
fetched_cb (BullaGatewayRequest *request, BullaHttpMessage *message, GInputStream *body,
            const GError *error, gpointer user_data)
{
  g_autoptr (Fetch) self = user_data;

  if (error != NULL) {
    settle (self->bundle, NULL, error->message);
    return;
  }
  if (SOUP_STATUS_IS_REDIRECTION (bulla_http_message_get_status (message))) {
    follow (g_steal_pointer (&self), message);
    return;
  }
  g_autoptr (BullaOuter) outer = bulla_gateway_make_outer (self->url, message);
  bulla_gateway_ledger_note_package (message);
  bulla_outer_set_status (outer, bulla_http_message_get_status (message));
  bulla_outer_set_redirected (outer, self->n_redirects > 0);
  if (!is_shared (request, outer)) {
    settle (self->bundle, NULL, "the bundle’s server does not share it with the page’s origin");
    return;
  }
  g_autoptr (GInputStream) decoded = bulla_http_message_decode (message, body);
  bulla_loader_open_stream_in_async (request->gateway->loader, BULLA_PACKAGE_BUNDLE, outer, decoded,
                                     bulla_gateway_make_bundle_room (request),
                                     request->session->cancellable, opened_cb,
                                     g_steal_pointer (&self));
}

static void
copy_header (BullaGatewayRequest *request, BullaHttpMessage *message, const char *name)
{
  const char *value = bulla_gateway_request_get_header (request, name);

  if (value != NULL)
    soup_message_headers_replace (bulla_http_message_get_request_headers (message), name, value);
}

/* @self: (transfer full) */
static void
fetch (Fetch *self)
{
  BullaGatewayRequest *request = self->request;
  g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", self->url);

  if (message == NULL) {
    settle (self->bundle, NULL, "the URL of the bundle cannot be requested");
    fetch_free (self);
    return;
  }
  SoupMessageHeaders *headers = bulla_http_message_get_request_headers (message);
  g_autofree char *origin = dup_page_origin (request);

  soup_message_headers_replace (headers, "Accept", "application/webbundle;v=b2");
  copy_header (request, message, "User-Agent");
  copy_header (request, message, "Accept-Language");
  soup_message_headers_replace (headers, "Sec-Fetch-Dest", "webbundle");
  soup_message_headers_replace (headers, "Sec-Fetch-Mode", "cors");
  copy_header (request, message, "Sec-Fetch-Site"); /* the bundle is of the origin of the URL */
  if (!is_same_origin (request))
    soup_message_headers_replace (headers, "Origin", origin);
  if (with_credentials (request))
    copy_header (request, message, "Cookie");
  bulla_gateway_upstream_send_message (request, message, fetched_cb, self);
}

/* --- requests */

static char *
dup_key (BullaGatewayRequest *request)
{
  const BullaGatewayPage *page = bulla_gateway_pages_find (request);

  return g_strdup_printf ("%" G_GUINT64_FORMAT "\n%s\n%s", page != NULL ? page->serial : 0,
                          request->credentials != NULL ? request->credentials : "",
                          request->source);
}

static Bundle *
find_bundle (BullaGatewayView *view, const char *key)
{
  for (GList *each = view->scripts.head; each != NULL; each = each->next)
    if (g_str_equal (((Bundle *)each->data)->key, key))
      return each->data;
  return NULL;
}

/* Bundles of pages that are not shown go first. */
static void
remove_oldest (BullaGatewayView *view)
{
  GList *victim = view->scripts.tail;

  while (victim != NULL && may_be_shown (view, victim->data))
    victim = victim->prev;
  if (victim == NULL)
    victim = view->scripts.tail;
  bundle_unref (victim->data);
  g_queue_delete_link (&view->scripts, victim);
}

static void
begin_bundle (BullaGatewayRequest *request, char *key)
{
  GQueue *all = &request->view->scripts;
  Bundle *self = g_rc_box_new0 (Bundle);
  Fetch *fetching = g_new (Fetch, 1);

  const BullaGatewayPage *page = bulla_gateway_pages_find (request);

  self->key = key;
  self->page = page != NULL ? page->serial : 0;
  self->since = request->view->n_pages;
  self->waiting = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_gateway_request_unref);
  g_ptr_array_add (self->waiting, bulla_gateway_request_ref (request));
  if (all->length >= BUNDLES_MAX)
    remove_oldest (request->view);
  g_queue_push_head (all, self);
  request->view->clear_scripts = scripts_clear;
  request->view->drop_script = scripts_drop;
  *fetching = (Fetch){bulla_gateway_request_ref (request), g_rc_box_acquire (self),
                      g_strdup (request->source), 0};
  fetch (fetching);
  bulla_gateway_request_detach (request); /* other requests wait for the same bundle */
}

/* For a page that comes from a bundle, that bundle answers the URLs that it covers. */
static gboolean
is_covered_by_page (BullaGatewayRequest *request)
{
  const BullaGatewayPage *page = bulla_gateway_pages_find (request);

  return page != NULL && page->kept != NULL
         && bulla_kept_bundle_covers (page->kept, page->subset, request->url);
}

/**
 * bulla_gateway_script_handle:
 * @request: a request of a known view
 *
 * Applies only in secure contexts, and to URLs below the bundle's folder; other requests are
 * treated as ordinary ones.
 *
 * Returns: whether a script element of the page assigns the URL to a bundle
 */
gboolean
bulla_gateway_script_handle (BullaGatewayRequest *request)
{
  const BullaGatewayPage *page = bulla_gateway_pages_find (request);
  gboolean secure = request->source != NULL && g_str_has_prefix (request->source, "https://")
                    && (page == NULL || g_str_has_prefix (page->key, "https://"));

  if (!secure || !bulla_bundle_script_is_below (request->source, request->url)
      || is_covered_by_page (request))
    return FALSE;
  g_autofree char *key = dup_key (request);
  Bundle *bundle = find_bundle (request->view, key);
  if (bundle == NULL)
    begin_bundle (request, g_steal_pointer (&key));
  else if (bundle->kept != NULL || bundle->why != NULL)
    serve_from_bundle (bundle, request);
  else
    g_ptr_array_add (bundle->waiting, bulla_gateway_request_ref (request));
  return TRUE;
}
