/* bulla-gateway-shell.c - functions by which the shell describes its views and queries their state
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-announcements.h"
#include "bulla-gateway-pages.h"
#include "bulla-gateway-fallback-guard.h"
#include "bulla-gateway-session.h"
#include "bulla-gateway-view.h"
#include "bulla-handover-internal.h"
#include "bulla-url-key.h"

/**
 * bulla_gateway_register_view:
 * @self: a gateway
 * @token: token of a session
 * @view: secret id of a view that uses the session; pages never learn it
 *
 * Announced requests count as requests of unknown initiators unless their view is registered.
 */
void
bulla_gateway_register_view (BullaGateway *self, const char *token, const char *view)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session != NULL)
    bulla_gateway_view_register (self, session, view);
}

/**
 * bulla_gateway_close_view:
 * @self: a gateway
 * @token: token of a session
 * @view: a view that was closed
 */
void
bulla_gateway_close_view (BullaGateway *self, const char *token, const char *view)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  if (session == NULL)
    return;
  bulla_announcements_forget_view (session->announcements, view);
  bulla_ledger_forget_view (bulla_loader_get_ledger (self->loader), view);
  g_hash_table_remove (session->views, view);
}

static BullaGatewayView *
find_view (BullaGateway *self, const char *token, const char *view)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);

  return session != NULL ? bulla_gateway_view_find (session, view) : NULL;
}

/**
 * bulla_gateway_expect_typed:
 * @self: a gateway
 * @token: token of a session
 * @view: the view
 * @url: the URL that the shell is about to load for its user
 *
 * Returns: (transfer full) (nullable): the value of the request's `Sec-Bulla-Typed` header field.
 *   It is valid once, for that view and URL, and not after a redirect
 */
char *
bulla_gateway_expect_typed (BullaGateway *self, const char *token, const char *view,
                            const char *url)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return NULL;
  g_free (found->typed);
  g_free (found->typed_url);
  found->typed = bulla_gateway_make_token ();
  found->typed_url = bulla_url_dup_key (url);
  return g_strdup (found->typed);
}

/**
 * bulla_gateway_expect_navigation:
 * @self: a gateway
 * @token: token of a session
 * @view: the view
 * @url: the URL to which the view, or a frame in it, is about to navigate
 * @kind: the kind of navigation
 * @answer: (nullable): for a reload, or a navigation back or forward, the id of the answer that the
 *   history entry showed
 *
 * The stash may answer this navigation with the exchange that it kept for that answer.
 */
void
bulla_gateway_expect_navigation (BullaGateway *self, const char *token, const char *view,
                                 const char *url, BullaNavigationKind kind, const char *answer)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found != NULL)
    bulla_gateway_view_expect (found, url, kind, answer);
}

/**
 * bulla_gateway_end_page:
 * @self: a gateway
 * @token: token of a session
 * @view: a view that has committed a new page
 *
 * Unused announcements of the previous page become invalid, and so do expected navigations that
 * were not requested.
 */
void
bulla_gateway_end_page (BullaGateway *self, const char *token, const char *view)
{
  BullaGatewaySession *session = bulla_gateway_session_find (self, token);
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return;
  bulla_announcements_end_page (session->announcements, view);
  bulla_gateway_view_end_page (found);
}

/**
 * bulla_gateway_find_answer:
 * @self: a gateway
 * @token: token of a session
 * @view: a view of the session
 * @id: (nullable): value of a `Bulla-Answer` header field; any text
 *
 * Returns: (transfer none) (nullable): the answer with that id, if it was sent to the view
 */
BullaNavigationAnswer *
bulla_gateway_find_answer (BullaGateway *self, const char *token, const char *view, const char *id)
{
  BullaGatewayView *found = find_view (self, token, view);

  return found != NULL ? bulla_gateway_view_find_answer (found, id) : NULL;
}

/**
 * bulla_gateway_note_shown:
 * @self: a gateway
 * @token: token of a session
 * @view: a view of the session
 * @answer: (nullable): the id of the answer that @view shows from now on; %NULL if it is not known
 *
 * Call this when WebKit commits the page: later requests of @view count as requests of this page or
 * its frames.
 */
void
bulla_gateway_note_shown (BullaGateway *self, const char *token, const char *view,
                          const char *answer)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return;
  bulla_gateway_view_note_shown (found, answer);
  bulla_gateway_pages_note_shown (found, answer);
}

/**
 * bulla_gateway_load_live:
 * @self: a gateway
 * @token: token of a session
 * @view: (nullable): the view; %NULL if there is only one
 * @url: the URL that the view shows
 *
 * The next request for @url goes to the publisher and does not accept packages. If a bundle was
 * kept for @url, the whole bundle is dropped.
 *
 * Returns: whether a package was kept for @url
 */
gboolean
bulla_gateway_load_live (BullaGateway *self, const char *token, const char *view, const char *url)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return FALSE;
  bulla_gateway_fallback_guard_remember (found, &(BullaGatewayFallback){.url = url});
  return bulla_stash_drop (found->stash, url);
}

