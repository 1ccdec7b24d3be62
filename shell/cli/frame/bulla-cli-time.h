/* bulla-cli-time.h - points in time for people
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_cli_dup_time_with_hint (gint64 seconds, gint64 now);

G_END_DECLS
