/* bulla-field-date.c - reads the dates of header fields
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-field.h"

/* Returns the number that @digits characters at @text spell; -1 if they are not digits. */
static int
read_digits (const char *text, guint digits)
{
  int number = 0;

  for (guint i = 0; i < digits; i++) {
    if (!g_ascii_isdigit (text[i]))
      return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

/* Compares bytes with a pattern, in which `?` stands for any byte; GLib's patterns take UTF-8
 * only. */
static gboolean
has_shape (const char *text, const char *shape)
{
  for (; *shape != '\0' && *text != '\0'; shape++, text++)
    if (*shape != '?' && *shape != *text)
      return FALSE;
  return *shape == *text;
}

/**
 * bulla_field_read_date: (skip)
 * @date: a Date value; need not be valid UTF-8
 * @time: (out): Unix seconds; unchanged if @date is malformed
 *
 * Spec: RFC 9110 section 5.6.7, IMF-fixdate, the only form that servers may send.
 *
 * Returns: whether @date is valid
 */
gboolean
bulla_field_read_date (const char *date, gint64 *time)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  static const char shape[] = "???, ?? ??? ???? ??:??:?? GMT";

  if (!has_shape (date, shape))
    return FALSE;
  g_autofree char *name = g_strndup (date + 8, 3);
  const char *month = strstr (months, name);
  int day = read_digits (date + 5, 2), year = read_digits (date + 12, 4);
  int hour = read_digits (date + 17, 2), minute = read_digits (date + 20, 2);
  int second = read_digits (date + 23, 2);
  if (month == NULL || (month - months) % 3 != 0 || day < 1 || year < 1 || hour < 0 || minute < 0
      || second < 0)
    return FALSE;
  g_autoptr (GDateTime) read =
      g_date_time_new_utc (year, (int)((month - months) / 3) + 1, day, hour, minute, second);
  if (read == NULL)
    return FALSE;
  *time = g_date_time_to_unix (read);
  return TRUE;
}
