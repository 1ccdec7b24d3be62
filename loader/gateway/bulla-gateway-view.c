/* bulla-gateway-view.c - what the gateway keeps for one view of a network session
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Views are registered by whoever shows them. A token that was not registered means nothing, and a
 * view that is closed keeps its place only until the last request of it is over. */
#include "bulla-answer-private.h"
#include "bulla-gateway-private.h"

#define ANSWERS_MAX 256 /* of the whole view, and as many of its frames */
#define EXPECTED_MAX 16

typedef struct {
  char *key;    /* owned; the URL, in the spelling of the wire */
  char *answer; /* owned; nullable; what the history entry showed */
  BullaNavigationKind kind;
} Expected;

static void
expected_free (gpointer data)
{
  Expected *expected = data;

  g_free (expected->key);
  g_free (expected->answer);
  g_free (expected);
}

static void
view_truncated_cb (BullaStash *stash, BullaLoad *load, const char *message, gpointer user_data)
{
  BullaGatewayView *view = user_data;

  if (!view->closed)
    bulla_gateway_emit_truncated (view->gateway, view->token, load, message);
}

static BullaGatewayView *
view_new (BullaGateway *gateway, const char *token)
{
  BullaGatewayView *self = g_new0 (BullaGatewayView, 1);

  g_atomic_ref_count_init (&self->count);
  self->gateway = gateway;
  self->token = g_strdup (token);
  self->stash = bulla_stash_new ();
  g_signal_connect (self->stash, "truncated", G_CALLBACK (view_truncated_cb), self);
  g_queue_init (&self->pages);
  g_queue_init (&self->scripts);
  g_queue_init (&self->answers);
  g_queue_init (&self->expected);
  self->plain = bulla_gateway_plain_new ();
  self->live = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  return self;
}

BullaGatewayView *
bulla_gateway_view_ref (BullaGatewayView *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_gateway_view_unref (BullaGatewayView *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  g_signal_handlers_disconnect_by_data (self->stash, self);
  g_object_unref (self->stash);
  bulla_gateway_pages_clear (self);
  bulla_gateway_script_clear (self);
  g_queue_clear_full (&self->answers, g_object_unref);
  g_hash_table_unref (self->plain);
  g_hash_table_unref (self->live);
  g_free (self->viewport);
  g_queue_clear_full (&self->expected, expected_free);
  g_free (self->typed);
  g_free (self->typed_url);
  g_free (self->token);
  g_free (self);
}

/* for the session's table of them: nothing of it is told to anybody from now on */
void
bulla_gateway_view_close (gpointer data)
{
  BullaGatewayView *self = data;

  self->closed = TRUE;
  bulla_gateway_pages_clear (self);
  bulla_gateway_script_clear (self);
  bulla_gateway_view_unref (self);
}

/* Returns: (transfer none) (nullable): the view of that token, if it is registered and open */
BullaGatewayView *
bulla_gateway_view_find (BullaGatewaySession *session, const char *token)
{
  return g_hash_table_lookup (session->views, token != NULL ? token : BULLA_GATEWAY_ONLY_VIEW);
}

/* Returns: (transfer none) (nullable): a view that may be new; %NULL where the session has as many
 * as it may */
BullaGatewayView *
bulla_gateway_view_register (BullaGateway *gateway, BullaGatewaySession *session, const char *token)
{
  BullaGatewayView *view = g_hash_table_lookup (session->views, token);

  if (view != NULL || g_hash_table_size (session->views) >= BULLA_GATEWAY_VIEWS_MAX)
    return view;
  view = view_new (gateway, token);
  g_hash_table_insert (session->views, view->token, view);
  return view;
}

/* --- answers */

static void
drop_oldest (BullaGatewayView *self, gboolean frame)
{
  guint n = 0;

  for (GList *each = self->answers.head, *next; each != NULL; each = next) {
    next = each->next;
    if (bulla_answer_is_frame (each->data) != frame || ++n <= ANSWERS_MAX)
      continue;
    g_object_unref (each->data);
    g_queue_delete_link (&self->answers, each);
  }
}

/* @answer: of a navigation of the view */
void
bulla_gateway_view_add_answer (BullaGatewayView *self, BullaAnswer *answer)
{
  g_queue_push_head (&self->answers, g_object_ref (answer));
  drop_oldest (self, bulla_answer_is_frame (answer));
}

/* Returns: (transfer none) (nullable): the answer with that id */
BullaAnswer *
bulla_gateway_view_find_answer (BullaGatewayView *self, const char *id)
{
  for (GList *each = self->answers.head; id != NULL && each != NULL; each = each->next)
    if (g_str_equal (bulla_answer_get_id (each->data), id))
      return each->data;
  return NULL;
}

/* --- what the shell says of the view's next navigation */

static Expected *
steal_expected (BullaGatewayView *self, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  for (GList *each = self->expected.head; each != NULL; each = each->next) {
    Expected *expected = each->data;
    if (!g_str_equal (expected->key, key))
      continue;
    g_queue_delete_link (&self->expected, each);
    return expected;
  }
  return NULL;
}

static void
view_expect (BullaGatewayView *self, const char *url, BullaNavigationKind kind, const char *answer)
{
  Expected *older = steal_expected (self, url);
  Expected *expected = g_new (Expected, 1);

  g_clear_pointer (&older, expected_free);
  *expected = (Expected){bulla_stash_dup_key (url), g_strdup (answer), kind};
  g_queue_push_head (&self->expected, expected);
  if (self->expected.length > EXPECTED_MAX)
    expected_free (g_queue_pop_tail (&self->expected));
}

/**
 * bulla_gateway_view_take_expected:
 * @self: a view
 * @url: what is asked for, in place of the page or of a frame
 * @answer: (out) (transfer full) (nullable): what the history entry showed that comes back
 *
 * Returns: what the shell let happen to that URL last; else a navigation by a page
 */
BullaNavigationKind
bulla_gateway_view_take_expected (BullaGatewayView *self, const char *url, char **answer)
{
  Expected *expected = steal_expected (self, url);
  BullaNavigationKind kind = expected != NULL ? expected->kind : BULLA_NAVIGATION_LINK;

  *answer = expected != NULL ? g_steal_pointer (&expected->answer) : NULL;
  g_clear_pointer (&expected, expected_free);
  return kind;
}

/* Returns: whether @value is what the shell sent with its own navigation to @url; once */
gboolean
bulla_gateway_view_take_typed (BullaGatewayView *self, const char *value, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);
  gboolean typed = self->typed != NULL && value != NULL && g_str_equal (self->typed, value)
                   && g_str_equal (self->typed_url, key);

  if (self->typed != NULL && value != NULL && g_str_equal (self->typed, value))
    g_clear_pointer (&self->typed, g_free);
  return typed;
}

