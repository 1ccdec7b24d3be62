/* bulla-prefetches.c - all that one page prefetched
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD: the key is the URL that was asked for first, and the list is the document's: no other
 * page, view or session ever sees it. */
#include "bulla-prefetch.h"

#include "bulla-load-private.h"
#include "bulla-stash.h"

struct _BullaPrefetches {
  GObject parent_instance;
  GHashTable *entries; /* owned; char * -> BullaPrefetch; without fragments: a link may have one */
};

G_DEFINE_FINAL_TYPE (BullaPrefetches, bulla_prefetches, G_TYPE_OBJECT)

static void
bulla_prefetches_finalize (GObject *object)
{
  g_hash_table_unref (BULLA_PREFETCHES (object)->entries);
  G_OBJECT_CLASS (bulla_prefetches_parent_class)->finalize (object);
}

static void
bulla_prefetches_class_init (BullaPrefetchesClass *class)
{
  G_OBJECT_CLASS (class)->finalize = bulla_prefetches_finalize;
}

static void
bulla_prefetches_init (BullaPrefetches *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

BullaPrefetches *
bulla_prefetches_new (void)
{
  return g_object_new (BULLA_TYPE_PREFETCHES, NULL);
}

/**
 * bulla_prefetches_put:
 * @self: what a page prefetched
 * @url: what it asked for
 * @prefetch: what came of that
 */
void
bulla_prefetches_put (BullaPrefetches *self, const char *url, BullaPrefetch *prefetch)
{
  g_hash_table_replace (self->entries, bulla_stash_dup_key (url), g_object_ref (prefetch));
}

/**
 * bulla_prefetches_find:
 * @self: what a page prefetched
 * @url: what is asked for; a fragment does not count
 *
 * Whether it may answer is still to be judged.
 *
 * Returns: (transfer none) (nullable): what it has for that
 */
BullaPrefetch *
bulla_prefetches_find (BullaPrefetches *self, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  return g_hash_table_lookup (self->entries, key);
}

/* Returns: whether there was anything */
gboolean
bulla_prefetches_drop (BullaPrefetches *self, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  return g_hash_table_remove (self->entries, key);
}

guint
bulla_prefetches_get_n_entries (BullaPrefetches *self)
{
  return g_hash_table_size (self->entries);
}

static gboolean
is_for (BullaPrefetch *prefetch, const BullaAlternate *plan)
{
  BullaLoad *load = bulla_prefetch_get_load (prefetch);

  return load != NULL && bulla_spool_get_error (bulla_prefetch_get_spool (prefetch)) == NULL
         && g_strcmp0 (bulla_load_get_header_integrity (load), plan->header_integrity) == 0;
}

static BullaPrefetch *
find_in (BullaPrefetch *whole, const BullaAlternate *plan)
{
  for (guint i = 0; i < bulla_prefetch_get_n_parts (whole); i++) {
    const BullaAlternate *other = bulla_prefetch_get_plan (whole, i);
    BullaPrefetch *part = bulla_prefetch_get_part (whole, i);
    if (part != NULL && g_strcmp0 (other->package_url, plan->package_url) == 0
        && is_for (part, plan))
      return part;
  }
  return NULL;
}

static BullaPrefetch *
find_part (BullaPrefetches *self, const BullaAlternate *plan)
{
  BullaPrefetch *found = bulla_prefetches_find (self, plan->package_url);
  GHashTableIter iter;
  gpointer whole;

  if (found != NULL && is_for (found, plan))
    return found;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &whole))
    if ((found = find_in (whole, plan)) != NULL)
      return found;
  return NULL;
}

/**
 * bulla_prefetches_share_part:
 * @self: what a page prefetched
 * @whole: an exchange among these
 * @part: which of its parts, one that is to be had
 *
 * The page may have prefetched it by a link of its own, or with another exchange. Whether it may be
 * used is judged then, as of all parts.
 *
 * Returns: whether it came from there already, with the right headers, and is the part now
 */
gboolean
bulla_prefetches_share_part (BullaPrefetches *self, BullaPrefetch *whole, guint part)
{
  BullaPrefetch *found = find_part (self, bulla_prefetch_get_plan (whole, part));

  if (found != NULL)
    bulla_prefetch_set_part (whole, part, found);
  return found != NULL;
}

/* what is a part of several is kept once */
static guint64
count_bytes (BullaPrefetch *prefetch, GHashTable *counted)
{
  if (!g_hash_table_add (counted, prefetch))
    return 0;
  guint64 sum = bulla_spool_get_length (bulla_prefetch_get_spool (prefetch));
  for (guint i = 0; i < bulla_prefetch_get_n_parts (prefetch); i++) {
    BullaPrefetch *part = bulla_prefetch_get_part (prefetch, i);
    if (part != NULL)
      sum += count_bytes (part, counted);
  }
  return sum;
}

/**
 * bulla_prefetches_get_room:
 * @self: what a page prefetched
 *
 * Returns: how many more bytes it may keep
 */
guint64
bulla_prefetches_get_room (BullaPrefetches *self)
{
  g_autoptr (GHashTable) counted = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer prefetch;
  guint64 sum = 0;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &prefetch))
    sum += count_bytes (prefetch, counted);
  return sum < BULLA_PREFETCHES_BYTES_MAX ? BULLA_PREFETCHES_BYTES_MAX - sum : 0;
}
