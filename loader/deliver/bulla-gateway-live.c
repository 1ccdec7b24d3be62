/* bulla-gateway-live.c - which live pages the client may have a copy of, and of what date
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD 2.4: a copy that is as new as an exchange is used in its place. The client has the
 * copy; here is known what it was told of its age. */
#include "bulla-gateway-private.h"

#include "bulla-field.h"

#define COPIES_MAX 4096

typedef struct {
  gint64 date;  /* Unix seconds; G_MININT64: it had none */
  gint64 until; /* when its lifetime is over */
} Copy;

static gint64
now_of (BullaGatewayRequest *request)
{
  return bulla_loader_get_time (request->gateway->loader);
}

/* @message: the live answer to a navigation */
void
bulla_gateway_live_note (BullaGatewayRequest *request, SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  GHashTable *live = request->session->live;
  Copy copy = {G_MININT64, 0};
  gint64 lifetime = 0;

  if (request->destination != BULLA_DESTINATION_NAVIGATION
      || soup_message_get_status (message) != SOUP_STATUS_OK)
    return;
  g_autofree char *key = bulla_stash_dup_key (request->url);
  g_hash_table_remove (live, key);
  if (!bulla_field_get_lifetime (soup_message_headers_get_list (headers, "Cache-Control"),
                                 &lifetime)
      || lifetime == 0)
    return;
  const char *date = soup_message_headers_get_one (headers, "Date");
  if (date != NULL)
    bulla_field_read_date (date, &copy.date);
  copy.until = now_of (request) + lifetime;
  if (g_hash_table_size (live) >= COPIES_MAX)
    g_hash_table_remove_all (live);
  g_hash_table_insert (live, g_steal_pointer (&key), g_memdup2 (&copy, sizeof copy));
}

/* @facts: of a navigation to @url */
void
bulla_gateway_live_fill (BullaGatewayRequest *request, const char *url, BullaRequestFacts *facts)
{
  g_autofree char *key = bulla_stash_dup_key (url);
  const Copy *copy = g_hash_table_lookup (request->session->live, key);

  if (copy == NULL || copy->until <= now_of (request))
    return;
  facts->has_live_copy = TRUE;
  facts->live_date = copy->date;
}
