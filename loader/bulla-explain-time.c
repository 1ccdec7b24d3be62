/* bulla-explain-time.c - formats a time in UTC with its distance from now
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-explain-time.h"

#include <glib/gi18n-lib.h>

#include "bulla-explain.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static char *
describe_future (guint64 distance)
{
  gulong days = (gulong)(distance / DAY), hours = (gulong)(distance / HOUR);
  gulong minutes = (gulong)(distance / MINUTE);

  if (days > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "in %lu day", "in %lu days", days), days);
  if (hours > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "in %lu hour", "in %lu hours", hours),
                            hours);
  if (minutes > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "in %lu minute", "in %lu minutes", minutes), minutes);
  return g_strdup (_ ("now"));
}

static char *
describe_past (guint64 distance)
{
  gulong days = (gulong)(distance / DAY), hours = (gulong)(distance / HOUR);
  gulong minutes = (gulong)(distance / MINUTE);

  if (days > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu day ago", "%lu days ago", days),
                            days);
  if (hours > 0)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu hour ago", "%lu hours ago", hours),
                            hours);
  if (minutes > 0)
    return g_strdup_printf (
        g_dngettext (GETTEXT_PACKAGE, "%lu minute ago", "%lu minutes ago", minutes), minutes);
  return g_strdup (_ ("now"));
}

/**
 * bulla_explain_duration: (skip)
 * @seconds: not negative
 *
 * Returns: (transfer full): the duration as “3 days”, “2 hours” or “5 seconds”, rounded down
 */
char *
bulla_explain_duration (gint64 seconds)
{
  gulong n = (gulong)seconds;

  bulla_explain_bind ();
  if (n >= DAY)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu day", "%lu days", n / DAY), n / DAY);
  if (n >= HOUR)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu hour", "%lu hours", n / HOUR),
                            n / HOUR);
  if (n >= MINUTE)
    return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu minute", "%lu minutes", n / MINUTE),
                            n / MINUTE);
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%lu second", "%lu seconds", n), n);
}

/**
 * bulla_explain_time_distance: (skip)
 * @seconds: a time, in Unix seconds
 * @now: the time to measure from, in Unix seconds
 *
 * Returns: (transfer full): the distance as “in 3 days”, “2 hours ago” or “now”, rounded towards
 * @now
 */
char *
bulla_explain_time_distance (gint64 seconds, gint64 now)
{
  bulla_explain_bind ();
  /* unsigned, because the difference of two gint64 may overflow */
  guint64 distance =
      seconds >= now ? (guint64)seconds - (guint64)now : (guint64)now - (guint64)seconds;
  return seconds >= now ? describe_future (distance) : describe_past (distance);
}

/**
 * bulla_explain_time: (skip)
 * @seconds: a time, in Unix seconds
 * @now: the time to measure from, in Unix seconds
 *
 * Returns: (transfer full) (nullable): the time as “2026-11-29 06:51:38 UTC (in 3 days)”; %NULL if
 *   @seconds is not positive, or after the year 9999
 */
char *
bulla_explain_time (gint64 seconds, gint64 now)
{
  g_autoptr (GDateTime) time = seconds > 0 ? g_date_time_new_from_unix_utc (seconds) : NULL;

  if (time == NULL)
    return NULL;
  g_autofree char *date = g_date_time_format (time, "%F %T UTC");
  g_autofree char *distance = bulla_explain_time_distance (seconds, now);
  return g_strdup_printf ("%s (%s)", date, distance);
}
