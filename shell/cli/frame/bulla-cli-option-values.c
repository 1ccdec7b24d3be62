/* bulla-cli-option-values.c - parses and formats values of options: times, numbers, headers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-duration.h"
#include "bulla-explain-time.h"

/* RFC 9110, 5.6.2 */
#define TOKEN G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "!#$%&'*+-.^_`|~"
#define DECIMAL G_CSET_DIGITS "+-.,eE" /* a comma in the locales that write one */

/**
 * bulla_cli_require_arguments:
 * @arguments: the arguments without options, ended by NULL
 * @count: the required number of arguments
 * @synopsis: their names, untranslated; empty without any
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_require_arguments (char **arguments, guint count, const char *synopsis, GError **error)
{
  guint given = g_strv_length (arguments);

  if (given == count)
    return TRUE;
  if (given < count)
    bulla_cli_usage_error (error, _ ("missing argument: expected %s"), _ (synopsis));
  else if (*synopsis == '\0')
    bulla_cli_usage_error (error, _ ("unexpected argument “%s”"), arguments[0]);
  else
    bulla_cli_usage_error (error, _ ("unexpected argument “%s”: expected %s"), arguments[count],
                           _ (synopsis));
  return FALSE;
}

/**
 * bulla_cli_require_output:
 * @arguments: the positional arguments
 * @out: (nullable): the value of --out, which takes the place of the argument
 * @synopsis: the argument that names the file to write
 * @error: a #BULLA_CLI_ERROR unless exactly one of both was given
 *
 * Returns: (nullable): the file to write
 */
const char *
bulla_cli_require_output (char **arguments, const char *out, const char *synopsis, GError **error)
{
  if (!bulla_cli_require_arguments (arguments, out != NULL ? 0 : 1,
                                    out != NULL ? N_ ("--out FILE") : synopsis, error))
    return NULL;
  return out != NULL ? out : arguments[0];
}

/**
 * bulla_cli_require_option:
 * @value: (nullable): the value of the option
 * @name: the name of the option, without dashes
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_require_option (gconstpointer value, const char *name, GError **error)
{
  if (value == NULL)
    bulla_cli_usage_error (error, _ ("the option --%s is missing"), name);
  return value != NULL;
}

/**
 * bulla_cli_parse_choice:
 * @text: (nullable): the value of the option
 * @option: name of the option, without dashes
 * @choices: (array zero-terminated=1): the values that it takes
 * @index: (out): the place of @text in @choices; 0 if @text is %NULL
 * @error: a #BULLA_CLI_ERROR, if @text is none of the choices
 */
gboolean
bulla_cli_parse_choice (const char *text, const char *option, const char *const *choices,
                        int *index, GError **error)
{
  for (*index = 0; choices[*index] != NULL; *index += 1)
    if (text == NULL || strcmp (choices[*index], text) == 0)
      return TRUE;
  bulla_cli_usage_error (error, _ ("--%s cannot be “%s”"), option, text);
  return FALSE;
}

/**
 * bulla_cli_parse_time:
 * @option: name of the option, without dashes
 * @text: Unix seconds, or ISO 8601 such as "2026-11-23", "2026-11-23T10:00Z" or
 *   "2026-11-23T10:00:00Z"; UTC if it has no zone
 * @seconds: (out): Unix seconds
 * @error: a #BULLA_CLI_ERROR
 *
 * Accepts times from 1970 to 9999, the last year that X.509 and ISO 8601 can represent.
 */
gboolean
bulla_cli_parse_time (const char *option, const char *text, int64_t *seconds, GError **error)
{
  return bulla_cli_parse_time_within (option, text, 0, BULLA_CLI_TIME_MAX, seconds, error);
}

/* Returns: (transfer full): @text with what ISO 8601 lets out and GLib requires: the time of a
 * date, and the seconds of a time such as "2026-11-23T10:00Z" */
static char *
dup_complete (const char *text)
{
  size_t length = strlen (text);

  if (length == strlen ("2026-11-23"))
    return g_strconcat (text, "T00:00:00", NULL);
  if (length < strlen ("2026-11-23T10:00") || text[10] != 'T' || text[13] != ':'
      || (text[16] != '\0' && strchr ("Z+-", text[16]) == NULL))
    return g_strdup (text);
  return g_strdup_printf ("%.16s:00%s", text, text + 16);
}

