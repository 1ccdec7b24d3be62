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
 * @token: a session's
 * @view: a view that is shown with that session; a secret that no page learns
 *
 * Requests that are announced for other views than registered ones count as nobody's.
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
 * @token: a session's
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
 * @token: a session's
 * @view: the view
 * @url: where the shell itself leads it next, for its user
 *
 * Returns: (transfer full) (nullable): what the request's `Sec-Bulla-Typed` field has to say; it
 *   counts once, for that view and URL, and not behind a redirect
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
 * @token: a session's
 * @view: the view
 * @url: where it, or a frame in it, is about to go
 * @kind: of what kind that is
 * @answer: (nullable): for a reload, or a way back or forward, the id of the answer that the
 *   history entry showed
 *
 * What was kept for that answer may answer this navigation.
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
 * @token: a session's
 * @view: a view that has committed another page
 *
 * Announcements of the page before that were not used mean nothing from now on, nor do navigations
 * that nobody asked for yet.
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
 * @token: a session's
 * @view: a view of it
 * @id: (nullable): as the `Bulla-Answer` field of a response has it; may be anything
 *
 * Returns: (transfer none) (nullable): the answer with that id that was sent to the view
 */
BullaAnswer *
bulla_gateway_find_answer (BullaGateway *self, const char *token, const char *view, const char *id)
{
  BullaGatewayView *found = find_view (self, token, view);

  return found != NULL ? bulla_gateway_view_find_answer (found, id) : NULL;
}

/**
 * bulla_gateway_note_shown:
 * @self: a gateway
 * @token: a session's
 * @view: a view of it
 * @answer: (nullable): the id of the answer that @view shows from now on, or shows again; %NULL:
 *   none is known for what it shows
 *
 * Said as soon as WebKit has committed the page: what @view asks for afterwards is that page's, or
 * its frames'.
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
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @url: the URL that it shows
 *
 * The next request of @url goes to the publisher, and does not ask for a package. A bundle that was
 * kept for it is forgotten as a whole.
 *
 * Returns: whether anything was kept for it
 */
gboolean
bulla_gateway_load_live (BullaGateway *self, const char *token, const char *view, const char *url)
{
  BullaGatewayView *found = find_view (self, token, view);

  if (found == NULL)
    return FALSE;
  bulla_gateway_fallback_guard_remember (found, url, NULL, FALSE, NULL, NULL);
  return bulla_stash_drop (found->stash, url);
}

/**
 * bulla_gateway_set_viewport:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @width: width of the page it shows, in CSS pixels
 * @density: device pixels for one of CSS
 *
 * By these the pictures are chosen that are prefetched with a page (`imagesrcset`).
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
 * bulla_gateway_put:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @load: an exchange that may be substituted, and came in by another door
 *
 * Keeps it for the shell's own next navigation of @view to its URL.
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
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @bundle: a bundle with something that may be substituted, which came in by another door
 * @url: where the shell leads @view next
 *
 * Keeps it for that navigation, and for what the pages that are shown from it ask for.
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