/**
 * bulla_gateway_set_viewport:
 * @self: a gateway
 * @token: token of a session
 * @view: (nullable): the view; %NULL if there is only one
 * @width: width of the page in CSS pixels
 * @density: device pixels per CSS pixel
 *
 * These values select the images that are prefetched with a page (`imagesrcset`).
 */
void
bulla_gateway_set_viewport (BullaGateway *self, const char *token, const char *view, double width,
                            double density)
{
  BullaGatewayView *found = find_view (self, token, view);
  BullaViewport viewport = {width, density};

  if (found == NULL)
    return;
  g_free (found->viewport);
  found->viewport = g_memdup2 (&viewport, sizeof viewport);
}

/**
 * bulla_gateway_set_lenient:
 * @self: a gateway
 * @token: token of a session
 * @view: (nullable): the view; %NULL if there is only one
 * @lenient: whether its user accepts packages with another variant than the request selects
 *
 * Packages that were kept as parts of a page are never accepted so.
 */
void
bulla_gateway_set_lenient (BullaGateway *self, const char *token, const char *view,
                           gboolean lenient)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found != NULL)
    found->lenient = lenient;
}

/**
 * bulla_gateway_set_view_client: (skip)
 * @self: a gateway
 * @token: token of a session
 * @view: (nullable): the view; %NULL if there is only one
 * @client: (nullable): the client as which the view asks from now on; %NULL for the engine itself
 *
 * Requests of the view get Accept, Accept-Language, Accept-Encoding and the other fields of the
 * client; the variants of packages are chosen by them.
 */
void
bulla_gateway_set_view_client (BullaGateway *self, const char *token, const char *view,
                               BullaClient *client)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return;
  BullaClient *former = found->client;
  found->client = client != NULL ? bulla_client_ref (client) : NULL;
  g_clear_pointer (&former, bulla_client_unref);
}

/**
 * bulla_gateway_put:
 * @self: a gateway
 * @token: token of a session
 * @view: (nullable): the view; %NULL if there is only one
 * @load: an exchange that may be substituted and did not arrive through the gateway
 *
 * Keeps the exchange for the shell's own next navigation of @view to the exchange's URL.
 */
void
bulla_gateway_put (BullaGateway *self, const char *token, const char *view, BullaLoad *load)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found != NULL)
    bulla_stash_put (found->stash, load, NULL, FALSE, bulla_loader_get_time (self->loader));
}

/**
 * bulla_gateway_put_bundle:
 * @self: a gateway
 * @token: token of a session
 * @view: (nullable): the view; %NULL if there is only one
 * @bundle: a bundle that did not arrive through the gateway, with a response that may be
 *   substituted
 * @url: the URL that the shell loads next in @view
 *
 * Keeps the bundle for that navigation and for requests of pages shown from the bundle.
 */
void
bulla_gateway_put_bundle (BullaGateway *self, const char *token, const char *view,
                          BullaBundle *bundle, const char *url)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return;
  g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_new (bundle);
  bulla_stash_put_bundle_for (found->stash, kept, url);
}

/**
 * bulla_gateway_put_handover:
 * @self: a gateway
 * @token: a session's, with %BULLA_GATEWAY_APART
 * @view: a view of it
 * @handover: a package that BullaGateway::apart has given
 *
 * Keeps it for the shell's own next navigation of @view to its URL, and for reloads.
 */
void
bulla_gateway_put_handover (BullaGateway *self, const char *token, const char *view,
                            BullaHandover *handover)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return;
  g_set_object (&found->handover, handover);
  bulla_handover_put (handover, found->stash, bulla_loader_get_time (self->loader));
}

/**
 * bulla_gateway_move_reason:
 * @self: a gateway
 * @from_token: a session's, with %BULLA_GATEWAY_APART
 * @from_view: a view of it, for which BullaGateway::leave was emitted
 * @token: token of another session
 * @view: a view of it, which is about to request @url
 * @url: the URL that @from_view leaves for
 *
 * If @from_view leaves because a package may not answer its request any more, the next request of
 * @view reports why, and its answer has the package and the verdict.
 */
void
bulla_gateway_move_reason (BullaGateway *self, const char *from_token, const char *from_view,
                           const char *token, const char *view, const char *url)
{
  BullaGatewayView *from = find_view (self, from_token, from_view);
  BullaGatewayView *to = find_view (self, token, view);

  if (from != NULL && to != NULL && from != to)
    bulla_gateway_fallback_guard_move (from, to, url);
}

/**
 * bulla_gateway_forget_packages:
 * @self: a gateway
 *
 * Drops every package that is kept: for navigations, for the history, and prefetched ones. What a
 * view shows stays there; its further requests are answered from the network.
 */
void
bulla_gateway_forget_packages (BullaGateway *self)
{
  GHashTableIter sessions, views;
  gpointer session, view;

  g_hash_table_iter_init (&sessions, self->sessions);
  while (g_hash_table_iter_next (&sessions, NULL, &session)) {
    g_hash_table_iter_init (&views, ((BullaGatewaySession *)session)->views);
    while (g_hash_table_iter_next (&views, NULL, &view))
      bulla_gateway_view_forget (view);
  }
}
