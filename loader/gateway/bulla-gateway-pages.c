/* bulla-gateway-pages.c - the pages of a view: which bundle each is from, and what it prefetched
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a page asks for is answered from the bundle that it is from itself, and from no other; a
 * page from elsewhere gets nothing from any. */
#include <string.h>

#include "bulla-error.h"
#include "bulla-gateway-private.h"
#include "bulla-origin.h"

#define PAGES_MAX 64 /* of a view; history can bring the older ones back without a request */
#define PREFETCHING_PAGES_MAX 8 /* of a view: what others prefetched is forgotten */

static void
forget_prefetches (BullaGatewayPage *page)
{
  if (page->prefetches != NULL)
    bulla_prefetches_cancel (page->prefetches);
  g_clear_object (&page->prefetches);
  g_clear_object (&page->carried);
  g_clear_object (&page->prefetched);
}

static void
page_free (BullaGatewayPage *page)
{
  g_free (page->key);
  g_free (page->host);
  g_clear_pointer (&page->kept, bulla_kept_bundle_unref);
  forget_prefetches (page);
  g_free (page);
}

/* the queue has the newest page first; frames come last */
static void
pages_clear (BullaGatewayView *view)
{
  g_queue_clear_full (&view->pages, (GDestroyNotify)page_free);
}

static GList *
find_key (GQueue *pages, const char *key)
{
  for (GList *each = pages->head; each != NULL; each = each->next)
    if (g_str_equal (((BullaGatewayPage *)each->data)->key, key))
      return each;
  return NULL;
}

static gboolean
holds_prefetches (const BullaGatewayPage *page)
{
  return page->prefetches != NULL || page->carried != NULL || page->prefetched != NULL;
}

/* What a page prefetched may be large, and is for the next click. The page that a view shows keeps
 * its own for as long as others have some to give. */
static void
bound_prefetches (BullaGatewayView *view)
{
  BullaGatewayPage *oldest = NULL;
  gboolean shown = FALSE;
  guint n = 0;

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    BullaGatewayPage *page = each->data;
    gboolean first = each->prev == NULL;
    if (!holds_prefetches (page))
      continue;
    n++;
    if (oldest == NULL || (shown && !first) || (shown == first && page->serial < oldest->serial)) {
      oldest = page;
      shown = first;
    }
  }
  if (n > PREFETCHING_PAGES_MAX)
    forget_prefetches (oldest);
}

/**
 * bulla_gateway_pages_note:
 * @request: a navigation that is being answered
 * @kept: (nullable): the bundle that answers; %NULL: an exchange, or the network
 * @subset: which of its subsets; -1: what is within its scope
 *
 * Returns: (transfer none) (nullable): the page; %NULL where it is none, or nobody knows whose
 */
BullaGatewayPage *
bulla_gateway_pages_note (BullaGatewayRequest *request, BullaKeptBundle *kept, gint subset)
{
  if (request->view == NULL || request->destination != BULLA_DESTINATION_NAVIGATION)
    return NULL;
  GQueue *pages = &request->place->pages;
  request->place->clear_pages = pages_clear;
  BullaGatewayPage *page = g_new0 (BullaGatewayPage, 1);
  page->key = bulla_stash_dup_key (request->url);
  page->host = g_strdup (g_uri_get_host (request->uri));
  page->kept = kept != NULL ? bulla_kept_bundle_ref (kept) : NULL;
  page->subset = subset;
  page->serial = ++request->place->n_pages;
  GList *before = find_key (pages, page->key);
  if (before != NULL) {
    page_free (before->data);
    g_queue_delete_link (pages, before);
  }
  if (pages->length >= PAGES_MAX)
    page_free (g_queue_pop_tail (pages));
  if (request->frame)
    g_queue_push_tail (pages, page);
  else
    g_queue_push_head (pages, page);
  bound_prefetches (request->place);
  return page;
}

static BullaGatewayPage *
find_newest (GQueue *pages, const char *host)
{
  BullaGatewayPage *newest = NULL;

  for (GList *each = pages->head; each != NULL; each = each->next) {
    BullaGatewayPage *page = each->data;
    if (g_str_equal (page->host, host) && (newest == NULL || page->serial > newest->serial))
      newest = page;
  }
  return newest;
}

/* Of another origin's page the field names no more than that origin, which looks like its root. So
 * it does of a page in a frame, whatever that asks for, if the frame is of another site than the
 * page around it. */
static BullaGatewayPage *
find_referrer (BullaGatewayRequest *request, GQueue *pages)
{
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");
  g_autoptr (GUri) uri =
      referrer != NULL ? g_uri_parse (referrer, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL)
    return NULL;
  gboolean same_origin =
      g_str_equal (g_uri_get_scheme (uri), g_uri_get_scheme (request->uri))
      && g_ascii_strcasecmp (g_uri_get_host (uri), g_uri_get_host (request->uri)) == 0
      && g_uri_get_port (uri) == g_uri_get_port (request->uri);
  gboolean is_root = strlen (g_uri_get_path (uri)) <= 1 && g_uri_get_query (uri) == NULL;
  gboolean top = request->destination == BULLA_DESTINATION_NAVIGATION && !request->frame;
  if (is_root && !top && g_strcmp0 (g_uri_get_host (uri), request->top_host) != 0)
    return find_newest (pages, g_uri_get_host (uri));
  if (is_root && !same_origin)
    return NULL;
  g_autofree char *key = bulla_stash_dup_key (referrer);
  GList *found = find_key (pages, key);
  return found != NULL ? found->data : NULL;
}

