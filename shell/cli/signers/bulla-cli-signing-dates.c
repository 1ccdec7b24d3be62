/* bulla-cli-signing-dates.c - reads the dates between which certificates and signatures are valid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-signing-dates.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli.h"
#include "bulla-duration.h"

/* The range of accepted dates. A certificate is valid from some time before its date until years
 * after it, and X.509 must be able to represent all these times. */
#define DATE_MIN G_GINT64_CONSTANT (86400)        /* 1970-01-02 */
#define DATE_MAX G_GINT64_CONSTANT (250246627200) /* 9900-01-01 */

gboolean
bulla_cli_parse_date (const char *text, int64_t *seconds, GError **error)
{
  if (text != NULL)
    return bulla_cli_parse_time_within ("date", text, DATE_MIN, DATE_MAX, seconds, error);
  *seconds = g_get_real_time () / G_USEC_PER_SEC;
  return TRUE;
}

/**
 * bulla_cli_parse_end: (skip)
 * @option: name of the option, without dashes
 * @text: a time, see bulla_cli_parse_time(), or a duration with a unit, such as "12h" or "2d"
 * @date: Unix seconds, from which a duration counts
 * @min: earliest end, Unix seconds
 * @max: latest end, Unix seconds
 * @seconds: (out): the end in Unix seconds, within @min and @max
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_parse_end (const char *option, const char *text, int64_t date, int64_t min, int64_t max,
                     int64_t *seconds, GError **error)
{
  size_t length = strlen (text);
  int64_t duration = 0;

  if (length == 0 || !g_ascii_isalpha (text[length - 1]) || text[length - 1] == 'Z'
      || !bulla_duration_read (text, BULLA_CLI_TIME_MAX, &duration)) {
    if (bulla_cli_is_time (text))
      return bulla_cli_parse_time_within (option, text, min, max, seconds, error);
    bulla_cli_usage_error (error,
                           _ ("--%s: “%s” is neither a time nor a duration; use Unix seconds, ISO "
                              "8601, or a number with s, m, h or d, such as 36h"),
                           option, text);
    return FALSE;
  }
  if (duration == 0) {
    bulla_cli_usage_error (error, _ ("--%s: “%s” is not longer than zero"), option, text);
    return FALSE;
  }
  if (duration <= max - date && date + duration >= min) {
    *seconds = date + duration;
    return TRUE;
  }
  g_autofree char *end = g_strdup_printf ("%" G_GINT64_FORMAT, date + MIN (duration, max));
  return bulla_cli_parse_time_within (option, end, min, max, seconds, error);
}
