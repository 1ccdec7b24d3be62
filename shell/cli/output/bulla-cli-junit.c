/* bulla-cli-junit.c - writes the results of a command as JUnit XML
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: the schema of the Jenkins xUnit plugin, as CI services read it */
#include "bulla-cli-junit.h"

#define DECLARATION "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

static const char *const ELEMENTS[] = {
    [BULLA_JUNIT_PASSED] = NULL,
    [BULLA_JUNIT_FAILED] = "failure",
    [BULLA_JUNIT_ERROR] = "error",
    [BULLA_JUNIT_SKIPPED] = "skipped",
};

struct _BullaCliJunit {
  char *suite;                           /* owned */
  GString *cases;                        /* owned; the elements of all cases */
  guint counts[BULLA_JUNIT_SKIPPED + 1]; /* cases by result */
};

/**
 * bulla_cli_junit_new: (skip)
 * @suite: name of the suite, such as “bulla verify”
 *
 * Returns: (transfer full): a suite without cases
 */
BullaCliJunit *
bulla_cli_junit_new (const char *suite)
{
  BullaCliJunit *self = g_new0 (BullaCliJunit, 1);

  self->suite = g_strdup (suite);
  self->cases = g_string_new (NULL);
  return self;
}

/* Appends text as an attribute value, or as the content of an element. XML 1.0 has no control
 * characters, not even escaped. */
static void
append_text (GString *out, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c)) {
    gunichar u = g_utf8_get_char (c);
    gboolean allowed =
        u == '\t' || u == '\n'
        || (u >= 0x20 && u != 0x7f && (u < 0x80 || u >= 0xa0) && u != 0xfffe && u != 0xffff);
    if (!allowed)
      g_string_append (out, "\xef\xbf\xbd");
    else if (u == '\t' || u == '\n' || u == '"' || u == '&' || u == '<' || u == '>')
      g_string_append_printf (out, "&#%u;", u);
    else
      g_string_append_unichar (out, u);
  }
}

static void
append_attribute (GString *out, const char *name, const char *value)
{
  if (value == NULL)
    return;
  g_string_append_printf (out, " %s=\"", name);
  append_text (out, value);
  g_string_append_c (out, '"');
}

/**
 * bulla_cli_junit_add: (skip)
 * @self: a suite
 * @name: name of the case, such as a file
 * @class_name: (nullable): group of the case
 * @result: how the case ended
 * @type: (nullable): what is wrong, in one word, such as a reason; unused for a case that passed
 * @message: (nullable): what is wrong, for people; unused for a case that passed
 * @details: (nullable): more lines for people, the content of the element; unused for a case that
 *   passed
 *
 * Adds a case. Text from packages and servers is escaped.
 */
void
bulla_cli_junit_add (BullaCliJunit *self, const char *name, const char *class_name,
                     BullaJunitResult result, const char *type, const char *message,
                     const char *details)
{
  GString *out = self->cases;

  self->counts[result]++;
  g_string_append (out, "  <testcase");
  append_attribute (out, "name", name);
  append_attribute (out, "classname", class_name);
  if (result == BULLA_JUNIT_PASSED) {
    g_string_append (out, "/>\n");
    return;
  }
  g_string_append_printf (out, ">\n    <%s", ELEMENTS[result]);
  append_attribute (out, "message", message);
  if (result != BULLA_JUNIT_SKIPPED)
    append_attribute (out, "type", type);
  if (details != NULL) {
    g_string_append_c (out, '>');
    append_text (out, details);
    g_string_append_printf (out, "</%s>\n  </testcase>\n", ELEMENTS[result]);
  } else {
    g_string_append (out, "/>\n  </testcase>\n");
  }
}

static void
append_counts (GString *out, const guint *counts)
{
  guint n = 0;

  for (guint i = 0; i <= BULLA_JUNIT_SKIPPED; i++)
    n += counts[i];
  g_string_append_printf (out, " tests=\"%u\" failures=\"%u\" errors=\"%u\"", n,
                          counts[BULLA_JUNIT_FAILED], counts[BULLA_JUNIT_ERROR]);
}

static void
append_suite (GString *out, const BullaCliJunit *self)
{
  g_string_append (out, "<testsuite");
  append_attribute (out, "name", self->suite);
  append_counts (out, self->counts);
  g_string_append_printf (out, " skipped=\"%u\">\n%s</testsuite>\n",
                          self->counts[BULLA_JUNIT_SKIPPED], self->cases->str);
}

/**
 * bulla_cli_junit_to_text: (skip)
 * @self: a suite
 *
 * Returns: (transfer full): the document, which ends with a newline
 */
char *
bulla_cli_junit_to_text (const BullaCliJunit *self)
{
  GString *out = g_string_new (DECLARATION);

  append_suite (out, self);
  return g_string_free (out, FALSE);
}

/**
 * bulla_cli_junit_join: (skip)
 * @name: name of the whole
 * @suites: (element-type BullaCliJunit): suites
 *
 * Returns: (transfer full): a document of all suites, which ends with a newline
 */
char *
bulla_cli_junit_join (const char *name, const GPtrArray *suites)
{
  GString *out = g_string_new (DECLARATION "<testsuites");
  guint counts[BULLA_JUNIT_SKIPPED + 1] = {0};

  for (guint i = 0; i < suites->len; i++)
    for (guint j = 0; j < G_N_ELEMENTS (counts); j++)
      counts[j] += ((const BullaCliJunit *)suites->pdata[i])->counts[j];
  append_attribute (out, "name", name);
  append_counts (out, counts);
  g_string_append (out, ">\n");
  for (guint i = 0; i < suites->len; i++)
    append_suite (out, suites->pdata[i]);
  g_string_append (out, "</testsuites>\n");
  return g_string_free (out, FALSE);
}

void
bulla_cli_junit_free (BullaCliJunit *self)
{
  g_free (self->suite);
  g_string_free (self->cases, TRUE);
  g_free (self);
}
