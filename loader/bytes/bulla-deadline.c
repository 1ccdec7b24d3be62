/* bulla-deadline.c - cancels an operation after a time, or when the caller cancels it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-deadline.h"

struct _BullaDeadline {
  GCancellable *cancellable; /* owned; for the operation */
  GSource *timer;            /* owned */
  GSource *caller;           /* owned; NULL if the caller cannot cancel */
  gboolean over;
};

static gboolean
timer_cb (gpointer user_data)
{
  BullaDeadline *self = user_data;

  self->over = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
caller_cb (GCancellable *caller, gpointer user_data)
{
  BullaDeadline *self = user_data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/**
 * bulla_deadline_new: (skip)
 * @caller: (nullable): what else cancels the operation
 * @milliseconds: time that the operation has
 *
 * Returns: (transfer full): a deadline that runs in the thread's default main context
 */
BullaDeadline *
bulla_deadline_new (GCancellable *caller, guint milliseconds)
{
  BullaDeadline *self = g_new0 (BullaDeadline, 1);
  GMainContext *context = g_main_context_get_thread_default ();

  self->cancellable = g_cancellable_new ();
  self->timer = g_timeout_source_new (milliseconds);
  g_source_set_callback (self->timer, timer_cb, self, NULL);
  g_source_attach (self->timer, context);
  if (caller == NULL)
    return self;
  self->caller = g_cancellable_source_new (caller);
  g_source_set_callback (self->caller, G_SOURCE_FUNC (caller_cb), self, NULL);
  g_source_attach (self->caller, context);
  return self;
}

void
bulla_deadline_free (BullaDeadline *self)
{
  GSource *sources[] = {self->timer, self->caller};

  for (gsize i = 0; i < G_N_ELEMENTS (sources); i++)
    if (sources[i] != NULL) {
      g_source_destroy (sources[i]);
      g_source_unref (sources[i]);
    }
  g_object_unref (self->cancellable);
  g_free (self);
}

/**
 * bulla_deadline_get_cancellable: (skip)
 * @self: a deadline
 *
 * Returns: (transfer none): for the operation
 */
GCancellable *
bulla_deadline_get_cancellable (BullaDeadline *self)
{
  return self->cancellable;
}

/**
 * bulla_deadline_is_over: (skip)
 * @self: a deadline
 *
 * Returns: whether the time was over, rather than the caller the one who cancelled
 */
gboolean
bulla_deadline_is_over (BullaDeadline *self)
{
  return self->over;
}
