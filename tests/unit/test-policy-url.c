/* test-policy-url.c - accepts URLs that all parsers read in the same way, and refuses others
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-uri-text.h"
#include "bulla-url.h"
#include "test-bytes.h"

#define SYNTAX BULLA_REASON_SXG_URL_SYNTAX
#define SCHEME BULLA_REASON_SXG_URL_SCHEME
#define FRAGMENT BULLA_REASON_SXG_URL_FRAGMENT
#define AMBIGUOUS BULLA_REASON_SXG_URL_AMBIGUOUS
#define ENCODING BULLA_REASON_SXG_URL_ENCODING

static gboolean
parse (BullaUrl *url, const void *text, size_t length, BullaReason *reason)
{
  g_autoptr (ExactBytes) bytes = exact_copy (text, length);
  const char *detail = NULL;
  gboolean fine = bulla_url_parse (url, (const char *)bytes, length, reason, &detail);

  g_assert_cmpint (fine, ==, *reason == BULLA_REASON_NONE);
  g_assert_cmpint (fine, ==, detail == NULL);
  g_assert_cmpint (fine, ==, url->url != NULL);
  g_assert_cmpint (fine, ==, url->origin != NULL);
  return fine;
}

typedef struct {
  const char *text, *url, *origin, *host;
  guint16 port;
} Good;

static const Good GOOD[] = {
    {"https://a.test/", "https://a.test/", "https://a.test", "a.test", 443},
    {"https://a.test", "https://a.test/", "https://a.test", "a.test", 443},
    {"HTTPS://A.Test/B", "https://a.test/B", "https://a.test", "a.test", 443},
    {"https://a.test:443/", "https://a.test/", "https://a.test", "a.test", 443},
    {"https://a.test:80/", "https://a.test:80/", "https://a.test:80", "a.test", 80},
    {"https://a.test:65535/", "https://a.test:65535/", "https://a.test:65535", "a.test", 65535},
    {"http://a.test:80/", "http://a.test/", "http://a.test", "a.test", 80},
    {"http://a.test:443/", "http://a.test:443/", "http://a.test:443", "a.test", 443},
    {"https://a.test?q", "https://a.test/?q", "https://a.test", "a.test", 443},
    {"https://a.test/?a=/../b", "https://a.test/?a=/../b", "https://a.test", "a.test", 443},
    {"https://a.test/?a=%2e%2e", "https://a.test/?a=%2e%2e", "https://a.test", "a.test", 443},
    {"https://a.test/...", "https://a.test/...", "https://a.test", "a.test", 443},
    {"https://a.test/a.b/..c/d..", "https://a.test/a.b/..c/d..", "https://a.test", "a.test", 443},
    {"https://a.test/%2ea", "https://a.test/%2ea", "https://a.test", "a.test", 443},
    {"https://a.test//b//", "https://a.test//b//", "https://a.test", "a.test", 443},
    {"https://a.test/@:;,$&'()*+!~", "https://a.test/@:;,$&'()*+!~", "https://a.test", "a.test",
     443},
    {"https://a.test/'?'", "https://a.test/'?%27", "https://a.test", "a.test", 443},
    {"https://a.test/%C3%a9", "https://a.test/%C3%a9", "https://a.test", "a.test", 443},
    {"https://a.test/\xc3\xa9?\xe2\x82\xac", "https://a.test/%C3%A9?%E2%82%AC", "https://a.test",
     "a.test", 443},
    {"https://a.test/\xf0\x9f\xab\xa8", "https://a.test/%F0%9F%AB%A8", "https://a.test", "a.test",
     443}, /* a scheme newer than GLib's table of default ports */
    {"https://a.test/\xee\x80\x80", "https://a.test/%EE%80%80", "https://a.test", "a.test", 443},
    {"https://xn--bcher-kva.test/", "https://xn--bcher-kva.test/", "https://xn--bcher-kva.test",
     "xn--bcher-kva.test", 443},
    {"https://a_b-c.test/", "https://a_b-c.test/", "https://a_b-c.test", "a_b-c.test", 443},
    {"https://127.0.0.1/", "https://127.0.0.1/", "https://127.0.0.1", "127.0.0.1", 443},
    {"https://255.255.255.255/", "https://255.255.255.255/", "https://255.255.255.255",
     "255.255.255.255", 443},
    {"https://1.2.3.4.test/", "https://1.2.3.4.test/", "https://1.2.3.4.test", "1.2.3.4.test", 443},
    {"https://0x7f.test/", "https://0x7f.test/", "https://0x7f.test", "0x7f.test", 443},
    {"https://[::1]/", "https://[::1]/", "https://[::1]", "::1", 443},
    {"https://[::]:8443/", "https://[::]:8443/", "https://[::]:8443", "::", 8443},
    {"https://[2001:DB8::1]/", "https://[2001:db8::1]/", "https://[2001:db8::1]", "2001:db8::1",
     443},
    {"https://[1:2:3:4:5:6:7:8]/", "https://[1:2:3:4:5:6:7:8]/", "https://[1:2:3:4:5:6:7:8]",
     "1:2:3:4:5:6:7:8", 443},
    {"https://[1:0:3::]/", "https://[1:0:3::]/", "https://[1:0:3::]", "1:0:3::", 443},
    {"https://[1::4:0:0:7]/", "https://[1::4:0:0:7]/", "https://[1::4:0:0:7]", "1::4:0:0:7", 443},
};

