/* bulla-handovers.c - the handovers that the history of one window keeps, within a quota
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each page that is shown in a session of its own is an entry of the history, which brings it back
 * from its package. The limits are those of a stash. */
#include "bulla-handovers.h"

#include "bulla-handover-internal.h"

typedef struct {
  guint id;
  BullaHandover *handover; /* owned */
  BullaSpool *spool;       /* owned; NULL for a bundle */
  gulong grew;
} Entry;

struct _BullaHandovers {
  GObject parent_instance;
  GQueue entries; /* owned Entry, the most recently used first */
  guint64 bytes_max;
  guint last; /* the last id that was given */
};

G_DEFINE_FINAL_TYPE (BullaHandovers, bulla_handovers, G_TYPE_OBJECT)

static void
entry_free (Entry *entry)
{
  if (entry->spool != NULL)
    g_signal_handler_disconnect (entry->spool, entry->grew);
  g_clear_object (&entry->spool);
  g_object_unref (entry->handover);
  g_free (entry);
}

static void
bulla_handovers_finalize (GObject *object)
{
  g_queue_clear_full (&BULLA_HANDOVERS (object)->entries, (GDestroyNotify)entry_free);
  G_OBJECT_CLASS (bulla_handovers_parent_class)->finalize (object);
}

static void
bulla_handovers_class_init (BullaHandoversClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_handovers_finalize;
}

static void
bulla_handovers_init (BullaHandovers *self)
{
  g_queue_init (&self->entries);
}

/**
 * bulla_handovers_new:
 * @bytes_max: most bytes of the exchanges' bodies together
 *
 * Returns: (transfer full): the handovers of a window, without any
 */
BullaHandovers *
bulla_handovers_new (guint64 bytes_max)
{
  BullaHandovers *self = g_object_new (BULLA_TYPE_HANDOVERS, NULL);

  self->bytes_max = bytes_max;
  return self;
}

static gboolean
is_too_much (BullaHandovers *self)
{
  guint64 bytes = 0;
  guint n_bundles = 0;

  for (GList *each = self->entries.head; each != NULL; each = each->next) {
    const Entry *entry = each->data;
    if (entry->spool != NULL)
      bytes += bulla_spool_get_length (entry->spool);
    else
      n_bundles++;
  }
  return self->entries.length > BULLA_STASH_ENTRIES_MAX || n_bundles > BULLA_STASH_BUNDLES_MAX
         || bytes > self->bytes_max;
}

/* Drops the least recently used ones; the newest one stays, whatever its size. */
static void
shrink (BullaHandovers *self)
{
  while (self->entries.length > 1 && is_too_much (self))
    entry_free (g_queue_pop_tail (&self->entries));
}

static void
grew_cb (BullaHandovers *self)
{
  g_autoptr (BullaHandovers) kept = g_object_ref (self);

  shrink (kept);
}

/**
 * bulla_handovers_add:
 * @self: the handovers of a window
 * @handover: the package of a page that gets an entry in the history
 *
 * Drops the least recently used ones if there are more than 64, more than 16 of bundles, or too
 * many bytes of exchanges.
 *
 * Returns: its id, more than 0
 */
guint
bulla_handovers_add (BullaHandovers *self, BullaHandover *handover)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->id = ++self->last;
  entry->handover = g_object_ref (handover);
  g_set_object (&entry->spool, bulla_handover_get_spool (handover));
  if (entry->spool != NULL)
    entry->grew = g_signal_connect_data (entry->spool, "grew", G_CALLBACK (grew_cb), self, NULL,
                                         G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  g_queue_push_head (&self->entries, entry);
  shrink (self);
  return entry->id;
}

static GList *
find_link (BullaHandovers *self, guint id)
{
  for (GList *each = self->entries.head; each != NULL; each = each->next)
    if (((Entry *)each->data)->id == id)
      return each;
  return NULL;
}

/**
 * bulla_handovers_find:
 * @self: the handovers of a window
 * @id: from bulla_handovers_add()
 *
 * Counts as a use.
 *
 * Returns: (transfer none) (nullable): the handover; %NULL if it was dropped
 */
BullaHandover *
bulla_handovers_find (BullaHandovers *self, guint id)
{
  GList *link = find_link (self, id);

  if (link == NULL)
    return NULL;
  g_queue_unlink (&self->entries, link);
  g_queue_push_head_link (&self->entries, link);
  return ((Entry *)link->data)->handover;
}

/**
 * bulla_handovers_remove:
 * @self: the handovers of a window
 * @id: from bulla_handovers_add(), or 0 for none; one that was dropped is ignored
 */
void
bulla_handovers_remove (BullaHandovers *self, guint id)
{
  GList *link = find_link (self, id);

  if (link == NULL)
    return;
  entry_free (link->data);
  g_queue_delete_link (&self->entries, link);
}

/**
 * bulla_handovers_get_n:
 * @self: the handovers of a window
 *
 * Returns: how many there are
 */
guint
bulla_handovers_get_n (BullaHandovers *self)
{
  return self->entries.length;
}
