/* test-load-bundle.c - loads bundles from files: their contents, and the origin they are shown in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "bulla-bundle-check.h"
#include "bulla-bundle-internal.h"
#include "bulla-error.h"
#include "bundle-kit.h"

#define PAGE KIT_HOST "/a/page.html"
#define STYLE KIT_HOST "/a/style.css"

static BullaBundleWriter *
start_writer (BullaBundleFormat format)
{
  BullaBundleWriter *writer = bulla_bundle_writer_new (format);
  guint page = bundle_kit_add (writer, PAGE, "text/html", "<p>page");

  bundle_kit_add (writer, STYLE, "text/css", "p {}");
  bulla_bundle_writer_add_url (writer, KIT_HOST "/alias", page);
  bulla_bundle_writer_set_primary_url (writer, PAGE);
  return writer;
}

static void
test_open (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  static const BullaBundleFormat formats[] = {BULLA_BUNDLE_FORMAT_B1, BULLA_BUNDLE_FORMAT_B2};

  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (BullaBundleWriter) writer = start_writer (formats[i]);
    g_autoptr (GBytes) bytes = bundle_kit_write (writer);
    g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
    bundle_kit_assert (bulla_bundle_get_verdict (bundle), "separate-origin", NULL);
    g_assert_cmpstr (bulla_bundle_get_version (bundle), ==, i == 0 ? "b1" : "b2");
    g_assert_cmpstr (bulla_bundle_get_primary_url (bundle), ==, PAGE);
    g_assert_cmpuint (bulla_bundle_get_n_resources (bundle), ==, 3);
    g_assert_false (bulla_bundle_is_signed (bundle));
    g_assert_cmpint (bulla_bundle_find (bundle, KIT_HOST "/b"), ==, -1);
    g_assert_cmpint (bulla_bundle_find (bundle, "HTTPS://Publisher.test:443/a/page.html#x"), ==,
                     bulla_bundle_find (bundle, PAGE));
    g_autoptr (BullaLoad) load = bundle_kit_load (bundle, PAGE "#part");
    g_autoptr (BullaLoad) alias = bundle_kit_load (bundle, KIT_HOST "/alias");
    g_autofree char *body = bundle_kit_read (load, NULL);
    g_autofree char *same = bundle_kit_read (alias, NULL);
    g_autofree char *nosniff = bundle_kit_header (load, "x-content-type-options");
    bundle_kit_assert (bulla_load_get_verdict (load), "separate-origin", NULL);
    g_assert_cmpstr (body, ==, "<p>page");
    g_assert_cmpstr (same, ==, body);
    g_assert_cmpstr (nosniff, ==, "nosniff");
    g_assert_cmpstr (bulla_load_get_url (load), ==, PAGE);
    g_assert_cmpstr (bulla_load_get_origin (load), ==, KIT_HOST);
    g_assert_cmpuint (bulla_load_get_status (load), ==, 200);
    g_assert_null (bulla_load_get_subject (load));
    g_assert_true (bulla_load_get_bundle (load) == bundle);
  }
}

static void
test_packages (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = start_writer (BULLA_BUNDLE_FORMAT_B2);

  bundle_kit_add (writer, "https://other.test/a/page.html?x=1", "text/html", "other");
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
  g_autofree char *digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  g_autofree char *id = bulla_bundle_dup_package_id (bundle, KIT_HOST);
  g_autofree char *other = bulla_bundle_dup_package_id (bundle, "https://other.test");
  g_autofree char *url =
      bulla_bundle_dup_package_url (bundle, "https://other.test/a/page.html?x=1");
  g_autofree char *expected = g_strconcat ("webpkg://", other, "/a/page.html?x=1", NULL);
  g_assert_cmpstr (bulla_bundle_get_digest (bundle), ==, digest);
  g_assert_cmpuint (strlen (id), ==, 52);
  g_assert_cmpstr (id, !=, other);
  g_assert_cmpstr (url, ==, expected);
  g_assert_null (bulla_bundle_dup_package_url (bundle, "https://other.test/"));
  /* another bundle that claims the same origin has another origin */
  bundle_kit_add (writer, KIT_HOST "/more", "text/html", "more");
  g_autoptr (GBytes) more = bundle_kit_write (writer);
  g_autoptr (BullaBundle) second = bundle_kit_open (kit, more, NULL);
  g_autofree char *again = bulla_bundle_dup_package_id (second, KIT_HOST);
  g_assert_cmpstr (again, !=, id);
}