static void
test_good (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (GOOD); i++) {
    g_auto (BullaUrl) url = {0};
    BullaReason reason;
    g_test_message ("%s", GOOD[i].text);
    g_assert_true (parse (&url, GOOD[i].text, strlen (GOOD[i].text), &reason));
    g_assert_cmpstr (url.url, ==, GOOD[i].url);
    g_assert_cmpstr (url.origin, ==, GOOD[i].origin);
    g_assert_cmpstr (url.host, ==, GOOD[i].host);
    g_assert_cmpuint (url.port, ==, GOOD[i].port);
    g_assert_cmpint (url.https, ==, g_str_has_prefix (url.url, "https:"));
    /* Parsing the result again does not change it. */
    g_auto (BullaUrl) again = {0};
    g_assert_true (parse (&again, url.url, strlen (url.url), &reason));
    g_assert_cmpstr (again.url, ==, url.url);
    g_assert_cmpstr (again.origin, ==, url.origin);
  }
}

typedef struct {
  const char *name;
  const char *text;
  BullaReason reason;
} Bad;

static const Bad BAD[] = {
    {"empty", "", SYNTAX},
    {"relative", "/a", SYNTAX},
    {"no-scheme", "//a.test/", SYNTAX},
    {"name-alone", "a.test", SYNTAX},
    {"digit-first", "1https://a.test/", SYNTAX},
    {"colon-first", "://a.test/", SYNTAX},
    {"no-slashes", "https:a.test/", SYNTAX},
    {"one-slash", "https:/a.test/", SYNTAX},
    {"scheme-alone", "https:", SYNTAX},
    {"scheme-and-slashes", "https://", SYNTAX},
    {"no-host", "https:///a", SYNTAX},
    {"no-host-port", "https://:443/", SYNTAX},
    {"no-host-query", "https://?a", SYNTAX},
    {"ftp", "ftp://a.test/", SCHEME},
    {"data", "data:,a", SCHEME},
    {"file", "file:///a", SCHEME},
    {"javascript", "javascript:1", SCHEME},
    {"httpss", "httpss://a.test/", SCHEME},
    {"credentials", "https://u:p@a.test/", SYNTAX},
    {"user", "https://u@a.test/", SYNTAX},
    {"empty-user", "https://@a.test/", SYNTAX},
    {"two-at", "https://a.test@b.test@c.test/", SYNTAX},
    {"fragment", "https://a.test/#a", FRAGMENT},
    {"empty-fragment", "https://a.test/#", FRAGMENT},
    {"fragment-on-host", "https://a.test#a", FRAGMENT},
    {"fragment-after-query", "https://a.test/?a#b", FRAGMENT},
    {"bom", "\xef\xbb\xbfhttps://a.test/", SYNTAX},
    {"bom-inside", "https://a.test/\xef\xbb\xbf", SYNTAX},
    {"noncharacter", "https://a.test/\xef\xbf\xbf", SYNTAX},
    {"noncharacter-fdd0", "https://a.test/\xef\xb7\x90", SYNTAX},
    {"c1-control", "https://a.test/\xc2\x85", SYNTAX},
    {"not-utf-8", "https://a.test/\xff", ENCODING},
    {"overlong", "https://a.test/\xc0\xaf", ENCODING},
    {"surrogate", "https://a.test/\xed\xa0\x80", ENCODING},
    {"cut-utf-8", "https://a.test/\xe2\x82", ENCODING},
    {"leading-space", " https://a.test/", AMBIGUOUS},
    {"trailing-space", "https://a.test/ ", AMBIGUOUS},
    {"trailing-newline", "https://a.test/\n", AMBIGUOUS},
    {"tab", "https://a.te\tst/", AMBIGUOUS},
    {"space-in-path", "https://a.test/a b", AMBIGUOUS},
    {"delete", "https://a.test/\x7f", AMBIGUOUS},
    {"backslash-in-path", "https://a.test\\b", AMBIGUOUS},
    {"backslash-before-at", "https://a.test\\@b.test/", AMBIGUOUS},
    {"backslashes-for-slashes", "https:\\\\a.test\\", AMBIGUOUS},
    {"quote", "https://a.test/\"", AMBIGUOUS},
    {"angle", "https://a.test/<", AMBIGUOUS},
    {"bar", "https://a.test/|", AMBIGUOUS},
    {"caret", "https://a.test/^", AMBIGUOUS},
    {"brace", "https://a.test/{", AMBIGUOUS},
    {"percent-alone", "https://a.test/%", AMBIGUOUS},
    {"percent-one-digit", "https://a.test/%a", AMBIGUOUS},
    {"percent-no-digits", "https://a.test/%zz", AMBIGUOUS},
    {"percent-in-host", "https://a%2etest/", AMBIGUOUS},
    {"percent-at-in-host", "https://a.test%40b.test/", AMBIGUOUS},
    {"percent-nul-in-host", "https://a%00.test/", AMBIGUOUS},
    {"unicode-host",
     "https://b\xc3\xbc"
     "cher.test/",
     AMBIGUOUS},
    {"full-width-host", "https://\xef\xbd\x81.test/", AMBIGUOUS},
    {"ideographic-dot", "https://a\xe3\x80\x82test/", AMBIGUOUS},
    {"host-with-comma", "https://a,b.test/", AMBIGUOUS},
    {"host-with-star", "https://*.test/", AMBIGUOUS},
    {"trailing-dot", "https://a.test./", AMBIGUOUS},
    {"leading-dot", "https://.a.test/", AMBIGUOUS},
    {"empty-label", "https://a..test/", AMBIGUOUS},
    {"dot", "https://a.test/.", AMBIGUOUS},
    {"dot-inside", "https://a.test/./b", AMBIGUOUS},
    {"dot-dot", "https://a.test/..", AMBIGUOUS},
    {"dot-dot-inside", "https://a.test/b/../c", AMBIGUOUS},
    {"dot-before-query", "https://a.test/.?b", AMBIGUOUS},
    {"escaped-dot", "https://a.test/%2e/", AMBIGUOUS},
    {"escaped-DOT", "https://a.test/b/%2E%2e", AMBIGUOUS},
    {"half-escaped-dots", "https://a.test/.%2e/", AMBIGUOUS},
    {"port-0", "https://a.test:0/", SYNTAX},
    {"port-65536", "https://a.test:65536/", SYNTAX},
    {"port-huge", "https://a.test:4294967739/", SYNTAX},
    {"port-empty", "https://a.test:/", AMBIGUOUS},
    {"port-zeros", "https://a.test:0443/", AMBIGUOUS},
    {"port-letters", "https://a.test:https/", AMBIGUOUS},
    {"port-plus", "https://a.test:+443/", AMBIGUOUS},
    {"two-ports", "https://a.test:1:2/", AMBIGUOUS},
    {"ipv4-three", "https://127.0.1/", AMBIGUOUS},
    {"ipv4-one", "https://2130706433/", AMBIGUOUS},
    {"ipv4-hex", "https://0x7f000001/", AMBIGUOUS},
    {"ipv4-hex-last", "https://127.0.0.0x1/", AMBIGUOUS},
    {"ipv4-octal", "https://0177.0.0.1/", AMBIGUOUS},
    {"ipv4-zeros", "https://127.0.0.01/", AMBIGUOUS},
    {"ipv4-256", "https://1.2.3.256/", AMBIGUOUS},
    {"ipv4-five", "https://1.2.3.4.5/", AMBIGUOUS},
    {"ipv4-name-and-number", "https://a.test.1/", AMBIGUOUS},
    {"ipv6-empty", "https://[]/", SYNTAX},
    {"ipv6-open", "https://[::1/", SYNTAX},
    {"ipv6-close", "https://::1]/", AMBIGUOUS},
    {"ipv6-bare", "https://::1/", AMBIGUOUS},
    {"ipv6-one-colon", "https://[:]/", SYNTAX},
    {"ipv6-three-colons", "https://[:::]/", SYNTAX},
    {"ipv6-two-gaps", "https://[1::2::3]/", SYNTAX},
    {"ipv6-seven", "https://[1:2:3:4:5:6:7]/", SYNTAX},
    {"ipv6-nine", "https://[1:2:3:4:5:6:7:8:9]/", SYNTAX},
    {"ipv6-gap-of-none", "https://[1:2:3:4::5:6:7:8]/", SYNTAX},
    {"ipv6-gap-of-one", "https://[1:2:3::5:6:7:8]/", AMBIGUOUS},
    {"ipv6-begins-with-colon", "https://[:1:2:3:4:5:6:7]/", SYNTAX},
    {"ipv6-ends-with-colon", "https://[1:2:3:4:5:6:7:]/", SYNTAX},
    {"ipv6-long-group", "https://[::12345]/", SYNTAX},
    {"ipv6-zeros", "https://[::01]/", AMBIGUOUS},
    {"ipv6-not-shortest", "https://[0:0:0:0:0:0:0:1]/", AMBIGUOUS},
    {"ipv6-second-gap", "https://[1:0:0:4::7:8]/", AMBIGUOUS},
    {"ipv6-shorter-gap", "https://[1::4:0:0:0:8]/", AMBIGUOUS},
    {"ipv6-dots", "https://[::127.0.0.1]/", AMBIGUOUS},
    {"ipv6-zone", "https://[fe80::1%25eth0]/", AMBIGUOUS},
    {"ipv6-then-name", "https://[::1]a/", SYNTAX},
    {"ipv6-letter", "https://[::g]/", AMBIGUOUS},
};

