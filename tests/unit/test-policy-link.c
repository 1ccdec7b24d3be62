/* test-policy-link.c - parses Link fields and srcset, and selects subresources to fetch as
 * exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-alternates.h"
#include "bulla-link.h"
#include "bulla-loader-clients.h"
#include "bulla-loader.h"
#include "good-facts.h"

#include <string.h>

#define BASE "https://publisher.test/dir/page?q#f"
#define PAGE "https://publisher.test/"
#define OUTER "https://aggregator.test/a.sxg"
#define SUM "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define OTHER_SUM "sha256-BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define TYPE "type=\"application/signed-exchange;v=b3\""

static const struct {
  const char *field, *targets; /* targets in order, separated by spaces */
} LINKS[] = {
    {"<a.css>; rel=preload", "https://publisher.test/dir/a.css"},
    {"</a>;rel=\"x y\" , <//b.test/c>; REL=z", "https://publisher.test/a https://b.test/c"},
    {"<https://A.test/b,c>; title=\"x,<y>\", <#frag>",
     "https://a.test/b,c https://publisher.test/dir/page?q"},
    {" , ,<a>,", "https://publisher.test/dir/a"},
    {"a.css; rel=preload, <b>", "https://publisher.test/dir/b"}, /* malformed links are skipped */
    {"<a>; rel=\"never closed, <b>", ""},
    {"<a", ""},
    {"<>; rel=self", "https://publisher.test/dir/page?q"},
    {"<http://[>, <b>", "https://publisher.test/dir/b"},
    {"<a> junk, <b>", "https://publisher.test/dir/b"},
    {"<a>;;; rel ; = x; rel=y", ""},
    {"", ""},
};

static void
test_links (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (LINKS); i++) {
    g_autoptr (GPtrArray) links = bulla_links_read (LINKS[i].field, BASE);
    g_autoptr (GString) targets = g_string_new (NULL);
    for (guint j = 0; j < links->len; j++)
      g_string_append_printf (targets, "%s%s", j > 0 ? " " : "",
                              ((BullaLink *)links->pdata[j])->target);
    g_test_message ("%s", LINKS[i].field);
    g_assert_cmpstr (targets->str, ==, LINKS[i].targets);
  }
}

/* every truncated field is parsed without a fault of the parser */
static void
test_truncated (void)
{
  static const char field[] = "<a>; rel=\"x\\\"y\"; b = c ,</d>; anchor='e', <f>;g*=UTF-8''h";

  for (size_t length = 0; length < sizeof field; length++) {
    g_autofree char *text = g_strndup (field, length);
    g_autoptr (GPtrArray) links = bulla_links_read (text, BASE);
    g_assert_cmpuint (links->len, <=, 3);
  }
}

static void
test_parameters (void)
{
  g_autoptr (GPtrArray) links = bulla_links_read (
      "<a>; REL=\"alternate Prefetch\"; rel=x; title=\"q\\\"\"; anchor=\"/b#c\"; flag", BASE);
  const BullaLink *link = links->pdata[0];
  g_autofree char *anchor = bulla_link_dup_url (link, "anchor", BASE);
  g_autofree char *none = bulla_link_dup_url (link, "as", BASE);

  g_assert_cmpstr (bulla_link_get (link, "title"), ==, "q\"");
  g_assert_cmpstr (bulla_link_get (link, "flag"), ==, "");
  g_assert_null (bulla_link_get (link, "as"));
  g_assert_cmpstr (anchor, ==, "https://publisher.test/b");
  g_assert_null (none);
  g_assert_true (bulla_link_has_rel (link, "prefetch"));
  g_assert_false (bulla_link_has_rel (link, "x")); /* the first rel counts */
  g_assert_false (bulla_link_is_rel (link, "prefetch"));
}

static void
test_many (void)
{
  g_autoptr (GString) field = g_string_new (NULL);

  for (guint i = 0; i < BULLA_LINKS_MAX + 9; i++)
    g_string_append (field, "<a>;rel=prefetch,");
  g_autoptr (GPtrArray) links = bulla_links_read (field->str, BASE);
  g_assert_cmpuint (links->len, ==, BULLA_LINKS_MAX);
}

