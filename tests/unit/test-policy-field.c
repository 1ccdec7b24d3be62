/* test-policy-field.c - parses media types, directives, digests and codings
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field-kind.h"
#include "bulla-field.h"

#include <string.h>

static void
test_elements (void)
{
  static const char text[] = " a ,b,, c=\"d,e\\\",f\" ,\t,g";
  static const char *const wanted[] = {"a", "b", "c=\"d,e\\\",f\"", "g"};
  const char *rest = text;
  BullaToken element;

  for (size_t i = 0; i < G_N_ELEMENTS (wanted); i++) {
    g_assert_true (bulla_field_next_element (&rest, &element));
    g_assert_cmpmem (element.start, element.length, wanted[i], strlen (wanted[i]));
  }
  g_assert_false (bulla_field_next_element (&rest, &element));
  g_assert_false (bulla_field_next_element (&rest, &element));
  rest = "\"never closed, \\";
  g_assert_true (bulla_field_next_element (&rest, &element));
  g_assert_false (bulla_field_next_element (&rest, &element));
}

typedef struct {
  const char *value, *essence, *version;
} MediaType;

#define SXG "application/signed-exchange"

static const MediaType TYPES[] = {
    {SXG ";v=b3", SXG, "b3"},
    {SXG, SXG, NULL},
    {"Application/Signed-Exchange; V=b3", SXG, "b3"},
    {" " SXG " ; v=b3 ", SXG, "b3"},
    {SXG ";v=\"b3\"", SXG, "b3"},
    {SXG ";v=\"b\\3\"", SXG, "b3"},
    {SXG ";v=\"b3", SXG, "b3"},
    {SXG ";v=\"b3\"junk;v=b2", SXG, "b3"},
    {SXG ";v=b3;v=b2", SXG, "b3"},
    {SXG ";v=b2;v=b3", SXG, "b2"},
    {SXG ";a=\";v=b2\";v=b3", SXG, "b3"},
    {SXG ";v;v=b3", SXG, "b3"},
    {SXG ";v=;v=b3", SXG, "b3"},
    {SXG ";v=\"\";v=b3", SXG, ""},
    {SXG ";;v=b3", SXG, "b3"},
    {SXG ";v =b3", SXG, NULL},
    {SXG ";v= b3", SXG, " b3"},
    {SXG ";v=b3 x", SXG, "b3 x"},
    {SXG ";v=b3@", SXG, "b3@"},
    {SXG ";vv=b3", SXG, NULL},
    {SXG ";version=b3", SXG, NULL},
    {SXG " x;v=b3", NULL, "b3"},
    {SXG ", text/html", NULL, NULL},
    {"application/signed-exchangex;v=b3", SXG "x", "b3"},
    {"application", NULL, NULL},
    {"application/", NULL, NULL},
    {"/signed-exchange", NULL, NULL},
    {"appli cation/x", NULL, NULL},
    {"a/b/c", NULL, NULL},
    {"", NULL, NULL},
    {";v=b3", NULL, "b3"},
};

static void
test_media_types (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (TYPES); i++) {
    g_test_message ("%s", TYPES[i].value);
    g_autofree char *essence = bulla_field_dup_essence (TYPES[i].value);
    g_autofree char *version = bulla_field_dup_parameter (TYPES[i].value, "v");
    g_assert_cmpstr (essence, ==, TYPES[i].essence);
    g_assert_cmpstr (version, ==, TYPES[i].version);
  }
}

typedef struct {
  const char *value;
  BullaCacheAnswer answer, case_sensitive;
} Cache;

#define OK BULLA_CACHE_OK
#define NOT_SHARED BULLA_CACHE_NOT_SHARED
#define UNREADABLE BULLA_CACHE_MALFORMED

static const Cache CACHES[] = {
    {"", OK, OK},
    {"public, max-age=600", OK, OK},
    {"no-cache", OK, OK},
    {"no-cache=\"a, b\"", OK, OK},
    {"max-age=0, s-maxage=\"10\"", OK, OK},
    {"extension=token, other", OK, OK},
    {"no-store", NOT_SHARED, NOT_SHARED},
    {"max-age=600,no-store", NOT_SHARED, NOT_SHARED},
    {"private", NOT_SHARED, NOT_SHARED},
    {"private=\"set-cookie\"", NOT_SHARED, NOT_SHARED},
    {"PRIVATE", NOT_SHARED, OK},
    {"No-Store", NOT_SHARED, OK},
    {"no-store=1", NOT_SHARED, NOT_SHARED},
    {"extension=\"private\"", OK, OK},
    {"xprivate, no-stored", OK, OK},
    {"=", UNREADABLE, UNREADABLE},
    {"max-age=", UNREADABLE, UNREADABLE},
    {"max age", UNREADABLE, UNREADABLE},
    {"no-cache=\"a", UNREADABLE, UNREADABLE},
    {"no-cache=\"a\"b", UNREADABLE, UNREADABLE},
    {"\"quoted\"", UNREADABLE, UNREADABLE},
    {"a;b", UNREADABLE, UNREADABLE},
    {"\xc3\xa9", UNREADABLE, UNREADABLE},
};

static void
test_cache_control (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (CACHES); i++) {
    g_test_message ("%s", CACHES[i].value);
    g_assert_cmpint (bulla_field_ask_cache (CACHES[i].value, TRUE), ==, CACHES[i].answer);
    g_assert_cmpint (bulla_field_ask_cache (CACHES[i].value, FALSE), ==, CACHES[i].case_sensitive);
  }
}

static void
test_no_cache_names (void)
{
  static const char *const samples[][2] = {
      {"", NULL},
      {"no-cache", NULL},
      {"no-cache=\"X-Foo\"", "x-foo"},
      {"No-Cache=\"x-foo, x-bar\", max-age=1", "x-foo, x-bar"},
      {"no-cache=x-foo", "x-foo"},
      {"no-cache=\"a\", no-cache=\"b\"", "a,b"},
      {"private=\"x-foo\"", NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (samples); i++) {
    g_autofree char *names = bulla_field_dup_no_cache_names (samples[i][0]);
    g_assert_cmpstr (names, ==, samples[i][1]);
  }
}

#define PROOF "dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs="
#define OTHER "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0="
#define MI "mi-sha256-03="

typedef struct {
  const char *value;
  BullaDigestAnswer as_list, as_prefix;
} Digest;

#define FOUND BULLA_DIGEST_FOUND
#define ABSENT BULLA_DIGEST_ABSENT
#define MALFORMED BULLA_DIGEST_MALFORMED

static const Digest DIGESTS[] = {
    {MI PROOF, FOUND, FOUND},
    {"sha-256=abc, " MI PROOF, FOUND, MALFORMED},
    {MI PROOF ",sha-256=abc", FOUND, MALFORMED},
    {MI PROOF ", " MI PROOF, FOUND, MALFORMED},
    {MI PROOF ", " MI OTHER, MALFORMED, MALFORMED},
    {"MI-SHA256-03=" PROOF, FOUND, MALFORMED},
    {"mi-sha256=" PROOF, ABSENT, MALFORMED},
    {"sha-256=abc", ABSENT, MALFORMED},
    {"", ABSENT, MALFORMED},
    {MI, MALFORMED, MALFORMED},
    {MI "AAAA", MALFORMED, MALFORMED},
    {MI "dcRDgR2GM35DluAV13PzgnG6+pvQwPywfFvAu1UeFrs", MALFORMED, MALFORMED},
    {MI "dcRDgR2GM35DluAV13PzgnG6-pvQwPywfFvAu1UeFrs=", MALFORMED, MALFORMED},
    {MI "dcRDgR2GM35DluAV13PzgnG6 pvQwPywfFvAu1UeFrs=", MALFORMED, MALFORMED},
    {MI "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", MALFORMED, MALFORMED},
    {MI "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", MALFORMED, MALFORMED},
    {MI PROOF "=", MALFORMED, MALFORMED},
    {MI "\"" PROOF "\"", MALFORMED, MALFORMED},
};

static void
test_digest (void)
{
  static const guint8 begin[] = {0x75, 0xc4, 0x43, 0x81};

  for (size_t i = 0; i < G_N_ELEMENTS (DIGESTS); i++) {
    guint8 proof[BULLA_PROOF_SIZE] = {0};
    g_test_message ("%s", DIGESTS[i].value);
    g_assert_cmpint (bulla_field_read_digest (DIGESTS[i].value, TRUE, proof), ==,
                     DIGESTS[i].as_prefix);
    BullaDigestAnswer answer = bulla_field_read_digest (DIGESTS[i].value, FALSE, proof);
    g_assert_cmpint (answer, ==, DIGESTS[i].as_list);
    if (answer == FOUND)
      g_assert_cmpmem (proof, sizeof begin, begin, sizeof begin);
  }
}

typedef struct {
  const char *value;
  gboolean contains, exact;
  const char *inner;
} Coding;

static const Coding CODINGS[] = {
    {"mi-sha256-03", TRUE, TRUE, NULL},
    {"MI-SHA256-03", TRUE, TRUE, NULL},
    {"gzip, mi-sha256-03", TRUE, FALSE, "gzip"},
    {"br,gzip,mi-sha256-03", TRUE, FALSE, "br, gzip"},
    {"identity, mi-sha256-03", TRUE, FALSE, "identity"},
    {"mi-sha256-03, gzip", FALSE, FALSE, "gzip"},
    {"mi-sha256-03, mi-sha256-03", FALSE, FALSE, NULL},
    {"zstd, mi-sha256-03", FALSE, FALSE, "zstd"},
    {"mi-sha256", FALSE, FALSE, "mi-sha256"},
    {"mi-sha256-030", FALSE, FALSE, "mi-sha256-030"},
    {"gzip", FALSE, FALSE, "gzip"},
    {"", FALSE, FALSE, NULL},
};

static void
test_codings (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (CODINGS); i++) {
    const Coding *coding = &CODINGS[i];
    g_test_message ("%s", coding->value);
    g_autofree char *inner = bulla_field_dup_inner_codings (coding->value);
    g_assert_cmpint (bulla_field_codings_are_decodable (coding->value, FALSE), ==,
                     coding->contains);
    g_assert_cmpint (bulla_field_codings_are_decodable (coding->value, TRUE), ==, coding->exact);
    g_assert_cmpstr (inner, ==, coding->inner);
  }
}

static void
test_date (void)
{
  static const struct {
    const char *text;
    gint64 time; /* Unix seconds; -1 if malformed */
  } DATES[] = {
      {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
      {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
      {"Sun, 06 Nov 1994 08:49:37 GMT ", -1},
      {"Sun, 06 Nov 1994 08:49:37 GM", -1},
      {"Sun, 06 nov 1994 08:49:37 GMT", -1},
      {"Sun, 06 anF 1994 08:49:37 GMT", -1},
      {"Sun, 31 Feb 1994 08:49:37 GMT", -1},
      {"Sun, 06 Nov 0000 08:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 24:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 08:49:60 GMT", -1},
      {"Sun, 06 Nov -994 08:49:37 GMT", -1},
      {"", -1},
      {"?\?\?, ?? ??? ???? ??:??:?? GMT", -1},
      {"\xff\xfe\x80, 06 Nov 1994 08:49:37 GMT", 784111777}, /* the day's name is not checked */
      {"Sun, 06 \xc3\xa9\xff 1994 08:49:37 GMT", -1},
      {"Sun, 06 Nov 1994 08:49:37 \xe2\x80\xae", -1},
  };

  for (size_t i = 0; i < G_N_ELEMENTS (DATES); i++) {
    gint64 time = -1;
    g_assert_cmpint (bulla_field_read_date (DATES[i].text, &time), ==, DATES[i].time >= 0);
    g_assert_cmpint (time, ==, DATES[i].time);
  }
}

static void
test_for_connection (void)
{
  static const char *const KEPT_BACK[] = {
      "connection",       "Connection",         "keep-alive",       "TE",
      "trailer",          "transfer-encoding",  "upgrade",          "HTTP2-Settings",
      "alt-svc",          "Alt-Used",           "capsule-protocol", "close",
      "proxy-connection", "Proxy-Authenticate", "proxy-features",   "proxy-",
      "bulla-page",       "BULLA-ANSWER",       "sec-bulla-typed",  "bulla-",
      "trailers",         "Sec-WebSocket-Key",  "proxy-statuses",   "proxy-authorization",
  };
  static const char *const PASSED[] = {
      "",
      "t",
      "tea",
      "x-te",
      "content-type",
      "upgrade-insecure-requests",
      "proxy",
      "alt-svc2",
      "bulla",
      "sec-",
      "proxy-status",
      "Proxy-Status",
      "x-bulla-page",
      "sec-websocket",
      "set-cookie",
      "connection ",
      "\xff\xfe",
      "bulla\xff-",
  };

  for (size_t i = 0; i < G_N_ELEMENTS (KEPT_BACK); i++)
    g_assert_true (bulla_field_is_for_connection (KEPT_BACK[i]));
  for (size_t i = 0; i < G_N_ELEMENTS (PASSED); i++)
    g_assert_false (bulla_field_is_for_connection (PASSED[i]));
}

/* how long shared caches may use a response (RFC 9111 section 4.2) */
static void
test_shared_freshness (void)
{
#define DATE "Mon, 30 Nov 2026 12:00:00 GMT"
#define HOUR_BEFORE "Mon, 30 Nov 2026 11:00:00 GMT"
#define MINUTE_LATER "Mon, 30 Nov 2026 12:01:00 GMT"
  static const struct {
    BullaFreshnessFields fields;
    gint64 seconds; /* -1: unknown */
  } ROWS[] = {
      {{NULL}, -1},
      {{.cache_control = "public"}, -1},
      {{.cache_control = "max-age=600"}, 600},
      {{.cache_control = "max-age=600, S-MaxAge=5"}, 5},
      {{.cache_control = "s-maxage=5, max-age=600"}, 5},
      {{.cache_control = "max-age=600, max-age=5"}, 5},
      {{.cache_control = "max-age=x"}, 0},
      {{.cache_control = "max-age=600", .age = "590"}, 10},
      {{.cache_control = "max-age=600", .age = "9999"}, 0},
      {{.cache_control = "max-age=600", .age = "-1"}, 600},
      {{.cache_control = "max-age=600", .expires = "0"}, 600},
      {{.expires = "0"}, 0},
      {{.cache_control = "max-age=99999999999999"}, G_GINT64_CONSTANT (2147483648)},
      {{.cache_control = "max-age=99999999999999999999999999"}, G_GINT64_CONSTANT (2147483648)},
      {{.cache_control = "max-age=2147483647"}, 2147483647},
      {{.cache_control = "max-age=1.5"}, 0},
      {{.cache_control = "max-age=+5"}, 0},
      {{.cache_control = "max-age=600", .age = "99999999999999999999"}, 0},
      {{.cache_control = "max-age=3000", .date = HOUR_BEFORE}, 0},
      {{.cache_control = "max-age=3660", .date = HOUR_BEFORE}, 60},
      {{.cache_control = "max-age=3660", .date = HOUR_BEFORE, .age = "20"}, 60},
      {{.cache_control = "max-age=3660", .date = HOUR_BEFORE, .age = "3650"}, 10},
      {{.cache_control = "max-age=600", .date = MINUTE_LATER}, 600},
      {{.cache_control = "max-age=600", .date = "yesterday"}, 600},
      {{.expires = DATE, .date = MINUTE_LATER}, 0},
      {{.expires = MINUTE_LATER, .date = DATE}, 60},
      {{.expires = MINUTE_LATER, .date = HOUR_BEFORE}, 60},
      {{.expires = MINUTE_LATER, .date = DATE, .age = "20"}, 40},
      {{.expires = MINUTE_LATER}, 60},
  };
  gint64 now = 0;

  g_assert_true (bulla_field_read_date (DATE, &now));
  for (size_t i = 0; i < G_N_ELEMENTS (ROWS); i++) {
    gint64 seconds = -1;
    gboolean told = bulla_field_get_shared_freshness (&ROWS[i].fields, now, &seconds);
    g_assert_cmpint (told ? seconds : -1, ==, ROWS[i].seconds);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/policy/field/elements", test_elements);
  g_test_add_func ("/policy/field/media-type", test_media_types);
  g_test_add_func ("/policy/field/cache-control", test_cache_control);
  g_test_add_func ("/policy/field/no-cache-names", test_no_cache_names);
  g_test_add_func ("/policy/field/digest", test_digest);
  g_test_add_func ("/policy/field/codings", test_codings);
  g_test_add_func ("/policy/field/date", test_date);
  g_test_add_func ("/policy/field/shared-freshness", test_shared_freshness);
  g_test_add_func ("/policy/field/for-connection", test_for_connection);
  return g_test_run ();
}
