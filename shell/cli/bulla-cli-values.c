/* bulla-cli-values.c - values that several verbs take
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

#include <glib/gi18n.h>
#include <string.h>

/* RFC 9110, 5.6.2 */
#define TOKEN G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "!#$%&'*+-.^_`|~"

/**
 * bulla_cli_parse_time:
 * @text: Unix seconds, or ISO 8601 as "2026-11-23", "2026-11-23T10:00:00Z"; without a zone it is
 * UTC
 * @seconds: (out): Unix seconds
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_parse_time (const char *text, int64_t *seconds, GError **error)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *midnight = g_strconcat (text, "T00:00:00", NULL);

  if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, seconds, NULL))
    return TRUE;
  g_autoptr (GDateTime) time =
      g_date_time_new_from_iso8601 (strlen (text) == 10 ? midnight : text, utc);
  if (time == NULL) {
    bulla_cli_usage_error (error, _ ("“%s” is no time: give Unix seconds or ISO 8601"), text);
    return FALSE;
  }
  *seconds = g_date_time_to_unix (time);
  return TRUE;
}

/**
 * bulla_cli_parse_header:
 * @text: "Name: value"
 * @name: (out) (transfer full): a token, in the case it was typed
 * @value: (out) (transfer full): without spaces around it
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_parse_header (const char *text, char **name, char **value, GError **error)
{
  const char *colon = strchr (text, ':');
  size_t length = strspn (text, TOKEN);

  if (colon == NULL || colon == text || text + length != colon || strpbrk (colon, "\r\n") != NULL) {
    bulla_cli_usage_error (error, _ ("“%s” is no header: write it as “Name: value”"), text);
    return FALSE;
  }
  *name = g_strndup (text, length);
  *value = g_strstrip (g_strdup (colon + 1));
  return TRUE;
}
