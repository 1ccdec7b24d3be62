/* bulla-gateway-prefetch-room.c - how much is prefetched for a page, and when; who is told of it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"

/* Verifying takes the time of whoever shows the page: after the first few, one a frame. */
#define AT_ONCE 6
#define PACE 16 /* milliseconds from one to the next */

/* Returns: (transfer full): why no more is kept for a page */
char *
bulla_gateway_dup_full (void)
{
  return g_strdup_printf ("%s: the page keeps as much as it may already",
                          bulla_reason_get_nick (BULLA_REASON_PREFETCH_FULL));
}

/* who is told of what is kept no longer */
typedef struct {
  GWeakRef gateway;
  char *view; /* owned */
} Watch;

static void
watch_free (gpointer data, GClosure *closure)
{
  Watch *watch = data;

  g_weak_ref_clear (&watch->gateway);
  g_free (watch->view);
  g_free (watch);
}

static void
outgrown_cb (BullaPrefetches *prefetches, const char *url, gpointer user_data)
{
  Watch *watch = user_data;
  g_autoptr (BullaGateway) gateway = g_weak_ref_get (&watch->gateway);
  g_autofree char *why = bulla_gateway_dup_full ();

  if (gateway != NULL)
    bulla_gateway_emit_refused (gateway, watch->view, url, NULL, why);
}

static BullaPrefetches *
make_prefetches (BullaGatewayRequest *request)
{
  BullaPrefetches *prefetches = bulla_prefetches_new ();
  Watch *watch = g_new0 (Watch, 1);

  g_weak_ref_init (&watch->gateway, request->gateway);
  watch->view = g_strdup (request->view);
  g_signal_connect_data (prefetches, "outgrown", G_CALLBACK (outgrown_cb), watch, watch_free, 0);
  return prefetches;
}

/**
 * bulla_gateway_prefetch_into:
 * @request: by the view of @page
 * @page: a page
 *
 * Returns: (transfer none): what it prefetches, which may be nothing yet
 */
BullaPrefetches *
bulla_gateway_prefetch_into (BullaGatewayRequest *request, BullaGatewayPage *page)
{
  if (page->prefetches == NULL)
    page->prefetches = make_prefetches (request);
  return page->prefetches;
}

/* Returns: milliseconds until its turn */
guint
bulla_gateway_prefetch_take_turn (BullaGateway *gateway)
{
  gint64 now = g_get_monotonic_time (), turn = MAX (now, gateway->next_prefetch);

  gateway->next_prefetch = turn + PACE * 1000;
  return (guint)MAX (0, (turn - now) / 1000 - AT_ONCE * PACE);
}

static void
add_plain_header (const char *name, const char *value, gpointer user_data)
{
  static const char *const kept[] = {"content-type",
                                     "access-control-allow-origin",
                                     "access-control-allow-credentials",
                                     "cross-origin-resource-policy",
                                     "timing-allow-origin",
                                     NULL};

  if (g_strv_contains (kept, name))
    soup_message_headers_append (user_data, name, value);
}

/* The client has no use for it but to know when it is here, and how large it is. */
void
bulla_gateway_prefetch_tell (BullaGatewayRequest *request, guint status, BullaOuter *outer,
                             GInputStream *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  bulla_gateway_reply_start (request, status, NULL);
  bulla_outer_foreach_header (outer, add_plain_header, headers);
  soup_message_headers_replace (headers, "X-Content-Type-Options", "nosniff");
  soup_message_headers_replace (headers, "Cache-Control", "no-store");
  bulla_gateway_reply_stream (request, body, -1);
}
