/* bulla-gateway-pages.c - records the pages of a view, the bundle of each, and their prefetches
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The shell says which answer a view shows (bulla_gateway_note_shown()). Only that page and the
 * frames loaded since can send requests. A request is answered from the package of the page or
 * frame that has the initiator's origin and contains the URL, so that a page never mixes two
 * versions. Of a referrer only the origin counts, because a page can choose the rest.
 *
 * Without a shell (one view, as in `bulla gateway`) only the referrer identifies the page. */
#include "bulla-gateway-pages.h"

#include <string.h>

#include "bulla-error.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-request.h"
#include "bulla-url-key.h"
#include "bulla-url.h"

#define PAGES_MAX 64            /* pages of a view; history may show older ones without a request */
#define FRAMES_MAX 512          /* most frames of all these pages */
#define PREFETCHING_PAGES_MAX 8 /* most pages of a view that keep their prefetches */

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
  g_free (page->origin);
  g_free (page->answer);
  g_clear_pointer (&page->kept, bulla_kept_bundle_unref);
  forget_prefetches (page);
  g_free (page);
}

/* The head of the queue is the newest page. */
static void
pages_clear (BullaGatewayView *view)
{
  g_queue_clear_full (&view->pages, (GDestroyNotify)page_free);
}

static BullaGatewayPage *
find_newest_whole (BullaGatewayView *view)
{
  for (GList *each = view->pages.head; each != NULL; each = each->next)
    if (!((BullaGatewayPage *)each->data)->frame)
      return each->data;
  return NULL;
}

static gboolean
holds_prefetches (const BullaGatewayPage *page)
{
  return page->prefetches != NULL || page->carried != NULL || page->prefetched != NULL;
}

/* Prefetches may be large and are for the next click. Other pages give up theirs before the shown
 * page does; @initiator always keeps its own. */
static void
bound_prefetches (BullaGatewayView *view, const BullaGatewayPage *initiator)
{
  const BullaGatewayPage *newest = find_newest_whole (view);
  BullaGatewayPage *oldest = NULL;
  gboolean shown = FALSE;
  guint n = 0;

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    BullaGatewayPage *page = each->data;
    gboolean first = page == newest || page->serial == view->shown;
    if (!holds_prefetches (page))
      continue;
    n++;
    if (page == initiator)
      continue;
    if (oldest == NULL || (shown && !first) || (shown == first && page->serial < oldest->serial)) {
      oldest = page;
      shown = first;
    }
  }
  if (n > PREFETCHING_PAGES_MAX)
    forget_prefetches (oldest);
}

static gboolean
is_shown (BullaGatewayView *view, const BullaGatewayPage *page)
{
  return page->top == view->shown;
}

/* Returns: whether @page should be dropped before @other: hidden pages first, then pages without a
 * package */
static gboolean
is_idler (BullaGatewayView *view, const BullaGatewayPage *page, const BullaGatewayPage *other)
{
  gboolean shown = is_shown (view, page), packaged = page->kept != NULL || page->prefetched != NULL;

  if (shown != is_shown (view, other))
    return !shown;
  if (packaged != (other->kept != NULL || other->prefetched != NULL))
    return !packaged;
  return page->serial < other->serial;
}

static void
make_room (BullaGatewayView *view, gboolean frame)
{
  GList *victim = NULL;
  guint n = 0;

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    const BullaGatewayPage *page = each->data;
    if (page->frame != frame)
      continue;
    n++;
    if (victim == NULL || is_idler (view, page, victim->data))
      victim = each;
  }
  if (n < (frame ? FRAMES_MAX : PAGES_MAX))
    return;
  BullaGatewayPage *page = victim->data;
  g_queue_delete_link (&view->pages, victim);
  page_free (page);
}

