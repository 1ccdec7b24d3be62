/* bulla-gateway-prefetch-link-header.c - prefetches what a response's Link header names
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-prefetch-link-header.h"

#include "bulla-gateway-prefetch-start.h"
#include "bulla-link.h"
#include "bulla-url.h"

#define LINKS_MAX 100 /* most links in the Link header of one page */

/* Returns: the last known policy of a list; NULL for the default */
static const char *
find_policy (const char *field)
{
  static const char *const known[] = {"no-referrer",
                                      "no-referrer-when-downgrade",
                                      "same-origin",
                                      "origin",
                                      "strict-origin",
                                      "origin-when-cross-origin",
                                      "strict-origin-when-cross-origin",
                                      "unsafe-url",
                                      NULL};
  const char *rest = field != NULL ? field : "";
  const char *found = NULL;
  BullaToken element;

  while (bulla_field_next_element (&rest, &element))
    for (const char *const *each = known; *each != NULL; each++)
      if (bulla_token_equal (element, *each, TRUE))
        found = *each;
  return found;
}

/* Referrer Policy 8.3, with two restrictions: other servers than the page's own get its origin at
 * most, and servers over http get nothing. */
static char *
dup_referrer (BullaGatewayRequest *request, const char *policy, const char *target)
{
  g_autofree char *own = bulla_url_dup_origin (request->url);
  gboolean same = bulla_url_same_origin (request->url, target);

  if (own == NULL || g_strcmp0 (policy, "no-referrer") == 0
      || (!same && g_strcmp0 (policy, "same-origin") == 0)
      || (g_str_has_prefix (own, "https:") && !g_str_has_prefix (target, "https:")))
    return NULL;
  if (same && g_strcmp0 (policy, "origin") != 0 && g_strcmp0 (policy, "strict-origin") != 0)
    return g_strdup (request->url);
  return g_strconcat (own, "/", NULL);
}

static void
prefetch_link (BullaGatewayRequest *request, BullaGatewayPage *page, const BullaLink *link)
{
  SoupMessageHeaders *answer = request->response;
  const char *own = bulla_link_get (link, "referrerpolicy");
  const char *field = own != NULL ? own : soup_message_headers_get_list (answer, "Referrer-Policy");
  g_autofree char *referrer = dup_referrer (request, find_policy (field), link->target);

  /* A page over https prefetches over https only. */
  if (g_str_has_prefix (request->url, "http:") || g_str_has_prefix (link->target, "https:"))
    bulla_gateway_prefetch_for_page (request, page, link->target, referrer);
}

/**
 * bulla_gateway_prefetch_links:
 * @request: a navigation that is being answered, with the response's header fields set
 * @page: the page that the response shows
 * @link: (nullable): the Link header field of the response
 *
 * WebKit ignores `Link: <…>; rel=prefetch`, so the gateway prefetches these URLs for the page.
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
    prefetch_link (request, page, each);
  }
}
