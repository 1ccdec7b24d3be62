/* bulla-stash.c - keeps exchanges and bundles for their navigations in one view
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A stashed exchange or bundle answers the navigation that fetched it, and later navigations to
 * its history entry. New navigations go to the publisher, unless the profile allows reuse.
 *
 * Whole because: an exchange and a bundle with the same URLs replace each other */
#include "bulla-stash.h"

#include "bulla-stash-claim.h"
#include "bulla-url-key.h"

typedef struct {
  BullaStashClaim claim;
  char *url;               /* owned; the URL of the exchange, as sent on the wire */
  BullaLoad *load;         /* owned */
  BullaSpool *spool;       /* owned; the body */
  BullaPrefetch *prefetch; /* owned; NULL if not prefetched; also holds the parts of the page */
  gint64 expires;          /* Unix time in s */
  gboolean asked;          /* a reader for the body was created */
  gulong grew;
  BullaStash *stash; /* borrowed; owns the entry */
} Entry;

typedef struct {
  BullaStashClaim claim;
  BullaKeptBundle *kept; /* owned */
} Shelf;

struct _BullaStash {
  GObject parent_instance;
  GQueue entries; /* owned Entry, the most recently used first; few enough for a linear search */
  GQueue shelves; /* owned Shelf, the newest first */
  BullaQuota
      *quota; /* owned; for the bodies of exchanges, also of those that are still being received */
};

enum { TRUNCATED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaStash, bulla_stash, G_TYPE_OBJECT)

/* --- the object */

static void
entry_free (Entry *entry)
{
  g_signal_handler_disconnect (entry->spool, entry->grew);
  g_object_unref (entry->spool);
  g_clear_object (&entry->prefetch);
  g_object_unref (entry->load);
  bulla_stash_claim_clear (&entry->claim);
  g_free (entry->url);
  g_free (entry);
}

static void
shelf_free (Shelf *shelf)
{
  bulla_kept_bundle_unref (shelf->kept);
  bulla_stash_claim_clear (&shelf->claim);
  g_free (shelf);
}

static void
bulla_stash_finalize (GObject *object)
{
  g_queue_clear_full (&BULLA_STASH (object)->shelves, (GDestroyNotify)shelf_free);
  g_queue_clear_full (&BULLA_STASH (object)->entries, (GDestroyNotify)entry_free);
  bulla_quota_unref (BULLA_STASH (object)->quota);
  G_OBJECT_CLASS (bulla_stash_parent_class)->finalize (object);
}

static void
bulla_stash_class_init (BullaStashClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_stash_finalize;

  /**
   * BullaStash::truncated:
   * @load: the exchange whose body failed
   * @message: the fault in words
   *
   * A late part of the body does not match the signature. The entry is already dropped.
   */
  signals[TRUNCATED] = g_signal_new ("truncated", BULLA_TYPE_STASH, G_SIGNAL_RUN_LAST, 0, NULL,
                                     NULL, NULL, G_TYPE_NONE, 2, BULLA_TYPE_LOAD, G_TYPE_STRING);
}

static void
bulla_stash_init (BullaStash *self)
{
  g_queue_init (&self->entries);
  g_queue_init (&self->shelves);
  self->quota = bulla_quota_new (2 * BULLA_STASH_BYTES_MAX);
}

/**
 * bulla_stash_new:
 *
 * Returns: (transfer full): the stash of one view; views do not share a quota
 */
BullaStash *
bulla_stash_new (void)
{
  return g_object_new (BULLA_TYPE_STASH, NULL);
}

/* --- exchanges */

static void
remove_link (BullaStash *self, GList *link)
{
  Entry *entry = link->data;

  g_queue_delete_link (&self->entries, link);
  entry_free (entry);
}

/* Chooses the least recently used entry of a frame; without one, the least recently used of all. */
static GList *
find_victim (BullaStash *self)
{
  for (GList *each = self->entries.tail; each != self->entries.head; each = each->prev)
    if (((Entry *)each->data)->claim.frame)
      return each;
  return self->entries.tail;
}

/* Drops old entries; the newest one stays, whatever its size. */
static void
shrink (BullaStash *self)
{
  while (self->entries.length > 1
         && (self->entries.length > BULLA_STASH_ENTRIES_MAX
             || bulla_stash_get_n_bytes (self) > BULLA_STASH_BYTES_MAX))
    remove_link (self, find_victim (self));
}

