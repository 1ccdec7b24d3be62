/* bulla-gateway-fallback-guard.c - recognises requests for live pages after a fallback redirect
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * If a package is not usable, its client is redirected to the publisher's page. Only the request
 * that follows this redirect belongs to the fallback: a fallback in a frame does not affect an
 * address that is typed later. It excludes packages, unless the fallback offers them. */
#include "bulla-gateway-fallback-guard.h"

#include "bulla-gateway-emit.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-request.h"
#include "bulla-stash-claim.h"
#include "bulla-url-key.h"

#define PLAIN_MAX 256 /* most fallbacks of a view that wait for their request */

typedef struct {
  BullaStashClaim claim; /* the navigation that falls back */
  char *key;             /* owned; key of the fallback URL */
  GStrv chain;           /* owned; keys of the URLs that redirected to it */
  BullaLoad *load;       /* owned; NULL unless a package was not served; that package */
  BullaBundle *bundle;   /* owned; NULL unless a bundle was not served; that bundle */
  BullaVerdict *verdict; /* owned; NULL unless a package was not served; why */
  gboolean offers;       /* whether the request accepts packages */
  gboolean moved;        /* whether another view was refused the package; this one reports it */
} Plain;

static void
plain_free (gpointer data)
{
  Plain *plain = data;

  bulla_stash_claim_clear (&plain->claim);
  g_free (plain->key);
  g_strfreev (plain->chain);
  g_clear_object (&plain->load);
  g_clear_object (&plain->bundle);
  g_clear_pointer (&plain->verdict, bulla_verdict_unref);
  g_free (plain);
}

static void
fallback_guard_clear (BullaGatewayView *view)
{
  g_queue_clear_full (&view->fallback_guard, plain_free);
}

/* Drops entries of frames first, so that a page with many frames cannot displace the view's own
 * fallback. */
static void
make_room (BullaGatewayView *view)
{
  GList *oldest = view->fallback_guard.tail;

  if (view->fallback_guard.length < PLAIN_MAX)
    return;
  for (GList *each = oldest; each != NULL; each = each->prev)
    if (((Plain *)each->data)->claim.frame) {
      oldest = each;
      break;
    }
  plain_free (oldest->data);
  g_queue_delete_link (&view->fallback_guard, oldest);
}

/**
 * bulla_gateway_fallback_guard_remember:
 * @view: a view
 * @fallback: the request that follows
 *
 * When the view requests the URL next, the forwarded request accepts packages only if @fallback
 * says so.
 */
void
bulla_gateway_fallback_guard_remember (BullaGatewayView *view, const BullaGatewayFallback *fallback)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; fallback->chain != NULL && i < fallback->chain->len; i++)
    g_strv_builder_add (builder, fallback->chain->pdata[i]);
  make_room (view);
  view->clear_fallback_guard = fallback_guard_clear;
  Plain *plain = g_new0 (Plain, 1);
  bulla_stash_claim_init (&plain->claim, fallback->from, fallback->frame);
  plain->key = bulla_url_dup_key (fallback->url);
  plain->chain = g_strv_builder_end (builder);
  g_set_object (&plain->load, fallback->load);
  if (!fallback->frame) /* only a main page shows it */
    g_set_object (&plain->bundle, fallback->bundle);
  plain->verdict = fallback->verdict != NULL ? bulla_verdict_ref (fallback->verdict) : NULL;
  plain->offers = fallback->offers;
  g_queue_push_head (&view->fallback_guard, plain);
}

/**
 * bulla_gateway_fallback_guard_move:
 * @from: a view in a session of substituted pages
 * @to: the view that requests @url instead, in the session of live pages
 * @url: the URL
 *
 * Moves what @from remembers of the URL, if it remembers something. The request of @to reports it.
 */
void
bulla_gateway_fallback_guard_move (BullaGatewayView *from, BullaGatewayView *to, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);

  for (GList *each = from->fallback_guard.head; each != NULL; each = each->next) {
    Plain *plain = each->data;
    if (plain->claim.from != NULL || !g_str_equal (plain->key, key))
      continue;
    plain->moved = TRUE;
    make_room (to);
    to->clear_fallback_guard = fallback_guard_clear;
    g_queue_unlink (&from->fallback_guard, each);
    g_queue_push_head_link (&to->fallback_guard, each);
    return;
  }
}