static void
test_bad (gconstpointer data)
{
  const Bad *sample = data;
  g_auto (BullaUrl) url = {0};
  BullaReason reason;

  g_assert_false (parse (&url, sample->text, strlen (sample->text), &reason));
  g_assert_cmpstr (bulla_reason_get_nick (reason), ==, bulla_reason_get_nick (sample->reason));
}

static void
test_nul (void)
{
  static const char text[] = "https://a.test/\0b";
  g_auto (BullaUrl) url = {0};
  BullaReason reason;

  for (size_t at = 0; at < sizeof text - 1; at++) {
    char copy[sizeof text] = "https://a.test/abc";
    copy[at] = '\0';
    g_assert_false (parse (&url, copy, sizeof text - 1, &reason));
    g_assert_cmpint (reason, ==, AMBIGUOUS);
  }
}

static void
test_long_host (void)
{
  for (int letters = 253; letters <= 254; letters++) {
    g_autofree char *host = g_strnfill ((gsize)letters, 'a');
    g_autofree char *text = g_strdup_printf ("https://%s/", host);
    g_auto (BullaUrl) url = {0};
    BullaReason reason;
    g_assert_cmpint (parse (&url, text, strlen (text), &reason), ==, letters == 253);
  }
}

/* with any byte at any place, the URL is refused, or its origin differs only if the host does */
static void
test_every_byte (void)
{
  static const char text[] = "https://a.test:8443/b/c?d=%41";

  for (size_t at = 0; at < strlen (text); at++)
    for (int byte = 0; byte < 256; byte++) {
      char copy[sizeof text];
      memcpy (copy, text, sizeof text);
      copy[at] = (char)byte;
      g_auto (BullaUrl) url = {0};
      BullaReason reason;
      if (!parse (&url, copy, strlen (text), &reason))
        continue;
      g_assert_true (g_str_is_ascii (url.url));
      g_assert_true (g_str_has_prefix (url.url, url.origin));
      if (at >= strlen ("https://a.test:8443/"))
        g_assert_cmpstr (url.origin, ==, "https://a.test:8443");
    }
}

