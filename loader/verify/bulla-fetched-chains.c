/* bulla-fetched-chains.c - caches the certificate chains that each view has fetched
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A page and its parts, or many pages of one publisher, name one chain. Views do not share entries,
 * because the speed of a load would reveal what another view has visited. */
#include "bulla-fetched-chains.h"

#include "bulla-field.h"

typedef struct {
  GBytes *chain; /* owned */
  char *address; /* owned; nullable; IP address of the server */
  gint64 until;  /* Unix time in s at which the entry expires */
} Entry;

struct _BullaFetchedChains {
  GMutex lock;         /* loads may run in several threads */
  GHashTable *entries; /* owned; "VIEW URL" -> Entry */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_bytes_unref (entry->chain);
  g_free (entry->address);
  g_free (entry);
}

BullaFetchedChains *
bulla_fetched_chains_new (void)
{
  BullaFetchedChains *self = g_new0 (BullaFetchedChains, 1);

  g_mutex_init (&self->lock);
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  return self;
}

void
bulla_fetched_chains_free (BullaFetchedChains *self)
{
  g_hash_table_unref (self->entries);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static char *
make_key (guint view, const char *url)
{
  return g_strdup_printf ("%u %s", view, url);
}

/**
 * bulla_fetched_chains_put: (skip)
 * @self: a cache
 * @view: the number of the view that fetched the chain; 0 without a view, whose chains are not
 *   cached
 * @url: the URL of the chain
 * @chain: the response body
 * @address: (nullable): the IP address of the server
 * @cache_control: (nullable): the Cache-Control header field of the response
 * @now: Unix seconds
 *
 * Spec: RFC 9111 section 4.2.1. A response without an explicit lifetime is not cached.
 */
void
bulla_fetched_chains_put (BullaFetchedChains *self, guint view, const char *url, GBytes *chain,
                          const char *address, const char *cache_control, gint64 now)
{
  gint64 lifetime = 0;

  if (view == 0 || !bulla_field_get_lifetime (cache_control, &lifetime) || lifetime == 0)
    return;
  Entry *entry = g_new (Entry, 1);
  *entry = (Entry){g_bytes_ref (chain), g_strdup (address), now + lifetime};
  g_mutex_lock (&self->lock);
  if (g_hash_table_size (self->entries) >= BULLA_FETCHED_CHAINS_MAX)
    g_hash_table_remove_all (self->entries);
  g_hash_table_replace (self->entries, make_key (view, url), entry);
  g_mutex_unlock (&self->lock);
}

/**
 * bulla_fetched_chains_find: (skip)
 * @self: a cache
 * @view: the number of the view that needs the chain
 * @url: the URL of the chain
 * @now: Unix seconds
 * @address: (out) (transfer full) (nullable): the IP address of the server that sent the chain
 *
 * Returns: (transfer full) (nullable): the chain
 */
GBytes *
bulla_fetched_chains_find (BullaFetchedChains *self, guint view, const char *url, gint64 now,
                           char **address)
{
  g_autofree char *key = make_key (view, url);
  GBytes *chain = NULL;

  g_mutex_lock (&self->lock);
  const Entry *entry = g_hash_table_lookup (self->entries, key);
  if (entry != NULL && now < entry->until) {
    chain = g_bytes_ref (entry->chain);
    *address = g_strdup (entry->address);
  }
  g_mutex_unlock (&self->lock);
  return chain;
}
