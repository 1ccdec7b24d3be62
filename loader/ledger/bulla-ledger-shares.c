/* bulla-ledger-shares.c - counts how much of a ledger each view has
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * When a ledger is full, the view with the most contacts gives way, so that no page can have the
 * contacts of other views dropped. */
#include "bulla-ledger-shares.h"

typedef struct {
  guint n;            /* contacts in the ledger */
  gsize bytes;        /* bytes of those, as counted so far */
  guint last_dropped; /* id of the last contact that was dropped; 0 if none was */
} Share;

#define SHARES_MAX 4096 /* beyond as many, views without contacts are forgotten */

struct _BullaLedgerShares {
  GHashTable *views; /* owned; number of a view -> Share */
  guint forgotten;   /* highest last_dropped of the views that were forgotten; 0 if none was */
};

BullaLedgerShares *
bulla_ledger_shares_new (void)
{
  BullaLedgerShares *self = g_new (BullaLedgerShares, 1);

  self->forgotten = 0;
  self->views = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  return self;
}

void
bulla_ledger_shares_free (BullaLedgerShares *self)
{
  g_hash_table_unref (self->views);
  g_free (self);
}

static gboolean
forget_if_empty (gpointer view, gpointer value, gpointer user_data)
{
  const Share *share = value;
  BullaLedgerShares *self = user_data;

  if (share->n > 0)
    return FALSE;
  self->forgotten = MAX (self->forgotten, share->last_dropped);
  return TRUE;
}

static Share *
need_share (BullaLedgerShares *self, guint view)
{
  Share *share = g_hash_table_lookup (self->views, GUINT_TO_POINTER (view));

  if (share != NULL)
    return share;
  if (g_hash_table_size (self->views) >= SHARES_MAX)
    g_hash_table_foreach_remove (self->views, forget_if_empty, self);
  share = g_new0 (Share, 1);
  share->last_dropped = self->forgotten;
  g_hash_table_insert (self->views, GUINT_TO_POINTER (view), share);
  return share;
}

/* @contact: a contact that is added to the ledger, and whose bytes are counted already */
void
bulla_ledger_shares_add (BullaLedgerShares *self, const BullaContact *contact)
{
  need_share (self, contact->view)->n++;
}

/* @contact: a contact whose size has changed; @before: the size that was counted for it */
void
bulla_ledger_shares_resize (BullaLedgerShares *self, const BullaContact *contact, gsize before)
{
  need_share (self, contact->view)->bytes += contact->size - before;
}

/* @contact: a contact that is dropped from the ledger */
void
bulla_ledger_shares_drop (BullaLedgerShares *self, const BullaContact *contact)
{
  Share *share = need_share (self, contact->view);

  share->n--;
  share->bytes -= contact->size;
  share->last_dropped = MAX (share->last_dropped, contact->id);
}

static gboolean
is_larger (const Share *one, const Share *other, gboolean by_bytes)
{
  return by_bytes ? one->bytes > other->bytes : one->n > other->n;
}

/**
 * bulla_ledger_shares_find_largest: (skip)
 * @self: the shares of a ledger with at least one contact
 * @by_bytes: whether bytes count, not contacts
 * @own: number of the view whose contact needs room
 *
 * Returns: the number of a view that has contacts, and no other has more; @own rather than another
 */
guint
bulla_ledger_shares_find_largest (BullaLedgerShares *self, gboolean by_bytes, guint own)
{
  GHashTableIter iter;
  gpointer view, value;
  const Share *largest = need_share (self, own);
  guint found = own;

  g_hash_table_iter_init (&iter, self->views);
  while (g_hash_table_iter_next (&iter, &view, &value)) {
    const Share *share = value;
    if (share->n == 0 || (largest->n > 0 && !is_larger (share, largest, by_bytes)))
      continue;
    largest = share;
    found = GPOINTER_TO_UINT (view);
  }
  return found;
}

/* Returns: the id of the newest contact of the view that was dropped, or of a view that may be that
 * one; 0 if none was */
guint
bulla_ledger_shares_get_last_dropped (BullaLedgerShares *self, guint view)
{
  const Share *share = g_hash_table_lookup (self->views, GUINT_TO_POINTER (view));

  return share != NULL ? share->last_dropped : self->forgotten;
}
