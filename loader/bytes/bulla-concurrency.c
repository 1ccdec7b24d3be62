/* bulla-concurrency.c - limits concurrent operations; further ones wait for their turn
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * All owners share the turns, first come, first served; an owner at its own limit is skipped. A
 * turn ends by itself after a time limit, even if its operation continues. */
#include "bulla-concurrency.h"

#include "bulla-error.h"

/* The turns of one owner; freed with the last one. */
typedef struct {
  guint n, n_waiting;
} Share;

typedef struct {
  gconstpointer owner;
  GCancellable *cancellable; /* owned */
  BullaTurnFunc func;
  gpointer user_data; /* passed to func, which owns it */
} Waiting;

struct _BullaConcurrency {
  guint references;
  BullaConcurrencyLimits limits;
  guint n;
  GHashTable *shares; /* owned; owner -> Share */
  GQueue waiting;     /* owned Waiting, the oldest first */
  gboolean giving;    /* give_turns() is running */
  guint next;         /* id of the source that grants the next turns */
};

struct _BullaTurn {
  BullaConcurrency *turns; /* owned */
  gconstpointer owner;
  GCancellable *cancellable; /* owned; cancelled when the time is over */
  BullaSpool *spool;         /* borrowed; nullable; its "grew" handler keeps the turn */
  guint timeout;
  GError *error; /* owned; NULL until the time is up */
};

/**
 * bulla_concurrency_new: (skip)
 * @limits: the limits, each at least 1
 *
 * Returns: (transfer full): an object of which no turns are in use
 */
BullaConcurrency *
bulla_concurrency_new (const BullaConcurrencyLimits *limits)
{
  BullaConcurrency *self = g_new0 (BullaConcurrency, 1);

  self->references = 1;
  self->limits = *limits;
  self->shares = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_queue_init (&self->waiting);
  return self;
}

/* Waiting and running turns hold references. */
void
bulla_concurrency_unref (BullaConcurrency *self)
{
  if (--self->references > 0)
    return;
  g_hash_table_unref (self->shares);
  g_free (self);
}

static Share *
make_share (BullaConcurrency *self, gconstpointer owner)
{
  Share *share = g_hash_table_lookup (self->shares, owner);

  if (share != NULL)
    return share;
  share = g_new0 (Share, 1);
  g_hash_table_insert (self->shares, (gpointer)owner, share);
  return share;
}

static void
drop_share_if_empty (BullaConcurrency *self, gconstpointer owner)
{
  const Share *share = g_hash_table_lookup (self->shares, owner);

  if (share->n == 0 && share->n_waiting == 0)
    g_hash_table_remove (self->shares, owner);
}

static gboolean
has_turn_for (BullaConcurrency *self, const Share *share)
{
  return self->n < self->limits.all && share->n < self->limits.each;
}

static gboolean
expired_cb (gpointer user_data)
{
  BullaTurn *self = user_data;

  self->timeout = 0;
  self->error =
      g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "the transfer did not finish within %u s",
                   self->turns->limits.turn_in_ms / 1000);
  if (self->spool != NULL)
    bulla_spool_give_up (self->spool, self->error); /* This ends the turn. */
  else
    g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static BullaTurn *
begin_turn (BullaConcurrency *self, gconstpointer owner, GCancellable *cancellable)
{
  BullaTurn *turn = g_new0 (BullaTurn, 1);

  self->references++;
  self->n++;
  make_share (self, owner)->n++;
  turn->turns = self;
  turn->owner = owner;
  turn->cancellable = g_object_ref (cancellable);
  turn->timeout = g_timeout_add (self->limits.turn_in_ms, expired_cb, turn);
  return turn;
}

static Waiting *
steal_next (BullaConcurrency *self)
{
  for (GList *each = self->waiting.head; each != NULL; each = each->next) {
    Waiting *waiting = each->data;
    Share *share = g_hash_table_lookup (self->shares, waiting->owner);
    if (!has_turn_for (self, share))
      continue;
    share->n_waiting--;
    g_queue_delete_link (&self->waiting, each);
    return waiting;
  }
  return NULL;
}

