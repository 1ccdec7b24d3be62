/* bulla-rate-limit.h - limits how often a peer may do something, at once and in the long run
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * BullaRateLimit:
 * @most: how often it may happen at once
 * @per_second: how often it may happen in a second, in the long run
 * @counted: how often it happened, less what was forgotten since
 * @last: g_get_monotonic_time() of the last time
 *
 * Set up by its first two members alone.
 */
typedef struct {
  guint most, per_second;
  double counted;
  gint64 last;
} BullaRateLimit;

gboolean bulla_rate_limit_count (BullaRateLimit *self);

G_END_DECLS