/**
 * bulla_gateway_pages_note:
 * @request: a navigation that is being answered
 * @kept: (nullable): the bundle that the response is from; %NULL for an exchange or the network
 * @subset: index of the page's signed subset; -1 for the bundle's scope
 *
 * Returns: (transfer none) (nullable): the page; %NULL if the request is not a
 *   navigation of a known view
 */
BullaGatewayPage *
bulla_gateway_pages_note (BullaGatewayRequest *request, BullaKeptBundle *kept, gint subset)
{
  BullaGatewayView *view = request->view;

  if (request->view_token == NULL || request->destination != BULLA_DESTINATION_NAVIGATION)
    return NULL;
  BullaGatewayPage *page = g_new0 (BullaGatewayPage, 1);
  view->clear_pages = pages_clear;
  page->key = bulla_url_dup_key (request->url);
  page->host = g_strdup (g_uri_get_host (request->uri));
  page->origin = bulla_url_dup_origin (request->url);
  page->answer = g_strdup (bulla_gateway_request_get_answer_id (request));
  page->kept = kept != NULL ? bulla_kept_bundle_ref (kept) : NULL;
  page->subset = subset;
  page->serial = ++view->n_pages;
  page->frame = request->frame || request->speculative;
  page->top = page->frame ? view->shown : page->serial;
  make_room (view, page->frame);
  g_queue_push_head (&view->pages, page);
  bound_prefetches (view, page);
  return page;
}

/**
 * bulla_gateway_pages_note_shown:
 * @view: a view
 * @answer: (nullable): the id of the answer that the view shows from now on; %NULL if it is unknown
 */
void
bulla_gateway_pages_note_shown (BullaGatewayView *view, const char *answer)
{
  view->shown = ++view->n_pages; /* a serial number that no page has */
  for (GList *each = view->pages.head; answer != NULL && each != NULL; each = each->next) {
    const BullaGatewayPage *page = each->data;
    if (!page->frame && g_strcmp0 (page->answer, answer) == 0)
      view->shown = page->serial;
  }
}

/* @serial: serial number of a page. Returns: whether the view shows it, or is about to */
gboolean
bulla_gateway_pages_shows (BullaGatewayView *view, guint64 serial)
{
  const BullaGatewayPage *coming = find_newest_whole (view);

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    const BullaGatewayPage *page = each->data;
    if (page->serial == serial)
      return page == coming || is_shown (view, page);
  }
  return FALSE;
}

/**
 * bulla_gateway_pages_drop_bundle:
 * @view: a view
 * @frames: whether frames of the shown page count, too
 *
 * Drops the bundle of the page that was loaded first, but not that of the page that is shown. All
 * further requests of that page are refused, because other sources have another version.
 *
 * Returns: whether one was dropped
 */
gboolean
bulla_gateway_pages_drop_bundle (BullaGatewayView *view, gboolean frames)
{
  for (GList *each = view->pages.tail; each != NULL; each = each->prev) {
    BullaGatewayPage *page = each->data;
    gboolean shown = bulla_gateway_pages_shows (view, page->serial);
    if (page->kept == NULL || (shown && !(frames && page->frame)))
      continue;
    g_clear_pointer (&page->kept, bulla_kept_bundle_unref);
    page->lost = TRUE;
    return TRUE;
  }
  return FALSE;
}

/* --- finding the initiator */

static gboolean
has_part (const BullaGatewayPage *page, const char *url)
{
  return page->prefetched != NULL && page->parts_stand
         && bulla_prefetch_find_part (page->prefetched, url) >= 0;
}

/* Returns: whether the package of @page has @url, or forbids other sources for it */
static gboolean
has_url (const BullaGatewayPage *page, const char *url)
{
  return has_part (page, url)
         || (page->kept != NULL
             && (bulla_kept_bundle_covers (page->kept, page->subset, url)
                 || bulla_kept_bundle_find (page->kept, url) >= 0));
}

/* Returns: (transfer full) (nullable): the origin of the initiating document, from fields that no
 * page can forge; for a sandboxed document, the origin of its address; empty: no page is the
 * initiator; %NULL: unknown */
