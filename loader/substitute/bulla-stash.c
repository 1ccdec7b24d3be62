/* bulla-stash.c - exchanges and bundles that wait for their requests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-stash.h"

typedef struct {
  char *session, *view, *url; /* owned; whose it is, and the request it waits for */
  BullaLoad *load;            /* owned */
  BullaSpool *spool;          /* owned; its body */
  GObject *companion;         /* owned; nullable; what came with it */
  gint64 expires;             /* Unix seconds */
  gboolean asked;             /* somebody is reading it */
  gulong grew;
  BullaStash *stash; /* borrowed; it owns the entry */
} Entry;

typedef struct {
  char *session, *view;  /* owned */
  BullaKeptBundle *kept; /* owned */
} Shelf;

struct _BullaStash {
  GObject parent_instance;
  GQueue entries; /* owned Entry, the last used first; few enough to be searched in order */
  GQueue shelves; /* owned Shelf, the newest first */
};

enum { TRUNCATED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaStash, bulla_stash, G_TYPE_OBJECT)

static void
entry_free (Entry *entry)
{
  g_signal_handler_disconnect (entry->spool, entry->grew);
  g_object_unref (entry->spool);
  g_clear_object (&entry->companion);
  g_object_unref (entry->load);
  g_free (entry->session);
  g_free (entry->view);
  g_free (entry->url);
  g_free (entry);
}

static void
shelf_free (Shelf *shelf)
{
  bulla_kept_bundle_unref (shelf->kept);
  g_free (shelf->session);
  g_free (shelf->view);
  g_free (shelf);
}

static void
bulla_stash_finalize (GObject *object)
{
  g_queue_clear_full (&BULLA_STASH (object)->shelves, (GDestroyNotify)shelf_free);
  g_queue_clear_full (&BULLA_STASH (object)->entries, (GDestroyNotify)entry_free);
  G_OBJECT_CLASS (bulla_stash_parent_class)->finalize (object);
}

static void
bulla_stash_class_init (BullaStashClass *class)
{
  G_OBJECT_CLASS (class)->finalize = bulla_stash_finalize;

  /**
   * BullaStash::truncated:
   * @view: whose it was
   * @load: what failed
   * @message: how, in words
   *
   * A part of the body that came late is not what was signed: the entry is gone already.
   */
  signals[TRUNCATED] =
      g_signal_new ("truncated", BULLA_TYPE_STASH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                    G_TYPE_NONE, 3, G_TYPE_STRING, BULLA_TYPE_LOAD, G_TYPE_STRING);
}

static void
bulla_stash_init (BullaStash *self)
{
  g_queue_init (&self->entries);
  g_queue_init (&self->shelves);
}

BullaStash *
bulla_stash_new (void)
{
  return g_object_new (BULLA_TYPE_STASH, NULL);
}

/**
 * bulla_stash_dup_key:
 * @url: a URL
 *
 * The wire loses the difference between spellings that RFC 3986 calls equivalent, such as `%7E` and
 * `~`: URLs are compared in the spelling they would arrive in.
 *
 * Returns: (transfer full): the same for every spelling of it, without its fragment
 */
char *
bulla_stash_dup_key (const char *url)
{
  g_autoptr (GUri) uri =
      g_uri_parse (url,
                   G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_ENCODED_QUERY
                       | G_URI_FLAGS_ENCODED_FRAGMENT | G_URI_FLAGS_SCHEME_NORMALIZE,
                   NULL);

  if (uri == NULL)
    return g_strndup (url, strcspn (url, "#"));
  g_autofree char *text = g_uri_to_string (uri);
  return g_strndup (text, strcspn (text, "#"));
}

static GList *
find (BullaStash *self, const char *session, const char *view, const char *url)
{
  g_autofree char *key = bulla_stash_dup_key (url);

  for (GList *each = self->entries.head; each != NULL; each = each->next) {
    Entry *entry = each->data;
    if (g_str_equal (entry->url, key) && g_str_equal (entry->view, view)
        && g_str_equal (entry->session, session))
      return each;
  }
  return NULL;
}

static void
remove_link (BullaStash *self, GList *link)
{
  Entry *entry = link->data;

  g_queue_delete_link (&self->entries, link);
  entry_free (entry);
}

/* the least used go; the newest stays, however large */
static void
shrink (BullaStash *self)
{
  while (self->entries.length > 1
         && (self->entries.length > BULLA_STASH_ENTRIES_MAX
             || bulla_stash_get_n_bytes (self) > BULLA_STASH_BYTES_MAX))
    remove_link (self, self->entries.tail);
}

