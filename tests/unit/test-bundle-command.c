/* test-bundle-command.c - runs bulla bundle, and verify and inspect on bundles, as people type them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <json-glib/json-glib.h>

#include "command-bundle.h"
#include "command-cases.h"

#define TRUST "--offline --trust a/root.pem --ct-logs a/ctlogs.json "

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (
      run (place,
           "set -e; mkdir -p site/css; printf Hello >site/index.html; printf 'b{}' >site/css/a.css;"
           "create='create bundle --dir site --base-url https://example.com/ --index file';"
           "$BULLA $create site.wbn; $BULLA $create --format b1 old.wbn",
           NULL, NULL),
      ==, 0);
}

static void
test_list (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA bundle list site.wbn", 0, "200          5  https://example.com/index.html"},
      {"$BULLA bundle list --long site.wbn", 0, "text/css"},
      {"$BULLA bundle list --long site.wbn", 0, "Status      Bytes "},
      {"$BULLA bundle list --json site.wbn", 0, "\"url\":\"https://example.com/css/a.css\""},
      {"cat site.wbn | $BULLA bundle list -", 0, "index.html"},
      {"(cat site/index.html; cat site.wbn) >more; $BULLA bundle list more", 0, "index.html"},
      {"head -c 200 site.wbn >short.wbn; $BULLA bundle list short.wbn", 1, "bundle."},
      {"$BULLA bundle list site/index.html", 1, "is not a web bundle"},
      {"$BULLA bundle list nowhere.wbn", 2, "nowhere.wbn: "},
      {"$BULLA bundle list", 2, "FILE|URL"},
      {"$BULLA bundle", 2, "extract"},
      {"$BULLA bundle list --base-url nonsense site.wbn", 2, "is not an absolute URL"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_extract (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA bundle extract site.wbn out", 0, "into out"},
      {"cmp out/example.com/index.html site/index.html && cmp out/example.com/css/a.css "
       "site/css/a.css && echo same",
       0, "same"},
      {"printf changed >out/example.com/css/a.css; $BULLA bundle extract site.wbn out", 2,
       "already exists"},
      {"cat out/example.com/css/a.css", 0, "changed"},
      {"$BULLA bundle extract --force site.wbn out && cat out/example.com/css/a.css", 0, "b{}"},
      {"$BULLA bundle extract --url 'https://example.com/css/*' site.wbn some && find some -type f",
       0, "some/example.com/css/a.css"},
      {"find some -type f | wc -l", 0, "1"},
      {"$BULLA bundle extract --url https://example.com/no site.wbn none", 2,
       "no URL in the bundle matches"},
      {"$BULLA bundle extract --headers site.wbn with && cat with/example.com/css/a.css.headers", 0,
       "content-type: text/css"},
      {"$BULLA bundle extract --verbose site.wbn told", 0,
       "example.com/css/a.css  https://example.com/css/a.css"},
      {"$BULLA bundle extract site.wbn", 2, "DIR"},
      {"find out -name '*~*' -o -name '.bulla*' | wc -l", 0, "0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* whatever the URL, its response is written within the folder */
static void
test_extract_hostile (Place *place, gconstpointer data)
{
  static const char *const urls[] = {
      "..%2fevil",
      "https://a.test/x",
      "https://a.test//e",
      "https://a.test/%00",
      "https://a.test/x/y",
      "https://a.test/..%5Cevil",
      "https://a.test/..%2f..%2f..%2fevil",
      "https://a.test/?/../../../../../evil",
      NULL,
  };
  static const Case cases[] = {
      {"mkdir -p in/side; $BULLA bundle extract --verbose evil.wbn in/side", 0,
       "a.test/..%2f..%2f..%2fevil"},
      {"find . -name '*evil*' -not -path './in/side/*' -not -name evil.wbn | wc -l", 0, "0"},
      {"ls in", 0, "side"},
      {"find in/side -type f | wc -l", 0, "8"},
      {"cat in/side/a.test/x/y", 0, "https://a.test/x/y"},
      {"cat in/side/a.test/x~*", 0, "https://a.test/x"},
  };

  make_bundle (place, "evil.wbn", urls, "200");
  check (place, cases, G_N_ELEMENTS (cases));
}

