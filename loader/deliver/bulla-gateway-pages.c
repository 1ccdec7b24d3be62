/* bulla-gateway-pages.c - which bundle the pages of a view were served from
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What a page asks for is answered from the bundle that it is from itself, and from no other; a
 * page from elsewhere gets nothing from any. */
#include <string.h>

#include "bulla-gateway-private.h"

#define PAGES_MAX 64 /* of a view; history can bring the older ones back without a request */
#define PREFETCHING_PAGES_MAX 8 /* of a session: what older ones prefetched is forgotten */

static void
forget_prefetches (BullaGatewayPage *page)
{
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

/* @pages: (transfer full): a queue of them, the newest first; frames come last */
void
bulla_gateway_pages_free (gpointer pages)
{
  g_queue_free_full (pages, (GDestroyNotify)page_free);
}

static GQueue *
pages_of (BullaGatewayRequest *request)
{
  return g_hash_table_lookup (request->session->pages, request->view);
}

static GQueue *
make_pages_of (BullaGatewayRequest *request)
{
  GHashTable *all = request->session->pages;
  GQueue *pages = pages_of (request);

  if (pages != NULL)
    return pages;
  if (g_hash_table_size (all) >= BULLA_GATEWAY_VIEWS_MAX)
    g_hash_table_remove_all (all);
  pages = g_queue_new ();
  g_hash_table_insert (all, g_strdup (request->view), pages);
  return pages;
}

static GList *
find_key (GQueue *pages, const char *key)
{
  for (GList *each = pages->head; each != NULL; each = each->next)
    if (g_str_equal (((BullaGatewayPage *)each->data)->key, key))
      return each;
  return NULL;
}

/* what a page prefetched may be large, and is for the next click */
static void
bound_prefetches (BullaGatewaySession *session)
{
  GHashTableIter iter;
  gpointer pages;

  g_hash_table_iter_init (&iter, session->pages);
  while (g_hash_table_iter_next (&iter, NULL, &pages))
    for (GList *each = ((GQueue *)pages)->head; each != NULL; each = each->next)
      if (((BullaGatewayPage *)each->data)->serial + PREFETCHING_PAGES_MAX <= session->n_pages)
        forget_prefetches (each->data);
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
  GQueue *pages = make_pages_of (request);
  BullaGatewayPage *page = g_new0 (BullaGatewayPage, 1);
  page->key = bulla_stash_dup_key (request->url);
  page->host = g_strdup (g_uri_get_host (request->uri));
  page->kept = kept != NULL ? bulla_kept_bundle_ref (kept) : NULL;
  page->subset = subset;
  page->serial = ++request->session->n_pages;
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
  bound_prefetches (request->session);
  return page;
}

/* Of another origin's page the field names no more than that origin, which looks like its root. */
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
  if (is_root && !same_origin)
    return NULL;
  g_autofree char *key = bulla_stash_dup_key (referrer);
  GList *found = find_key (pages, key);
  return found != NULL ? found->data : NULL;
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
  GQueue *pages = request->view != NULL ? pages_of (request) : NULL;

  if (pages == NULL || request->package != NULL)
    return NULL;
  BullaGatewayPage *referrer = find_referrer (request, pages);
  if (referrer != NULL || request->page_host == NULL)
    return referrer;
  for (GList *each = pages->head; each != NULL; each = each->next) {
    BullaGatewayPage *page = each->data;
    if (g_str_equal (page->host, request->page_host))
      return page;
  }
  return NULL;
}