/* Bytes with a verified proof still go to their readers. */
static void
give_up (BullaStash *self, Entry *entry)
{
  g_autoptr (BullaLoad) load = g_object_ref (entry->load);
  g_autofree char *message = g_strdup (bulla_spool_get_error (entry->spool)->message);

  remove_link (self, g_queue_find (&self->entries, entry));
  g_signal_emit (self, signals[TRUNCATED], 0, load, message);
}

static void
grew_cb (BullaSpool *spool, gpointer user_data)
{
  Entry *entry = user_data;
  g_autoptr (BullaStash) self = g_object_ref (entry->stash);

  if (bulla_spool_get_error (spool) == NULL) {
    shrink (self);
    return;
  }
  /* No reader saw the fault yet: the next request must get it, instead of going to the publisher.
   */
  if (entry->asked)
    give_up (self, entry);
}

static void
drop_expired (BullaStash *self, gint64 now)
{
  for (GList *each = self->entries.head, *next; each != NULL; each = next) {
    next = each->next;
    if (((Entry *)each->data)->expires <= now)
      remove_link (self, each);
  }
}

/* Replaces an entry that waits for the same navigation; entries of the history stay. */
static void
drop_waiting (BullaStash *self, const char *key, gboolean frame)
{
  for (GList *each = self->entries.head, *next; each != NULL; each = next) {
    Entry *entry = each->data;
    next = each->next;
    if (entry->claim.answers->len == 0 && entry->claim.frame == frame
        && g_str_equal (entry->url, key))
      remove_link (self, each);
  }
}

/**
 * bulla_stash_put:
 * @self: a stash
 * @load: an exchange that may be substituted; its body is read from now on
 * @from: (nullable): the URL whose response redirects to the URL of the exchange; %NULL if the
 *   shell navigates
 * @frame: whether it was fetched for a frame
 * @now: Unix seconds
 *
 * Keeps @load for the navigation that follows, and then for its history entry, until its verdict
 * expires, it is dropped, or newer entries exceed the limit.
 */
void
bulla_stash_put (BullaStash *self, BullaLoad *load, const char *from, gboolean frame, gint64 now)
{
  g_autoptr (BullaSpool) spool = bulla_spool_new_in (bulla_load_get_body (load), self->quota);

  bulla_stash_put_prefetched (self, load, spool, NULL, from, frame, now);
}

/**
 * bulla_stash_put_prefetched:
 * @self: a stash
 * @load: an exchange that may be substituted
 * @spool: its body
 * @prefetch: (nullable): the prefetch of the exchange, with the parts of its page
 * @from: (nullable): as in bulla_stash_put()
 * @frame: as in bulla_stash_put()
 * @now: Unix seconds
 *
 * Like bulla_stash_put(), for an exchange whose body is already being read.
 */
void
bulla_stash_put_prefetched (BullaStash *self, BullaLoad *load, BullaSpool *spool,
                            BullaPrefetch *prefetch, const char *from, gboolean frame, gint64 now)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->url = bulla_url_dup_key (bulla_load_get_url (load));
  drop_waiting (self, entry->url, frame);
  drop_expired (self, now);
  bulla_stash_claim_init (&entry->claim, from, frame);
  entry->stash = self;
  entry->load = g_object_ref (load);
  entry->expires = bulla_verdict_get_expires (bulla_load_get_verdict (load));
  entry->spool = g_object_ref (spool);
  g_set_object (&entry->prefetch, prefetch);
  entry->grew = g_signal_connect (entry->spool, "grew", G_CALLBACK (grew_cb), entry);
  g_queue_push_head (&self->entries, entry);
  shrink (self);
}

static GList *
find_entry (BullaStash *self, const BullaStashAsk *ask)
{
  g_autofree char *key = bulla_url_dup_key (ask->url);

  for (GList *each = self->entries.head; each != NULL; each = each->next) {
    Entry *entry = each->data;
    if (g_str_equal (entry->url, key) && bulla_stash_claim_matches (&entry->claim, ask))
      return each;
  }
  return NULL;
}

/**
 * bulla_stash_has:
 * @self: a stash
 * @ask: a navigation
 *
 * Returns: whether an exchange is kept for this navigation, and perhaps has expired; it stays kept
 */
gboolean
bulla_stash_has (BullaStash *self, const BullaStashAsk *ask)
{
  return find_entry (self, ask) != NULL;
}

