/* bulla-cli-json-text.c - appends members of JSON objects to a text, without a tree of nodes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 8259
 *
 * For short objects, of which there are many: building a tree of JSON nodes takes longer than
 * judging a small package. */
#include "bulla-cli-json-text.h"

#include "bulla-cli-file-name.h"
#include "bulla-printable.h"

/**
 * bulla_cli_json_text_append_string: (skip)
 * @out: receives a JSON string with its quotation marks
 * @text: any text; invalid UTF-8 is replaced
 *
 * Control characters are escaped, because the result may be printed on a terminal;
 * bulla_printable_dup() does that as JSON does.
 */
void
bulla_cli_json_text_append_string (GString *out, const char *text)
{
  g_autoptr (GString) escaped = g_string_new (text);

  g_string_replace (escaped, "\\", "\\\\", 0);
  g_string_replace (escaped, "\"", "\\\"", 0);
  g_autofree char *printable = bulla_printable_dup (escaped->str);
  g_string_append_printf (out, "\"%s\"", printable);
}

/**
 * bulla_cli_json_text_append_name: (skip)
 * @out: an object that has been begun
 * @name: any text
 *
 * Appends `"name":`, after a comma unless the member is the first one of its object.
 */
void
bulla_cli_json_text_append_name (GString *out, const char *name)
{
  if (out->len > 0 && out->str[out->len - 1] != '{')
    g_string_append_c (out, ',');
  bulla_cli_json_text_append_string (out, name);
  g_string_append_c (out, ':');
}

/**
 * bulla_cli_json_text_append_member: (skip)
 * @out: an object that has been begun
 * @name: any text
 * @value: (nullable): any text; %NULL is null
 */
void
bulla_cli_json_text_append_member (GString *out, const char *name, const char *value)
{
  bulla_cli_json_text_append_name (out, name);
  if (value != NULL)
    bulla_cli_json_text_append_string (out, value);
  else
    g_string_append (out, "null");
}

/**
 * bulla_cli_json_text_append_file: (skip)
 * @out: an object that has been begun
 * @name: the name of a file, of any bytes
 *
 * Appends `file`, and `file_bytes`, the bytes in hexadecimal, only for a name that is not UTF-8.
 */
void
bulla_cli_json_text_append_file (GString *out, const char *name)
{
  g_autofree char *text = bulla_cli_file_name_to_utf8 (name);
  g_autofree char *hex = bulla_cli_file_name_to_hex (name);

  bulla_cli_json_text_append_member (out, "file", text);
  if (hex != NULL)
    bulla_cli_json_text_append_member (out, "file_bytes", hex);
}

/**
 * bulla_cli_json_text_append_number: (skip)
 * @out: an object that has been begun
 * @name: any text
 * @value: a number
 */
void
bulla_cli_json_text_append_number (GString *out, const char *name, gint64 value)
{
  bulla_cli_json_text_append_name (out, name);
  g_string_append_printf (out, "%" G_GINT64_FORMAT, value);
}