/* Parses either form of a time; FALSE if it is neither; @beyond: (out): it exceeds 64 bits */
static gboolean
read_time (const char *text, int64_t *seconds, gboolean *beyond)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autofree char *complete = dup_complete (text);
  g_autoptr (GError) error = NULL;

  if (g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, seconds, &error))
    return TRUE;
  *beyond = g_error_matches (error, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS);
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (complete, utc);
  if (time == NULL)
    return FALSE;
  *seconds = g_date_time_to_unix (time);
  return TRUE;
}

/* Says whether the text is a time, of any year. */
gboolean
bulla_cli_is_time (const char *text)
{
  int64_t seconds = 0;
  gboolean beyond = FALSE;

  return read_time (text, &seconds, &beyond) || beyond;
}

/**
 * bulla_cli_parse_time_within:
 * @option: name of the option, without dashes
 * @text: see bulla_cli_parse_time()
 * @min: Unix seconds, not negative
 * @max: Unix seconds
 * @seconds: (out): Unix seconds, within @min and @max
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_parse_time_within (const char *option, const char *text, int64_t min, int64_t max,
                             int64_t *seconds, GError **error)
{
  gboolean beyond = FALSE;
  gboolean read = read_time (text, seconds, &beyond);

  if (read && *seconds >= min && *seconds <= max)
    return TRUE;
  if (!read && !beyond) {
    bulla_cli_usage_error (
        error, _ ("--%s: “%s” is not a valid time; use Unix seconds or ISO 8601"), option, text);
    return FALSE;
  }
  g_autoptr (GDateTime) from = g_date_time_new_from_unix_utc (min);
  g_autoptr (GDateTime) to = g_date_time_new_from_unix_utc (max);
  g_autofree char *first = g_date_time_format_iso8601 (from);
  g_autofree char *last = g_date_time_format_iso8601 (to);
  bulla_cli_usage_error (error, _ ("--%s: the time “%s” is out of range; use a time from %s to %s"),
                         option, text, first, last);
  return FALSE;
}

/**
 * bulla_cli_parse_duration:
 * @option: the option that takes it, without dashes
 * @text: a whole number of seconds, or one with a unit: "90s", "30m", "12h", "2d", "1w"
 * @max: longest duration, in seconds
 * @seconds: (out): from 0 to @max
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_parse_duration (const char *option, const char *text, int64_t max, int64_t *seconds,
                          GError **error)
{
  if (bulla_duration_read (text, max, seconds))
    return TRUE;
  bulla_cli_usage_error (
      error, _ ("--%s: “%s” is not a valid duration; write it as 90s, 30m, 12h, 2d, 1w or seconds"),
      option, text);
  return FALSE;
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
    bulla_cli_usage_error (error, _ ("“%s” is not a header; write it as “Name: value”"), text);
    return FALSE;
  }
  *name = g_strndup (text, length);
  *value = g_strstrip (g_strdup (colon + 1));
  return TRUE;
}

/**
 * bulla_cli_format_utc: (skip)
 * @seconds: Unix seconds
 *
 * Returns: (transfer full): ISO 8601 in UTC; after the year 9999 the number of seconds
 */
char *
bulla_cli_format_utc (gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);

  return time != NULL ? g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ")
                      : g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
}

/**
 * bulla_cli_format_time: (skip)
 * @seconds: Unix seconds
 * @now: the time to measure from, in Unix seconds
 *
 * Returns: (transfer full): ISO 8601 in UTC, and the distance from @now: “2026-11-30T07:51:38Z, in
 *   3 days”
 */
char *
bulla_cli_format_time (gint64 seconds, gint64 now)
{
  g_autofree char *utc = bulla_cli_format_utc (seconds);
  g_autofree char *distance = bulla_explain_time_distance (seconds, now);

  return g_strdup_printf ("%s, %s", utc, distance);
}

