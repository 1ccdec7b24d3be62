/* test-canonical-json.c - serialises JSON as in RFC 8785, in one form for each value
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-canonical-json.h"

#include "bulla-json.h"

#include <string.h>

static char *
canonical (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = bulla_json_parse (text, strlen (text), 16, &error);

  g_assert_no_error (error);
  return bulla_canonical_json_serialise (node);
}

static void
test_values (void)
{
  static const struct {
    const char *text, *expected;
  } rows[] = {
      {"{}", "{}"},
      {"[ ]", "[]"},
      {"{ \"b\" : 1, \"a\" : [ true , false, null ] }", "{\"a\":[true,false,null],\"b\":1}"},
      /* RFC 8785, 3.2.2 */
      {"{\"string\": \"\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\\"\\/\"}",
       "{\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"},
      {"[\"\\u007f\\u0001\\b\\t\\f\\r\"]", "[\"\177\\u0001\\b\\t\\f\\r\"]"},
      /* RFC 8785, 3.2.3: sorted by UTF-16, in which U+1F600 precedes U+FB33 */
      {"{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,"
       "\"\\u00f6\":7}",
       "{\"\\r\":2,\"1\":4,\"\302\200\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\357\254\263\":3}"},
      /* RFC 8785, 3.2.2.3 and appendix B */
      {"[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]",
       "[333333333.3333333,1e+30,4.5,0.002,1e-27]"},
      {"[0, -0.0, 1.0, -1, 9007199254740991, 2.9514790517935283e20]",
       "[0,0,1,-1,9007199254740991,295147905179352830000]"},
      {"[1e21, 1e20, 9.999999999999999e20, 1e-6, 1e-7, 333333333.3333332]",
       "[1e+21,100000000000000000000,999999999999999900000,0.000001,1e-7,333333333.3333332]"},
      {"[5e-324, 1.7976931348623157e308, -5e-324]", "[5e-324,1.7976931348623157e+308,-5e-324]"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = canonical (rows[i].text);
    g_assert_cmpstr (text, ==, rows[i].expected);
  }
}

/* half of a surrogate pair, which some versions of json-glib accept */
static void
test_not_unicode (void)
{
  g_autoptr (JsonNode) node = json_node_init_string (json_node_alloc (), "\355\240\200");
  g_autofree char *text = bulla_canonical_json_serialise (node);

  g_assert_null (text);
}

static void
test_ambiguous (void)
{
  static const struct {
    const char *text;
    gboolean unambiguous;
  } rows[] = {
      {"{\"a\":1,\"b\":{\"a\":\":\"},\"c\":[{\"a\":2}]}", TRUE},
      {"{\"a\":1,\"a\":1}", FALSE},
      {"{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", FALSE},
      {"{\"a\":\"x\\u0000y\"}", FALSE},
      {"{\"a\":\"x\\\\u0000y\"}", TRUE},
      {"{\"a\":100000000000000000}", TRUE},
      {"{\"a\":\"10000000000000000000\"}", TRUE},
      {"{\"a\":10000000000000000000}", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (JsonNode) node = bulla_json_parse (rows[i].text, strlen (rows[i].text), 16, NULL);
    g_assert_nonnull (node);
    g_assert_cmpint (bulla_canonical_json_is_unambiguous (rows[i].text, node), ==,
                     rows[i].unambiguous);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/jcs/values", test_values);
  g_test_add_func ("/jcs/not-unicode", test_not_unicode);
  g_test_add_func ("/jcs/ambiguous", test_ambiguous);
  return g_test_run ();
}