/* URLs that GLib parses but cannot write */
static void
test_unwritable (void)
{
  static const char *const urls[] = {"x:/.//a", "x:/a/..//b", "http:/.//a", "https:/..//a?b#c"};

  for (guint i = 0; i < G_N_ELEMENTS (urls); i++) {
    g_autoptr (GUri) uri = g_uri_parse (urls[i], G_URI_FLAGS_NONE, NULL);
    g_assert_nonnull (uri);
    g_assert_null (bulla_uri_dup_text (uri, G_URI_HIDE_FRAGMENT));
    g_assert_null (bulla_url_resolve ("https://a.test/", urls[i], G_URI_FLAGS_ENCODED));
  }
}

static void
test_resolve (void)
{
  static const struct {
    const char *base, *reference, *url;
  } rows[] = {{"https://a.test/b/c", "d?e#f", "https://a.test/b/d?e#f"},
              {"https://a.test/b/c", "//b.test", "https://b.test"},
              {"https://a.test/b/c", "/..//d", "https://a.test//d"},
              {"https://a.test/", "x:////a", "x:////a"},
              {"a", "https://a.test/", NULL},
              {"https://a.test/", "https://[", NULL}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *url = bulla_url_resolve (rows[i].base, rows[i].reference, G_URI_FLAGS_ENCODED);
    g_assert_cmpstr (url, ==, rows[i].url);
  }
}