/* A name too long for file systems is cut, and two such names stay different. */
static void
test_extract_long (Place *place, gconstpointer data)
{
  g_autofree char *first = g_strdup_printf ("https://a.test/%0300d.html", 1);
  g_autofree char *second = g_strdup_printf ("https://a.test/%0300d.html", 2);
  const char *const urls[] = {first, second, NULL};
  static const Case cases[] = {
      {"$BULLA bundle extract long.wbn out", 0, "Wrote 2"},
      {"ls out/a.test | grep -c '~.*[.]html$'", 0, "2"},
  };

  make_bundle (place, "long.wbn", urls, "200");
  check (place, cases, G_N_ELEMENTS (cases));
}

/* symbolic links in the folder are not followed, with --force or without */
static void
test_extract_links (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir out outside; ln -s ../outside out/example.com; $BULLA bundle extract site.wbn out", 2,
       "example.com"},
      {"$BULLA bundle extract --force site.wbn out", 2, "example.com"},
      {"rm out/example.com; mkdir out/example.com; printf kept >outside/f; "
       "ln -s ../../outside/f out/example.com/index.html; $BULLA bundle extract site.wbn out",
       2, "already exists"},
      {"$BULLA bundle extract --force site.wbn out", 2, "is not a regular file"},
      {"cat outside/f; ls outside | wc -l", 0, "kept1\n"},
      {"ln -s nowhere gone; $BULLA bundle extract site.wbn gone", 2, "gone"},
      {"ln -s outside there; $BULLA bundle extract site.wbn there && ls outside", 0, "example.com"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* A malformed response does not prevent the extraction of others. */
static void
test_extract_malformed (Place *place, gconstpointer data)
{
  static const char *const urls[] = {"https://a.test/1", "https://a.test/2", NULL};
  static const Case cases[] = {
      {"$BULLA bundle extract bad.wbn out", 1, "https://a.test/2: refused: headers.status-syntax"},
      {"cat out/a.test/1; ls out/a.test | wc -l", 0, "https://a.test/11\n"},
      {"$BULLA bundle list bad.wbn", 1, "https://a.test/2  headers.status-syntax"},
      {"$BULLA bundle convert bad.wbn new.wbn", 1, "headers.status-syntax"},
      {"ls new.wbn", 2, "new.wbn"},
      {"$BULLA bundle diff bad.wbn good.wbn", 2, "headers.status-syntax"},
      {"$BULLA verify --offline bad.wbn", 1, "reason headers.status-syntax"},
      {"$BULLA inspect bad.wbn", 0, "headers.status-syntax"},
  };

  make_bundle (place, "bad.wbn", urls, "2000");
  make_bundle (place, "good.wbn", urls, "200");
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_diff (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA bundle diff site.wbn site.wbn", 0, ""},
      {"$BULLA bundle diff --json site.wbn site.wbn | wc -c", 0, "0"},
      {"$BULLA bundle diff site.wbn old.wbn; true", 0, ""},
      {"printf Bye >site/index.html; printf new >site/new.txt; rm site/css/a.css; "
       "$BULLA create bundle --dir site --base-url https://example.com/ --index file new.wbn && "
       "$BULLA bundle diff site.wbn new.wbn",
       1, "+ https://example.com/new.txt"},
      {"$BULLA bundle diff site.wbn new.wbn", 1, "- https://example.com/css/a.css"},
      {"$BULLA bundle diff site.wbn new.wbn", 1, "body: 5 → 3 bytes"},
      {"$BULLA bundle diff --json site.wbn new.wbn", 1, "\"change\":\"removed\""},
      {"$BULLA bundle diff site.wbn nowhere", 2, "nowhere"},
      {"head -c 200 site.wbn >short.wbn; $BULLA bundle diff site.wbn short.wbn", 2, "bundle."},
      {"$BULLA create bundle --dir site --base-url https://example.com/ --index file "
       "-H 'Cache-Control: no-store' other.wbn && $BULLA bundle diff new.wbn other.wbn",
       1, "cache-control: - → no-store"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_convert (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA bundle convert old.wbn new.wbn --format b2 && $BULLA bundle diff old.wbn new.wbn", 0,
       "Wrote new.wbn"},
      {"$BULLA bundle convert old.wbn new.wbn", 2, "already exists"},
      {"$BULLA bundle convert --force --format b1 new.wbn again.wbn && cmp again.wbn old.wbn && "
       "echo same",
       0, "same"},
      {"$BULLA bundle convert --relative --base-url https://example.com/ new.wbn moved.wbn && "
       "$BULLA bundle list moved.wbn",
       0, "  /css/a.css\n"},
      {"$BULLA bundle convert --base-url https://b.test/ moved.wbn back.wbn && "
       "$BULLA bundle list back.wbn",
       0, "https://b.test/css/a.css"},
      {"$BULLA bundle convert --format b1 moved.wbn x.wbn", 2, "b1 does not allow relative URLs"},
      {"$BULLA bundle convert --format b3 new.wbn x.wbn", 2, "is not a format"},
      {"$BULLA bundle convert old.wbn - >piped.wbn && cmp piped.wbn new.wbn && ls -- - 2>&1", 2,
       "cannot access"},
      {"$BULLA bundle convert --force - piped.wbn <old.wbn && cmp piped.wbn new.wbn", 0,
       "Wrote piped.wbn"},
      {"$BULLA bundle convert missing.wbn x.wbn", 2, "missing.wbn: No such file"},
      {"echo hi | $BULLA bundle convert - x.wbn", 1, "is not a web bundle but plain text"},
      {"$BULLA bundle convert --relative new.wbn x.wbn", 2, "--relative needs --base-url"},
      {"$BULLA bundle convert --base-url x new.wbn x.wbn", 2, "is not an absolute URL"},
      {"ls x.wbn", 2, "x.wbn"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* signed bodies are decoded, and losses are reported */
static void
test_signed (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create authority a && $BULLA create bundle --dir site --base-url "
       "https://example.com/ --index file --format b1 --sign-subset all --authority a signed.wbn",
       0, "signed.wbn"},
      {"$BULLA verify " TRUST "signed.wbn", 0, "substitute      signed.wbn"},
      {"$BULLA verify " TRUST "signed.wbn", 0, "signed by example.com, valid until"},
      {"$BULLA verify " TRUST "--json=full signed.wbn", 0, "\"vouched_by\":\"example.com\""},
      {"$BULLA verify --offline signed.wbn", 1, "reason cert.untrusted"},
      {"$BULLA verify " TRUST "--at 2040-01-01 signed.wbn", 1, "reason signature.expired"},
      {"$BULLA verify " TRUST "--at 2040-01-01 --explain signed.wbn", 1, "separate-origin  200"},
      {"$BULLA bundle list --long signed.wbn", 0, "  0  text/css"},
      {"$BULLA inspect signed.wbn", 0, "auth-sha256: "},
      {"$BULLA inspect signed.wbn", 0, "CN=example.com"},
      {"$BULLA bundle extract signed.wbn out && cat out/example.com/index.html", 0, "Hello"},
      {"$BULLA bundle diff old.wbn signed.wbn && echo same", 0, "same"},
      {"$BULLA bundle convert signed.wbn plain.wbn", 0, "Lost: the signature of 1 vouched subset"},
      {"$BULLA bundle extract plain.wbn plain && cat plain/example.com/index.html", 0, "Hello"},
      {"sed 's/Hello/Jello/' signed.wbn >bent.wbn; $BULLA verify " TRUST "bent.wbn", 1,
       "reason body.record"},
      {"$BULLA bundle extract bent.wbn bent", 1, "index.html: refused: body.record"},
      {"find bent -type f", 0, "bent/example.com/css/a.css\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_verify (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA verify site.wbn", 0, "separate-origin site.wbn"},
      {"$BULLA verify --json=full site.wbn", 0, "\"kind\":\"bundle\""},
      {"$BULLA verify --json=full site.wbn", 0, "\"outcome\":\"separate-origin\",\"reason\":null"},
      {"cat site.wbn | $BULLA verify --json=full -", 0, "\"file\":\"-\",\"kind\":\"bundle\""},
      {"cat site.wbn | $BULLA verify /dev/stdin", 0, "separate-origin"},
      {"mkdir d; cp site.wbn old.wbn site/index.html d; $BULLA verify d", 0,
       "skipped 1 file that is not a package"},
      {"printf x >d/none.wbn; $BULLA verify d", 1, "refuse          d/none.wbn"},
      {"(cat site/index.html; cat site.wbn) >app; $BULLA verify app", 0, "bundle b2, 2 resources"},
      {"$BULLA verify --header 'Content-Type: text/html' site.wbn", 1, "outer.content-type"},
      {"$BULLA verify --header 'X-Content-Type-Options:' site.wbn", 1, "outer.nosniff"},
      {"$BULLA verify --url http://example.com/x.wbn site.wbn", 1, "outer.insecure"},
      {"$BULLA verify --url https://example.com/x.wbn site.wbn", 0, "separate-origin"},
      {"$BULLA verify --explain site.wbn", 0,
       "bundle.magic (File signature is that of a web bundle)"},
      {"head -c -1 site.wbn >short.wbn; $BULLA verify short.wbn", 1, "bundle.truncated"},
      {"$BULLA verify --offline https://127.0.0.1:1/site.wbn", 2,
       "site.wbn: not fetched (--offline)\n"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* The JSON has every documented key, and for each resource its range and signer. */
static void
test_json (Place *place, gconstpointer data)
{
  static const char *const keys[] = {
      "file",   "kind",        "url",         "profile",       "at",         "outcome",
      "reason", "report_type", "request",     "expires",       "expires_by", "steps",
      "body",   "version",     "primary_url", "web_bundle_id", "digest",     "resources",
  };
  static const char *const of_resource[] = {
      "url", "offset", "length", "status", "vouched_by", "vouched_until", "outcome", "reason",
  };
  g_autofree char *out = NULL;

  g_assert_cmpint (run (place, "$BULLA verify --json=full old.wbn", &out, NULL), ==, 0);
  g_autoptr (JsonNode) node = json_from_string (out, NULL);
  JsonObject *object = json_node_get_object (node);
  for (size_t i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_true (json_object_has_member (object, keys[i]));
  JsonArray *resources = json_object_get_array_member (object, "resources");
  g_assert_cmpuint (json_array_get_length (resources), ==, 2);
  JsonObject *resource = json_array_get_object_element (resources, 0);
  for (size_t i = 0; i < G_N_ELEMENTS (of_resource); i++)
    g_assert_true (json_object_has_member (resource, of_resource[i]));
  g_assert_cmpint (json_object_get_int_member (resource, "status"), ==, 200);
  g_assert_true (json_object_get_null_member (resource, "vouched_by"));
}

static void
test_inspect (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA inspect site.wbn", 0, "site.wbn, a web bundle\n"},
      {"$BULLA inspect --json site.wbn", 0, "\"trailing-length\":{\"offset\":"},
      {"$BULLA inspect --part index --hex site.wbn", 0, "00000000  a2 "},
      {"$BULLA inspect --url https://example.com/index.html --part body site.wbn", 0, "Hello"},
      {"$BULLA inspect --url https://example.com/index.html --part headers site.wbn", 0,
       ":status: 200\n"},
      {"$BULLA inspect --url https://example.com/index.html --hex site.wbn", 0, "00000000  82 "},
      {"$BULLA inspect --part nothing site.wbn", 2, "is not a part"},
      {"$BULLA inspect --url https://example.com/no site.wbn", 2, "is not in the bundle"},
      {"head -c 100 site.wbn >short.wbn; $BULLA inspect short.wbn", 0, "reason: bundle."},
      {"printf '' >none.wbn; $BULLA inspect none.wbn", 2, "none.wbn: the file is empty"},
      {"(cat site/index.html; cat site.wbn) >app; $BULLA inspect app", 0, "offset: 5\n"},
      {"cat site.wbn | $BULLA inspect -", 0, "-, a web bundle"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* from a truncated or changed bundle, the command prints the parts that it could read */
static void
test_inspect_broken (Place *place, gconstpointer data)
{
  g_autofree char *path = g_build_filename (place->folder, "site.wbn", NULL);
  g_autofree char *broken = g_build_filename (place->folder, "broken.wbn", NULL);
  g_autofree char *bytes = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize i = 0; i < length; i += 7) {
    bytes[i] ^= 0x20;
    g_assert_true (g_file_set_contents (broken, bytes, (gssize)length, NULL));
    bytes[i] ^= 0x20;
    g_assert_cmpint (run (place, "$BULLA inspect --json broken.wbn", NULL, NULL), ==, 0);
    g_assert_true (g_file_set_contents (broken, bytes, (gssize)i, NULL));
    g_assert_cmpint (run (place, "$BULLA inspect broken.wbn", NULL, NULL), ==, i > 0 ? 0 : 2);
  }
}

/* coded bodies are decoded, and a Content-Encoding that is wrong is reported */
static void
test_coded (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"mkdir coded; printf '<p>plain' | gzip -n >coded/a.html; printf '<p>plain' >coded/b.html;"
       "$BULLA create bundle --dir coded --base-url https://c.test/ -H 'Content-Encoding: gzip' "
       "--ignore-errors coded.wbn",
       0, "Wrote"},
      {"$BULLA bundle extract coded.wbn out", 0, "b.html: the body cannot be decoded"},
      {"cat out/c.test/a.html", 0, "<p>plain"},
      {"cat out/c.test/b.html", 0, "<p>plain"},
      {"$BULLA bundle extract --raw coded.wbn raw; gunzip <raw/c.test/a.html", 0, "<p>plain"},
      {"$BULLA bundle extract --raw --force coded.wbn raw 2>&1 | grep -c decoded", 1, "0"},
      {"$BULLA verify --offline coded.wbn", 1, "reason body.coding"},
      {"mkdir bomb; head -c 300000000 /dev/zero | gzip -1 -n >bomb/a.html; $BULLA create bundle "
       "--dir bomb --base-url https://c.test/ -H 'Content-Encoding: gzip' bomb.wbn",
       0, "Wrote"},
      {"$BULLA bundle extract bomb.wbn bombed", 0, "cannot be decoded"},
      {"cmp bomb/a.html bombed/c.test/a.html && echo same", 0, "same"},
      {"$BULLA verify --offline bomb.wbn", 0, "separate-origin"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test)                                                                            \
  g_test_add ("/bundle-command/" name, Place, NULL, set_up, test, place_tear_down)
  ADD ("list", test_list);
  ADD ("extract/files", test_extract);
  ADD ("extract/hostile", test_extract_hostile);
  ADD ("extract/long", test_extract_long);
  ADD ("extract/links", test_extract_links);
  ADD ("extract/malformed", test_extract_malformed);
  ADD ("diff", test_diff);
  ADD ("convert", test_convert);
  ADD ("signed", test_signed);
  ADD ("verify", test_verify);
  ADD ("json", test_json);
  ADD ("coded", test_coded);
  ADD ("inspect/parts", test_inspect);
  ADD ("inspect/broken", test_inspect_broken);
  return g_test_run ();
}
