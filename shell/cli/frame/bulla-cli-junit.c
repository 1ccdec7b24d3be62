/* bulla-cli-junit.c - writes results as JUnit XML, which CI services show
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-junit.h"

#include <string.h>

void
bulla_cli_junit_case_free (gpointer junit_case)
{
  BullaCliJunitCase *self = junit_case;

  g_free (self->suite);
  g_free (self->name);
  g_free (self->type);
  g_free (self->message);
  g_free (self->text);
  g_free (self);
}

/* Appends text of any bytes; what XML 1.0 does not allow becomes a replacement character. */
static void
append_text (GString *xml, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at)) {
    gunichar c = g_utf8_get_char (at);
    if (c == '&')
      g_string_append (xml, "&amp;");
    else if (c == '<')
      g_string_append (xml, "&lt;");
    else if (c == '>')
      g_string_append (xml, "&gt;");
    else if (c == '"')
      g_string_append (xml, "&quot;");
    else if ((c < 0x20 && c != '\n' && c != '\t') || c == 0xfffe || c == 0xffff)
      g_string_append (xml, "\xef\xbf\xbd");
    else
      g_string_append_unichar (xml, c);
  }
}

static void
append_attribute (GString *xml, const char *name, const char *value)
{
  g_string_append_printf (xml, " %s=\"", name);
  append_text (xml, value);
  g_string_append_c (xml, '"');
}

static void
append_seconds (GString *xml, double seconds)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (xml, " time=\"%s\"",
                          g_ascii_formatd (digits, sizeof digits, "%.3f", seconds));
}

static void
append_case (GString *xml, const BullaCliJunitCase *self)
{
  g_string_append (xml, "    <testcase");
  append_attribute (xml, "classname", self->suite);
  append_attribute (xml, "name", self->name);
  append_seconds (xml, self->seconds);
  if (self->state == BULLA_CLI_JUNIT_PASSED) {
    g_string_append (xml, "/>\n");
    return;
  }
  if (self->state == BULLA_CLI_JUNIT_SKIPPED) {
    g_string_append (xml, "><skipped/></testcase>\n");
    return;
  }
  g_string_append (xml, "><failure");
  append_attribute (xml, "type", self->type);
  append_attribute (xml, "message", self->message);
  g_string_append_c (xml, '>');
  append_text (xml, self->text);
  g_string_append (xml, "</failure></testcase>\n");
}

/* Appends the suite that begins at @first. Returns: the number of the first case after it */
static guint
append_suite (GString *xml, const GPtrArray *cases, guint first)
{
  const BullaCliJunitCase *start = cases->pdata[first];
  guint end = first, n_failed = 0, n_skipped = 0;
  double seconds = 0;

  for (; end < cases->len; end++) {
    const BullaCliJunitCase *each = cases->pdata[end];
    if (strcmp (each->suite, start->suite) != 0)
      break;
    n_failed += each->state == BULLA_CLI_JUNIT_FAILED;
    n_skipped += each->state == BULLA_CLI_JUNIT_SKIPPED;
    seconds += each->seconds;
  }
  g_string_append (xml, "  <testsuite");
  append_attribute (xml, "name", start->suite);
  g_string_append_printf (xml, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\"",
                          end - first, n_failed, n_skipped);
  append_seconds (xml, seconds);
  g_string_append (xml, ">\n");
  for (guint i = first; i < end; i++)
    append_case (xml, cases->pdata[i]);
  g_string_append (xml, "  </testsuite>\n");
  return end;
}

/**
 * bulla_cli_junit_to_xml: (skip)
 * @name: the name of the whole
 * @cases: (element-type BullaCliJunitCase): the cases; those of one suite follow each other
 *
 * Returns: (transfer full): an XML document in UTF-8
 */
char *
bulla_cli_junit_to_xml (const char *name, const GPtrArray *cases)
{
  GString *xml = g_string_new ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");

  append_attribute (xml, "name", name);
  g_string_append (xml, ">\n");
  for (guint i = 0; i < cases->len;)
    i = append_suite (xml, cases, i);
  g_string_append (xml, "</testsuites>\n");
  return g_string_free (xml, FALSE);
}
