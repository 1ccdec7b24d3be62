/* bulla-gateway-guessed-icon.c - keeps a browser's own request for an icon from the publisher
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-guessed-icon.h"

#include "bulla-gateway-decision.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-session.h"
#include "bulla-url-key.h"

/* Where browsers look for the icon of a page that names none (HTML, “link type icon”). */
#define GUESSED_PATH "/favicon.ico"

static gboolean
is_guess (BullaGatewayRequest *request)
{
  return (request->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0
         && g_str_equal (request->method, "GET") && g_uri_get_query (request->uri) == NULL
         && g_str_equal (g_uri_get_path (request->uri), GUESSED_PATH);
}

/**
 * bulla_gateway_guessed_icon_handle:
 * @request: a request for a part of a page, which its package does not have
 *
 * Refuses the icon that a browser requests for a page from a package, although the page names none:
 * the publisher would learn of the visit. The gateway cannot tell it from one that the page names
 * at that path, which is refused, too.
 *
 * Returns: whether @request was for that icon, of the page's own origin
 */
gboolean
bulla_gateway_guessed_icon_handle (BullaGatewayRequest *request)
{
  const BullaGatewayPage *page = is_guess (request) ? bulla_gateway_pages_find (request) : NULL;

  if (page == NULL || !page->substituted || !bulla_url_same_origin (page->key, request->url))
    return FALSE;
  bulla_gateway_decide_refuse (request, NULL,
                               "the package does not contain this icon, and the publisher is not "
                               "asked for it");
  return TRUE;
}
