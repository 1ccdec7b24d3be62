/* bulla-duration.c - reads durations such as 90s, 30m, 12h, 2d and 1w
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-duration.h"

#include <string.h>

/* The longest unit comes first: a duration is written with the longest unit that divides it. */
static const struct {
  char letter;
  gint64 seconds;
} UNITS[] = {{'w', 7 * 86400}, {'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}};

/**
 * bulla_duration_read: (skip)
 * @text: a whole number of seconds, or one with a unit: "90s", "30m", "12h", "2d", "1w"
 * @max: the longest duration, in seconds
 * @seconds: (out): from 0 to @max
 *
 * Returns: whether @text is a duration of at most @max
 */
gboolean
bulla_duration_read (const char *text, gint64 max, gint64 *seconds)
{
  size_t length = strlen (text);
  char last = length > 0 ? text[length - 1] : '\0';
  g_autofree char *digits = g_strndup (text, length > 0 ? length - 1 : 0);

  for (size_t i = 0; i < G_N_ELEMENTS (UNITS); i++)
    if (last == UNITS[i].letter) {
      gint64 number = 0;
      if (!g_ascii_string_to_signed (digits, 10, 0, max / UNITS[i].seconds, &number, NULL))
        return FALSE;
      *seconds = number * UNITS[i].seconds;
      return TRUE;
    }
  return g_ascii_string_to_signed (text, 10, 0, max, seconds, NULL);
}

/**
 * bulla_duration_format: (skip)
 * @seconds: a duration
 *
 * Returns: (transfer full): the same with the longest unit that divides it
 */
char *
bulla_duration_format (gint64 seconds)
{
  for (size_t i = 1; seconds > 0 && i < G_N_ELEMENTS (UNITS); i++)
    if (seconds % UNITS[i].seconds == 0)
      return g_strdup_printf ("%" G_GINT64_FORMAT "%c", seconds / UNITS[i].seconds,
                              UNITS[i].letter);
  return g_strdup ("0");
}