/**
 * bulla_cli_check_folder_url: (skip)
 * @url: the value of --base-url
 * @error: a #BULLA_CLI_ERROR if names of files cannot be put behind @url
 */
gboolean
bulla_cli_check_folder_url (const char *url, GError **error)
{
  if (strpbrk (url, "?#") != NULL)
    bulla_cli_usage_error (
        error, _ ("--base-url: “%s” has a query or a fragment; use the URL of a folder"), url);
  else if (!g_str_has_suffix (url, "/"))
    bulla_cli_usage_error (error, _ ("--base-url must end with “/”"));
  else
    return TRUE;
  return FALSE;
}

/**
 * bulla_cli_parse_number: (skip)
 * @option: the option that takes it, with dashes
 * @text: a decimal number, which may have a fraction
 * @number: (out): the number
 * @error: a #BULLA_CLI_ERROR
 */
gboolean
bulla_cli_parse_number (const char *option, const char *text, double *number, GError **error)
{
  char *end = NULL;

  if (text[strspn (text, DECIMAL)] == '\0') {
    *number = g_strtod (text, &end);
    if (end != text && *end == '\0')
      return TRUE;
  }
  bulla_cli_usage_error (error, _ ("%s: “%s” is not a decimal number"), option, text);
  return FALSE;
}

static gboolean
parse_integer (const char *option, const char *text, int *number, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gint64 value = 0;

  if (g_ascii_string_to_signed (text, 10, G_MININT, G_MAXINT, &value, &failure)) {
    *number = (int)value;
    return TRUE;
  }
  if (g_error_matches (failure, G_NUMBER_PARSER_ERROR, G_NUMBER_PARSER_ERROR_OUT_OF_BOUNDS))
    bulla_cli_usage_error (error, _ ("%s: the number “%s” is out of range"), option, text);
  else
    bulla_cli_usage_error (error, _ ("%s: “%s” is not a whole decimal number"), option, text);
  return FALSE;
}

/* @typed: "--days" or "-d"; Returns: (nullable): the entry of the option */
static const GOptionEntry *
find_entry (const GOptionEntry *entries, const char *typed)
{
  const gboolean is_long = g_str_has_prefix (typed, "--");

  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++)
    if (is_long ? strcmp (entry->long_name, typed + 2) == 0 : entry->short_name == typed[1])
      return entry;
  return NULL;
}

static gboolean
take_number_cb (const char *typed, const char *text, gpointer data, GError **error)
{
  const GOptionEntry *entry = find_entry (data, typed);

  g_return_val_if_fail (entry != NULL, FALSE);
  return entry->arg == G_OPTION_ARG_DOUBLE
             ? bulla_cli_parse_number (typed, text, entry->arg_data, error)
             : parse_integer (typed, text, entry->arg_data, error);
}

/**
 * bulla_cli_add_entries: (skip)
 * @context: a context without options
 * @entries: (array zero-terminated=1): the options of a verb; they must outlive @context
 *
 * Adds the options, of which those with a number take it in decimal: GOption reads “010” as octal
 * and “0x10” as hexadecimal.
 */
void
bulla_cli_add_entries (GOptionContext *context, const GOptionEntry *entries)
{
  g_autoptr (GArray) copy = g_array_new (TRUE, TRUE, sizeof (GOptionEntry));
  GOptionGroup *group = g_option_group_new (NULL, NULL, NULL, (gpointer)entries, NULL);

  for (const GOptionEntry *entry = entries; entry->long_name != NULL; entry++) {
    GOptionEntry added = *entry;
    g_warn_if_fail (entry->arg != G_OPTION_ARG_INT64); /* also octal: add it below when needed */
    if (entry->arg == G_OPTION_ARG_INT || entry->arg == G_OPTION_ARG_DOUBLE) {
      added.arg = G_OPTION_ARG_CALLBACK;
      added.arg_data = (gpointer)take_number_cb;
    }
    g_array_append_val (copy, added);
  }
  g_option_group_add_entries (group, (const GOptionEntry *)(gconstpointer)copy->data);
  g_option_group_set_translation_domain (group, GETTEXT_PACKAGE);
  g_option_context_set_main_group (context, group);
}
