/* bulla-rate-limit.c - limits how often a peer may do something, at once and in the long run
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-rate-limit.h"

/**
 * bulla_rate_limit_count:
 * @self: a limit
 *
 * It has happened once more.
 *
 * Returns: whether it may
 */
gboolean
bulla_rate_limit_count (BullaRateLimit *self)
{
  gint64 now = g_get_monotonic_time ();
  double forgotten = (double)(now - self->last) / G_USEC_PER_SEC * self->per_second;

  self->counted = MAX (self->counted - forgotten, 0) + 1;
  self->last = now;
  return self->counted <= self->most;
}