/* --- the shell's side */

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
 * @view: a view that is no more
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
  BullaGatewayView *place = find_view (self, token, view);

  if (place == NULL)
    return NULL;
  g_free (place->typed);
  g_free (place->typed_url);
  place->typed = bulla_gateway_make_token ();
  place->typed_url = bulla_stash_dup_key (url);
  return g_strdup (place->typed);
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
  BullaGatewayView *place = find_view (self, token, view);

  if (place != NULL)
    view_expect (place, url, kind, answer);
}

/**
 * bulla_gateway_find_answer:
 * @self: a gateway
 * @token: a session's
 * @view: a view of it
 * @id: (nullable): as the `Bulla-Answer` field of a response has it; may be anything
 *
 * Returns: (transfer none) (nullable): what was sent to that view with that id
 */
BullaAnswer *
bulla_gateway_find_answer (BullaGateway *self, const char *token, const char *view, const char *id)
{
  BullaGatewayView *place = find_view (self, token, view);

  return place != NULL ? bulla_gateway_view_find_answer (place, id) : NULL;
}

/**
 * bulla_gateway_load_live:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @url: what it shows
 *
 * The next request of @url goes to the publisher, and does not ask for a package. A bundle that was
 * kept for it is forgotten as a whole.
 *
 * Returns: whether anything was kept for it
 */
gboolean
bulla_gateway_load_live (BullaGateway *self, const char *token, const char *view, const char *url)
{
  BullaGatewayView *place = find_view (self, token, view);

  if (place == NULL)
    return FALSE;
  bulla_gateway_plain_remember (place, url, NULL, NULL);
  return bulla_stash_drop (place->stash, url);
}

/**
 * bulla_gateway_set_viewport:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @width: of what it shows, in CSS pixels
 * @density: device pixels for one of CSS
 *
 * By these the pictures are chosen that are prefetched with a page (`imagesrcset`).
 */
void
bulla_gateway_set_viewport (BullaGateway *self, const char *token, const char *view, double width,
                            double density)
{
  BullaGatewayView *place = find_view (self, token, view);
  BullaViewport viewport = {width, density};

  if (place == NULL)
    return;
  g_free (place->viewport);
  place->viewport = g_memdup2 (&viewport, sizeof viewport);
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
  BullaGatewayView *place = find_view (self, token, view);

  if (place != NULL)
    bulla_stash_put (place->stash, load, NULL, FALSE, bulla_loader_get_time (self->loader));
}

/**
 * bulla_gateway_put_bundle:
 * @self: a gateway
 * @token: a session's
 * @view: (nullable): the view; %NULL where there is but one
 * @bundle: a bundle with something that may be substituted, which came in by another door
 *
 * Keeps it for the shell's own next navigation of @view to what it vouches for, and for what the
 * pages that are shown from it ask for.
 */
void
bulla_gateway_put_bundle (BullaGateway *self, const char *token, const char *view,
                          BullaBundle *bundle)
{
  BullaGatewayView *place = find_view (self, token, view);

  if (place == NULL)
    return;
  g_autoptr (BullaKeptBundle) kept = bulla_kept_bundle_new (bundle);
  bulla_stash_put_bundle (place->stash, kept, NULL, FALSE);
}
