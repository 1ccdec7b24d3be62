/* test-explain-time.c - formats times in UTC with their distance from now
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <locale.h>

#include "bulla-explain-time.h"

#define NOON 1796040000 /* 2026-11-30 12:00:00 UTC */

static void
test_distance (void)
{
  static const struct {
    gint64 distance; /* seconds from now */
    const char *text;
  } cases[] = {
      {0, "2026-11-30 12:00:00 UTC (now)"},
      {59, "2026-11-30 12:00:59 UTC (now)"},
      {60, "2026-11-30 12:01:00 UTC (in 1 minute)"},
      {3599, "2026-11-30 12:59:59 UTC (in 59 minutes)"},
      {3600, "2026-11-30 13:00:00 UTC (in 1 hour)"},
      {86400, "2026-12-01 12:00:00 UTC (in 1 day)"},
      {7 * 86400 - 1, "2026-12-07 11:59:59 UTC (in 6 days)"},
      {-1, "2026-11-30 11:59:59 UTC (now)"},
      {-120, "2026-11-30 11:58:00 UTC (2 minutes ago)"},
      {-7200, "2026-11-30 10:00:00 UTC (2 hours ago)"},
      {-86400, "2026-11-29 12:00:00 UTC (1 day ago)"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = bulla_explain_time (NOON + cases[i].distance, NOON);

    g_assert_cmpstr (text, ==, cases[i].text);
  }
}

static void
test_none (void)
{
  g_assert_null (bulla_explain_time (0, NOON));
  g_assert_null (bulla_explain_time (-1, NOON));
  g_assert_null (bulla_explain_time (G_MAXINT64, NOON));
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain-time/distance", test_distance);
  g_test_add_func ("/explain-time/none", test_none);
  return g_test_run ();
}