/* URLs stay paths, if there is no base URL */
static void
test_relative (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B2);

  bundle_kit_add (writer, "/index.html", "text/html", "index");
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (BullaBundle) file = bundle_kit_open (kit, bytes, NULL);
  g_autoptr (BullaBundle) served = bundle_kit_open (kit, bytes, "https://server.test/d/b.wbn");
  g_autofree char *path = bulla_bundle_dup_url (file, 0), *url = bulla_bundle_dup_url (served, 0);
  g_autofree char *shown = bulla_bundle_dup_package_url (file, "/index.html");
  g_autofree char *folder = g_path_get_dirname (kit->folder);
  g_assert_cmpstr (path, ==, "/index.html");
  g_assert_cmpstr (bulla_bundle_get_origin (file, 0), ==, "");
  g_assert_cmpstr (url, ==, "https://server.test/index.html");
  g_assert_true (g_str_has_prefix (shown, "webpkg://") && g_str_has_suffix (shown, "/index.html"));
  g_assert_null (strstr (shown, "bundle.wbn"));
  bundle_kit_set_profile (kit, "[bundle]\nrelative-urls = refuse\n");
  g_autoptr (BullaBundle) refused = bundle_kit_open (kit, bytes, NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (refused), "refuse", "index.url-relative");
}

static void
test_variants (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
  guint responses[3] = {0, BULLA_BUNDLE_NO_RESPONSE, 0};
  static const char *const bodies[] = {"en", "", "fr"};

  for (guint i = 0; i < 3; i += 2) {
    g_autoptr (GBytes) body = g_bytes_new (bodies[i], 2);
    responses[i] = bulla_bundle_writer_add_response (writer, 200);
    bulla_bundle_writer_add_header (writer, responses[i], "content-type", "text/plain");
    bulla_bundle_writer_set_body (writer, responses[i], body);
  }
  bulla_bundle_writer_set_primary_url (writer, PAGE);
  bulla_bundle_writer_add_variants (writer, PAGE, "accept-language;en;de;fr", responses, 3);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
  static const struct {
    const char *languages;
    gint chosen;
  } rows[] = {{"en", 0}, {"fr;q=0.9, en;q=0.5", 2}, {"de, fr;q=0.1", 2}, {"ja", 0}, {"de", -1}};
  g_assert_cmpuint (bulla_bundle_get_n_variants (bundle, 0), ==, 3);
  bundle_kit_assert (bulla_bundle_get_verdict (bundle), "separate-origin", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    BullaRequestFacts request = {.method = "GET", .accept_language = rows[i].languages};
    g_test_message ("%s", rows[i].languages);
    g_assert_cmpint (bulla_bundle_choose_variant (bundle, 0, &request), ==, rows[i].chosen);
  }
  const BullaRequestFacts german = {.method = "GET", .url = PAGE, .accept_language = "de"};
  g_autoptr (BullaVerdict) absent = bulla_bundle_judge_absent_variant (bundle, 0, &german, 1);
  g_autofree char *why = bulla_verdict_dup_why (absent);
  g_assert_cmpint (bulla_verdict_get_reason (absent), ==, BULLA_REASON_REQUEST_VARIANTS);
  g_assert_cmpint (bulla_verdict_get_reply (absent), ==, BULLA_REPLY_NETWORK);
  g_assert_cmpstr (why, ==, "the bundle has the variants en and fr; the request (de) selects de");
  g_autoptr (BullaLoad) load = bulla_bundle_load (bundle, 0, 2, NULL, NULL);
  g_autofree char *body = bundle_kit_read (load, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_cmpstr (body, ==, "fr");
  g_assert_null (bulla_bundle_load (bundle, 0, 1, NULL, &error));
  g_assert_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT);
}

/* The locations of an index are counted as the profile reads them; what it cannot read keeps nobody
 * from the rest of the bundle, but no location is chosen. */
