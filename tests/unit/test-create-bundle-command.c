/* test-create-bundle-command.c - runs bulla create bundle: folders, recordings, signing
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "command-cases.h"

#define TRUST "--offline --trust ca/root.pem --ct-logs ca/ctlogs.json "
#define DIR "create bundle --dir site --base-url https://example.com/ "

/* Recordings of Chrome, Firefox and Safari differ in these details. */
static const char HAR[] =
    "{\"log\":{\"version\":\"1.2\",\"pages\":[{\"title\":\"x\"}],\"entries\":["
    "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.test/x.css\"},\"response\":{\"status\":"
    "200,\"headers\":[{\"name\":\":status\",\"value\":\"200\"},{\"name\":\"Content-Type\","
    "\"value\":\"text/css\"},{\"name\":\"content-encoding\",\"value\":\"br\"},"
    "{\"name\":\"set-cookie\",\"value\":\"secret=1\"},{\"name\":\"vary\",\"value\":\"a\\nb\"}],"
    "\"content\":{\"size\":3,\"mimeType\":\"text/css\",\"text\":\"old\"}}},"
    "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.test/"
    "#top\"},\"response\":{\"status\":200,"
    "\"headers\":[{\"name\":\"content-type\",\"value\":\"text/html; charset=iso-8859-1\"}],"
    "\"content\":{\"size\":3,\"mimeType\":\"text/html\",\"text\":\"<p>\\u00e9\"}}},"
    "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.test/"
    "x.css\"},\"response\":{\"status\":200,"
    "\"headers\":[{\"name\":\"vary\",\"value\":\"a\\nb\"}],"
    "\"content\":{\"size\":3,\"mimeType\":\"text/"
    "css\",\"text\":\"bmV3\",\"encoding\":\"base64\"}}},"
    "{\"request\":{\"method\":\"POST\",\"url\":\"https://a.test/"
    "post\"},\"response\":{\"status\":200,"
    "\"headers\":[],\"content\":{\"size\":0}}},"
    "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.test/evicted\"},\"response\":{\"status\":"
    "200,\"headers\":[],\"content\":{\"size\":9,\"mimeType\":\"image/png\"}}},"
    "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.test/"
    "aborted\"},\"response\":{\"status\":0,"
    "\"headers\":[],\"content\":{\"size\":0}}},"
    "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.test/"
    "part\"},\"response\":{\"status\":206,"
    "\"headers\":[],\"content\":{\"size\":1,\"text\":\"x\"}}},"
    "{\"request\":{\"method\":\"GET\",\"url\":\"https://a.test/"
    "moved\"},\"response\":{\"status\":302,"
    "\"headers\":[{\"name\":\"location\",\"value\":\"/\"}],\"content\":{\"size\":0,\"mimeType\":"
    "\"x-unknown\"}}},"
    "{\"request\":{\"method\":\"GET\",\"url\":\"data:,x\"},\"response\":{\"status\":200,"
    "\"headers\":[],\"content\":{\"size\":1,\"text\":\"x\"}}},"
    "{\"request\":{},\"response\":{}},7]}}";

static void
set_up (Place *place, gconstpointer data)
{
  place_set_up (place);
  g_assert_cmpint (run (place,
                        "set -e; mkdir -p site/sub site/.git site/.well-known;"
                        "printf '<p>Hello' >site/index.html; printf 'let é' >site/x.js;"
                        "printf '\\211PNG' >'site/a b%[1].png'; printf sub >site/sub/index.html;"
                        "printf no >site/.git/secret; printf '{}' >site/.well-known/a.json;"
                        ": >site/empty.txt; printf '\\377\\376' >site/latin.txt",
                        NULL, NULL),
                   ==, 0);
}

