/* bulla-duration.h - reads durations such as 90s, 30m, 12h, 2d and 1w
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean bulla_duration_read (const char *text, gint64 max, gint64 *seconds);
char *bulla_duration_format (gint64 seconds);

G_END_DECLS