static void
test_variants_readings (void)
{
  static const struct {
    const char *settings, *variants, *accept, *languages;
    guint n;             /* locations in the index */
    const char *refused; /* reason of the bundle; NULL if it can be opened */
    gint chosen;
  } rows[] = {
      {"list-tokens=draft-04", "accept;7bit;text/html", "text/html", NULL, 2, NULL, 1},
      {"list-tokens=draft-04", "accept;(a);[b]", "[b]", NULL, 2, NULL, 1},
      {"list-tokens=sh-10", "accept;7bit;text/html", "text/html", NULL, 2, "index.variants", -1},
      {"list-tokens=wide", "accept;a/b+c;d/e", "d/e", NULL, 2, NULL, 1},
      {"list-tokens=sh-10", "accept;a/b+c;d/e", "d/e", NULL, 2, NULL, -1},
      {"duplicate-axes=last", "accept-language=(de en), accept-language=(en fr)", NULL, "fr", 2,
       NULL, 1},
      {"duplicate-axes=last", "accept-language=(de en), accept-language=(en fr)", NULL, "fr", 4,
       "index.variants", -1},
      {"duplicate-axes=two-axes", "accept-language=(de en), accept-language=(en fr)", NULL, "en", 4,
       NULL, 2},
      {"duplicate-axes=fail", "accept-language=(de en), accept-language=(en fr)", NULL, "en", 4,
       NULL, -1},
  };
  g_autoptr (BundleKit) kit = bundle_kit_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaBundleWriter) writer = bulla_bundle_writer_new (BULLA_BUNDLE_FORMAT_B1);
    g_autofree char *settings = g_strdup_printf ("[variants]\n%s\n", rows[i].settings);
    guint responses[4];
    for (guint j = 0; j < rows[i].n; j++) {
      g_autofree char *url = g_strdup_printf (KIT_HOST "/%u", j);
      responses[j] = bundle_kit_add (writer, url, "text/plain", url);
    }
    bulla_bundle_writer_set_primary_url (writer, KIT_HOST "/0");
    bulla_bundle_writer_add_variants (writer, PAGE, rows[i].variants, responses, rows[i].n);
    g_autoptr (GBytes) bytes = bundle_kit_write (writer);
    bundle_kit_set_profile (kit, settings);
    g_test_message ("%s %s", rows[i].settings, rows[i].variants);
    g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
    bundle_kit_assert (bulla_bundle_get_verdict (bundle),
                       rows[i].refused != NULL ? "refuse" : "separate-origin", rows[i].refused);
    if (rows[i].refused != NULL)
      continue;
    BullaRequestFacts request = {
        .method = "GET", .accept = rows[i].accept, .accept_language = rows[i].languages};
    guint page = (guint)bulla_bundle_find (bundle, PAGE);
    g_assert_cmpuint (bulla_bundle_get_n_variants (bundle, page), ==, rows[i].n);
    g_assert_cmpint (bulla_bundle_choose_variant (bundle, page, &request), ==, rows[i].chosen);
  }
}

static void
test_appended (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = start_writer (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  static const char program[] = "\x7f"
                                "ELF, or so; in it the magic of a bundle: \x85\x48\xf0\x9f\x8c\x90";
  g_autoptr (GBytes) front = g_bytes_new_static (program, sizeof program);
  g_autoptr (GBytes) file = bundle_kit_join (front, bytes);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, file, NULL);
  g_autoptr (BullaLoad) load = bundle_kit_load (bundle, PAGE);
  g_autofree char *body = bundle_kit_read (load, NULL);
  BullaRange range;

  g_assert_cmpstr (body, ==, "<p>page");
  g_assert_true (bulla_bundle_get_range (bundle, 0, 0, &range));
  g_assert_cmpuint (range.offset, >, sizeof program);
  /* a byte after the bundle, which is then not found */
  g_autoptr (GBytes) behind = bundle_kit_join (file, front);
  g_autoptr (BullaBundle) lost = bundle_kit_open (kit, behind, NULL);
  bundle_kit_assert (bulla_bundle_get_verdict (lost), "refuse", "bundle.magic");
}

/* the delivered bytes must be those that were judged */
static void
test_changed (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = start_writer (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
  g_autoptr (BullaLoad) load = bundle_kit_load (bundle, PAGE);
  g_autofree char *path = bundle_kit_path (kit, "bundle.wbn");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (truncate (path, 100), ==, 0);
  g_autofree char *body = bundle_kit_read (load, &error);
  g_assert_cmpstr (body, ==, "");
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_WRONG_ETAG);
  g_assert_null (bulla_bundle_load (bundle, 1, 0, NULL, NULL));
  g_assert_null (bulla_bundle_get_digest (bundle));
}