/* Returns: whether a remembered fallback kept a bundle; the oldest releases it */
gboolean
bulla_gateway_fallback_guard_drop_bundle (BullaGatewayView *view)
{
  for (GList *each = view->fallback_guard.tail; each != NULL; each = each->prev) {
    Plain *plain = each->data;
    if (plain->bundle == NULL)
      continue;
    g_clear_object (&plain->bundle);
    return TRUE;
  }
  return FALSE;
}

/* Returns: (nullable): the remembered fallback that @request belongs to */
static GList *
plain_find (BullaGatewayRequest *request)
{
  g_autofree char *key = bulla_url_dup_key (request->url);
  BullaStashAsk ask;

  bulla_gateway_request_ask (request, &ask);
  ask.answer = NULL; /* a fallback belongs to one navigation, not to a history entry */
  ask.any = FALSE;
  ask.typed = TRUE; /* the shell reloads to reach the live page */
  ask.redirected = request->redirected;
  for (GList *each = request->view->fallback_guard.head; each != NULL; each = each->next) {
    Plain *plain = each->data;
    if (g_str_equal (plain->key, key) && bulla_stash_claim_matches (&plain->claim, &ask))
      return each;
  }
  return NULL;
}

/* Reports a package that another view was refused, as the reason for this request. */
static void
report_moved (BullaGatewayRequest *request, const Plain *plain)
{
  if (!plain->moved || plain->verdict == NULL)
    return;
  bulla_gateway_ledger_blame (request, plain->verdict);
  bulla_gateway_emit_fell_back (request->gateway, request->view_token, plain->load, request->url,
                                plain->verdict, request->frame);
}

/* Returns: whether @request is a remembered fallback */
gboolean
bulla_gateway_fallback_guard_has (BullaGatewayRequest *request)
{
  return plain_find (request) != NULL;
}

/**
 * bulla_gateway_fallback_guard_take:
 * @request: a request of a known view
 * @load: (out) (transfer full) (nullable): the package that was not usable
 * @offers: (out): whether the request accepts packages
 *
 * @request takes the verdict because of which it was not.
 *
 * Returns: (transfer full) (nullable): the keys of the URLs that redirected here, if @request is a
 *   remembered fallback; each is returned once
 */
GStrv
bulla_gateway_fallback_guard_take (BullaGatewayRequest *request, BullaLoad **load, gboolean *offers)
{
  GList *found = plain_find (request);

  *load = NULL;
  *offers = FALSE;
  if (found == NULL)
    return NULL;
  Plain *plain = found->data;
  GStrv chain = g_steal_pointer (&plain->chain);
  report_moved (request, plain);
  *load = g_steal_pointer (&plain->load);
  *offers = plain->offers;
  bulla_gateway_request_take_verdict (request, plain->verdict, plain->bundle);
  plain_free (plain);
  g_queue_delete_link (&request->view->fallback_guard, found);
  return chain;
}

/* A URL that was requested with packages is in a chain with a blank before its key. */
static char *
dup_chain_key (const char *url, gboolean offers)
{
  g_autofree char *key = bulla_url_dup_key (url);

  return offers ? g_strconcat (" ", key, NULL) : g_steal_pointer (&key);
}

/* @chain: URLs that fell back one after another; @offers: whether the request for @url accepts
 * packages */
void
bulla_gateway_fallback_guard_add (GPtrArray *chain, const char *url, gboolean offers)
{
  g_ptr_array_add (chain, dup_chain_key (url, offers));
}

/* Returns: whether @chain contains @url, which means that it was requested without packages, or
 * with packages if @offers says so */
gboolean
bulla_gateway_fallback_guard_contains (GPtrArray *chain, const char *url, gboolean offers)
{
  g_autofree char *key = dup_chain_key (url, offers);

  return g_ptr_array_find_with_equal_func (chain, key, g_str_equal, NULL);
}
