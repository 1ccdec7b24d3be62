/* bulla-explain-time.h - formats a time in UTC with its distance from now
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_explain_duration (gint64 seconds);
char *bulla_explain_time (gint64 seconds, gint64 now);
char *bulla_explain_time_distance (gint64 seconds, gint64 now);

G_END_DECLS
