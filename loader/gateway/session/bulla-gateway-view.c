/* bulla-gateway-view.c - state that the gateway keeps for one view of a network session
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The program that shows a view registers it. Unregistered tokens are ignored, and a closed view is
 * freed when its last request has ended. */
#include "bulla-gateway-view.h"

#include "bulla-gateway-emit.h"
#include "bulla-navigation-answer-internal.h"
#include "bulla-navigation-answer.h"
#include "bulla-url-key.h"

#define ANSWERS_MAX 256 /* most answers for main pages, and as many for frames */
#define PACKAGES_MAX 4  /* most of the newest answers for main pages that keep their package */
#define BROUGHT_MAX 64
#define EXPECTED_MAX 256

typedef struct {
  char *key;    /* owned; URL as sent on the wire */
  char *answer; /* owned; nullable; id of the answer that the history entry showed */
  BullaNavigationKind kind;
  guint n; /* navigations there without a request yet; several frames may show the same URL */
} Expected;

static void
expected_free (gpointer data)
{
  Expected *expected = data;

  g_free (expected->key);
  g_free (expected->answer);
  g_free (expected);
}

/* A redirect that the gateway sent. */
typedef struct {
  char *key;       /* owned; target as sent on the wire */
  char *initiator; /* owned; nullable; as from bulla_gateway_request_dup_initiator() */
  gboolean frame;  /* the redirect answered a navigation of a frame */
} Brought;

static void
brought_free (gpointer data)
{
  Brought *brought = data;

  g_free (brought->key);
  g_free (brought->initiator);
  g_free (brought);
}

static void
view_clear_redirects (BullaGatewayView *self)
{
  if (self->clear_redirects != NULL)
    self->clear_redirects (self);
}

/* Releases the data that the handlers keep in the view. */
static void
view_clear (BullaGatewayView *self)
{
  if (self->clear_pages != NULL)
    self->clear_pages (self);
  if (self->clear_scripts != NULL)
    self->clear_scripts (self);
  if (self->clear_fallback_guard != NULL)
    self->clear_fallback_guard (self);
}

static void
view_truncated_cb (BullaStash *stash, BullaLoad *load, const char *message, gpointer user_data)
{
  BullaGatewayView *view = user_data;

  if (!view->closed)
    bulla_gateway_emit_truncated (view->gateway, view->token, load, message);
}

static void
view_add_stash (BullaGatewayView *self)
{
  self->stash = bulla_stash_new ();
  g_signal_connect (self->stash, "truncated", G_CALLBACK (view_truncated_cb), self);
}

static void
view_drop_stash (BullaGatewayView *self)
{
  g_signal_handlers_disconnect_by_data (self->stash, self);
  g_object_unref (self->stash);
}

static BullaGatewayView *
view_new (BullaGateway *gateway, const char *token)
{
  BullaGatewayView *self = g_new0 (BullaGatewayView, 1);

  g_atomic_ref_count_init (&self->count);
  self->gateway = gateway;
  self->token = g_strdup (token);
  view_add_stash (self);
  g_queue_init (&self->pages);
  g_queue_init (&self->scripts);
  g_queue_init (&self->answers);
  g_queue_init (&self->brought);
  g_queue_init (&self->redirects);
  g_queue_init (&self->expected);
  g_queue_init (&self->fallback_guard);
  self->live_cache = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
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
  view_drop_stash (self);
  view_clear (self);
  g_queue_clear_full (&self->answers, g_object_unref);
  g_clear_object (&self->shown_answer);
  g_clear_object (&self->handover);
  g_hash_table_unref (self->live_cache);
  g_clear_pointer (&self->client, bulla_client_unref);
  g_free (self->viewport);
  g_clear_pointer (&self->bundle_bytes, bulla_quota_unref);
  g_queue_clear_full (&self->brought, brought_free);
  view_clear_redirects (self);
  g_queue_clear_full (&self->expected, expected_free);
  g_free (self->typed);
  g_free (self->typed_url);
  g_free (self->token);
  g_free (self);
}

/* For the session's table of views: closes the view, about which no signal is emitted from now on.
 */
void
bulla_gateway_view_close (gpointer data)
{
  BullaGatewayView *self = data;

  self->closed = TRUE;
  view_clear (self);
  bulla_gateway_view_unref (self);
}

