/* test-concurrency.c - limits the number of simultaneous operations
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-concurrency.h"

#include "bulla-error.h"
#include "bulla-pipe.h"

static const BullaConcurrencyLimits LIMITS = {
    .all = 3, .each = 2, .waiting = 4, .turn_in_ms = 60000};
static const BullaConcurrencyLimits SHORT = {.all = 3, .each = 2, .waiting = 4, .turn_in_ms = 20};

#define ONE GUINT_TO_POINTER (1)
#define TWO GUINT_TO_POINTER (2)

typedef struct {
  BullaConcurrency *turns; /* owned */
  GCancellable *whole;     /* owned */
  GPtrArray *given;        /* owned; of BullaTurn, in the order in which they were given */
  gboolean end_at_once;
} World;

static void
set_up (World *self, gconstpointer limits)
{
  self->turns = bulla_concurrency_new (limits);
  self->whole = g_cancellable_new ();
  self->given = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_turn_free);
}

static void
run (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
tear_down (World *self, gconstpointer limits)
{
  while (self->given->len > 0) {
    g_ptr_array_set_size (self->given, 0);
    run ();
  }
  g_ptr_array_unref (self->given);
  bulla_concurrency_unref (self->turns);
  g_object_unref (self->whole);
}

static void
turn_cb (BullaTurn *turn, gpointer user_data)
{
  World *self = user_data;

  if (self->end_at_once)
    bulla_turn_free (turn);
  else
    g_ptr_array_add (self->given, turn);
}

static gboolean
reserve_turn (World *self, gconstpointer owner)
{
  return bulla_concurrency_ask (self->turns, owner, self->whole, turn_cb, self);
}

static void
assert_given (World *self, guint n)
{
  run ();
  g_assert_cmpuint (self->given->len, ==, n);
}

/* one owner has two of three turns; another owner gets the third, although it asked later */
static void
test_shares (World *self, gconstpointer limits)
{
  for (guint i = 0; i < 4; i++)
    g_assert_true (reserve_turn (self, ONE));
  assert_given (self, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_true (reserve_turn (self, TWO));
  assert_given (self, 3);
  g_ptr_array_remove_index (self->given, 2); /* the other owner's turn: its second one follows */
  assert_given (self, 3);
  g_ptr_array_remove_index (self->given, 0);
  assert_given (self, 3);
}

static void
test_waiting (World *self, gconstpointer limits)
{
  for (guint i = 0; i < 2 + 4; i++)
    g_assert_true (reserve_turn (self, ONE));
  g_assert_false (reserve_turn (self, ONE));
  g_assert_true (reserve_turn (self, TWO));
  assert_given (self, 3);
  g_ptr_array_remove_index (self->given, 0);
  assert_given (self, 3);
  g_assert_true (reserve_turn (self, ONE));
  g_assert_false (reserve_turn (self, ONE));
}

static void
test_try (World *self, gconstpointer limits)
{
  g_autoptr (BullaTurn) first = bulla_concurrency_try (self->turns, ONE, self->whole);
  g_autoptr (BullaTurn) second = bulla_concurrency_try (self->turns, ONE, self->whole);

  g_assert_nonnull (first);
  g_assert_nonnull (second);
  g_assert_null (bulla_concurrency_try (self->turns, ONE, self->whole));
  g_assert_true (reserve_turn (self, TWO));
  assert_given (self, 1);
  g_assert_null (bulla_concurrency_try (self->turns, TWO, self->whole));
}

/* turns that end at once let all waiting operations proceed */
static void
test_at_once (World *self, gconstpointer limits)
{
  for (guint i = 0; i < 2 + 4; i++)
    g_assert_true (reserve_turn (self, ONE));
  self->end_at_once = TRUE;
  g_ptr_array_set_size (self->given, 0);
  run ();
  for (guint i = 0; i < 1000; i++)
    g_assert_true (reserve_turn (self, ONE));
  self->end_at_once = FALSE;
  g_assert_true (reserve_turn (self, ONE));
  g_assert_true (reserve_turn (self, TWO));
  assert_given (self, 2);
}

/* a body that arrives only in part is cut short, and its readers get an error */
static void
test_expires (World *self, gconstpointer limits)
{
  g_autoptr (BullaPipe) source = bulla_pipe_new ();
  g_autoptr (BullaSpool) spool = bulla_spool_new (G_INPUT_STREAM (source), 1000);
  g_autoptr (GBytes) part = g_bytes_new_static ("part", 4);

  bulla_pipe_push (source, part);
  bulla_turn_follow (bulla_concurrency_try (self->turns, ONE, self->whole), spool);
  while (bulla_spool_get_error (spool) == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (bulla_spool_get_error (spool), BULLA_ERROR, BULLA_ERROR_NETWORK);
  g_assert_cmpuint (bulla_spool_get_length (spool), ==, 4);
  g_assert_false (g_cancellable_is_cancelled (self->whole));
  for (guint i = 0; i < 2; i++)
    g_assert_true (reserve_turn (self, ONE));
  assert_given (self, 2);
}

/* a turn without a body times out */
static void
test_cancels (World *self, gconstpointer limits)
{
  g_autoptr (BullaTurn) turn = bulla_concurrency_try (self->turns, ONE, self->whole);

  g_assert_null (bulla_turn_get_error (turn));
  while (!g_cancellable_is_cancelled (self->whole))
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (bulla_turn_get_error (turn), BULLA_ERROR, BULLA_ERROR_NETWORK);
}

static gboolean
stop_cb (gpointer user_data)
{
  *(gboolean *)user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* after bulla_turn_end_for(), a body has no time limit and occupies no turn; a complete body
 * ends its turn */
static void
test_ends (World *self, gconstpointer limits)
{
  g_autoptr (BullaPipe) source = bulla_pipe_new ();
  g_autoptr (BullaSpool) spool = bulla_spool_new (G_INPUT_STREAM (source), 1000);
  g_autoptr (GInputStream) none = g_memory_input_stream_new ();
  g_autoptr (BullaSpool) whole = bulla_spool_new (none, 1000);
  gboolean done = FALSE;

  bulla_turn_follow (bulla_concurrency_try (self->turns, ONE, self->whole), spool);
  bulla_turn_follow (bulla_concurrency_try (self->turns, ONE, self->whole), whole);
  bulla_turn_end_for (spool);
  while (!bulla_spool_is_complete (whole))
    g_main_context_iteration (NULL, TRUE);
  g_timeout_add (3 * SHORT.turn_in_ms, stop_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (bulla_spool_get_error (spool));
  for (guint i = 0; i < 2; i++)
    g_assert_true (reserve_turn (self, ONE));
  assert_given (self, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, limits, test) g_test_add ("/turns/" path, World, limits, set_up, test, tear_down)
  ADD ("shares", &LIMITS, test_shares);
  ADD ("waiting", &LIMITS, test_waiting);
  ADD ("try", &LIMITS, test_try);
  ADD ("at-once", &LIMITS, test_at_once);
  ADD ("expires", &SHORT, test_expires);
  ADD ("cancels", &SHORT, test_cancels);
  ADD ("ends", &SHORT, test_ends);
  return g_test_run ();
}