/**
 * bulla_stash_lookup:
 * @self: a stash
 * @ask: a navigation
 * @now: Unix seconds
 * @spool: (out) (optional) (transfer full): the body
 * @prefetch: (out) (optional) (nullable) (transfer full): the prefetch of the exchange
 *
 * The caller must still judge whether the exchange may answer the request.
 *
 * Returns: (transfer full) (nullable): the exchange kept for this navigation
 */
BullaLoad *
bulla_stash_lookup (BullaStash *self, const BullaStashAsk *ask, gint64 now, BullaSpool **spool,
                    BullaPrefetch **prefetch)
{
  drop_expired (self, now);
  GList *link = find_entry (self, ask);
  if (link == NULL)
    return NULL;
  Entry *entry = link->data;
  g_queue_unlink (&self->entries, link);
  g_queue_push_head_link (&self->entries, link);
  g_autoptr (BullaLoad) load = g_object_ref (entry->load);
  if (spool != NULL)
    *spool = g_object_ref (entry->spool);
  if (prefetch != NULL)
    *prefetch = entry->prefetch != NULL ? g_object_ref (entry->prefetch) : NULL;
  entry->asked = TRUE;
  entry->claim.waiting = FALSE;
  if (bulla_spool_get_error (entry->spool) != NULL)
    give_up (self, entry);
  return g_steal_pointer (&load);
}

/**
 * bulla_stash_note_shown:
 * @self: a stash
 * @load: an exchange that answers a navigation
 * @answer: (nullable): the id of the answer
 *
 * From now on the exchange is kept for the history entry of @answer.
 */
void
bulla_stash_note_shown (BullaStash *self, BullaLoad *load, const char *answer)
{
  for (GList *each = self->entries.head; each != NULL; each = each->next) {
    Entry *entry = each->data;
    if (entry->load == load)
      bulla_stash_claim_note_shown (&entry->claim, answer);
  }
}

/* --- bundles */

static void
remove_shelf (BullaStash *self, GList *link)
{
  Shelf *shelf = link->data;

  g_queue_delete_link (&self->shelves, link);
  shelf_free (shelf);
}

/* Chooses the oldest bundle of a frame; without one, the oldest of all. The newest one stays. */
static GList *
find_old_shelf (BullaStash *self)
{
  for (GList *each = self->shelves.tail; each != self->shelves.head; each = each->prev)
    if (((Shelf *)each->data)->claim.frame)
      return each;
  return self->shelves.tail != self->shelves.head ? self->shelves.tail : NULL;
}

/* Drops entries that have another version of the same URLs; pages shown from them keep a reference.
 */
static void
drop_superseded (BullaStash *self, const Shelf *newer)
{
  for (GList *each = self->entries.head, *next; each != NULL; each = next) {
    Entry *entry = each->data;
    next = each->next;
    if (bulla_kept_bundle_get_subset (newer->kept, bulla_load_get_url (entry->load)) >= 0)
      remove_link (self, each);
  }
  for (GList *each = self->shelves.head, *next; each != NULL; each = next) {
    Shelf *older = each->data;
    next = each->next;
    if (bulla_kept_bundle_supersedes (newer->kept, older->kept))
      remove_shelf (self, each);
  }
}

/**
 * bulla_stash_put_bundle:
 * @self: a stash
 * @kept: a bundle with a response that may be substituted
 * @from: (nullable): as in bulla_stash_put()
 * @frame: as in bulla_stash_put()
 *
 * Keeps the bundle for the navigation that follows, and then for its history entry, until it is
 * dropped, or newer ones exceed the limit. Each response is judged when it is requested. Exchanges
 * and bundles with another version of the same URLs are dropped as a whole.
 */
void
bulla_stash_put_bundle (BullaStash *self, BullaKeptBundle *kept, const char *from, gboolean frame)
{
  Shelf *shelf = g_new (Shelf, 1);

  shelf->kept = bulla_kept_bundle_ref (kept);
  bulla_stash_claim_init (&shelf->claim, from, frame);
  drop_superseded (self, shelf);
  g_queue_push_head (&self->shelves, shelf);
  while (self->shelves.length > BULLA_STASH_BUNDLES_MAX)
    remove_shelf (self, find_old_shelf (self));
}

/**
 * bulla_stash_drop_old_bundle:
 * @self: a stash
 *
 * Drops one bundle, to make room for others: an old one of a frame, if there is one. The newest
 * bundle stays.
 *
 * Returns: whether one was dropped
 */
gboolean
bulla_stash_drop_old_bundle (BullaStash *self)
{
  GList *old = find_old_shelf (self);

  if (old == NULL)
    return FALSE;
  remove_shelf (self, old);
  return TRUE;
}