/* Drops the packages that are kept for the view, and the pages that were shown from them. */
void
bulla_gateway_view_forget (BullaGatewayView *self)
{
  view_drop_stash (self);
  view_add_stash (self);
  g_clear_object (&self->handover);
  view_clear (self);
  for (GList *each = self->answers.head, *next; each != NULL; each = next) {
    next = each->next;
    if (bulla_navigation_answer_get_kind (each->data) != BULLA_NAVIGATION_ANSWER_SUBSTITUTED)
      continue;
    g_object_unref (each->data);
    g_queue_delete_link (&self->answers, each);
  }
  if (self->shown_answer != NULL
      && bulla_navigation_answer_get_kind (self->shown_answer)
             == BULLA_NAVIGATION_ANSWER_SUBSTITUTED)
    g_clear_object (&self->shown_answer);
}

/* Returns: (transfer none) (nullable): the view with that token, if it is registered and open */
BullaGatewayView *
bulla_gateway_view_find (BullaGatewaySession *session, const char *token)
{
  return g_hash_table_lookup (session->views, token != NULL ? token : BULLA_GATEWAY_ONLY_VIEW);
}

/* Returns: (transfer none) (nullable): the view, created if necessary; %NULL at the limit of the
 * session */
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
    if (bulla_navigation_answer_is_frame (each->data) != frame || ++n <= ANSWERS_MAX)
      continue;
    g_object_unref (each->data);
    g_queue_delete_link (&self->answers, each);
  }
}

/* An answer that WebKit has not shown yet is among the newest. Its verdict stays, so that the badge
 * can still say that a package was set aside when the page cache restores the page. */
static gboolean
may_lose_package (BullaGatewayView *self, BullaNavigationAnswer *answer)
{
  return answer != self->shown_answer
         && (bulla_navigation_answer_get_bundle (answer) != NULL
             || (bulla_navigation_answer_get_kind (answer) == BULLA_NAVIGATION_ANSWER_SUBSTITUTED
                 && bulla_navigation_answer_get_load (answer) != NULL));
}

/* Releases the packages of all answers but the newest @n. Returns: whether there were any */
static gboolean
drop_packages (BullaGatewayView *self, guint n)
{
  gboolean dropped = FALSE;

  for (GList *each = self->answers.head; each != NULL; each = each->next) {
    if (bulla_navigation_answer_is_frame (each->data) || (n > 0 && n-- > 0)
        || !may_lose_package (self, each->data))
      continue;
    bulla_navigation_answer_forget_package (each->data);
    dropped = TRUE;
  }
  return dropped;
}

/* Makes room by releasing the packages of answers that are not shown any more. Returns: whether
 * there were any */
gboolean
bulla_gateway_view_drop_package (BullaGatewayView *self)
{
  return drop_packages (self, 1);
}

/* @answer: the answer to a navigation of the view */
void
bulla_gateway_view_add_answer (BullaGatewayView *self, BullaNavigationAnswer *answer)
{
  g_queue_push_head (&self->answers, g_object_ref (answer));
  drop_oldest (self, bulla_navigation_answer_is_frame (answer));
  drop_packages (self, PACKAGES_MAX);
}

/* Returns: (transfer none) (nullable): the answer with that id */
BullaNavigationAnswer *
bulla_gateway_view_find_answer (BullaGatewayView *self, const char *id)
{
  for (GList *each = self->answers.head; id != NULL && each != NULL; each = each->next)
    if (g_str_equal (bulla_navigation_answer_get_id (each->data), id))
      return each->data;
  return NULL;
}

/* Returns: (nullable): the id of the newest answer for @url in a frame of that history entry */
const char *
bulla_gateway_view_find_frame_answer (BullaGatewayView *self, const char *entry, const char *url)
{
  for (GList *each = self->answers.head; entry != NULL && each != NULL; each = each->next)
    if (bulla_navigation_answer_is_frame (each->data)
        && g_str_equal (bulla_navigation_answer_get_entry (each->data), entry)
        && bulla_url_same (bulla_navigation_answer_get_url (each->data), url))
      return bulla_navigation_answer_get_id (each->data);
  return NULL;
}

/* @answer: (nullable): the id of the answer that the view shows from now on; those of frames are
 * ignored */
void
bulla_gateway_view_note_shown (BullaGatewayView *self, const char *answer)
{
  BullaNavigationAnswer *shown = bulla_gateway_view_find_answer (self, answer);

  if (shown != NULL && bulla_navigation_answer_is_frame (shown))
    shown = NULL;
  g_set_object (&self->shown_answer, shown);
}

/* --- redirects of a client that does not announce what it follows */

static gboolean
brought_is (const Brought *brought, const char *key, const char *initiator, gboolean frame)
{
  return brought->frame == frame && g_str_equal (brought->key, key)
         && g_strcmp0 (brought->initiator, initiator) == 0;
}

static GList *
find_brought (BullaGatewayView *self, const char *url, const char *initiator, gboolean frame)
{
  g_autofree char *key = bulla_url_dup_key (url);

  for (GList *each = self->brought.head; each != NULL; each = each->next)
    if (brought_is (each->data, key, initiator, frame))
      return each;
  return NULL;
}