static const struct {
  const char *srcset, *sizes;
  BullaViewport viewport;
  const char *chosen;
} SETS[] = {
    {"a 1x, b 2x", NULL, {1000, 1}, "a"},
    {"a 1x, b 2x", NULL, {1000, 2}, "b"},
    {"a 1x, b 2x", NULL, {1000, 3}, "b"},
    {"b 2x, a", NULL, {1000, 1}, "a"},
    {"a 400w, b 800w, c 1600w", "50vw", {1600, 1}, "b"},
    {"a 400w, b 800w, c 1600w", "50vw", {1600, 2}, "c"},
    {"a 400w, b 800w", "(max-width: 600px) 100vw, 400px", {500, 1}, "b"},
    {"a 400w, b 800w", "(max-width: 600px) 100vw, 400px", {900, 1}, "a"},
    {"a 400w, b 800w", "(min-width: 20em) and (max-width: 600px) 300px, 800px", {500, 1}, "a"},
    {"a 400w, b 800w", "(orientation: landscape) 300px, 800px", {500, 1}, "b"},
    {"a 400w, b 800w", NULL, {0, 0}, "b"}, /* a view of typical size */
    {"a,b", NULL, {1000, 1}, "a,b"},
    {"a, b", NULL, {1000, 1}, "a"},
    {" , a 0x, b -1x, c", NULL, {1000, 1}, "a"},
    {"a 1q, b", NULL, {1000, 1}, "a"},
    {"", NULL, {1000, 1}, NULL},
    {" ,,", NULL, {1000, 1}, NULL},
};

static void
test_srcset (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (SETS); i++) {
    g_autofree char *chosen =
        bulla_srcset_choose (SETS[i].srcset, SETS[i].sizes, &SETS[i].viewport);
    g_test_message ("%s of %s", SETS[i].srcset, SETS[i].sizes);
    g_assert_cmpstr (chosen, ==, SETS[i].chosen);
  }
}