/**
 * bulla_stash_put_bundle_for:
 * @self: a stash
 * @kept: a bundle with a response that may be substituted
 * @url: the URL that the shell loads next
 *
 * Like bulla_stash_put_bundle(), for that navigation only.
 */
void
bulla_stash_put_bundle_for (BullaStash *self, BullaKeptBundle *kept, const char *url)
{
  bulla_stash_put_bundle (self, kept, NULL, FALSE);
  Shelf *shelf = self->shelves.head->data;
  shelf->claim.to = bulla_url_dup_key (url);
}

/**
 * bulla_stash_find_bundles:
 * @self: a stash
 * @ask: a navigation
 *
 * Returns: (transfer full) (element-type BullaKeptBundle): the bundles kept for this navigation
 *   that contain its URL, the newest first
 */
GPtrArray *
bulla_stash_find_bundles (BullaStash *self, const BullaStashAsk *ask)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_kept_bundle_unref);

  for (GList *each = self->shelves.head; each != NULL; each = each->next) {
    Shelf *shelf = each->data;
    if (bulla_stash_claim_matches (&shelf->claim, ask)
        && bulla_kept_bundle_find (shelf->kept, ask->url) >= 0)
      g_ptr_array_add (found, bulla_kept_bundle_ref (shelf->kept));
  }
  return found;
}

/**
 * bulla_stash_note_bundle_shown:
 * @self: a stash
 * @kept: a bundle, one of whose responses answers a navigation
 * @answer: (nullable): the id of the answer
 *
 * From now on the bundle is kept for the history entry of @answer.
 */
void
bulla_stash_note_bundle_shown (BullaStash *self, BullaKeptBundle *kept, const char *answer)
{
  for (GList *each = self->shelves.head; each != NULL; each = each->next) {
    Shelf *shelf = each->data;
    if (shelf->kept == kept)
      bulla_stash_claim_note_shown (&shelf->claim, answer);
  }
}

/**
 * bulla_stash_has_bundle:
 * @self: a stash
 * @kept: a bundle
 *
 * Returns: whether the bundle is still kept
 */
gboolean
bulla_stash_has_bundle (BullaStash *self, BullaKeptBundle *kept)
{
  for (GList *each = self->shelves.head; each != NULL; each = each->next)
    if (((Shelf *)each->data)->kept == kept)
      return TRUE;
  return FALSE;
}

/* --- the stash as a whole */

/**
 * bulla_stash_stop_waiting:
 * @self: a stash
 * @frame: whether to drop entries of frames, or those of the whole view
 *
 * Another navigation has begun: drops the entries whose navigation was not requested.
 */
void
bulla_stash_stop_waiting (BullaStash *self, gboolean frame)
{
  for (GList *each = self->entries.head; each != NULL; each = each->next) {
    Entry *entry = each->data;
    if (entry->claim.frame == frame)
      entry->claim.waiting = FALSE;
  }
  for (GList *each = self->shelves.head; each != NULL; each = each->next) {
    Shelf *shelf = each->data;
    if (shelf->claim.frame == frame)
      shelf->claim.waiting = FALSE;
  }
}

/**
 * bulla_stash_drop:
 * @self: a stash
 * @url: a URL
 *
 * Drops everything kept for @url, so that the next request goes to the publisher ("load live"). A
 * bundle that contains @url is dropped as a whole.
 *
 * Returns: whether anything was dropped
 */
gboolean
bulla_stash_drop (BullaStash *self, const char *url)
{
  g_autofree char *key = bulla_url_dup_key (url);
  gboolean dropped = FALSE;

  for (GList *each = self->entries.head, *next; each != NULL; each = next) {
    next = each->next;
    if (!g_str_equal (((Entry *)each->data)->url, key))
      continue;
    remove_link (self, each);
    dropped = TRUE;
  }
  for (GList *each = self->shelves.head, *next; each != NULL; each = next) {
    next = each->next;
    if (bulla_kept_bundle_find (((Shelf *)each->data)->kept, url) < 0)
      continue;
    remove_shelf (self, each);
    dropped = TRUE;
  }
  return dropped;
}

guint
bulla_stash_get_n_entries (BullaStash *self)
{
  return self->entries.length + self->shelves.length;
}

guint64
bulla_stash_get_n_bytes (BullaStash *self)
{
  guint64 sum = 0;

  for (GList *each = self->entries.head; each != NULL; each = each->next)
    sum += bulla_spool_get_length (((Entry *)each->data)->spool);
  return sum;
}