/* what is proven goes to those who read it already */
static void
give_up (BullaStash *self, Entry *entry)
{
  g_autoptr (BullaLoad) load = g_object_ref (entry->load);
  g_autofree char *view = g_strdup (entry->view);
  g_autofree char *message = g_strdup (bulla_spool_get_error (entry->spool)->message);

  remove_link (self, g_queue_find (&self->entries, entry));
  g_signal_emit (self, signals[TRUNCATED], 0, view, load, message);
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
  /* until it is asked for, nobody was told of the fault: the next request is to meet it, and not
   * the publisher */
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

static gboolean
drop_exchange (BullaStash *self, const char *session, const char *view, const char *url)
{
  GList *link = find (self, session, view, url);

  if (link == NULL)
    return FALSE;
  remove_link (self, link);
  return TRUE;
}

/**
 * bulla_stash_put:
 * @self: a stash
 * @session: the network session that fetched it
 * @view: the view in it
 * @load: an exchange that may be substituted; its body is read from now on
 * @now: Unix seconds
 *
 * Keeps @load for the request of its URL by the same view, until its verdict expires, it is
 * dropped, or newer ones need the room. It replaces an earlier one of the same URL and view.
 */
void
bulla_stash_put (BullaStash *self, const char *session, const char *view, BullaLoad *load,
                 gint64 now)
{
  g_autoptr (BullaSpool) spool =
      bulla_spool_new (bulla_load_get_body (load), BULLA_STASH_BYTES_MAX);

  bulla_stash_put_prefetched (self, session, view, load, spool, NULL, now);
}

/**
 * bulla_stash_put_prefetched:
 * @self: a stash
 * @session: the network session that fetched it
 * @view: the view in it
 * @load: an exchange that may be substituted
 * @spool: its body
 * @companion: (nullable): what came with it, and goes with it
 * @now: Unix seconds
 *
 * As bulla_stash_put(), of one whose body is being read already.
 */
void
bulla_stash_put_prefetched (BullaStash *self, const char *session, const char *view,
                            BullaLoad *load, BullaSpool *spool, GObject *companion, gint64 now)
{
  Entry *entry = g_new0 (Entry, 1);

  drop_exchange (self, session, view, bulla_load_get_url (load));
  drop_expired (self, now);
  entry->stash = self;
  entry->session = g_strdup (session);
  entry->view = g_strdup (view);
  entry->url = bulla_stash_dup_key (bulla_load_get_url (load));
  entry->load = g_object_ref (load);
  entry->expires = bulla_verdict_get_expires (bulla_load_get_verdict (load));
  entry->spool = g_object_ref (spool);
  g_set_object (&entry->companion, companion);
  entry->grew = g_signal_connect (entry->spool, "grew", G_CALLBACK (grew_cb), entry);
  g_queue_push_head (&self->entries, entry);
  shrink (self);
}

/* Returns: (transfer full) (nullable): what came with the exchange that is kept for @url */
GObject *
bulla_stash_dup_companion (BullaStash *self, const char *session, const char *view, const char *url)
{
  GList *link = find (self, session, view, url);
  Entry *entry = link != NULL ? link->data : NULL;

  return entry != NULL && entry->companion != NULL ? g_object_ref (entry->companion) : NULL;
}

/**
 * bulla_stash_lookup:
 * @self: a stash
 * @session: the network session that asks
 * @view: the view in it
 * @url: what it asks for; a fragment does not count
 * @now: Unix seconds
 * @spool: (out) (optional) (transfer full): the body
 *
 * Whether it may answer the request is still to be judged.
 *
 * Returns: (transfer full) (nullable): what is kept for this view and URL
 */
BullaLoad *
bulla_stash_lookup (BullaStash *self, const char *session, const char *view, const char *url,
                    gint64 now, BullaSpool **spool)
{
  drop_expired (self, now);
  GList *link = find (self, session, view, url);
  if (link == NULL)
    return NULL;
  Entry *entry = link->data;
  g_queue_unlink (&self->entries, link);
  g_queue_push_head_link (&self->entries, link);
  g_autoptr (BullaLoad) load = g_object_ref (entry->load);
  if (spool != NULL)
    *spool = g_object_ref (entry->spool);
  entry->asked = TRUE;
  if (bulla_spool_get_error (entry->spool) != NULL)
    give_up (self, entry);
  return g_steal_pointer (&load);
}

/* --- bundles */

/* @view: (nullable): any */
static gboolean
is_of (const char *session, const char *view, const char *of_session, const char *of_view)
{
  return g_str_equal (session, of_session) && (view == NULL || g_str_equal (view, of_view));
}

static void
remove_shelf (BullaStash *self, GList *link)
{
  Shelf *shelf = link->data;

  g_queue_delete_link (&self->shelves, link);
  shelf_free (shelf);
}

/* what has another version of the same goes as a whole; pages that are shown from it hold on */
static void
drop_superseded (BullaStash *self, const Shelf *newer)
{
  for (GList *each = self->entries.head, *next; each != NULL; each = next) {
    Entry *entry = each->data;
    next = each->next;
    if (is_of (newer->session, newer->view, entry->session, entry->view)
        && bulla_kept_bundle_get_subset (newer->kept, bulla_load_get_url (entry->load)) >= 0)
      remove_link (self, each);
  }
  for (GList *each = self->shelves.head, *next; each != NULL; each = next) {
    Shelf *older = each->data;
    next = each->next;
    if (is_of (newer->session, newer->view, older->session, older->view)
        && bulla_kept_bundle_supersedes (newer->kept, older->kept))
      remove_shelf (self, each);
  }
}

/**
 * bulla_stash_put_bundle:
 * @self: a stash
 * @session: the network session that fetched it
 * @view: the view in it
 * @kept: a bundle with something that may be substituted
 *
 * Keeps it for navigations of the same view, until it is dropped, or newer ones need the room. What
 * it holds for a URL is judged when that is asked for. Another version of the same, an exchange or
 * a bundle, is forgotten, each as a whole.
 */
void
bulla_stash_put_bundle (BullaStash *self, const char *session, const char *view,
                        BullaKeptBundle *kept)
{
  Shelf *shelf = g_new (Shelf, 1);

  *shelf = (Shelf){g_strdup (session), g_strdup (view), bulla_kept_bundle_ref (kept)};
  drop_superseded (self, shelf);
  g_queue_push_head (&self->shelves, shelf);
  while (self->shelves.length > BULLA_STASH_BUNDLES_MAX)
    remove_shelf (self, self->shelves.tail);
}

/**
 * bulla_stash_find_bundles:
 * @self: a stash
 * @session: the network session that asks
 * @view: the view in it
 * @url: what it asks for; a fragment does not count
 *
 * Returns: (transfer full) (element-type BullaKeptBundle): those that have a response for it,
 *   the newest first
 */
GPtrArray *
bulla_stash_find_bundles (BullaStash *self, const char *session, const char *view, const char *url)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_kept_bundle_unref);

  for (GList *each = self->shelves.head; each != NULL; each = each->next) {
    Shelf *shelf = each->data;
    if (is_of (session, view, shelf->session, shelf->view)
        && bulla_kept_bundle_find (shelf->kept, url) >= 0)
      g_ptr_array_add (found, bulla_kept_bundle_ref (shelf->kept));
  }
  return found;
}

