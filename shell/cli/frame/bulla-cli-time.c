/* bulla-cli-time.c - points in time for people
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-time.h"

#include <glib/gi18n.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static char *
dup_past (guint64 seconds)
{
  gulong n = (gulong)(seconds < HOUR ? seconds / MINUTE : seconds / HOUR);

  if (seconds < MINUTE)
    return g_strdup (_ ("just now"));
  if (seconds < HOUR)
    return g_strdup_printf (ngettext ("%lu minute ago", "%lu minutes ago", n), n);
  if (seconds < 2 * DAY)
    return g_strdup_printf (ngettext ("%lu hour ago", "%lu hours ago", n), n);
  n = (gulong)(seconds / DAY);
  return g_strdup_printf (ngettext ("%lu day ago", "%lu days ago", n), n);
}

static char *
dup_future (guint64 seconds)
{
  gulong n = (gulong)(seconds < HOUR ? seconds / MINUTE : seconds / HOUR);

  if (seconds < MINUTE)
    return g_strdup (_ ("in less than a minute"));
  if (seconds < HOUR)
    return g_strdup_printf (ngettext ("in %lu minute", "in %lu minutes", n), n);
  if (seconds < 2 * DAY)
    return g_strdup_printf (ngettext ("in %lu hour", "in %lu hours", n), n);
  n = (gulong)(seconds / DAY);
  return g_strdup_printf (ngettext ("in %lu day", "in %lu days", n), n);
}

/**
 * bulla_cli_dup_time_with_hint: (skip)
 * @seconds: Unix seconds
 * @now: Unix seconds
 *
 * Returns: (transfer full): @seconds as ISO 8601 in UTC, and how far it is from @now
 */
char *
bulla_cli_dup_time_with_hint (gint64 seconds, gint64 now)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ")
                                       : g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
  g_autofree char *hint = seconds <= now ? dup_past ((guint64)now - (guint64)seconds)
                                         : dup_future ((guint64)seconds - (guint64)now);

  return g_strdup_printf ("%s (%s)", text, hint);
}