/**
 * bulla_gateway_view_note_brought:
 * @self: a view
 * @url: the target of a redirect from a package's URL to its response's URL
 * @initiator: (nullable): the initiator of the redirected request, from
 *   bulla_gateway_request_dup_initiator(); the request that follows the redirect has the same one
 * @frame: whether the redirected request is for a frame
 */
void
bulla_gateway_view_note_brought (BullaGatewayView *self, const char *url, const char *initiator,
                                 gboolean frame)
{
  Brought *brought = NULL;

  if (find_brought (self, url, initiator, frame) != NULL)
    return;
  brought = g_new (Brought, 1);
  *brought = (Brought){bulla_url_dup_key (url), g_strdup (initiator), frame};
  g_queue_push_head (&self->brought, brought);
  if (self->brought.length > BROUGHT_MAX)
    brought_free (g_queue_pop_tail (&self->brought));
}

/* Returns: whether a request for @url by @initiator follows a redirect of the gateway; true once
 * for each */
gboolean
bulla_gateway_view_was_brought (BullaGatewayView *self, const char *url, const char *initiator,
                                gboolean frame)
{
  GList *found = find_brought (self, url, initiator, frame);

  if (found == NULL)
    return FALSE;
  brought_free (found->data);
  g_queue_delete_link (&self->brought, found);
  return TRUE;
}

/* --- navigations that the shell announces */

static GList *
find_expected (BullaGatewayView *self, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);

  for (GList *each = self->expected.head; each != NULL; each = each->next)
    if (g_str_equal (((Expected *)each->data)->key, key))
      return each;
  return NULL;
}

void
bulla_gateway_view_expect (BullaGatewayView *self, const char *url, BullaNavigationKind kind,
                           const char *answer)
{
  GList *found = find_expected (self, url);
  Expected *older = found != NULL ? found->data : NULL;
  Expected *expected = g_new (Expected, 1);

  *expected = (Expected){bulla_url_dup_key (url), g_strdup (answer), kind,
                         older != NULL ? older->n + 1 : 1};
  if (older != NULL) {
    expected_free (older);
    g_queue_delete_link (&self->expected, found);
  }
  g_queue_push_head (&self->expected, expected);
  if (self->expected.length > EXPECTED_MAX)
    expected_free (g_queue_pop_tail (&self->expected));
}

/**
 * bulla_gateway_view_take_expected:
 * @self: a view
 * @url: the URL requested for the main page or a frame
 * @kind: (out): the kind of navigation that the shell last allowed to @url; otherwise a navigation
 *   by a page
 * @answer: (out) (transfer full) (nullable): the id of the answer that the history entry showed,
 *   for a reload or a history navigation
 *
 * Returns: whether the shell allowed this navigation of the view or of a frame in it
 */
gboolean
bulla_gateway_view_take_expected (BullaGatewayView *self, const char *url,
                                  BullaNavigationKind *kind, char **answer)
{
  GList *found = find_expected (self, url);
  Expected *expected = found != NULL ? found->data : NULL;

  *kind = expected != NULL ? expected->kind : BULLA_NAVIGATION_LINK;
  *answer = expected != NULL ? g_steal_pointer (&expected->answer) : NULL;
  if (expected == NULL)
    return FALSE;
  expected->kind = BULLA_NAVIGATION_LINK;
  if (--expected->n == 0) {
    expected_free (expected);
    g_queue_delete_link (&self->expected, found);
  }
  return TRUE;
}

/* The view shows another page: pending navigations were answered from a cache, or will not happen.
 */
void
bulla_gateway_view_end_page (BullaGatewayView *self)
{
  view_clear_redirects (self);
  g_queue_clear_full (&self->expected, expected_free);
}

/* Returns: whether @value is the token that the shell sent with its own navigation to @url; true
 * once */
gboolean
bulla_gateway_view_take_typed (BullaGatewayView *self, const char *value, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);
  gboolean typed = self->typed != NULL && value != NULL && g_str_equal (self->typed, value)
                   && g_str_equal (self->typed_url, key);

  if (self->typed != NULL && value != NULL && g_str_equal (self->typed, value))
    g_clear_pointer (&self->typed, g_free);
  return typed;
}

/**
 * bulla_gateway_view_get_client:
 * @self: a view, which may be closed
 * @gateway: its gateway
 *
 * Returns: (transfer none): the client that the view stands for, or that of the gateway
 */
BullaClient *
bulla_gateway_view_get_client (const BullaGatewayView *self, BullaGateway *gateway)
{
  return self->client != NULL ? self->client : gateway->client;
}
