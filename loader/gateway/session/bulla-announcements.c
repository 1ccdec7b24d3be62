/* bulla-announcements.c - stores the announcements of one network session; each is used once
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-announcements.h"

#include "bulla-url-key.h"

typedef struct {
  char *view;                      /* owned */
  char *key;                       /* owned; URL as sent on the wire */
  BullaAnnouncement *announcement; /* owned */
  gint64 made;                     /* monotonic clock, µs */
  gboolean used;
  gboolean restored;   /* the announcement was restored for a repeated request; this happens once */
  gboolean authorized; /* the announcement is valid only for a request with credentials */
} Entry;

struct _BullaAnnouncements {
  GHashTable *entries; /* owned; tag -> Entry */
  GHashTable *views;   /* owned; view -> GQueue of tags, the oldest first */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->view);
  g_free (entry->key);
  bulla_announcement_free (entry->announcement);
  g_free (entry);
}

static void
free_tags (gpointer queue)
{
  g_queue_free_full (queue, g_free);
}

BullaAnnouncements *
bulla_announcements_new (void)
{
  BullaAnnouncements *self = g_new (BullaAnnouncements, 1);

  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  self->views = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_tags);
  return self;
}

void
bulla_announcements_free (BullaAnnouncements *self)
{
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->views);
  g_free (self);
}

static GQueue *
make_tags (BullaAnnouncements *self, const char *view)
{
  GQueue *tags = g_hash_table_lookup (self->views, view);

  if (tags != NULL)
    return tags;
  tags = g_queue_new ();
  g_hash_table_insert (self->views, g_strdup (view), tags);
  return tags;
}

/**
 * bulla_announcements_add:
 * @self: the announcements of a session
 * @view: the view whose web process sent the announcement
 * @announcement: (transfer full): the announcement
 * @now: g_get_monotonic_time()
 *
 * A tag that was already announced is ignored: otherwise anyone who saw a tag could give it another
 * meaning. If a view has too many announcements, its oldest one is dropped.
 */
void
bulla_announcements_add (BullaAnnouncements *self, const char *view,
                         BullaAnnouncement *announcement, gint64 now)
{
  if (bulla_announcements_knows (self, announcement->tag)) {
    bulla_announcement_free (announcement);
    return;
  }
  GQueue *tags = make_tags (self, view);
  Entry *entry = g_new (Entry, 1);
  *entry = (Entry){.view = g_strdup (view),
                   .key = bulla_url_dup_key (announcement->url),
                   .announcement = announcement,
                   .made = now};
  g_hash_table_insert (self->entries, announcement->tag, entry);
  g_queue_push_tail (tags, g_strdup (announcement->tag));
  if (tags->length > BULLA_ANNOUNCEMENTS_VIEW_MAX) {
    g_autofree char *oldest = g_queue_pop_head (tags);
    g_hash_table_remove (self->entries, oldest);
  }
}

/* Returns: whether @tag was announced, used or not */
gboolean
bulla_announcements_knows (BullaAnnouncements *self, const char *tag)
{
  return g_hash_table_contains (self->entries, tag);
}

/**
 * bulla_announcements_take:
 * @self: the announcements of a session
 * @request: the request that arrived
 * @view: (out): borrowed; the view that the request belongs to
 *
 * Marks the tag as used, whether or not the request is the announced one: a tag on a request with
 * another method or URL, or on a late request, was replayed.
 *
 * Returns: (transfer none) (nullable): the announcement; %NULL if it is for another request, or the
 *   tag is unknown or already used
 */
const BullaAnnouncement *
bulla_announcements_take (BullaAnnouncements *self, const BullaAnnounced *request,
                          const char **view)
{
  Entry *entry = g_hash_table_lookup (self->entries, request->tag);
  g_autofree char *key = bulla_url_dup_key (request->url);

  if (entry == NULL || entry->used)
    return NULL;
  entry->used = TRUE;
  if (request->now - entry->made > BULLA_ANNOUNCEMENTS_SECONDS * G_USEC_PER_SEC
      || (entry->authorized && !request->authorized)
      || !g_str_equal (entry->announcement->method, request->method)
      || !g_str_equal (entry->key, key))
    return NULL;
  *view = entry->view;
  return entry->announcement;
}

/**
 * bulla_announcements_restore:
 * @self: the announcements of a session
 * @tag: a tag that was taken
 * @authorized: whether it becomes valid only for a request with credentials
 *
 * A client has reason to repeat a request with the same tag if it was asked for credentials, or if
 * its request was never sent. So a tag can be restored once.
 */
void
bulla_announcements_restore (BullaAnnouncements *self, const char *tag, gboolean authorized)
{
  Entry *entry = g_hash_table_lookup (self->entries, tag);

  if (entry == NULL || entry->restored)
    return;
  entry->used = FALSE;
  entry->restored = TRUE;
  entry->authorized = authorized;
}

/**
 * bulla_announcements_end_page:
 * @self: the announcements of a session
 * @view: a view that shows another page
 *
 * Drops the announcements of the previous page: its requests have arrived, or will not. Navigations
 * are kept, because the process of the next page may have announced them.
 */
void
bulla_announcements_end_page (BullaAnnouncements *self, const char *view)
{
  GQueue *tags = g_hash_table_lookup (self->views, view);

  for (GList *each = tags != NULL ? tags->head : NULL; each != NULL; each = each->next) {
    Entry *entry = g_hash_table_lookup (self->entries, each->data);
    entry->used = entry->used || !entry->announcement->top;
    entry->restored = entry->restored || !entry->announcement->top;
  }
}

/* @view: a closed view */
void
bulla_announcements_forget_view (BullaAnnouncements *self, const char *view)
{
  GQueue *tags = g_hash_table_lookup (self->views, view);

  for (GList *each = tags != NULL ? tags->head : NULL; each != NULL; each = each->next)
    g_hash_table_remove (self->entries, each->data);
  g_hash_table_remove (self->views, view);
}