/* Returns "url=package" of each subresource in order; "-" for a package that is not offered. */
static char *
plan (const char *inner, const char *outer, const char *language, const char *settings,
      const BullaClient *client)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) parent = bulla_profile_load ("draft-b3", &error);
  g_autofree char *file = g_strconcat ("[profile]\nname=test\ninherits=draft-b3\n", settings, NULL);
  g_autoptr (BullaProfile) profile = bulla_profile_parse (file, parent, &error);
  g_autoptr (BullaFacts) facts = good_facts_new ();
  BullaRequestFacts request = {.method = "GET", .accept_language = language};
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_no_error (error);
  facts->request_url = PAGE;
  facts->outer.url = OUTER;
  good_facts_set_header (facts, "link", inner);
  g_autoptr (GPtrArray) parts = bulla_alternates_plan (facts, outer, &request, client, NULL,
                                                       bulla_profile_get_settings (profile));
  for (guint i = 0; i < parts->len; i++) {
    const BullaAlternate *part = parts->pdata[i];
    g_string_append_printf (text, "%s%s=%s", i > 0 ? " " : "", strrchr (part->url, '/'),
                            part->package_url != NULL ? strrchr (part->package_url, '/') : "-");
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define PRELOAD(path) "<" path ">; rel=preload; as=script"
#define ALLOW(path, more) "<" path ">; rel=\"allowed-alt-sxg\"" more
#define SUMMED(path) ALLOW (path, "; header-integrity=\"" SUM "\"")
#define OFFER(package, path, more)                                                                 \
  "<" package ">; rel=\"alternate\"; " TYPE "; anchor=\"https://publisher.test" path "\"" more
#define FR "; variants-04=\"accept-language;fr;de\"; variant-key-04=\"fr\""
#define DE_05 "; variants-05=\"accept-language;fr;de\"; variant-key-05=\"de\""
#define DE "; variants-04=\"accept-language;fr;de\"; variant-key-04=\"de\""

static const struct {
  const char *name, *inner, *outer, *language, *settings, *parts;
} PLANS[] = {
    {"all", PRELOAD ("/a.js") ", " SUMMED ("/a.js"), OFFER ("/p", "/a.js", ""), NULL, "",
     "/a.js=/p"},
    {"no-preload", SUMMED ("/a.js"), OFFER ("/p", "/a.js", ""), NULL, "", ""},
    {"no-destination", "</a.js>; rel=preload, " SUMMED ("/a.js"), OFFER ("/p", "/a.js", ""), NULL,
     "", ""},
    {"not-allowed", PRELOAD ("/a.js"), OFFER ("/p", "/a.js", ""), NULL, "", ""},
    {"no-integrity", PRELOAD ("/a.js") ", " ALLOW ("/a.js", ""), OFFER ("/p", "/a.js", ""), NULL,
     "", ""},
    {"bad-integrity", PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"sha256-AAAA\""),
     OFFER ("/p", "/a.js", ""), NULL, "", ""},
    {"several-relations",
     PRELOAD ("/a.js") ", </a.js>; rel=\"allowed-alt-sxg x\"; header-integrity=\"" SUM "\"",
     OFFER ("/p", "/a.js", ""), NULL, "", ""},
    {"not-offered", PRELOAD ("/a.js") ", " SUMMED ("/a.js"), NULL, NULL, "", "/a.js=-"},
    {"other-anchor", PRELOAD ("/a.js") ", " SUMMED ("/a.js"), OFFER ("/p", "/b.js", ""), NULL, "",
     "/a.js=-"},
    {"no-type", PRELOAD ("/a.js") ", " SUMMED ("/a.js"),
     "</p>; rel=alternate; anchor=\"https://publisher.test/a.js\"", NULL, "", "/a.js=-"},
    {"bare-type", PRELOAD ("/a.js") ", " SUMMED ("/a.js"),
     "</p>; rel=alternate; type=application/signed-exchange; "
     "anchor=\"https://publisher.test/a.js\"",
     NULL, "", "/a.js=/p"},
    {"superset", PRELOAD ("/a.js") ", " SUMMED ("/a.js"),
     OFFER ("/p", "/a.js", "") ", " OFFER ("/q", "/b.js", ""), NULL, "", "/a.js=/p"},
    {"twice", PRELOAD ("/a.js") ", " PRELOAD ("/a.js") ", " SUMMED ("/a.js"),
     OFFER ("/p", "/a.js", ""), NULL, "", "/a.js=/p"},
    {"language",
     PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" FR) ", " ALLOW (
         "/a.js", "; header-integrity=\"" OTHER_SUM "\"" DE),
     OFFER ("/fr", "/a.js", FR) ", " OFFER ("/de", "/a.js", DE), "de", "", "/a.js=/de"},
    {"best-language", /* although an acceptable one comes first */
     PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" FR) ", " ALLOW (
         "/a.js", "; header-integrity=\"" OTHER_SUM "\"" DE),
     OFFER ("/fr", "/a.js", FR) ", " OFFER ("/de", "/a.js", DE), "fr;q=0.5, de", "", "/a.js=/de"},
    {"best-not-offered", /* the other acceptable one is not used, which would mark the visitor */
     PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" FR) ", " ALLOW (
         "/a.js", "; header-integrity=\"" OTHER_SUM "\"" DE),
     OFFER ("/fr", "/a.js", FR), "fr;q=0.5, de", "", "/a.js=-"},
    {"first-acceptable",
     PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" FR) ", " ALLOW (
         "/a.js", "; header-integrity=\"" OTHER_SUM "\"" DE),
     OFFER ("/fr", "/a.js", FR) ", " OFFER ("/de", "/a.js", DE), "fr;q=0.5, de",
     "[prefetch]\nalternate-choice=first-acceptable\n", "/a.js=/fr"},
    {"draft-05", PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" DE_05),
     OFFER ("/de", "/a.js", DE_05), "de", "[request]\nvariants-headers=05\n", "/a.js=/de"},
    {"no-language", PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" DE),
     OFFER ("/de", "/a.js", DE), "fr", "", ""},
    {"when-absent", PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" DE),
     OFFER ("/de", "/a.js", DE), "fr", "[prefetch]\nalternate-variants=when-absent\n", "/a.js=/de"},
    {"other-spelling", /* with the same variants */
     PRELOAD ("/a.js") ", " ALLOW ("/a.js", "; header-integrity=\"" SUM "\"" DE),
     OFFER ("/de", "/a.js", "; variants-04=\"accept-language; fr; de\"; variant-key-04=\"de\""),
     "de", "", "/a.js=-"},
};