static char *
dup_asking_origin (BullaGatewayRequest *request)
{
  const char *origin = bulla_gateway_request_get_header (request, "Origin");
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");
  const char *site = bulla_gateway_request_get_header (request, "Sec-Fetch-Site");
  const char *from = origin != NULL && !g_str_equal (origin, "null") ? origin : referrer;

  if (from == NULL && g_strcmp0 (site, "same-origin") == 0)
    from = request->url;
  char *asks = bulla_url_dup_origin (from);
  return asks != NULL || from == NULL ? asks : g_strdup ("");
}

/* @origin, @url, @key: (nullable): the required origin of the page, URL in its package, and key of
 * the page; the shown page is tried first, then its frames, the newest first */
static BullaGatewayPage *
find_shown (BullaGatewayView *view, const char *origin, const char *url, const char *key)
{
  BullaGatewayPage *found = NULL;

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    BullaGatewayPage *page = each->data;
    gboolean fits =
        is_shown (view, page) && (origin == NULL || g_strcmp0 (page->origin, origin) == 0)
        && (url == NULL || has_url (page, url)) && (key == NULL || g_str_equal (page->key, key));
    if (fits && !page->frame)
      return page;
    if (fits && found == NULL)
      found = page;
  }
  return found;
}

/* If the initiating document is not in the shown page, the view is leaving its page, or it has
 * none. */
static gboolean
is_in_shown (BullaGatewayRequest *request)
{
  const BullaGatewayPage *whole = find_shown (request->view, NULL, NULL, NULL);

  return whole != NULL && request->top_host != NULL
         && (whole->frame || g_str_equal (whole->host, request->top_host));
}

static char *
dup_referrer_key (BullaGatewayRequest *request)
{
  const char *referrer = bulla_gateway_request_get_header (request, "Referer");

  return referrer != NULL ? bulla_url_dup_key (referrer) : NULL;
}

/* The referrer of a style sheet's request is the style sheet, which may be of any origin. A page
 * whose origin was not served here came from WebKit's cache and does not inherit its parent's
 * packages. Requests of style sheets are always for subresources. */
static BullaGatewayPage *
find_initiator (BullaGatewayRequest *request)
{
  BullaGatewayView *view = request->view;
  g_autofree char *origin = dup_asking_origin (request);
  gboolean known = origin == NULL || find_shown (view, origin, NULL, NULL) != NULL;
  gboolean part = request->destination == BULLA_DESTINATION_SUBRESOURCE;

  if (!known && !part)
    return NULL;
  if (origin == NULL && request->destination == BULLA_DESTINATION_NAVIGATION)
    return find_shown (view, NULL, NULL, NULL);
  const char *asks = known ? origin : NULL;
  g_autofree char *key = dup_referrer_key (request);
  BullaGatewayPage *found = key != NULL ? find_shown (view, asks, request->url, key) : NULL;
  if (found == NULL)
    found = find_shown (view, asks, request->url, NULL);
  if (found == NULL && key != NULL)
    found = find_shown (view, asks, NULL, key);
  return found != NULL ? found : find_shown (view, asks, NULL, NULL);
}

/* Returns: (nullable): the newest page with that @key, or whose bundle has it; main pages come
 * before frames and prefetched pages */
static BullaGatewayPage *
find_newest (BullaGatewayView *view, const char *key, gboolean bundled)
{
  BullaGatewayPage *found = NULL;

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    BullaGatewayPage *page = each->data;
    gboolean fits = bundled ? page->kept != NULL && bulla_kept_bundle_find (page->kept, key) >= 0
                            : g_str_equal (page->key, key);
    if (fits && !page->frame)
      return page;
    if (fits && found == NULL)
      found = page;
  }
  return found;
}

/* Returns the page that the referrer names, or else the newest page whose bundle contains the
 * referrer, such as a style sheet or a worker. */
