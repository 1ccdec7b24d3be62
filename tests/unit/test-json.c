/* test-json.c - parses untrusted JSON, and refuses what json-glib accepts beyond the standard
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-json.h"

#include <string.h>

#include "bulla-bytes.h"

#define DEPTH_MAX 4

/* parses a heap copy of the exact size, so that a read beyond the end is detected */
static JsonNode *
parse (const char *text, GError **error)
{
  g_autofree char *copy = g_memdup2 (text, strlen (text));

  return bulla_json_parse (copy, strlen (text), DEPTH_MAX, error);
}

static void
test_read (void)
{
  static const char *const ROWS[] = {"{}", "[]", " \t\r\n[1, -0.5e+3, true, false, null]\n",
                                     "[[[[]]], [[[]]]]", "{\"[[[[[\": \"\\\"[[[[[\\u005b\\\\\"}"};

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) root = parse (ROWS[i], &error);
    g_assert_no_error (error);
    g_assert_true (json_node_is_immutable (root));
  }
}

static void
test_refused (void)
{
  static const char *const ROWS[] = {"", " ", "1", "\"a\"", "null", "[", "]", "{]", "[}", "[1 2]",
                                     "[1],[2]", "[][]", "[] x", "{\"a\"}", "[[[[[]]]]]",
                                     /* JSON extensions that json-glib accepts, and brackets
                                      * within them */
                                     "var x = [1]", "[0x10]", "[01]", "[1.]", "['a']", "[/* */1]",
                                     "[1] // x", "[\"a\nb\"]", "[\"\\x\"]", "[\"\\u12\"]",
                                     "/*\"*/[[[[[]]]]]", "['\"', [[[[[]]]]]]"};

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (JsonNode) root = parse (ROWS[i], &error);
    g_test_message ("%s", ROWS[i]);
    g_assert_null (root);
    g_assert_nonnull (error);
  }
}

/* the parser recurses once for each bracket */
static void
test_deep (void)
{
  static const char *const BEFORE[] = {"", "/*\"*/", "['\"',", "{\"a\":", "'\\'\"'"};
  g_autofree char *brackets = g_strnfill (1000000, '[');
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (BEFORE); i++) {
    g_autofree char *text = g_strconcat (BEFORE[i], brackets, NULL);
    g_assert_null (parse (text, &error));
    g_assert_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE);
    g_clear_error (&error);
  }
  g_assert_null (bulla_json_parse (NULL, 0, DEPTH_MAX, &error));
  g_assert_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE);
}

static void
test_text (void)
{
  g_autoptr (GBytes) none = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) some = g_bytes_new_static ("abc", 2);
  g_autofree char *empty = bulla_bytes_dup_text (none);
  g_autofree char *text = bulla_bytes_dup_text (some);

  g_assert_cmpstr (empty, ==, "");
  g_assert_cmpstr (text, ==, "ab");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/read", test_read);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/deep", test_deep);
  g_test_add_func ("/json/text", test_text);
  return g_test_run ();
}