static BullaGatewayPage *
find_host (GQueue *pages, const char *host)
{
  for (GList *each = pages->head; each != NULL; each = each->next) {
    BullaGatewayPage *page = each->data;
    if (g_str_equal (page->host, host))
      return page;
  }
  return NULL;
}

/* A page of another host than the one around it, which nobody served here: it came from WebKit's
 * cache. It has nothing of the page around it. Style sheets name themselves, too, but only for
 * parts. */
static gboolean
is_of_unknown_frame (BullaGatewayRequest *request)
{
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");
  g_autoptr (GUri) uri =
      referrer != NULL ? g_uri_parse (referrer, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  return request->destination != BULLA_DESTINATION_SUBRESOURCE && uri != NULL
         && g_strcmp0 (g_uri_get_host (uri), request->top_host) != 0;
}

/**
 * bulla_gateway_pages_find:
 * @request: a request
 *
 * The page is the one that the request names as its referrer; where it names none, or a style sheet
 * or worker of it, the newest one of the host that the page tag has.
 *
 * Returns: (transfer none) (nullable): the page that asks, where it is one of those that were
 * served
 */
BullaGatewayPage *
bulla_gateway_pages_find (BullaGatewayRequest *request)
{
  GQueue *pages = request->view != NULL ? &request->place->pages : NULL;

  if (pages == NULL || request->package != NULL)
    return NULL;
  BullaGatewayPage *referrer = find_referrer (request, pages);
  if (referrer != NULL || request->top_host == NULL || is_of_unknown_frame (request))
    return referrer;
  return find_host (pages, request->top_host);
}

static gboolean
is_of_origin_of (BullaGatewayRequest *request, const BullaGatewayPage *page)
{
  const char *origin = bulla_gateway_request_get_header (request, "Origin");
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");
  g_autofree char *asks = bulla_url_dup_origin (origin != NULL ? origin : referrer);
  g_autofree char *shown = bulla_url_dup_origin (page->key);

  return asks == NULL || g_strcmp0 (asks, shown) == 0;
}

/* of the pages that the view shows now: the newest whole one, and the frames since */
static gboolean
shows_part (BullaGatewayView *view, BullaGatewayRequest *request)
{
  const BullaGatewayPage *top = view->pages.head != NULL ? view->pages.head->data : NULL;

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    const BullaGatewayPage *page = each->data;
    gboolean bundled =
        page->kept != NULL && bulla_kept_bundle_covers (page->kept, page->subset, request->url);
    gboolean part = page->prefetched != NULL && page->parts_stand
                    && bulla_prefetch_find_part (page->prefetched, request->url) >= 0;
    if (page->serial >= top->serial && (bundled || part) && is_of_origin_of (request, page))
      return TRUE;
  }
  return FALSE;
}

/**
 * bulla_gateway_pages_cover:
 * @request: a request that is nobody's, as those of shared and service workers are
 *
 * Returns: whether a page that is shown in its session has what it asks for from a package: it may
 *   be a worker of that page, which is not to mix the live version in
 */
gboolean
bulla_gateway_pages_cover (BullaGatewayRequest *request)
{
  GHashTableIter iter;
  gpointer view;

  g_hash_table_iter_init (&iter, request->session->views);
  while (g_hash_table_iter_next (&iter, NULL, &view))
    if (shows_part (view, request))
      return TRUE;
  return FALSE;
}

/* --- what they prefetch */

/* Returns: (transfer full): why no more is kept for a page */
char *
bulla_gateway_dup_full (void)
{
  return g_strdup_printf ("%s: the page keeps as much as it may already",
                          bulla_reason_get_nick (BULLA_REASON_PREFETCH_FULL));
}

/* who is told of what is kept no longer */
typedef struct {
  GWeakRef gateway;
  char *view; /* owned */
} Watch;

static void
watch_free (gpointer data, GClosure *closure)
{
  Watch *watch = data;

  g_weak_ref_clear (&watch->gateway);
  g_free (watch->view);
  g_free (watch);
}

static void
failed_cb (BullaPrefetches *prefetches, const char *url, BullaLoad *load, const GError *error,
           gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (BullaGateway) gateway = g_weak_ref_get (&watch->gateway);
  g_autofree char *full =
      g_error_matches (error, BULLA_ERROR, BULLA_ERROR_LIMIT) ? bulla_gateway_dup_full () : NULL;

  if (gateway != NULL)
    bulla_gateway_emit_refused (gateway, watch->view, url, load,
                                full != NULL ? full : error->message);
}

static BullaPrefetches *
make_prefetches (BullaGatewayRequest *request)
{
  BullaPrefetches *prefetches = bulla_prefetches_new ();
  Watch *watch = g_new0 (Watch, 1);

  g_weak_ref_init (&watch->gateway, request->gateway);
  watch->view = g_strdup (request->view);
  g_signal_connect_data (prefetches, "failed", G_CALLBACK (failed_cb), watch, watch_free, 0);
  return prefetches;
}

/**
 * bulla_gateway_pages_get_prefetches:
 * @request: by the view of @page
 * @page: a page
 *
 * Returns: (transfer none): what it prefetches, which may be nothing yet
 */
BullaPrefetches *
bulla_gateway_pages_get_prefetches (BullaGatewayRequest *request, BullaGatewayPage *page)
{
  if (page->prefetches == NULL) {
    page->prefetches = make_prefetches (request);
    bound_prefetches (request->place);
  }
  return page->prefetches;
}
