/* test-gateway-h2-head.c - heads of HTTP/2 requests, and those that are refused
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-h2-head.h"

#include <string.h>

#define GET ":method", "GET", ":scheme", "https", ":authority", "a.test", ":path", "/"
#define FIELDS_MAX 24

typedef struct {
  const char *name;
  const char *pairs[FIELDS_MAX]; /* name and value in turn */
  guint status;
  goffset length;
  gboolean open; /* a body follows */
} Case;

static const Case CASES[] = {
    {"plain", {GET}, 200, 0},
    {"body of unknown length", {GET}, 200, -1, TRUE},
    {"body of known length", {GET, "content-length", "7"}, 200, 7, TRUE},
    {"empty body of known length", {GET, "content-length", "0"}, 200, 0},
    {"length without a body", {GET, "content-length", "7"}, 400},
    {"two lengths", {GET, "content-length", "7", "content-length", "7"}, 400, 0, TRUE},
    {"list of lengths", {GET, "content-length", "7, 7"}, 400, 0, TRUE},
    {"signed length", {GET, "content-length", "+7"}, 400, 0, TRUE},
    {"no fields at all", {NULL}, 400},
    {"no method", {":scheme", "https", ":authority", "a.test", ":path", "/"}, 400},
    {"no path", {":method", "GET", ":scheme", "https", ":authority", "a.test"}, 400},
    {"no scheme", {":method", "GET", ":authority", "a.test", ":path", "/"}, 400},
    {"no authority", {":method", "GET", ":scheme", "https", ":path", "/"}, 400},
    {"two methods", {GET, ":method", "GET"}, 400},
    {"two paths", {":path", "/", GET}, 400},
    {"two authorities", {":authority", "a.test", GET}, 400},
    {"two hosts", {GET, "host", "a.test", "host", "a.test"}, 400},
    {"the same host", {GET, "host", "A.test"}, 200},
    {"another host", {GET, "host", "b.test"}, 400},
    {"pseudo-header behind a field",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", "a", "b", ":path", "/"},
     400},
    {"pseudo-header behind a cookie",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", "cookie", "", ":path", "/"},
     400},
    {"unknown pseudo-header", {":protocol", "websocket", GET}, 400},
    {"pseudo-header of a response", {":status", "200", GET}, 400},
    {"CONNECT", {":method", "CONNECT", ":authority", "a.test:443"}, 400},
    {"CONNECT with all fields",
     {":method", "CONNECT", ":scheme", "https", ":authority", "a.test", ":path", "/"},
     400},
    {"http", {":method", "GET", ":scheme", "http", ":authority", "a.test", ":path", "/"}, 400},
    {"HTTPS", {":method", "GET", ":scheme", "HTTPS", ":authority", "a.test", ":path", "/"}, 400},
    {"empty path",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", ":path", ""},
     400},
    {"relative path",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", ":path", "x"},
     400},
    {"absolute URL as path",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", ":path", "https://a.test/"},
     400},
    {"fragment",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", ":path", "/#x"},
     400},
    {"space in the path",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", ":path", "/a b"},
     400},
    {"request line in the path",
     {":method", "GET", ":scheme", "https", ":authority", "a.test", ":path", "/ HTTP/1.1\r\nx: y"},
     400},
    {"space in the method",
     {":method", "GET /x", ":scheme", "https", ":authority", "a.test", ":path", "/"},
     400},
    {"empty method",
     {":method", "", ":scheme", "https", ":authority", "a.test", ":path", "/"},
     400},
    {"line in the authority",
     {":method", "GET", ":scheme", "https", ":authority", "a.test\r\nx: y", ":path", "/"},
     400},
    {"connection", {GET, "connection", "close"}, 400},
    {"keep-alive", {GET, "keep-alive", "1"}, 400},
    {"proxy-connection", {GET, "proxy-connection", "close"}, 400},
    {"transfer-encoding", {GET, "transfer-encoding", "chunked"}, 400, 0, TRUE},
    {"upgrade", {GET, "upgrade", "websocket"}, 400},
    {"http2-settings", {GET, "http2-settings", "AAMAAABkAAQAAP__"}, 400},
    {"te: trailers", {GET, "te", "trailers"}, 200},
    {"te: gzip", {GET, "te", "gzip"}, 400},
    {"te: trailers and gzip", {GET, "te", "trailers, gzip"}, 400},
    {"upper case", {GET, "X-Mine", "1"}, 400},
    {"empty name", {GET, "", "1"}, 400},
    {"name with a space", {GET, "a b", "1"}, 400},
    {"name with a colon", {GET, "a:b", "1"}, 400},
    {"name with a line", {GET, "a\r\nb", "1"}, 400},
    {"value with a line", {GET, "a", "1\r\nb: 2"}, 400},
    {"value with LF", {GET, "a", "1\nb: 2"}, 400},
    {"value with a control character", {GET, "a", "\x01"}, 400},
    {"value with a tab", {GET, "a", "1\t2"}, 200},
    {"value that begins with a space", {GET, "a", " 1"}, 400},
    {"value that ends with a tab", {GET, "a", "1\t"}, 400},
    {"empty value", {GET, "a", ""}, 200},
    {"two expectations", {GET, "expect", "100-continue", "expect", "x"}, 400, 0, TRUE},
    {"two credentials", {GET, "proxy-authorization", "a", "proxy-authorization", "b"}, 400},
    {"asterisk of OPTIONS",
     {":method", "OPTIONS", ":scheme", "https", ":authority", "a.test", ":path", "*"},
     200},
};