/* a bundle contains exactly the published files */
static void
test_folder (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA " DIR "one.wbn", 0, "Left out: 1 hidden"},
      {"$BULLA " DIR "two.wbn && cmp one.wbn two.wbn && echo same", 0, "same"},
      {"$BULLA verify one.wbn", 0, "separate-origin"},
      {"$BULLA verify --json=full one.wbn", 0, "\"primary_url\":\"https://example.com/\""},
      {"$BULLA verify --json=full one.wbn", 0, "\"url\":\"https://example.com/a%20b%25[1].png\""},
      {"$BULLA verify --json=full one.wbn", 0,
       "\"url\":\"https://example.com/.well-known/a.json\""},
      {"grep -c secret one.wbn", 1, "0"},
      {"strings -a one.wbn | grep -o 'text/html.*Hello'", 0, "text/htmlH<p>Hello"},
      {"grep -ao 'application/javascript;charset=utf-8' one.wbn", 0, "utf-8"},
      {"grep -ao 'text/plain;' one.wbn", 1, ""},
      {"$BULLA " DIR "--hidden all.wbn && grep -c .git/secret all.wbn", 0, "1"},
      {"$BULLA " DIR "one.wbn", 2, "already exists"},
      {"$BULLA " DIR "--format b1 -f one.wbn && head -c 15 one.wbn | grep -ao b1", 0, "b1"},
      {"$BULLA verify --json=full one.wbn", 0, "\"version\":\"b1\""},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_index (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA " DIR "r.wbn; $BULLA verify --json=full r.wbn", 0,
       "\"url\":\"https://example.com/index.html\",\"offset\""},
      {"grep -c './' r.wbn", 0, "1"},
      {"$BULLA " DIR "--index alias a.wbn; $BULLA verify --json=full a.wbn", 0, "index.html"},
      {"grep -c 'location' a.wbn", 1, "0"},
      {"$BULLA verify --profile chromium --json=full a.wbn", 0, "\"reason\":null"},
      {"$BULLA " DIR "--index file f.wbn; $BULLA verify --json=full f.wbn", 0,
       "\"primary_url\":\"https://example.com/index.html\""},
      {"$BULLA " DIR "--index what f.wbn", 2, "--index cannot be “what”"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_named (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA " DIR "--primary sub/ p.wbn; $BULLA verify --json=full p.wbn", 0,
       "\"primary_url\":\"https://example.com/sub/\""},
      {"$BULLA " DIR "--no-primary n.wbn; $BULLA verify --json=full n.wbn", 0,
       "\"primary_url\":null"},
      {"$BULLA create bundle --dir site --base-url 'HTTPS://Example.com:443/a b/' -p 'sub/#x' "
       "u.wbn;"
       "$BULLA verify --json=full u.wbn",
       0, "\"primary_url\":\"https://example.com/a%20b/sub/\""},
      {"$BULLA " DIR "--primary https://EXAMPLE.com e.wbn; $BULLA verify --json=full e.wbn", 0,
       "\"primary_url\":\"https://example.com/\""},
      {"$BULLA " DIR "--primary nothing x.wbn", 2, "“nothing” is not in the bundle"},
      {"$BULLA " DIR "--format b1 --manifest .well-known/a.json m.wbn;"
       "$BULLA verify --json=full m.wbn",
       0, "\"manifest_url\":\"https://example.com/.well-known/a.json\""},
      {"$BULLA " DIR "--manifest x.js m2.wbn", 0, "b2 does not define a manifest"},
      {"$BULLA " DIR "-H 'X-Frame-Options: DENY' -H 'content-type: a/b' h.wbn;"
       "grep -ac DENY h.wbn",
       0, "1"},
      {"grep -c text/ h.wbn", 1, "0"},
      {"$BULLA create bundle --dir site --base-url / app.wbn; $BULLA verify --json=full app.wbn", 0,
       "\"url\":\"/sub/index.html\""},
      {"$BULLA verify --json=full app.wbn", 0, "\"primary_url\":null"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* invalid input is reported, and nothing is written */
static void
test_refused (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle o.wbn", 2, "name one source: --dir"},
      {"$BULLA create bundle --dir site o.wbn", 2, "--base-url is missing"},
      {"$BULLA create bundle --dir site --base-url https://example.com o.wbn", 2, "must end"},
      {"$BULLA create bundle --dir site --base-url example.com/ o.wbn", 2, "neither a URL"},
      {"$BULLA create bundle --dir site --base-url / --format b1 o.wbn", 2, "relative URLs"},
      {"$BULLA create bundle --dir nowhere --base-url / o.wbn", 2, "nowhere"},
      {"$BULLA create bundle --har x --urls y o.wbn", 2, "name one source"},
      {"$BULLA " DIR "--format b3 o.wbn", 2, "--format cannot be “b3”"},
      {"$BULLA " DIR "-H nonsense o.wbn", 2, "is not a header"},
      {"mkdir empty; $BULLA create bundle --dir empty --base-url / o.wbn", 2, "would be empty"},
      {"$BULLA create bundle --urls - o.wbn </dev/null", 2, "would be empty"},
      {"ln -s . site/loop; $BULLA " DIR "o.wbn", 2, "levels deep"},
      {"rm site/loop; chmod u-r site/x.js; test -r site/x.js || $BULLA " DIR "o.wbn;"
       "test ! -e o.wbn && echo none",
       0, "none"},
      {"ls", 0, "site"},
      {"ls -A | grep -c wbn", 1, "0"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

/* What no reader would accept is refused before a file is read: to read a.js takes hours. */
static void
test_too_large (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"printf '[profile]\nname=small\ninherits=draft-b3\n[bundle]\nsection-max=200\n' >p.ini;"
       "truncate -s 1T site/a.js; ln -s nowhere site/z.js;"
       "$BULLA " DIR "--no-primary --profile ./p.ini o.wbn",
       2, "bundle.section-too-long: the index of the bundle would have more than 200 bytes"},
      {"ls -A | grep -c wbn", 1, "0"},
      {"rm site/a.js site/z.js;"
       "$BULLA " DIR "--no-primary --ignore-errors --profile ./p.ini o.wbn",
       0, "Warning: bundle.section-too-long"},
      {"$BULLA " DIR "--no-primary --profile nosuch -f o.wbn", 2, "nosuch"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_har (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create bundle --har r.har r.wbn", 0, "Wrote r.wbn: 3 responses"},
      {"$BULLA create bundle --har r.har -f r.wbn", 0, "post: not a GET request"},
      {"$BULLA create bundle --har r.har -f r.wbn", 0, "evicted: the body was not recorded"},
      {"$BULLA create bundle --har r.har -f r.wbn", 0, "aborted: the recording has no response"},
      {"$BULLA create bundle --har r.har -f r.wbn", 0, "part: only part of the response"},
      {"$BULLA create bundle --har r.har -f r.wbn", 0, "x.css: a later response"},
      {"$BULLA create bundle --har r.har -f r.wbn", 0, "data:,x: neither http"},
      {"$BULLA create bundle --har r.har -f r.wbn", 0, "the entry is incomplete"},
      {"$BULLA verify --json=full r.wbn", 0, "\"primary_url\":\"https://a.test/\""},
      {"$BULLA verify --json=full r.wbn", 0, "\"url\":\"https://a.test/moved\""},
      {"grep -c 'secret\\|set-cookie\\|:status200:\\|content-encoding\\|old' r.wbn", 1, "0"},
      {"grep -ao 'text/html;charset=utf-8' r.wbn", 0, "utf-8"},
      {"grep -ao 'a, b' r.wbn", 0, "a, b"},
      {"grep -ao 'Cnew' r.wbn", 0, "new"},
      {"printf '\\357\\273\\277' | cat - r.har >bom.har; $BULLA create bundle --har bom.har b.wbn",
       0, "Wrote"},
      {"cmp b.wbn r.wbn && echo same", 0, "same"},
      {"echo '{}' >e.har; $BULLA create bundle --har e.har e.wbn", 2, "not a HAR file"},
      {"echo 'x' >e.har; $BULLA create bundle --har e.har e.wbn", 2, "e.har"},
      {"printf '{\"log\":{\"entries\":[]}}' >e.har; $BULLA create bundle --har e.har e.wbn", 2,
       "would be empty"},
      {"printf '%200000s' '' | tr ' ' '[' >e.har; $BULLA create bundle --har e.har e.wbn", 2,
       "not a whole HAR file"},
      {"(printf '/*\"*/'; printf '[%0200000d' 0 | tr 0 '[') >e.har;"
       "$BULLA create bundle --har e.har e.wbn",
       2, "not a HAR file"},
      {"sed 's,test/moved,test/css?f=A|B^C,' r.har >p.har; $BULLA create bundle --har p.har p.wbn",
       0, "Wrote"},
      {"$BULLA verify --json=full p.wbn", 0, "\"url\":\"https://a.test/css?f=A%7CB%5EC\""},
  };
  g_autofree char *path = g_build_filename (place->folder, "r.har", NULL);

  g_assert_true (g_file_set_contents (path, HAR, -1, NULL));
  check (place, cases, G_N_ELEMENTS (cases));
}

/* Each kind of file that is not a HAR file is named. */
static void
test_not_har (Place *place, gconstpointer data)
{
#define FROM(make) make " >f.har; $BULLA create bundle --har f.har f.wbn"
  static const Case cases[] = {
      {FROM ("true"), 2, "f.har: not a HAR file: the file is empty"},
      {FROM ("gzip -c r.har"), 2, "f.har: not a HAR file, but gzip data"},
      {FROM ("iconv -t UTF-16 r.har"), 2, "but UTF-16 text, which has to be converted to UTF-8"},
      {FROM ("iconv -t UTF-16BE r.har"), 2, "but UTF-16 text"},
      {FROM ("head -c 300 r.har"), 2, "not a whole HAR file: it ends too early, at byte 300"},
      {FROM ("(printf '\\357\\273\\277'; head -c 20 r.har)"), 2, "too early, at byte 20"},
      {FROM ("echo '<!doctype html><p>'"), 2, "f.har: not a HAR file, but HTML text"},
      {FROM ("echo hello"), 2, "f.har: not a HAR file, but plain text"},
      {FROM ("echo '{\"log\":{]}'"), 2, "not valid JSON"},
      {"ls f.wbn", 2, ""},
  };
  g_autofree char *path = g_build_filename (place->folder, "r.har", NULL);

  g_assert_true (g_file_set_contents (path, HAR, -1, NULL));
  check (place, cases, G_N_ELEMENTS (cases));
}

/* An entry of a HAR file; JSON with apostrophes for quotation marks. */
typedef struct {
  const char *url; /* below https://a.test/ */
  guint status;
  const char *headers;
  const char *content;
} Entry;

static void
write_har (const Place *place, const char *name, const Entry *entries, gsize n)
{
  g_autofree char *path = g_build_filename (place->folder, name, NULL);
  g_autoptr (GString) text = g_string_new ("{'log':{'entries':[");

  for (gsize i = 0; i < n; i++)
    g_string_append_printf (text,
                            "%s{'request':{'method':'GET','url':'https://a.test/%s'},"
                            "'response':{'status':%u,'headers':[%s],'content':{%s}}}",
                            i > 0 ? "," : "", entries[i].url, entries[i].status, entries[i].headers,
                            entries[i].content);
  g_string_append (text, "]}}");
  g_string_replace (text, "'", "\"", 0);
  g_assert_true (g_file_set_contents (path, text->str, (gssize)text->len, NULL));
}

/* the content decides, not the status */
static void
test_har_status (Place *place, gconstpointer data)
{
  static const Entry entries[] = {
      {"", 304, "", "'mimeType':'text/html','text':'<p>'"},
      {"later", 200, "", "'mimeType':'text/html','text':'first'"},
      {"later", 304, "", "'mimeType':'text/html','text':'then'"},
      {"whole", 206, "{'name':'Content-Range','value':'bytes 0-3/4'}", "'text':'abcd'"},
      {"cut", 206, "{'name':'Content-Range','value':'bytes 0-3/5'}", "'text':'abcd'"},
      {"short", 206, "{'name':'Content-Range','value':'bytes 0-3/4'}", "'text':'abc'"},
      {"strange", 206, "{'name':'Content-Range','value':'bytes 0-3/*'}", "'text':'abcd'"},
      {"gone", 304, "", "'mimeType':'text/html','size':0"},
      {"length", 200, "{'name':'content-length','value':'7'}", "'size':0"},
      {"worker", 0, "", "'mimeType':'text/css','text':'a{}'"},
      {"blanks", 206, "{'name':'Content-Range','value':'Bytes  0-3/4'}", "'text':'abcd'"},
      {"unsized", 200, "", "'size':-1"},
  };
  static const Case cases[] = {
      {"$BULLA create bundle --har a.har a.wbn", 0, "later: an earlier response"},
      {"$BULLA bundle list a.wbn", 0, "3  https://a.test/\n"},
      {"$BULLA bundle list a.wbn", 0, "5  https://a.test/later"},
      {"$BULLA bundle list a.wbn", 0, "4  https://a.test/whole"},
      {"$BULLA bundle list a.wbn | grep -c 304", 1, "0"},
      {"$BULLA create bundle --har a.har -f a.wbn", 0, "cut: only part of the response"},
      {"$BULLA create bundle --har a.har -f a.wbn", 0, "short: only part of the response"},
      {"$BULLA create bundle --har a.har -f a.wbn", 0, "strange: only part of the response"},
      {"$BULLA create bundle --har a.har -f a.wbn", 0, "Missing: https://a.test/gone"},
      {"$BULLA create bundle --har a.har -f a.wbn", 0, "Missing: https://a.test/length: the body"},
      {"$BULLA create bundle --har a.har -f a.wbn", 0, "Missing: https://a.test/unsized: the body"},
      {"$BULLA bundle list a.wbn", 0, "200          3  https://a.test/worker"},
      {"$BULLA bundle list a.wbn", 0, "4  https://a.test/blanks"},
      {"grep -c 'content-range' a.wbn", 1, "0"},
      {"$BULLA create bundle --har a.har -f a.wbn 2>&1 | grep -c 'primary URL of the bundle'", 1,
       "0"},
      {"sed 's/\"status\":304/\"status\":\"304\"/' a.har >text.har;"
       "$BULLA create bundle --har text.har text.wbn && cmp a.wbn text.wbn && echo same",
       0, "same"},
  };

  write_har (place, "a.har", entries, G_N_ELEMENTS (entries));
  check (place, cases, G_N_ELEMENTS (cases));
}

#define HEX(name) "od -An -tx1 good/a.test/" name " | tr -d ' \\n'"

/* the recorded bytes, or a message that they cannot be read */
static void
test_har_content (Place *place, gconstpointer data)
{
  static const Entry good[] = {
      {"nul", 200, "", "'text':'a\\u0000b'"},
      {"mark", 200, "", "'text':'\\u00010a\\u0001'"},
      {"lone", 200, "", "'text':'a\\ud800b\\uDC00'"},
      {"pair", 200, "", "'text':'\\ud83d\\uDE00'"},
      {"slash", 200, "", "'text':'\\\\u0000'"},
      {"url", 200, "", "'encoding':'base64','text':'_-8_-w'"},
      {"lines", 200, "", "'encoding':'base64','text':'YW\\r\\nJj'"},
      {"bytes", 200, "", "'text':'a\xffz'"},
      {"wide", 200, "", "'mimeType':'text/html','size':6,'text':'ab'"},
      {"gzip", 200, "{'name':'content-encoding','value':'gzip'}",
       "'size':2,'encoding':'base64','text':'H4sIAAAAAAACA8vIBACsKpPYAgAAAA=='"},
      {"tiny", 200, "{'name':'content-encoding','value':'gzip'}", "'size':31,'text':'ab'"},
  };
  static const Entry bad[] = {
      {"a", 200, "", "'text':'a'"},
      {"b", 200, "", "'encoding':'base64','text':'YWJj!!!!'"},
      {"c", 200, "", "'encoding':'gzip','text':'YWJj'"},
      {"d", 200, "", "'encoding':'base64','text':'YWJjZ'"},
      {"e", 200, "", "'text':7"},
      {"f", 200, "", "'size':500,'encoding':'base64','text':'YWJj'"},
      {"g", 200, "", "'mimeType':'text/html','size':40000,'text':'<p>beginning'"},
      {"h", 200, "{'name':'content-type','value':'text/html;charset=UTF-8'}",
       "'size':40,'text':'<p>beginning'"},
  };
  static const Case cases[] = {
      {"$BULLA create bundle --har good.har good.wbn", 0, "11 responses"},
      {"$BULLA bundle extract good.wbn good", 0, ""},
      {HEX ("nul"), 0, "610062"},
      {HEX ("mark"), 0, "01306101"},
      {HEX ("lone"), 0, "61efbfbd62efbfbd"},
      {HEX ("pair"), 0, "f09f9880"},
      {HEX ("slash"), 0, "5c7530303030"},
      {HEX ("url"), 0, "ffef3ffb"},
      {HEX ("lines"), 0, "616263"},
      {HEX ("bytes"), 0, "61ff7a"},
      {HEX ("gzip"), 0, "6869"},
      {"$BULLA create bundle --har bad.har bad.wbn", 1, "Missing: https://a.test/b: "},
      {"$BULLA create bundle --har bad.har bad.wbn", 1, "c: the recorded content has an encoding"},
      {"$BULLA create bundle --har bad.har bad.wbn", 1, "content of 7 URLs"},
      {"$BULLA create bundle --har bad.har bad.wbn", 1, "f: only the beginning of the body"},
      {"$BULLA create bundle --har bad.har bad.wbn", 1, "g: only the beginning of the body"},
      {"$BULLA create bundle --har bad.har bad.wbn", 1, "h: only the beginning of the body"},
      {"test ! -e bad.wbn && echo none", 0, "none"},
      {"$BULLA create bundle --ignore-errors --har bad.har bad.wbn", 0, "1 response\n"},
  };

  write_har (place, "good.har", good, G_N_ELEMENTS (good));
  write_har (place, "bad.har", bad, G_N_ELEMENTS (bad));
  check (place, cases, G_N_ELEMENTS (cases));
}

/* what the recording shows for its first page is content, whatever the status */
static void
test_har_error (Place *place, gconstpointer data)
{
  static const Entry entries[] = {{"", 404, "", "'mimeType':'text/html','text':'<p>'"},
                                  {"frame", 200, "", "'mimeType':'text/html','text':'<p>'"}};
  static const Case made = {"$BULLA create bundle --har a.har a.wbn && $BULLA inspect a.wbn", 0,
                            "primary-url: https://a.test/\n"};

  write_har (place, "a.har", entries, G_N_ELEMENTS (entries));
  check (place, &made, 1);
}

#define BEGINS_ELSEWHERE "The primary URL of the bundle is https://a.test/frame, because"

/* the bundle never begins with another page without a message */
static void
test_har_start (Place *place, gconstpointer data)
{
  static const Entry gone[] = {
      {"", 200, "", "'mimeType':'text/html','size':4000"},
      {"frame", 200, "", "'mimeType':'text/html','text':'<p>'"},
  };
  static const Entry again[] = {
      {"", 200, "", "'mimeType':'text/html','text':'<p>'"},
      {"frame", 200, "", "'mimeType':'text/html','text':'<p>'"},
      {"", 200, "", "'mimeType':'text/html','text':'<p>'"},
  };
  static const Entry moved[] = {
      {"", 301, "{'name':'Location','value':'/a'}", "'mimeType':'text/html','text':''"},
      {"frame", 200, "", "'mimeType':'text/html','text':'<p>'"},
      {"a", 302, "{'name':'Location','value':'b?c'}", "'mimeType':'','text':''"},
      {"b?c", 200, "", "'mimeType':'text/html','text':'<p>'"},
  };
  static const Entry failed[] = {
      {"", 0, "", "'size':0"},
      {"frame", 200, "", "'mimeType':'text/html','text':'<p>'"},
  };
  static const Case cases[] = {
      {"$BULLA create bundle --har failed.har f.wbn", 0, BEGINS_ELSEWHERE},
      {"sed 's/\"status\":0/\"status\":999/' failed.har >odd.har;"
       "$BULLA create bundle --har odd.har odd.wbn",
       0, BEGINS_ELSEWHERE},
      {"sed 's/\"response\":{\"status\":0/\"response\":null,\"x\":{\"status\":0/' failed.har "
       ">null.har;"
       "$BULLA create bundle --har null.har null.wbn",
       0, BEGINS_ELSEWHERE},
      {"$BULLA create bundle --har moved.har moved.wbn 2>&1 | grep -c 'primary URL of'", 1, "0"},
      {"$BULLA verify --json=full moved.wbn", 0, "\"primary_url\":\"https://a.test/b?c\""},
      {"sed 's,a.test/frame,me:pass@a.test/frame,' moved.har >me.har && "
       "$BULLA create bundle --har me.har me.wbn",
       0, "frame: its URL has a user name"},
      {"sed 's,a.test/frame,a.test/x/../frame,' moved.har >dots.har && "
       "$BULLA create bundle --har dots.har dots.wbn && cmp dots.wbn moved.wbn && echo same",
       0, "same"},
      {"$BULLA create bundle --har gone.har gone.wbn", 0,
       "The primary URL of the bundle is https://a.test/frame, because the recording lacks the "
       "content of https://a.test/;"},
      {"$BULLA create bundle --har gone.har --primary https://a.test/ p.wbn", 2, "not in the"},
      {"test ! -e p.wbn && echo none", 0, "none"},
      {"$BULLA create bundle --har gone.har --primary https://a.test/frame p.wbn 2>&1"
       " | grep -c 'primary URL of'",
       1, "0"},
      {"$BULLA create bundle --har again.har again.wbn 2>&1 | grep -c 'primary URL of'", 1, "0"},
      {"$BULLA verify --json=full again.wbn", 0, "\"primary_url\":\"https://a.test/\""},
  };

  write_har (place, "gone.har", gone, G_N_ELEMENTS (gone));
  write_har (place, "failed.har", failed, G_N_ELEMENTS (failed));
  write_har (place, "moved.har", moved, G_N_ELEMENTS (moved));
  write_har (place, "again.har", again, G_N_ELEMENTS (again));
  check (place, cases, G_N_ELEMENTS (cases));
}

static void
test_sign (Place *place, gconstpointer data)
{
  static const Case cases[] = {
      {"$BULLA create authority ca", 0, "Wrote"},
      {"$BULLA " DIR "-s https://example.com --authority ca s.wbn", 0, "Signing 9 URLs"},
      {"$BULLA verify " TRUST "s.wbn", 0, "substitute"},
      {"$BULLA verify --json=full " TRUST
       "s.wbn | grep -o '\"vouched_by\":\"example.com\"' | wc -l",
       0, "9"},
      {"$BULLA " DIR "-s all --authority ca --format b1 --record-size 2 b1.wbn", 0, "Signing 9"},
      {"$BULLA verify " TRUST "b1.wbn", 0, "substitute"},
      {"$BULLA " DIR "-s https://example.com/sub/ -s https://example.com/x --authority ca two.wbn",
       0, "Signing 1 URL that begins with https://example.com/x"},
      {"$BULLA verify --json=full " TRUST
       "two.wbn | grep -o '\"vouched_by\":\"example.com\"' | wc -l",
       0, "3"},
      {"$BULLA create chain --authority ca --host example.com chain.cbor", 0, "Wrote"},
      {"$BULLA " DIR "-s all -c chain.pem -k chain.key --chain chain.cbor c.wbn", 0, "Signing"},
      {"$BULLA verify " TRUST "c.wbn", 0, "substitute"},
      {"$BULLA " DIR "-s all -a ca --index alias al.wbn", 0, "Signing 9 URLs"},
      {"$BULLA verify " TRUST "al.wbn", 0, "substitute"},
      {"$BULLA " DIR "-s all -a ca --expires 2000-01-01 x.wbn", 2, "signature.expired"},
      {"$BULLA " DIR "-s https://other.test/ -a ca x.wbn", 2, "no URL in the bundle begins"},
      {"$BULLA " DIR "-s nonsense -a ca x.wbn", 2, "is not an https URL"},
      {"$BULLA " DIR "-s all x.wbn", 2, "--certificate is missing"},
      {"$BULLA " DIR "-a ca x.wbn", 2, "--sign-subset is missing"},
      {"$BULLA " DIR "-s all -a ca -k chain.key x.wbn", 2, "cannot be combined"},
      {"$BULLA " DIR "-s all -a ca --record-size 16385 x.wbn", 2, "body.record-size"},
      {"$BULLA " DIR "-s all -c chain.pem -k chain.key --chain site/x.js x.wbn", 2,
       "not an application/cert-chain+cbor"},
      {"$BULLA create bundle --dir site --base-url / -s all -a ca x.wbn", 2,
       "contains no https URL"},
      {"test ! -e x.wbn && echo none", 0, "none"},
  };

  check (place, cases, G_N_ELEMENTS (cases));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/create/bundle/folder", Place, NULL, set_up, test_folder, place_tear_down);
  g_test_add ("/create/bundle/index", Place, NULL, set_up, test_index, place_tear_down);
  g_test_add ("/create/bundle/named", Place, NULL, set_up, test_named, place_tear_down);
  g_test_add ("/create/bundle/refused", Place, NULL, set_up, test_refused, place_tear_down);
  g_test_add ("/create/bundle/too-large", Place, NULL, set_up, test_too_large, place_tear_down);
  g_test_add ("/create/bundle/har", Place, NULL, set_up, test_har, place_tear_down);
  g_test_add ("/create/bundle/not-har", Place, NULL, set_up, test_not_har, place_tear_down);
  g_test_add ("/create/bundle/har/status", Place, NULL, set_up, test_har_status, place_tear_down);
  g_test_add ("/create/bundle/har/content", Place, NULL, set_up, test_har_content, place_tear_down);
  g_test_add ("/create/bundle/har/start", Place, NULL, set_up, test_har_start, place_tear_down);
  g_test_add ("/create/bundle/har/error-page", Place, NULL, set_up, test_har_error,
              place_tear_down);
  g_test_add ("/create/bundle/sign", Place, NULL, set_up, test_sign, place_tear_down);
  return g_test_run ();
}
