/* bulla-gateway-prefetch-links.c - what a response's Link field wants prefetched
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"

#include "bulla-link.h"
#include "bulla-peer.h"

#define LINKS_MAX 100 /* of one page's header */

/* strict-origin-when-cross-origin, the default; whoever wants less told gets that */
static char *
dup_referrer (BullaGatewayRequest *request, const char *policy, GUri *target)
{
  gboolean same = g_strcmp0 (g_uri_get_scheme (target), g_uri_get_scheme (request->uri)) == 0
                  && g_strcmp0 (g_uri_get_host (target), g_uri_get_host (request->uri)) == 0
                  && g_uri_get_port (target) == g_uri_get_port (request->uri);

  if (g_strcmp0 (policy, "no-referrer") == 0 || (!same && g_strcmp0 (policy, "same-origin") == 0)
      || (g_str_equal (g_uri_get_scheme (request->uri), "https")
          && !g_str_equal (g_uri_get_scheme (target), "https")))
    return NULL;
  if (same)
    return g_strdup (request->url);
  g_autofree char *origin =
      g_uri_join (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (request->uri), NULL,
                  g_uri_get_host (request->uri), g_uri_get_port (request->uri), "/", NULL, NULL);
  return g_steal_pointer (&origin);
}

static void
prefetch_link (BullaGatewayRequest *request, BullaGatewayPage *page, const char *url)
{
  SoupMessageHeaders *answer = soup_server_message_get_response_headers (request->message);
  g_autoptr (GUri) target = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  if (target == NULL || g_uri_get_host (target) == NULL
      || (page->prefetches != NULL && bulla_prefetches_find (page->prefetches, url) != NULL))
    return;
  g_autofree char *referrer =
      dup_referrer (request, soup_message_headers_get_list (answer, "Referrer-Policy"), target);
  gboolean may_go_private =
      g_hash_table_contains (request->gateway->allow_private, g_uri_get_host (target))
      || bulla_host_is_private (page->host)
      || g_hash_table_contains (request->gateway->private_hosts, page->host);
  bulla_gateway_prefetch_for_page (request, page, url, referrer, may_go_private);
}

/**
 * bulla_gateway_prefetch_links:
 * @request: a navigation that is being answered, its header fields set
 * @page: what it shows then
 * @link: (nullable): the Link field of the answer
 *
 * WebKit passes over `Link: <…>; rel=prefetch`, so it is done here, for the page.
 */
void
bulla_gateway_prefetch_links (BullaGatewayRequest *request, BullaGatewayPage *page,
                              const char *link)
{
  g_autoptr (GPtrArray) links = page != NULL ? bulla_links_read (link, request->url) : NULL;
  guint n = 0;

  for (guint i = 0; links != NULL && i < links->len && n < LINKS_MAX; i++) {
    const BullaLink *each = links->pdata[i];
    if (!bulla_link_has_rel (each, "prefetch") || bulla_link_get (each, "anchor") != NULL)
      continue;
    n++;
    prefetch_link (request, page, each->target);
  }
}