static BullaGatewayPage *
find_referrer (BullaGatewayRequest *request)
{
  g_autofree char *key = dup_referrer_key (request);
  BullaGatewayPage *found = key != NULL ? find_newest (request->view, key, FALSE) : NULL;

  return found != NULL || key == NULL ? found : find_newest (request->view, key, TRUE);
}

/**
 * bulla_gateway_pages_find:
 * @request: a request
 *
 * Returns: (transfer none) (nullable): the initiating page, or a page of the same origin in the
 *   same view whose package contains the URL; %NULL if there is none
 */
BullaGatewayPage *
bulla_gateway_pages_find (BullaGatewayRequest *request)
{
  if (request->view_token == NULL || request->package != NULL || request->typed)
    return NULL;
  if (request->session->flags & BULLA_GATEWAY_ONE_VIEW)
    return find_referrer (request);
  return is_in_shown (request) ? find_initiator (request) : NULL;
}

static gboolean
is_of_origin_of (BullaGatewayRequest *request, const BullaGatewayPage *page)
{
  g_autofree char *asks = dup_asking_origin (request);

  return asks == NULL || g_strcmp0 (asks, page->origin) == 0;
}

/* Which URLs a bundle covered is not known once it was dropped: then it covers all URLs of the
 * page's origin, and all that workers of that origin request. */
static gboolean
bundle_covers (const BullaGatewayPage *page, BullaGatewayRequest *request)
{
  g_autofree char *asks = dup_asking_origin (request);

  if (page->kept != NULL)
    return bulla_kept_bundle_covers (page->kept, page->subset, request->url);
  return page->lost && (asks != NULL || bulla_url_same_origin (page->key, request->url));
}

/* Considers the pages that the view shows or is about to show. */
static gboolean
shows_part (BullaGatewayView *view, BullaGatewayRequest *request)
{
  const BullaGatewayPage *coming = find_newest_whole (view);

  for (GList *each = view->pages.head; each != NULL; each = each->next) {
    const BullaGatewayPage *page = each->data;
    gboolean covered = bundle_covers (page, request) || has_part (page, request->url);
    if ((is_shown (view, page) || page == coming) && covered && is_of_origin_of (request, page))
      return TRUE;
  }
  return FALSE;
}

/**
 * bulla_gateway_pages_cover:
 * @request: a request without a known initiator, such as one of a shared or service worker
 *
 * Returns: whether a page shown in the session has a package that contains the URL, or had one that
 *   was dropped. The worker may belong to that page, and must not mix the live version in
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

/* --- prefetches */

/* Returns: (transfer full): an explanation that the limits of a page are reached */
char *
bulla_gateway_dup_full (void)
{
  return g_strdup_printf ("%s: the page has reached its limit of prefetched packages",
                          bulla_reason_get_nick (BULLA_REASON_PREFETCH_FULL));
}

/* Data for the handler that is called when prefetches are dropped. */
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
                                full != NULL ? full : error->message, NULL);
}

static BullaPrefetches *
make_prefetches (BullaGatewayRequest *request)
{
  BullaPrefetches *prefetches = bulla_prefetches_new ();
  Watch *watch = g_new0 (Watch, 1);

  g_weak_ref_init (&watch->gateway, request->gateway);
  watch->view = g_strdup (request->view_token);
  g_signal_connect_data (prefetches, "failed", G_CALLBACK (failed_cb), watch, watch_free, 0);
  return prefetches;
}

/**
 * bulla_gateway_pages_get_prefetches:
 * @request: a request of the view of @page
 * @page: a page
 *
 * Returns: (transfer none): the page's prefetches, which may be empty
 */
BullaPrefetches *
bulla_gateway_pages_get_prefetches (BullaGatewayRequest *request, BullaGatewayPage *page)
{
  if (page->prefetches == NULL) {
    page->prefetches = make_prefetches (request);
    bound_prefetches (request->view, page);
  }
  return page->prefetches;
}
