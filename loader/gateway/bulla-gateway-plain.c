/* bulla-gateway-plain.c - URLs that are asked for without a package, the next time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"

#define PLAIN_MAX 256 /* URLs that a session remembers */

static char *
plain_key (const char *view, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  return g_strconcat (view, "\n", key, NULL);
}

/**
 * bulla_gateway_plain_remember:
 * @session: a session
 * @view: a view in it
 * @url: a URL that is asked for next
 * @chain: (nullable): keys of the URLs that led there
 */
void
bulla_gateway_plain_remember (BullaGatewaySession *session, const char *view, const char *url,
                              GPtrArray *chain)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; chain != NULL && i < chain->len; i++)
    g_strv_builder_add (builder, chain->pdata[i]);
  if (g_hash_table_size (session->plain) >= PLAIN_MAX)
    g_hash_table_remove_all (session->plain);
  g_hash_table_replace (session->plain, plain_key (view, url), g_strv_builder_end (builder));
}

/**
 * bulla_gateway_plain_next:
 * @session: a session
 * @view: a view in it
 * @url: a URL
 *
 * The next time that view asks for it, the publisher is not told that packages are welcome.
 */
void
bulla_gateway_plain_next (BullaGatewaySession *session, const char *view, const char *url)
{
  bulla_gateway_plain_remember (session, view, url, NULL);
}

/* Returns: whether @request is one that was remembered */
gboolean
bulla_gateway_plain_has (BullaGatewayRequest *request)
{
  g_autofree char *key = plain_key (request->view, request->url);

  return g_hash_table_contains (request->session->plain, key);
}

/**
 * bulla_gateway_plain_take:
 * @request: a request of a known view
 *
 * Returns: (transfer full) (nullable): the chain that led here, where it was remembered; once
 */
GStrv
bulla_gateway_plain_take (BullaGatewayRequest *request)
{
  g_autofree char *key = plain_key (request->view, request->url);
  g_autofree char *stored = NULL;
  GStrv chain = NULL;

  g_hash_table_steal_extended (request->session->plain, key, (gpointer *)&stored,
                               (gpointer *)&chain);
  return chain;
}