static void
test_scope (void)
{
  static const struct {
    const char *setting, *bundle_url, *allowed, *outcome, *reason;
  } rows[] = {
      {"no", KIT_HOST "/a/b.wbn", NULL, "separate-origin", NULL},
      {"allowed", KIT_HOST "/a/b.wbn", NULL, "substitute", NULL},
      {"allowed", KIT_HOST "/a/b/c.wbn", NULL, "separate-origin", NULL},
      {"allowed", KIT_HOST "/a/b/c.wbn", "/a", "substitute", NULL},
      {"allowed", KIT_HOST "/a/b/c.wbn", "https://other.test/", "separate-origin", NULL},
      {"allowed", "https://publisher.test:8443/a/b.wbn", NULL, "separate-origin", NULL},
      {"allowed", "http://publisher.test/a/b.wbn", NULL, "refuse", "outer.insecure"},
      {"allowed", NULL, NULL, "separate-origin", NULL},
      {"expected", KIT_HOST "/a/b/c.wbn", NULL, "fall-back", "bundle.out-of-scope"},
  };
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = start_writer (BULLA_BUNDLE_FORMAT_B2);
  bulla_bundle_writer_add_header (writer, 0, "set-cookie", "a=b");
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autofree char *path = bundle_kit_save (kit, "scope.wbn", bytes);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *settings = g_strdup_printf ("[bundle]\nscope = %s\n", rows[i].setting);
    bundle_kit_set_profile (kit, settings);
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaLoader) loader = bundle_kit_loader (kit);
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (rows[i].bundle_url);
    bulla_outer_set_header (outer, "service-worker-allowed", rows[i].allowed);
    g_autoptr (GObject) opened =
        bulla_loader_open_file (loader, path, BULLA_PACKAGE_UNKNOWN, outer, NULL, NULL, &error);
    g_assert_no_error (error);
    g_test_message ("%s %s", rows[i].setting, rows[i].bundle_url);
    bundle_kit_assert (bulla_bundle_get_verdict (BULLA_BUNDLE (opened)), rows[i].outcome,
                       rows[i].reason);
    g_autoptr (BullaLoad) load = bundle_kit_load (BULLA_BUNDLE (opened), PAGE);
    gboolean substituted = strcmp (rows[i].outcome, "substitute") == 0;
    if (strcmp (rows[i].outcome, "refuse") != 0) {
      g_autofree char *cookie = bundle_kit_header (load, "set-cookie");
      g_assert_cmpstr (cookie, ==, substituted ? "a=b" : NULL);
    }
  }
}

static gboolean
count_cb (guint n_read, guint n_all, gpointer user_data)
{
  guint *calls = user_data;

  (*calls)++;
  return n_read < 2 || n_all != 3 || *calls < 100;
}

static gboolean
stop_cb (guint n_read, guint n_all, gpointer user_data)
{
  return n_read == 0;
}

