/* test-bundle-script.c - parses <script type="webbundle"> and selects the requests it covers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-bundle-script.h"

#define BASE "https://page.test/dir/index.html"
#define SOURCE "https://page.test/dir/bundles/one.wbn"

static BullaBundleScript *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  BullaBundleScript *rule = bulla_bundle_script_parse (json, BASE, &error);

  g_assert_no_error (error);
  g_assert_nonnull (rule);
  return rule;
}

static void
assert_type_error (const char *json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundleScript) rule = bulla_bundle_script_parse (json, BASE, &error);

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_true (g_str_has_prefix (error->message, "TypeError: "));
  g_assert_null (rule);
}

static void
test_type (void)
{
  g_assert_true (bulla_bundle_script_is_type ("webbundle"));
  g_assert_true (bulla_bundle_script_is_type ("WebBundle"));
  g_assert_false (bulla_bundle_script_is_type ("webbundle "));
  g_assert_false (bulla_bundle_script_is_type ("module"));
  g_assert_false (bulla_bundle_script_is_type (NULL));
}

static void
test_source (void)
{
  const struct {
    const char *source, *resolved;
  } rows[] = {
      {"bundles/one.wbn", SOURCE},
      {"/dir/bundles/one.wbn", SOURCE},
      {"https://page.test/dir/x/../bundles/one.wbn", SOURCE},
      {"https://CDN.test:443/a.wbn?v=1#part", "https://CDN.test/a.wbn?v=1"},
      {"", "https://page.test/dir/index.html"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *json = g_strdup_printf ("{\"source\": \"%s\"}", rows[i].source);
    g_autoptr (BullaBundleScript) rule = parse (json);
    g_assert_cmpstr (bulla_bundle_script_get_source (rule), ==, rows[i].resolved);
  }
}

/* WB-048 */
static void
test_type_errors (void)
{
  const char *const rows[] = {
      "",
      "{",
      "{\"source\": \"https://page.test/\\ud800x\"}", /* half of a surrogate pair */
      "[]",
      "null",
      "\"source\"",
      "{}",
      "{\"source\": 1}",
      "{\"source\": null}",
      "{\"source\": [\"a.wbn\"]}",
      "{\"source\": \"https://[\"}",
      "{\"source\": \"https://user:word@page.test/a.wbn\"}",
      "{\"source\": \"a.wbn\", \"resources\": \"x\"}",
      "{\"source\": \"a.wbn\", \"resources\": {}}",
      "{\"source\": \"a.wbn\", \"scopes\": 1}",
      "{\"source\": \"a.wbn\", \"scopes\": null}",
      "{\"source\": \"a.wbn\"} x",
      "{\"source\": \"a.wbn\",}",
      "{'source': 'a.wbn'}",
      "/* so */ {\"source\": \"a.wbn\"}",
      "{\"source\": \"a.wbn\"} // so",
      "{\"source\": \"\\x\"}",
      "{\"source\": \"a\nb\"}",
      "{\"source\": \"a.wbn\", \"x\": 01}",
      "{\"source\": \"a.wbn\", \"x\": 0x1}",
      "{\"source\": \"a.wbn\", \"x\": 1.}",
      "{\"source\": \"a.wbn\", \"x\": NaN}",
      "var rule = {\"source\": \"a.wbn\"};",
      "{\"source\": \"a.wbn\", \"scopes\": [1,]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_type_error (rows[i]);
}

/* neither length nor nesting can exhaust the parser */
static void
test_limits (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  g_autofree char *nested = g_strconcat ("{\"source\": \"a\", \"x\": ", deep, NULL);
  g_autofree char *fill = g_strnfill (BULLA_BUNDLE_RULE_LENGTH_MAX, ' ');
  g_autofree char *lengthy = g_strconcat ("{\"source\": \"a\"}", fill, NULL);
  GString *many = g_string_new ("{\"source\": \"a\", \"resources\": [1");

  for (guint i = 0; i < BULLA_BUNDLE_RULE_URLS_MAX; i++)
    g_string_append (many, ",1");
  g_string_append (many, "]}");
  assert_type_error (deep);
  assert_type_error (nested);
  assert_type_error (lengthy);
  assert_type_error (many->str);
  g_string_free (many, TRUE);
  g_autoptr (BullaBundleScript) quoted = parse (
      "{\"source\": \"a\", \"x\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
      "[[[[[[[[[[[[[[[[[\\\"[[[[[[[\"}");
  g_assert_nonnull (quoted);
  g_autoptr (BullaBundleScript) more =
      parse ("{\"source\": \"a\", \"x\": [-0.5e+3, 10, true, false,"
             " null, \"\\u00e9\\\"\\/\", {}, []]}\r\n\t");
  g_assert_nonnull (more);
}

static void
test_credentials (void)
{
  const struct {
    const char *value, *nick;
  } rows[] = {
      {"\"omit\"", "omit"},        {"\"include\"", "include"}, {"\"same-origin\"", "same-origin"},
      {"\"OMIT\"", "same-origin"}, {"1", "same-origin"},       {"null", "same-origin"},
      {"[]", "same-origin"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *json =
        g_strdup_printf ("{\"source\": \"a.wbn\", \"credentials\": %s}", rows[i].value);
    g_autoptr (BullaBundleScript) rule = parse (json);
    g_assert_cmpstr (bulla_bundle_script_get_credentials_nick (rule), ==, rows[i].nick);
  }
}

/* WB-049 */
static void
test_warnings (void)
{
  g_autoptr (BullaBundleScript) fine =
      parse ("{\"source\": \"a\", \"credentials\": \"omit\", \"resources\": [], \"scopes\": []}");
  g_autoptr (BullaBundleScript) odd = parse ("{\"source\": \"a\", \"resource\": []}");

  g_assert_null (bulla_bundle_script_get_warnings (fine)[0]);
  g_assert_nonnull (strstr (bulla_bundle_script_get_warnings (odd)[0], "\"resource\""));
  g_assert_null (bulla_bundle_script_get_warnings (odd)[1]);
}

/* WB-046: only URLs below the bundle's folder; entries that are not URLs are ignored */
static void
test_matches (void)
{
  g_autoptr (BullaBundleScript) rule = parse (
      "{\"source\": \"bundles/one.wbn\","
      " \"resources\": [\"a.js\", \"/dir/above.js\", \"https://other.test/dir/bundles/b.js\","
      "   1, null, {}, \"https://[\", \"uuid-in-package:f81d4fae-7dec-11d0-a765-00a0c91e6bf6\"],"
      " \"scopes\": [\"sub/\", [], \"q?x=\", \"https://page.test/\"]}");

  const struct {
    const char *url;
    gboolean matches;
  } rows[] = {
      {"https://page.test/dir/bundles/a.js", TRUE},
      {"https://page.test/dir/bundles/a.js#part", TRUE},
      {"https://page.test/dir/bundles/sub/x/y.css", TRUE},
      {"https://page.test/dir/bundles/q?x=1", TRUE},
      {"https://page.test/dir/bundles/anything", TRUE}, /* by the scope that covers the most URLs */
      {"https://page.test/dir/above.js", FALSE},
      {"https://page.test/dir/bundlesX/a.js", FALSE},
      {"https://page.test:8443/dir/bundles/a.js", FALSE},
      {"http://page.test/dir/bundles/a.js", FALSE},
      {"https://other.test/dir/bundles/b.js", FALSE},
      {"uuid-in-package:f81d4fae-7dec-11d0-a765-00a0c91e6bf6", TRUE},
      {"uuid-in-package:00000000-7dec-11d0-a765-00a0c91e6bf6", FALSE},
      {"no URL", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s", rows[i].url);
    g_assert_cmpint (bulla_bundle_script_matches (rule, rows[i].url), ==, rows[i].matches);
  }
}

static void
test_no_scopes (void)
{
  g_autoptr (BullaBundleScript) rule =
      parse ("{\"source\": \"bundles/one.wbn\", \"resources\": [\"a.js\"]}");
  g_autoptr (BullaBundleScript) all =
      parse ("{\"source\": \"bundles/one.wbn\", \"scopes\": [\"uuid-in-package:\"]}");

  g_assert_true (bulla_bundle_script_matches (rule, "https://page.test/dir/bundles/a.js"));
  g_assert_false (bulla_bundle_script_matches (rule, "https://page.test/dir/bundles/a.json"));
  g_assert_false (bulla_bundle_script_matches (rule, "https://page.test/dir/bundles/b.js"));
  g_assert_true (bulla_bundle_script_matches (all, "uuid-in-package:anything"));
  g_assert_false (bulla_bundle_script_matches (all, "https://page.test/dir/bundles/a.js"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/substitute/bundle-rule/type", test_type);
  g_test_add_func ("/substitute/bundle-rule/source", test_source);
  g_test_add_func ("/substitute/bundle-rule/type-errors", test_type_errors);
  g_test_add_func ("/substitute/bundle-rule/limits", test_limits);
  g_test_add_func ("/substitute/bundle-rule/credentials", test_credentials);
  g_test_add_func ("/substitute/bundle-rule/warnings", test_warnings);
  g_test_add_func ("/substitute/bundle-rule/matches", test_matches);
  g_test_add_func ("/substitute/bundle-rule/no-scopes", test_no_scopes);
  return g_test_run ();
}
