/* bulla-gateway-redirects.c - matches the redirects sent to a view with the requests that follow
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * After a redirect, the server that sent it counts as the initiator; if that server is private,
 * private hosts may be contacted. So an announced redirect counts only if the gateway itself
 * sent that redirect, to the same part of the view. */
#include "bulla-gateway-redirects.h"

#include "bulla-uri-text.h"
#include "bulla-url-key.h"

#define REDIRECTS_MAX 256 /* most in a view, each for main pages, frames, other requests */

typedef enum { TO_PAGE, TO_FRAME, TO_PART } Target;

typedef struct {
  char *from, *to; /* owned; keys of the two URLs */
  Target target;
  gboolean from_private; /* the server that sent it is on this machine or its network */
  gboolean followed;
} Redirect;

static void
redirect_free (gpointer data)
{
  Redirect *redirect = data;

  g_free (redirect->from);
  g_free (redirect->to);
  g_free (redirect);
}

static Target
target_of (const BullaGatewayRequest *request)
{
  if (request->destination != BULLA_DESTINATION_NAVIGATION)
    return TO_PART;
  return request->frame ? TO_FRAME : TO_PAGE;
}

static void
drop_oldest (GQueue *redirects, Target target)
{
  guint n = 0;

  for (GList *each = redirects->head, *next; each != NULL; each = next) {
    next = each->next;
    if (((Redirect *)each->data)->target != target || ++n <= REDIRECTS_MAX)
      continue;
    redirect_free (each->data);
    g_queue_delete_link (redirects, each);
  }
}

/* If several requests to one URL were redirected, it is unknown which of them follows which
 * redirect; so all get only what the least privileged redirect grants. */
static void
add_redirect (GQueue *redirects, Redirect *redirect)
{
  for (GList *each = redirects->head; each != NULL; each = each->next) {
    Redirect *other = each->data;
    if (other->target == redirect->target && g_str_equal (other->to, redirect->to))
      other->from_private = redirect->from_private &= other->from_private;
  }
  g_queue_push_head (redirects, redirect);
  drop_oldest (redirects, redirect->target);
}

/* Returns: (transfer full) (nullable): the redirect target of a response to @request with these
 * headers */
static char *
dup_location (BullaGatewayRequest *request, SoupMessageHeaders *headers)
{
  const char *location = soup_message_headers_get_one (headers, "Location");
  g_autofree char *escaped = location != NULL ? bulla_url_escape_strays (location) : NULL;

  return escaped != NULL ? bulla_url_resolve (request->url, escaped, SOUP_HTTP_URI_FLAGS) : NULL;
}

/* Drops the redirects of the previous page. */
static void
redirects_clear (BullaGatewayView *view)
{
  g_queue_clear_full (&view->redirects, redirect_free);
}

/**
 * bulla_gateway_redirects_note:
 * @request: a request that is being answered, with the response's status and header fields set
 *
 * Records a redirect. Adds no-store to a redirect from a private server: a request that follows a
 * cached redirect could not be matched with a recorded one.
 */
void
bulla_gateway_redirects_note (BullaGatewayRequest *request)
{
  SoupMessageHeaders *headers = request->response;

  if (request->view == NULL || (request->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0
      || !SOUP_STATUS_IS_REDIRECTION (request->status))
    return;
  g_autofree char *to = dup_location (request, headers);
  if (to == NULL)
    return;
  if (request->private_peer)
    soup_message_headers_replace (headers, "Cache-Control", "no-store");
  Redirect *redirect = g_new (Redirect, 1);
  *redirect = (Redirect){bulla_url_dup_key (request->url), bulla_url_dup_key (to),
                         target_of (request), request->private_peer, FALSE};
  request->view->clear_redirects = redirects_clear;
  add_redirect (&request->view->redirects, redirect);
}

/**
 * bulla_gateway_redirects_follow:
 * @request: a request of a known view, its destination set
 * @from: (nullable): the URL whose response is announced to redirect here; %NULL if it is not known
 * @from_private: (out): whether the redirect was sent by a private server
 *
 * A repeated request, for example one with a password, may follow the same redirect again.
 *
 * Returns: whether a redirect that was sent leads here: the one from @from; without @from, one that
 *   was not followed yet
 */
gboolean
bulla_gateway_redirects_follow (BullaGatewayRequest *request, const char *from,
                                gboolean *from_private)
{
  g_autofree char *from_key = from != NULL ? bulla_url_dup_key (from) : NULL;
  g_autofree char *to = bulla_url_dup_key (request->url);

  *from_private = FALSE;
  for (GList *each = request->view->redirects.head; each != NULL; each = each->next) {
    Redirect *redirect = each->data;
    gboolean fits = from_key != NULL ? g_str_equal (redirect->from, from_key) : !redirect->followed;
    if (!fits || redirect->target != target_of (request) || !g_str_equal (redirect->to, to))
      continue;
    *from_private = redirect->from_private;
    redirect->followed |= from_key != NULL;
    return TRUE;
  }
  return FALSE;
}