static void
test_same_origin (void)
{
  static const struct {
    const char *a, *b;
    gboolean same;
  } rows[] = {
      {"https://a.test/x", "https://a.test", TRUE},
      {"https://a.test/", "https://a.test:443/y?z#f", TRUE},
      {"HTTPS://A.test/", "https://a.test/", TRUE},
      {"http://a.test:80", "http://a.test", TRUE},
      {"https://[::1]:8443/", "https://[::1]:8443/a", TRUE},
      {"https://a.test/a|b", "https://a.test/?\\", TRUE}, /* not part of the origin */
      {"https://a.test/", "http://a.test/", FALSE},
      {"https://a.test/", "https://a.test:8443/", FALSE},
      {"https://a.test/", "https://b.a.test/", FALSE},
      {"https://a.test/", "https://a.test\\@b.test/", FALSE},
      {"https://a.test/", "https://u@a.test/", FALSE},
      {"https://a.test?@b.test/", "https://b.test/", FALSE},
      {"null", "null", FALSE},
      {"", "", FALSE},
      {"uuid-in-package:1", "uuid-in-package:1", FALSE},
      {"https://a|b/", "https://a|b/", FALSE}, /* a host that Bulla does not accept */
      {NULL, "https://a.test/", FALSE},
      {NULL, NULL, FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("%s %s", rows[i].a, rows[i].b);
    g_assert_cmpint (bulla_url_same_origin (rows[i].a, rows[i].b), ==, rows[i].same);
    g_assert_cmpint (bulla_url_same_origin (rows[i].b, rows[i].a), ==, rows[i].same);
  }
}

/* What only BULLA_URL_WHATWG takes, how it is serialised, and what can be used everywhere. */
static void
test_whatwg (void)
{
  static const struct {
    const char *text, *url, *replacement;
  } rows[] = {
      {"https://a.test/css?family=A|B", "https://a.test/css?family=A|B",
       "https://a.test/css?family=A%7CB"},
      {"https://a.test/q?f={1}", "https://a.test/q?f={1}", "https://a.test/q?f=%7B1%7D"},
      {"https://a.test/{1}|", "https://a.test/%7B1%7D|", "https://a.test/%7B1%7D%7C"},
      {"https://a.test/a b?c d", "https://a.test/a%20b?c%20d", "https://a.test/a%20b?c%20d"},
      {"https://a.test/a/../b/./c/..", "https://a.test/b/", "https://a.test/b/"},
      {"https://a.test/%2e%2E/.%2e/x", "https://a.test/x", "https://a.test/x"},
      {"https://a.test\\x\\..\\y", NULL, NULL},
      {"https://a.test/x\\..\\y", "https://a.test/y", "https://a.test/y"},
      {"https://a.test/100%", "https://a.test/100%", NULL},
      {"https://a.test/%zz?|", "https://a.test/%zz?|", NULL},
      {"https://a.test?'<\"", "https://a.test/?%27%3C%22", "https://a.test/?%27%3C%22"},
      {"https://a.test/...", "https://a.test/...", "https://a.test/..."},
      {"https://a|b.test/", NULL, NULL},
      {"https://a.test\\@b.test/", NULL, NULL},
      {"https://u@a.test/", NULL, NULL},
      {"https://a.test/#|", NULL, NULL},
      {"https://a.test/\tx", "https://a.test/x", "https://a.test/x"},
      {"https://a.test/a\r\nb?c\td", "https://a.test/ab?cd", "https://a.test/ab?cd"},
      {"https://a.test/a/.\t./b", "https://a.test/b", "https://a.test/b"},
      {"https://a.test/a\x01\x7f"
       "b",
       "https://a.test/a%01%7Fb", "https://a.test/a%01%7Fb"},
      {"https://a.test/ ", "https://a.test/", "https://a.test/"},
      {"https://a.test/x \n\x02 ", "https://a.test/x", "https://a.test/x"},
      {"https://a.test/?q ", "https://a.test/?q", "https://a.test/?q"},
      {" https://a.test/", NULL, NULL},
      {"https://a.te\tst/", NULL, NULL},
      {"https://a.test\t/", NULL, NULL},
      {"https://a.test:4\n43/", NULL, NULL},
      {"ht\ntps://a.test/", NULL, NULL},
      {"https:\t//a.test/", NULL, NULL},
      {"https:/a.test/", NULL, NULL}, /* relative to a base URL with https */
      {"https:a.test/", NULL, NULL},
      {"https:///a.test/", NULL, NULL},
      {"https://0x7f.1/", NULL, NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (BullaUrl) url = {NULL};
    BullaReason reason = BULLA_REASON_NONE;
    const char *detail = NULL;
    size_t length = strlen (rows[i].text);
    g_test_message ("%s", rows[i].text);
    gboolean fine = bulla_url_read (&url, rows[i].text, length, BULLA_URL_WHATWG, &reason, &detail);
    g_assert_cmpint (fine, ==, rows[i].url != NULL);
    g_assert_cmpstr (url.url, ==, rows[i].url);
    g_assert_cmpstr (url.origin, ==, fine ? "https://a.test" : NULL);
    g_autofree char *replacement = bulla_url_dup_replacement (rows[i].text, length);
    g_assert_cmpstr (replacement, ==, rows[i].replacement);
  }
}

/* A host beyond ASCII is taken in the form in which it is registered. */
static void
test_idn (void)
{
  static const struct {
    const char *host, *ascii; /* NULL: refused */
  } rows[] = {
      {"bücher.example", "xn--bcher-kva.example"},
      {"BüCHER.Example", "xn--bcher-kva.example"}, /* ASCII letters have no case */
      {"例え.テスト", "xn--r8jz45g.xn--zckzah"},
      {"дом1.test", "xn--1-gtbyh.test"},
      {"BÜCHER.example", NULL},
      {"bu\u0308cher.example", NULL}, /* not normalised */
      {"straße.example", NULL},       /* IDNA2003 has strasse */
      {"βόλος.example", NULL},
      {"a\u200db.example", NULL},
      {"ａ.example", NULL}, /* a wide letter */
      {"a。example", NULL}, /* a wide dot */
      {"☃.example", NULL},
      {"xn--bcher-kva.exämple", NULL}, /* two forms in one host */
      {"ü..example", NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strdup_printf ("https://%s:8443/x", rows[i].host);
    g_autofree char *origin =
        rows[i].ascii != NULL ? g_strdup_printf ("https://%s:8443", rows[i].ascii) : NULL;
    g_auto (BullaUrl) url = {NULL}, strict = {NULL};
    BullaReason reason = BULLA_REASON_NONE;
    const char *detail = NULL;
    g_test_message ("%s", text);
    gboolean fine = bulla_url_read (&url, text, strlen (text), BULLA_URL_WHATWG, &reason, &detail);
    g_assert_cmpint (fine, ==, rows[i].ascii != NULL);
    g_assert_cmpstr (url.origin, ==, origin);
    g_assert_cmpstr (url.host, ==, rows[i].ascii);
    g_assert_false (bulla_url_parse (&strict, text, strlen (text), &reason, &detail));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/url/good", test_good);
  g_test_add_func ("/policy/url/nul", test_nul);
  g_test_add_func ("/policy/url/long-host", test_long_host);
  g_test_add_func ("/policy/url/unwritable", test_unwritable);
  g_test_add_func ("/policy/url/resolve", test_resolve);
  g_test_add_func ("/policy/url/same-origin", test_same_origin);
  g_test_add_func ("/policy/url/every-byte", test_every_byte);
  g_test_add_func ("/policy/url/whatwg", test_whatwg);
  g_test_add_func ("/policy/url/idn", test_idn);
  for (size_t i = 0; i < G_N_ELEMENTS (BAD); i++) {
    g_autofree char *path = g_strdup_printf ("/policy/url/refused/%s", BAD[i].name);
    g_test_add_data_func (path, &BAD[i], test_bad);
  }
  return g_test_run ();
}