/**
 * bulla_stash_has_bundle:
 * @self: a stash
 * @session: a network session
 * @view: a view in it
 * @kept: a bundle
 *
 * Returns: whether it is kept for navigations of that view still
 */
gboolean
bulla_stash_has_bundle (BullaStash *self, const char *session, const char *view,
                        BullaKeptBundle *kept)
{
  for (GList *each = self->shelves.head; each != NULL; each = each->next) {
    Shelf *shelf = each->data;
    if (shelf->kept == kept && is_of (session, view, shelf->session, shelf->view))
      return TRUE;
  }
  return FALSE;
}

/* --- */

/**
 * bulla_stash_drop:
 * @self: a stash
 * @session: a network session
 * @view: a view in it
 * @url: a URL
 *
 * Forgets what is kept, so that the next request goes to the publisher ("load live"). A bundle that
 * has a response for it goes as a whole.
 *
 * Returns: whether there was anything
 */
gboolean
bulla_stash_drop (BullaStash *self, const char *session, const char *view, const char *url)
{
  gboolean dropped = drop_exchange (self, session, view, url);

  for (GList *each = self->shelves.head, *next; each != NULL; each = next) {
    Shelf *shelf = each->data;
    next = each->next;
    if (is_of (session, view, shelf->session, shelf->view)
        && bulla_kept_bundle_find (shelf->kept, url) >= 0) {
      remove_shelf (self, each);
      dropped = TRUE;
    }
  }
  return dropped;
}

/**
 * bulla_stash_drop_view:
 * @self: a stash
 * @session: a network session that is closed, or one of whose views is
 * @view: (nullable): the view; %NULL for all of them
 */
void
bulla_stash_drop_view (BullaStash *self, const char *session, const char *view)
{
  for (GList *each = self->entries.head, *next; each != NULL; each = next) {
    Entry *entry = each->data;
    next = each->next;
    if (is_of (session, view, entry->session, entry->view))
      remove_link (self, each);
  }
  for (GList *each = self->shelves.head, *next; each != NULL; each = next) {
    Shelf *shelf = each->data;
    next = each->next;
    if (is_of (session, view, shelf->session, shelf->view))
      remove_shelf (self, each);
  }
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