static void
test_check (void)
{
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = start_writer (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (BullaBundle) bundle = bundle_kit_open (kit, bytes, NULL);
  g_autoptr (GError) error = NULL;
  guint calls = 0;
  g_autoptr (BullaBundleCheck) check = bulla_bundle_check (bundle, count_cb, &calls, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (calls, ==, 4);
  g_assert_cmpint (check->outcome, ==, BULLA_OUTCOME_SEPARATE_ORIGIN);
  g_assert_cmpint (check->reason, ==, BULLA_REASON_NONE);
  g_assert_cmpuint (check->findings->len, ==, 3);
  BullaBundleFinding *first = &g_array_index (check->findings, BullaBundleFinding, 0);
  g_assert_cmpuint (first->status, ==, 200);
  g_assert_cmpint (first->vouched_until, ==, -1);
  g_assert_nonnull (first->body_sha256);
  g_assert_null (bulla_bundle_check (bundle, stop_cb, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* only one response is malformed, not the primary one */
  g_autoptr (GBytes) spoilt = bundle_kit_spoil (bytes, "text/css", 0);
  g_autoptr (BullaBundle) broken = bundle_kit_open (kit, spoilt, NULL);
  g_autoptr (BullaLoad) page = bundle_kit_load (broken, PAGE);
  g_autoptr (BullaLoad) style = bundle_kit_load (broken, STYLE);
  g_clear_error (&error);
  g_autoptr (BullaBundleCheck) found = bulla_bundle_check (broken, NULL, NULL, &error);
  g_assert_no_error (error);
  bundle_kit_assert (bulla_bundle_get_verdict (broken), "separate-origin", NULL);
  bundle_kit_assert (bulla_load_get_verdict (page), "separate-origin", NULL);
  g_assert_cmpint (bulla_verdict_get_outcome (bulla_load_get_verdict (style)), ==,
                   BULLA_OUTCOME_REFUSE);
  g_assert_null (bulla_load_get_body (style));
  g_assert_cmpint (found->outcome, ==, BULLA_OUTCOME_REFUSE);
  g_assert_true (found->reason == bulla_verdict_get_reason (bulla_load_get_verdict (style)));
  g_assert_cmpstr (bulla_load_get_url (found->decisive), ==, STYLE);
}

/* a bundle after other data is found if the kind of file is unknown; if it is given, it is not
 * searched for */
static void
test_kind (void)
{
  static const struct {
    BullaPackageKind kind;
    const char *outcome, *reason;
  } rows[] = {
      {BULLA_PACKAGE_UNKNOWN, "separate-origin", NULL},
      {BULLA_PACKAGE_BUNDLE, "refuse", "bundle.magic"},
  };
  g_autoptr (BundleKit) kit = bundle_kit_new ();
  g_autoptr (BullaBundleWriter) writer = start_writer (BULLA_BUNDLE_FORMAT_B2);
  g_autoptr (GBytes) bytes = bundle_kit_write (writer);
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_byte_array_append (file, (const guint8 *)"#!/bin/sh\nexit\n", 15);
  g_byte_array_append (file, g_bytes_get_data (bytes, NULL), (guint)g_bytes_get_size (bytes));
  g_autoptr (GBytes) whole = g_byte_array_free_to_bytes (g_steal_pointer (&file));
  g_autofree char *path = bundle_kit_save (kit, "appended", whole);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaLoader) loader = bundle_kit_loader (kit);
    g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
    g_autoptr (GObject) opened =
        bulla_loader_open_file (loader, path, rows[i].kind, outer, NULL, NULL, &error);
    g_assert_no_error (error);
    bundle_kit_assert (bulla_bundle_get_verdict (BULLA_BUNDLE (opened)), rows[i].outcome,
                       rows[i].reason);
  }
}

static void
test_sniff (void)
{
  static const struct {
    const char *start;
    BullaPackageKind kind;
  } rows[] = {
      {"\x85\x48\xf0\x9f\x8c\x90", BULLA_PACKAGE_BUNDLE},
      {"\x84\x48\xf0\x9f\x96\x8b", BULLA_PACKAGE_BUNDLE},
      {"\x98\x04\x48\xf0\x9f\x96\x8b", BULLA_PACKAGE_BUNDLE},
      {"sxg1-b3", BULLA_PACKAGE_EXCHANGE},
      {"\x89PNG\r\n", BULLA_PACKAGE_UNKNOWN},
      {"<!DOCTYPE", BULLA_PACKAGE_UNKNOWN},
      {"", BULLA_PACKAGE_UNKNOWN},
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (bulla_package_sniff ((const guint8 *)rows[i].start, strlen (rows[i].start)),
                     ==, rows[i].kind);
  g_assert_cmpint (bulla_package_from_content_type ("Application/WebBundle; v=b2"), ==,
                   BULLA_PACKAGE_BUNDLE);
  g_assert_cmpint (bulla_package_from_content_type ("application/signed-exchange;v=b3"), ==,
                   BULLA_PACKAGE_EXCHANGE);
  g_assert_cmpint (bulla_package_from_content_type (NULL), ==, BULLA_PACKAGE_UNKNOWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/load-bundle/open", test_open);
  g_test_add_func ("/load-bundle/packages", test_packages);
  g_test_add_func ("/load-bundle/relative", test_relative);
  g_test_add_func ("/load-bundle/variants", test_variants);
  g_test_add_func ("/load-bundle/variants-readings", test_variants_readings);
  g_test_add_func ("/load-bundle/appended", test_appended);
  g_test_add_func ("/load-bundle/changed", test_changed);
  g_test_add_func ("/load-bundle/scope", test_scope);
  g_test_add_func ("/load-bundle/check", test_check);
  g_test_add_func ("/load-bundle/kind", test_kind);
  g_test_add_func ("/load-bundle/sniff", test_sniff);
  return g_test_run ();
}
