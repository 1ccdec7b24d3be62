/* bulla-prefetches.c - stores all responses that one page prefetched
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: LOAD: the key is the URL of the first request, before redirects, and each document has
 * its own list. Other views and sessions never use the list; of pages, only the one opened by a
 * click in the document does. */
#include "bulla-prefetch.h"

#include "bulla-error.h"
#include "bulla-load-internal.h"
#include "bulla-url-key.h"

struct _BullaPrefetches {
  GObject parent_instance;
  GHashTable *entries; /* owned; URL without its fragment -> BullaPrefetch */
  BullaQuota *quota;   /* owned; for the bodies of prefetches and parts */
  guint n_underway;
  GCancellable *cancellable; /* owned; cancels fetches that no client requested */
};

enum { FAILED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaPrefetches, bulla_prefetches, G_TYPE_OBJECT)

static void
bulla_prefetches_finalize (GObject *object)
{
  BullaPrefetches *self = BULLA_PREFETCHES (object);

  g_hash_table_unref (self->entries);
  bulla_quota_unref (self->quota);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (bulla_prefetches_parent_class)->finalize (object);
}

static void
bulla_prefetches_class_init (BullaPrefetchesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_prefetches_finalize;

  /**
   * BullaPrefetches::failed:
   * @self: what a page prefetched
   * @url: the prefetched URL
   * @load: (nullable): the exchange that arrived
   * @error: why the body is incomplete: the quota is used up (%BULLA_ERROR_LIMIT), or it does not
   *   match its signature
   *
   * The prefetch is dropped.
   */
  signals[FAILED] =
      g_signal_new ("failed", BULLA_TYPE_PREFETCHES, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_ERROR);
}

static void
bulla_prefetches_init (BullaPrefetches *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->quota = bulla_quota_new (BULLA_PREFETCHES_BYTES_MAX);
  self->cancellable = g_cancellable_new ();
}

BullaPrefetches *
bulla_prefetches_new (void)
{
  return g_object_new (BULLA_TYPE_PREFETCHES, NULL);
}

GCancellable *
bulla_prefetches_get_cancellable (BullaPrefetches *self)
{
  return self->cancellable;
}

/**
 * bulla_prefetches_cancel:
 * @self: the prefetches of a page that no longer exists
 *
 * Cancels the prefetches that have not arrived.
 */
void
bulla_prefetches_cancel (BullaPrefetches *self)
{
  g_cancellable_cancel (self->cancellable);
}

/* --- bodies */

static BullaPrefetch *
find_part_in (BullaPrefetch *whole, BullaSpool *spool, guint *i)
{
  for (*i = 0; *i < bulla_prefetch_get_n_parts (whole); (*i)++) {
    BullaPrefetch *part = bulla_prefetch_get_part (whole, *i);
    if (part != NULL && bulla_prefetch_get_spool (part) == spool)
      return part;
  }
  return NULL;
}

/* Drops the prefetch with the body @spool, even if it is a part of others. @load: (out) (transfer
 * full) (nullable): its exchange. Returns: (transfer full) (nullable): its URL; %NULL if there is
 * none */
static char *
forget_body (BullaPrefetches *self, BullaSpool *spool, BullaLoad **load)
{
  GHashTableIter iter;
  gpointer url, prefetch;
  char *found = NULL;
  guint i = 0;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, &url, &prefetch)) {
    gboolean own = bulla_prefetch_get_spool (prefetch) == spool;
    BullaPrefetch *gone = own ? prefetch : find_part_in (prefetch, spool, &i);
    if (gone == NULL)
      continue;
    g_set_object (load, bulla_prefetch_get_load (gone));
    g_free (found);
    found = g_strdup (own ? url : bulla_prefetch_get_plan (prefetch, i)->package_url);
    if (own)
      g_hash_table_iter_remove (&iter);
    else
      bulla_prefetch_set_part (prefetch, i, NULL);
  }
  return found;
}

static void
grew_cb (BullaSpool *spool, BullaPrefetches *self)
{
  g_autoptr (BullaPrefetches) keep = g_object_ref (self);
  g_autoptr (BullaLoad) load = NULL;

  if (bulla_spool_get_error (spool) == NULL)
    return;
  g_autofree char *url = forget_body (self, spool, &load);
  if (url != NULL)
    g_signal_emit (self, signals[FAILED], 0, url, load, bulla_spool_get_error (spool));
}

/**
 * bulla_prefetches_spool:
 * @self: what a page prefetched
 * @body: the body of a prefetch or of a part, which is read from now on
 *
 * All bodies that arrive at the same time share the remaining quota.
 *
 * Returns: (transfer full): a spool that keeps the body
 */
BullaSpool *
bulla_prefetches_spool (BullaPrefetches *self, GInputStream *body)
{
  BullaSpool *spool = bulla_spool_new_in (body, self->quota);

  g_signal_connect_object (spool, "grew", G_CALLBACK (grew_cb), self, 0);
  return spool;
}

/* --- looking up prefetches */

/**
 * bulla_prefetches_put:
 * @self: what a page prefetched
 * @url: the URL that was requested
 * @prefetch: the response
 */
void
bulla_prefetches_put (BullaPrefetches *self, const char *url, BullaPrefetch *prefetch)
{
  g_hash_table_replace (self->entries, bulla_url_dup_key (url), g_object_ref (prefetch));
}

/**
 * bulla_prefetches_find:
 * @self: what a page prefetched
 * @url: the requested URL; its fragment is ignored
 *
 * The caller must still judge whether it may answer.
 *
 * Returns: (transfer none) (nullable): the prefetch of that URL
 */
BullaPrefetch *
bulla_prefetches_find (BullaPrefetches *self, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);

  return g_hash_table_lookup (self->entries, key);
}

/* Returns: whether a prefetch was dropped */
gboolean
bulla_prefetches_drop (BullaPrefetches *self, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);

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
 * @whole: the prefetch of an exchange, one of @self
 * @part: index of one of its parts
 *
 * The part may have been prefetched already, by a link of the page or with another exchange.
 * Whether it may be used is judged later, as for all parts.
 *
 * Returns: whether it was found with the required headers, and is now the part
 */
gboolean
bulla_prefetches_share_part (BullaPrefetches *self, BullaPrefetch *whole, guint part)
{
  BullaPrefetch *found = find_part (self, bulla_prefetch_get_plan (whole, part));

  if (found != NULL)
    bulla_prefetch_set_part (whole, part, found);
  return found != NULL;
}

/**
 * bulla_prefetches_get_bytes_left:
 * @self: what a page prefetched
 *
 * Returns: the number of bytes that may still be kept
 */
guint64
bulla_prefetches_get_bytes_left (BullaPrefetches *self)
{
  return bulla_quota_get_left (self->quota);
}

/**
 * bulla_prefetches_begin:
 * @self: what a page prefetched
 *
 * Counts a prefetch that was requested. Each call needs a call of bulla_prefetches_end().
 */
void
bulla_prefetches_begin (BullaPrefetches *self)
{
  self->n_underway++;
}

/* A pending prefetch has arrived or failed. */
void
bulla_prefetches_end (BullaPrefetches *self)
{
  self->n_underway--;
}

guint
bulla_prefetches_get_n_underway (BullaPrefetches *self)
{
  return self->n_underway;
}
