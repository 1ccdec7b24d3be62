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

/* Returns: (transfer full): an array of a few drawn pieces of JSON, and of what is not JSON */
static char *
draw_array (GRand *rand)
{
  static const char *const PIECES[] = {
      "true", "false",    "null", "nul",   "0",   "1",    "9",       "-",     "+",    ".",   "e",
      "E",    "\"",       "\"\"", "\"a\"", "\\",  "\\u",  "\\u00e9", "\\u12", "\\n",  "\\x", "\\\"",
      ",",    ":",        " ",    "\t",    "\n",  "\x01", "'",       "/",     "/**/", "//",  "#",
      "a",    "\xc3\xa9", "NaN",  "0x1",   "1.5", "-0.5", "1e5",     "1E+5",  "2e-",  "01",
  };
  GString *text = g_string_new ("[");

  for (gint32 n = g_rand_int_range (rand, 1, 7); n > 0; n--)
    g_string_append (text, PIECES[g_rand_int_range (rand, 0, G_N_ELEMENTS (PIECES))]);
  g_string_append_c (text, ']');
  return g_string_free (text, FALSE);
}

/* Compares the tokens that are accepted with a pattern of the grammar in RFC 8259. The drawn texts
 * have no brackets but the outer ones, so json-glib judges the rest. */
static void
test_tokens (void)
{
  static const char pattern[] = "^(?:[ \\t\\r\\n{}\\[\\],:]++|true|false|null"
                                "|\"(?:[^\"\\\\\\x00-\\x1f]++|\\\\[\"\\\\/bfnrt]"
                                "|\\\\u[0-9a-fA-F]{4})*+\""
                                "|-?(?:0|[1-9][0-9]*+)(?:\\.[0-9]++)?(?:[eE][+-]?[0-9]++)?"
                                "(?![0-9A-Za-z.+-]))*+\\z";
  g_autoptr (GRegex) tokens = g_regex_new (pattern, G_REGEX_RAW, 0, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (8259);
  guint n_accepted = 0;

  for (guint i = 0; i < 100000; i++) {
    g_autofree char *text = draw_array (rand);
    g_autoptr (JsonParser) parser = json_parser_new_immutable ();
    g_autoptr (JsonNode) root = parse (text, NULL);
    gboolean good = g_regex_match (tokens, text, 0, NULL)
                    && json_parser_load_from_data (parser, text, -1, NULL);
    if ((root != NULL) != good)
      g_error ("%s: %s by the pattern", text, good ? "accepted" : "refused");
    n_accepted += good ? 1 : 0;
  }
  g_assert_cmpuint (n_accepted, >, 1000);
}

static void
test_cut_off (void)
{
  static const char WHOLE[] = " {\"a\": [1, {\"b\\\"}\": \"]\"}]}";
  static const char *const others[] = {"", " ", "a", "\"{", "{]", "[}", "{\"a\nb\"", "{}", "{}{"};

  for (gsize size = 2; size < strlen (WHOLE); size++)
    g_assert_true (bulla_json_is_cut_off (WHOLE, size));
  g_assert_false (bulla_json_is_cut_off (WHOLE, strlen (WHOLE)));
  g_assert_false (bulla_json_is_cut_off (NULL, 0));
  for (gsize i = 0; i + 1 < G_N_ELEMENTS (others); i++)
    g_assert_false (bulla_json_is_cut_off (others[i], strlen (others[i])));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/read", test_read);
  g_test_add_func ("/json/refused", test_refused);
  g_test_add_func ("/json/deep", test_deep);
  g_test_add_func ("/json/cut-off", test_cut_off);
  g_test_add_func ("/json/tokens", test_tokens);
  g_test_add_func ("/json/text", test_text);
  return g_test_run ();
}