/* If granting a turn queues another one, the loop that grants turns continues with it. */
static void
give_turns (BullaConcurrency *self)
{
  Waiting *next = NULL;

  if (self->giving)
    return;
  self->giving = TRUE;
  while ((next = steal_next (self)) != NULL) {
    BullaTurn *turn = begin_turn (self, next->owner, next->cancellable);
    next->func (turn, next->user_data);
    g_object_unref (next->cancellable);
    g_free (next);
  }
  self->giving = FALSE;
}

static gboolean
give_turns_cb (gpointer user_data)
{
  BullaConcurrency *self = user_data;

  self->next = 0;
  give_turns (self);
  return G_SOURCE_REMOVE;
}

/* Grants turns from an idle source, because a turn may end while any object is freed. */
static void
give_turns_soon (BullaConcurrency *self)
{
  if (self->next != 0)
    return;
  self->references++;
  self->next = g_idle_add_full (G_PRIORITY_DEFAULT, give_turns_cb, self,
                                (GDestroyNotify)bulla_concurrency_unref);
}

/**
 * bulla_concurrency_ask: (skip)
 * @self: turns
 * @owner: identifies the owner of the turn
 * @cancellable: cancelled when the time limit of the turn is exceeded
 * @func: called once with the turn, which it owns, at once or later; even if the operation was
 *   cancelled while it waited
 * @user_data: for @func
 *
 * Returns: whether @func will be called; %FALSE if too many turns of @owner are waiting
 */
gboolean
bulla_concurrency_ask (BullaConcurrency *self, gconstpointer owner, GCancellable *cancellable,
                       BullaTurnFunc func, gpointer user_data)
{
  Share *share = make_share (self, owner);
  Waiting *waiting = NULL;

  if (share->n_waiting >= self->limits.waiting)
    return FALSE;
  share->n_waiting++;
  waiting = g_new (Waiting, 1);
  *waiting = (Waiting){owner, g_object_ref (cancellable), func, user_data};
  g_queue_push_tail (&self->waiting, waiting);
  give_turns (self);
  return TRUE;
}

/* Returns: (transfer full) (nullable): a turn, as from bulla_concurrency_ask(); NULL if it would
 * have to wait */
BullaTurn *
bulla_concurrency_try (BullaConcurrency *self, gconstpointer owner, GCancellable *cancellable)
{
  const Share *share = make_share (self, owner);

  if (has_turn_for (self, share))
    return begin_turn (self, owner, cancellable);
  drop_share_if_empty (self, owner);
  return NULL;
}

/* Returns: (nullable): why the turn was cancelled; NULL unless its time is up */
const GError *
bulla_turn_get_error (BullaTurn *self)
{
  return self->error;
}

static void
grew_cb (BullaSpool *spool, gpointer user_data)
{
  if (bulla_spool_is_complete (spool) || bulla_spool_get_error (spool) != NULL)
    bulla_turn_end_for (spool);
}

static void
closure_gone_cb (gpointer turn, GClosure *closure)
{
  bulla_turn_free (turn);
}

/**
 * bulla_turn_follow: (skip)
 * @self: (transfer full): a turn
 * @spool: a body that has not ended
 *
 * The turn ends with the body; when the turn's time limit is exceeded, reading the body is stopped.
 */
void
bulla_turn_follow (BullaTurn *self, BullaSpool *spool)
{
  self->spool = spool;
  g_signal_connect_data (spool, "grew", G_CALLBACK (grew_cb), self, closure_gone_cb, 0);
}

/* Ends the turn that follows @spool, if there is one; the body then has no time limit. */
void
bulla_turn_end_for (BullaSpool *spool)
{
  g_signal_handlers_disconnect_matched (spool, G_SIGNAL_MATCH_FUNC, 0, 0, NULL, (gpointer)grew_cb,
                                        NULL);
}

void
bulla_turn_free (BullaTurn *self)
{
  BullaConcurrency *turns = self->turns;
  Share *share = g_hash_table_lookup (turns->shares, self->owner);

  g_clear_handle_id (&self->timeout, g_source_remove);
  turns->n--;
  share->n--;
  drop_share_if_empty (turns, self->owner);
  g_object_unref (self->cancellable);
  g_clear_error (&self->error);
  g_free (self);
  give_turns_soon (turns);
  bulla_concurrency_unref (turns);
}