static void
test_plan (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *parts =
      plan (PLANS[i].inner, PLANS[i].outer, PLANS[i].language, PLANS[i].settings, NULL);

  g_assert_cmpstr (parts, ==, PLANS[i].parts);
}

#define PICTURE(package, type)                                                                     \
  OFFER (package, "/a.img",                                                                        \
         "; variants-04=\"accept;image/jpeg;image/webp\"; variant-key-04=\"" type "\"")
#define PICTURE_ALLOWED(type)                                                                      \
  ALLOW ("/a.img", "; header-integrity=\"" SUM "\"; variants-04=\"accept;image/jpeg;image/webp\""  \
                   "; variant-key-04=\"" type "\"")

/* each part is requested with the Accept that the client sends for the link's `as` */
static void
test_client (void)
{
  static const struct {
    const char *client, *as, *parts;
  } rows[] = {
      {"webkitgtk-2.50", "image", "/a.img=/webp"},
      {"kaios-2.5", "image", "/a.img=/jpeg"},
      {"webkitgtk-2.50", "fetch", "/a.img=/jpeg"},
      {"lynx", "image", "/a.img=/jpeg"},
      {"safari-13", "image", "/a.img=/jpeg"},
      {"webkitgtk-2.50", "embed", "/a.img=/jpeg"},
      /* the best one, although JPEG is listed first */
      {"chromium-73", "image", "/a.img=/webp"},
      {"chromium-156", "image", "/a.img=/webp"},
      {"lighthouse", "image", "/a.img=/jpeg"},
      {"curl", "image", "/a.img=/jpeg"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaClient) client = bulla_client_load (rows[i].client, &error);
    g_autofree char *inner =
        g_strconcat ("</a.img>; rel=preload; as=", rows[i].as,
                     ", " PICTURE_ALLOWED ("image/jpeg") ", " PICTURE_ALLOWED ("image/webp"), NULL);
    g_assert_no_error (error);
    g_autofree char *parts =
        plan (inner, PICTURE ("/jpeg", "image/jpeg") ", " PICTURE ("/webp", "image/webp"), NULL, "",
              client);
    g_test_message ("%s, %s", rows[i].client, rows[i].as);
    g_assert_cmpstr (parts, ==, rows[i].parts);
  }
}

/* what a page allows, whatever a deliverer offers, and whatever a client asks for */
static void
test_list (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);
  g_autoptr (BullaFacts) facts = good_facts_new ();

  g_assert_no_error (error);
  facts->request_url = PAGE;
  good_facts_set_header (
      facts, "link",
      "</a.img>; rel=preload; as=image, </b.css>; rel=preload; as=style, "
      "</c.js>; rel=preload; as=script, </a.img>; rel=preload; as=fetch, "
      "</d>; rel=preload, " PICTURE_ALLOWED ("image/jpeg") ", " PICTURE_ALLOWED (
          "image/webp") ", " SUMMED ("/b.css") ", " SUMMED ("/d") ", " ALLOW ("/c.js", ""));
  g_autoptr (GPtrArray) parts = bulla_alternates_list (facts, bulla_profile_get_settings (profile));

  g_assert_cmpuint (parts->len, ==, 2);
  const BullaAllowedPart *picture = parts->pdata[0], *style = parts->pdata[1];
  g_assert_cmpstr (picture->url, ==, PAGE "a.img");
  g_assert_cmpstr (picture->destination, ==, "image");
  g_assert_cmpstr (picture->variants, ==, "accept;image/jpeg;image/webp");
  g_assert_cmpuint (g_strv_length (picture->keys), ==, 2);
  g_assert_cmpstr (picture->keys[0], ==, "image/jpeg");
  g_assert_cmpstr (picture->keys[1], ==, "image/webp");
  g_assert_cmpstr (style->url, ==, PAGE "b.css");
  g_assert_null (style->variants);
  g_assert_cmpuint (g_strv_length (style->keys), ==, 0);
}

