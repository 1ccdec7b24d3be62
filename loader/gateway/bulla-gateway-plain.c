/* bulla-gateway-plain.c - URLs that are asked for without a package, the next time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"

#define PLAIN_MAX 256 /* URLs that are remembered for a view */

typedef struct {
  GStrv chain;     /* owned; keys of the URLs that led there */
  BullaLoad *load; /* owned; nullable; the package that did not serve */
} Plain;

static void
plain_free (gpointer data)
{
  Plain *plain = data;

  g_strfreev (plain->chain);
  g_clear_object (&plain->load);
  g_free (plain);
}

GHashTable *
bulla_gateway_plain_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, plain_free);
}

/**
 * bulla_gateway_plain_remember:
 * @view: a view
 * @url: a URL that is asked for next
 * @chain: (nullable): keys of the URLs that led there
 * @load: (nullable): the package that did not serve
 *
 * The next time that view asks for it, the publisher is not told that packages are welcome.
 */
void
bulla_gateway_plain_remember (BullaGatewayView *view, const char *url, GPtrArray *chain,
                              BullaLoad *load)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; chain != NULL && i < chain->len; i++)
    g_strv_builder_add (builder, chain->pdata[i]);
  if (g_hash_table_size (view->plain) >= PLAIN_MAX)
    g_hash_table_remove_all (view->plain);
  Plain *plain = g_new0 (Plain, 1);
  plain->chain = g_strv_builder_end (builder);
  g_set_object (&plain->load, load);
  g_hash_table_replace (view->plain, bulla_stash_dup_key (url), plain);
}

/* Returns: whether @request is one that was remembered */
gboolean
bulla_gateway_plain_has (BullaGatewayRequest *request)
{
  g_autofree char *key = bulla_stash_dup_key (request->url);

  return g_hash_table_contains (request->place->plain, key);
}

/**
 * bulla_gateway_plain_take:
 * @request: a request of a known view
 * @load: (out) (transfer full) (nullable): the package that did not serve
 *
 * Returns: (transfer full) (nullable): the chain that led here, where it was remembered; once
 */
GStrv
bulla_gateway_plain_take (BullaGatewayRequest *request, BullaLoad **load)
{
  g_autofree char *key = bulla_stash_dup_key (request->url);
  g_autofree char *stored = NULL;
  gpointer plain = NULL;

  *load = NULL;
  if (!g_hash_table_steal_extended (request->place->plain, key, (gpointer *)&stored, &plain))
    return NULL;
  GStrv chain = g_steal_pointer (&((Plain *)plain)->chain);
  *load = g_steal_pointer (&((Plain *)plain)->load);
  plain_free (plain);
  return chain;
}

/* Returns: whether @url is one of the keys in @chain: it was asked for without packages */
gboolean
bulla_gateway_plain_contains (GPtrArray *chain, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  return g_ptr_array_find_with_equal_func (chain, key, g_str_equal, NULL);
}
