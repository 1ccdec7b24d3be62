/* test-policy-citation.c - checks that every rule has a title and a citation of the specification
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-citation.h"
#include "bulla-rule-catalogue.h"

static void
append_place (const char *text, const char *url, gpointer user_data)
{
  g_string_append_printf (user_data, "%s <%s>\n", text, url != NULL ? url : "");
}

static void
test_places (void)
{
#define DRAFT "https://datatracker.ietf.org/doc/html/draft-yasskin-http"
  static const struct {
    const char *anchor, *places;
  } cases[] = {
      {"IMPL 3.5(4)",
       "IMPL §3.5 step 4 <" DRAFT "bis-origin-signed-exchanges-impl-03#section-3.5>\n"},
      {"IMPL 4(7.1); RFC 5280 4.2.1.12",
       "IMPL §4 step 7.1 <" DRAFT "bis-origin-signed-exchanges-impl-03#section-4>\n"
       "RFC 5280 §4.2.1.12 <https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12>\n"},
      {"SXG 4.2.1", "SXG §4.2.1 <" DRAFT "bis-origin-signed-exchanges-impl-03#section-4.2.1>\n"},
      {"LOAD#parsing step 3; LOAD 2.4: Date",
       "LOAD “parsing” step 3 <https://wicg.github.io/webpackage/loading.html#parsing>\n"
       "LOAD §2.4: Date <https://wicg.github.io/webpackage/loading.html>\n"},
      {"SUBR: match", "SUBR: match <https://wicg.github.io/webpackage/subresource-loading.html>\n"},
      {"webpackage#478", "webpackage#478 <https://github.com/WICG/webpackage/issues/478>\n"},
      {"MICE 03", "MICE 03 <https://datatracker.ietf.org/doc/html/draft-thomson-http-mice-03>\n"},
      {"our cap; CR kPrefetchReuseMins", "our cap <>\nCR kPrefetchReuseMins <>\n"},
      {"IMPL 3.5(4", "IMPL §3.5(4 <" DRAFT "bis-origin-signed-exchanges-impl-03#section-3.5>\n"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GString) places = g_string_new (NULL);
    bulla_citation_foreach (cases[i].anchor, append_place, places);
    g_assert_cmpstr (places->str, ==, cases[i].places);
  }
  g_autofree char *text = bulla_citation_to_text ("IMPL 3.3; LOAD#handling-cert-url");
  g_assert_cmpstr (text, ==, "IMPL §3.3; LOAD “handling-cert-url”");
}

/* rules without a specification */
static void
check_place (const char *text, const char *url, gpointer user_data)
{
  static const char *const ours[] = {"our cap", "profile: ", "CR ", "CRB: ", "GO"};
  gboolean without = FALSE;

  for (size_t i = 0; i < G_N_ELEMENTS (ours); i++)
    without = without || g_str_has_prefix (text, ours[i]);
  if ((url == NULL) != without)
    g_error ("%s: “%s” %s", (char *)user_data, text, url != NULL ? url : "has no link");
  g_assert_null (strchr (text, '('));
}

static void
test_rules (void)
{
  g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++) {
    const char *id = bulla_catalogue_get_id (i), *title = bulla_catalogue_get_title (i);
    const char *in_bundles = bulla_catalogue_get_bundle_anchor (i);
    if (title == NULL)
      g_error ("%s has no title", id);
    g_assert_true (g_ascii_isupper (title[0]) || title[0] == ':');
    g_assert_false (g_str_has_suffix (title, "."));
    g_assert_cmpint (strlen (title), <=, 60);
    const char *other = g_hash_table_lookup (titles, title);
    if (other != NULL && strcmp (other, id) != 0)
      g_error ("%s and %s have one title", id, other);
    g_hash_table_insert (titles, (gpointer)title, (gpointer)id);
    bulla_citation_foreach (bulla_catalogue_get_anchor (i), check_place, (gpointer)id);
    if (in_bundles != NULL)
      bulla_citation_foreach (in_bundles, check_place, (gpointer)id);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/citation/places", test_places);
  g_test_add_func ("/policy/citation/rules", test_rules);
  return g_test_run ();
}