/* Appends allowed links of @path; none of their @n_keys keys is possible. */
static void
append_impossible (GString *field, const char *path, guint n_axes, guint n_values, guint n_keys)
{
  g_string_append_printf (
      field, ", <%s>; rel=\"allowed-alt-sxg\"; header-integrity=\"" SUM "\"; variants-04=\"", path);
  for (guint i = 0; i < n_axes; i++) {
    g_string_append (field, i > 0 ? ",accept-language" : "accept-language");
    for (guint j = 0; j < n_values; j++)
      g_string_append_printf (field, ";%c%c", 'a' + j / 16, 'a' + j % 16);
  }
  g_string_append (field, "\"; variant-key-04=\"");
  for (guint i = 0; i < n_keys; i++)
    for (guint j = 0; j < n_axes; j++)
      g_string_append (field, j > 0 ? ";z" : i > 0 ? ",z" : "z");
  g_string_append_c (field, '"');
}

/* A page that preloads one URL hundreds of times has its variants compared once. */
static void
test_repeated_preloads (void)
{
  g_autoptr (GString) inner = g_string_new ("</b>; rel=preload; as=script");

  for (guint i = 0; i < 480; i++)
    g_string_append (inner, ", </a>; rel=preload; as=script");
  for (guint i = 0; i < 20; i++)
    append_impossible (inner, "/a", 16, 256, 256);
  g_string_append (inner, ", " SUMMED ("/b"));
  g_test_timer_start ();
  g_autofree char *parts = plan (inner->str, OFFER ("/p", "/b", ""), "aa", "", NULL);
  g_assert_cmpfloat (g_test_timer_elapsed (), <, 5); /* it was half a minute and more */
  g_assert_cmpstr (parts, ==, "/b=/p");
}

/* URLs of which no variant is selected count, too. */
static void
test_most_parts (void)
{
  for (guint n = BULLA_ALTERNATES_MAX - 1; n <= BULLA_ALTERNATES_MAX; n++) {
    g_autoptr (GString) inner = g_string_new ("</none>; rel=preload; as=script");
    for (guint i = 0; i < n; i++)
      g_string_append_printf (inner, ", </%u>; rel=preload; as=script", i);
    g_string_append (inner, ", " PRELOAD ("/a") ", " SUMMED ("/a"));
    for (guint i = 0; i < n; i++) {
      g_autofree char *path = g_strdup_printf ("/%u", i);
      append_impossible (inner, path, 1, 1, 1);
    }
    g_autofree char *parts = plan (inner->str, OFFER ("/p", "/a", ""), "aa", "", NULL);
    g_assert_cmpstr (parts, ==, n < BULLA_ALTERNATES_MAX ? "/a=/p" : "");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/link/links", test_links);
  g_test_add_func ("/policy/link/truncated", test_truncated);
  g_test_add_func ("/policy/link/parameters", test_parameters);
  g_test_add_func ("/policy/link/many", test_many);
  g_test_add_func ("/policy/link/srcset", test_srcset);
  for (guint i = 0; i < G_N_ELEMENTS (PLANS); i++) {
    g_autofree char *path = g_strconcat ("/policy/link/plan/", PLANS[i].name, NULL);
    g_test_add_data_func (path, GUINT_TO_POINTER (i), test_plan);
  }
  g_test_add_func ("/policy/link/client", test_client);
  g_test_add_func ("/policy/link/list", test_list);
  g_test_add_func ("/policy/link/repeated-preloads", test_repeated_preloads);
  g_test_add_func ("/policy/link/most-parts", test_most_parts);
  return g_test_run ();
}
