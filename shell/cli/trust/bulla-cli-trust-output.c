/* bulla-cli-trust-output.c - what the commands about revocation and logs share
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-trust-output.h"

/* a negative number is not known: null */
void
bulla_cli_json_count (JsonBuilder *builder, const char *name, gint64 value)
{
  json_builder_set_member_name (builder, name);
  if (value >= 0)
    json_builder_add_int_value (builder, value);
  else
    json_builder_add_null_value (builder);
}

/**
 * bulla_cli_json_line: (skip)
 * @builder: whose outermost object is open
 *
 * Returns: (transfer full): the object, which ends here, in one line, without the newline
 */
char *
bulla_cli_json_line (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/**
 * bulla_cli_time_text: (skip)
 * @seconds: Unix seconds
 *
 * Returns: (transfer full): ISO 8601 in UTC, with a relative hint; "?" if it is negative
 */
char *
bulla_cli_time_text (gint64 seconds)
{
  return seconds >= 0 ? bulla_cli_format_time (seconds, g_get_real_time () / G_USEC_PER_SEC)
                      : g_strdup ("?");
}
