/* test-waiters.c - several tasks wait for one operation, and leave at any time
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-waiters.h"

typedef struct {
  GCancellable *cancellable; /* owned */
  guint n_calls;
  gboolean ended;      /* whether the task returned TRUE */
  GCancellable *other; /* borrowed; nullable; the callback cancels it */
} Caller;

static void
returned_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Caller *self = user_data;
  g_autoptr (GError) error = NULL;

  self->n_calls++;
  self->ended = g_task_propagate_boolean (G_TASK (result), &error);
  g_assert_cmpint (self->ended, !=, error != NULL);
  if (error != NULL)
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  if (self->other != NULL)
    g_cancellable_cancel (self->other);
}

static void
join (BullaWaiters *waiters, Caller *caller)
{
  caller->cancellable = g_cancellable_new ();
  bulla_waiters_add (waiters, g_task_new (NULL, caller->cancellable, returned_cb, caller));
}

static void
run (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
clear (Caller *callers, guint n)
{
  for (guint i = 0; i < n; i++)
    g_object_unref (callers[i].cancellable);
}

static gboolean
is_cancelled (BullaWaiters *waiters)
{
  return g_cancellable_is_cancelled (bulla_waiters_get_cancellable (waiters));
}

/* each returns once: those who left at once, the others at the end */
static void
test_end (void)
{
  g_autoptr (BullaWaiters) waiters = bulla_waiters_new ();
  Caller callers[3] = {0};

  for (guint i = 0; i < 3; i++)
    join (waiters, &callers[i]);
  g_cancellable_cancel (callers[0].cancellable);
  run ();
  g_assert_cmpuint (callers[0].n_calls, ==, 1);
  g_assert_false (callers[0].ended);
  g_assert_cmpuint (callers[1].n_calls + callers[2].n_calls, ==, 0);
  g_assert_false (is_cancelled (waiters));
  bulla_waiters_end (waiters);
  run ();
  for (guint i = 0; i < 3; i++)
    g_assert_cmpuint (callers[i].n_calls, ==, 1);
  g_assert_true (callers[1].ended && callers[2].ended);
  g_cancellable_cancel (callers[1].cancellable); /* too late */
  run ();
  g_assert_cmpuint (callers[1].n_calls, ==, 1);
  g_assert_false (is_cancelled (waiters));
  clear (callers, 3);
}

/* the operation is cancelled with the last one, and not before */
static void
test_all_leave (void)
{
  g_autoptr (BullaWaiters) waiters = bulla_waiters_new ();
  Caller callers[2] = {0};

  join (waiters, &callers[0]);
  join (waiters, &callers[1]);
  g_cancellable_cancel (callers[1].cancellable);
  run ();
  g_assert_false (is_cancelled (waiters));
  g_cancellable_cancel (callers[0].cancellable);
  run ();
  g_assert_true (is_cancelled (waiters));
  g_assert_cmpuint (callers[0].n_calls, ==, 1);
  g_assert_cmpuint (callers[1].n_calls, ==, 1);
  g_assert_false (callers[0].ended || callers[1].ended);
  clear (callers, 2);
}

/* one that was cancelled before it came leaves as any other does */
static void
test_cancelled_before (void)
{
  g_autoptr (BullaWaiters) waiters = bulla_waiters_new ();
  Caller caller = {.cancellable = g_cancellable_new ()};

  g_cancellable_cancel (caller.cancellable);
  bulla_waiters_add (waiters, g_task_new (NULL, caller.cancellable, returned_cb, &caller));
  run ();
  g_assert_cmpuint (caller.n_calls, ==, 1);
  g_assert_true (is_cancelled (waiters));
  clear (&caller, 1);
}

/* a callback makes another one leave, at the end and before */
static void
test_callback (void)
{
  for (int at_end = 0; at_end < 2; at_end++) {
    g_autoptr (BullaWaiters) waiters = bulla_waiters_new ();
    Caller callers[2] = {0};
    join (waiters, &callers[0]);
    join (waiters, &callers[1]);
    callers[0].other = callers[1].cancellable;
    if (at_end)
      bulla_waiters_end (waiters);
    else
      g_cancellable_cancel (callers[0].cancellable);
    run ();
    g_assert_cmpuint (callers[0].n_calls, ==, 1);
    g_assert_cmpuint (callers[1].n_calls, ==, 1);
    g_assert_cmpint (is_cancelled (waiters), ==, !at_end);
    clear (callers, 2);
  }
}

static void
free_cb (GCancellable *cancellable, gpointer waiters)
{
  g_idle_add_once ((GSourceOnceFunc)bulla_waiters_free, waiters);
}

/* the operation ends, and frees its waiters, as soon as it is cancelled; nobody can be cancelled
 * who has no cancellable */
static void
test_free (void)
{
  BullaWaiters *waiters = bulla_waiters_new ();
  BullaWaiters *patient = bulla_waiters_new ();
  Caller callers[2] = {0};

  g_signal_connect (bulla_waiters_get_cancellable (waiters), "cancelled", G_CALLBACK (free_cb),
                    waiters);
  join (waiters, &callers[0]);
  g_cancellable_cancel (callers[0].cancellable);
  bulla_waiters_add (patient, g_task_new (NULL, NULL, returned_cb, &callers[1]));
  run ();
  g_assert_cmpuint (callers[0].n_calls, ==, 1);
  g_assert_cmpuint (callers[1].n_calls, ==, 0);
  bulla_waiters_end (patient);
  run ();
  g_assert_true (callers[1].ended);
  bulla_waiters_free (patient);
  clear (callers, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/waiters/end", test_end);
  g_test_add_func ("/waiters/all-leave", test_all_leave);
  g_test_add_func ("/waiters/cancelled-before", test_cancelled_before);
  g_test_add_func ("/waiters/callback", test_callback);
  g_test_add_func ("/waiters/free", test_free);
  return g_test_run ();
}