static guint
read_head (const Case *each, BullaGatewayHead *head)
{
  g_auto (BullaGatewayH2Head) fields = {0};

  bulla_gateway_h2_head_init (&fields);
  for (const char *const *at = each->pairs; at[0] != NULL; at += 2)
    bulla_gateway_h2_head_add (&fields, at[0], strlen (at[0]), at[1], strlen (at[1]));
  return bulla_gateway_h2_head_end (&fields, !each->open, head);
}

static void
test_cases (void)
{
  for (const Case *each = CASES; each < CASES + G_N_ELEMENTS (CASES); each++) {
    g_auto (BullaGatewayHead) head = {0};
    g_test_message ("%s", each->name);
    g_assert_cmpuint (read_head (each, &head), ==, each->status);
    if (each->status == 200)
      g_assert_cmpint (head.length, ==, each->length);
  }
}

/* what the gateway sees is what HTTP/1.1 would have shown it */
static void
test_fields (void)
{
  static const Case WHOLE = {
      "", {GET, "cookie", "a=1", "x-a", "1", "cookie", "b=2; c=3", "x-a", "2", "cookie", ""}};
  g_auto (BullaGatewayHead) head = {0};

  g_assert_cmpuint (read_head (&WHOLE, &head), ==, 200);
  g_assert_cmpstr (head.method, ==, "GET");
  g_assert_cmpstr (head.target, ==, "/");
  g_assert_cmpstr (head.host, ==, "a.test");
  g_assert_cmpstr (soup_message_headers_get_one (head.headers, "Cookie"), ==, "a=1; b=2; c=3;");
  g_assert_cmpstr (soup_message_headers_get_list (head.headers, "X-A"), ==, "1, 2");
}

/* NUL ends no field */
static void
test_nul (void)
{
  static const char NAME[] = "a\0b";
  g_auto (BullaGatewayHead) head = {0};

  for (guint i = 0; i < 2; i++) {
    g_auto (BullaGatewayH2Head) fields = {0};
    bulla_gateway_h2_head_init (&fields);
    bulla_gateway_h2_head_add (&fields, ":method", 7, "GET", 3);
    bulla_gateway_h2_head_add (&fields, ":scheme", 7, "https", 5);
    bulla_gateway_h2_head_add (&fields, ":authority", 10, "a.test", 6);
    bulla_gateway_h2_head_add (&fields, ":path", 5, "/", 1);
    bulla_gateway_h2_head_add (&fields, i == 0 ? NAME : "a", i == 0 ? 3 : 1, NAME, i == 0 ? 1 : 3);
    g_assert_cmpuint (bulla_gateway_h2_head_end (&fields, TRUE, &head), ==, 400);
  }
}

static guint
read_many (guint n, gsize length, const char *name)
{
  g_auto (BullaGatewayH2Head) fields = {0};
  g_auto (BullaGatewayHead) head = {0};
  g_autofree char *value = g_strnfill (length, 'x');
  static const Case START = {"", {GET}};

  bulla_gateway_h2_head_init (&fields);
  for (const char *const *at = START.pairs; at[0] != NULL; at += 2)
    bulla_gateway_h2_head_add (&fields, at[0], strlen (at[0]), at[1], strlen (at[1]));
  for (guint i = 0; i < n; i++)
    bulla_gateway_h2_head_add (&fields, name, strlen (name), value, length);
  g_assert_cmpuint (fields.fields->len + fields.cookie->len, <, 2 * BULLA_GATEWAY_H2_LIST_MAX);
  return bulla_gateway_h2_head_end (&fields, TRUE, &head);
}

/* the limits are those of HTTP/1.1, which counts Host and the request line */
static void
test_limits (void)
{
  g_assert_cmpuint (read_many (BULLA_GATEWAY_FIELDS_MAX - 2, 1, "a"), ==, 200);
  g_assert_cmpuint (read_many (BULLA_GATEWAY_FIELDS_MAX - 1, 1, "a"), ==,
                    BULLA_GATEWAY_HEAD_TOO_LARGE);
  g_assert_cmpuint (read_many (1, BULLA_GATEWAY_HEAD_MAX - 100, "a"), ==, 200);
  g_assert_cmpuint (read_many (1, BULLA_GATEWAY_HEAD_MAX, "a"), ==, BULLA_GATEWAY_HEAD_TOO_LARGE);
  g_assert_cmpuint (read_many (500, 20, "cookie"), ==, 200);
  g_assert_cmpuint (read_many (100000, 1000, "cookie"), ==, BULLA_GATEWAY_HEAD_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/h2-head/cases", test_cases);
  g_test_add_func ("/gateway/h2-head/fields", test_fields);
  g_test_add_func ("/gateway/h2-head/nul", test_nul);
  g_test_add_func ("/gateway/h2-head/limits", test_limits);
  return g_test_run ();
}
