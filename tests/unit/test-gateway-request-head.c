/* test-gateway-request-head.c - forwards unambiguous request heads, and refuses all others
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-request-head.h"

#include <string.h>

static guint
parse (BullaGatewayHead *head, const char *text, gsize length)
{
  g_autofree guint8 *exact = g_memdup2 (text, length);

  return bulla_gateway_head_parse (head, exact, length);
}

static guint
status_of (const char *text, gsize length)
{
  g_auto (BullaGatewayHead) head = {0};

  return parse (&head, text, length);
}

#define GET "GET / HTTP/1.1\r\nHost: a.test\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a.test\r\n"

static void
test_good (void)
{
  static const char TEXT[] =
      "POST http://a.test/x?y HTTP/1.1\r\nHost: a.test\r\nContent-Length: 7\r\n"
      "Proxy-Authorization:Basic eA== \r\nX: \xc3\xa9\t2\r\n\r\n";
  g_auto (BullaGatewayHead) head = {0};

  g_assert_cmpuint (parse (&head, TEXT, strlen (TEXT)), ==, 200);
  g_assert_cmpstr (head.method, ==, "POST");
  g_assert_cmpstr (head.target, ==, "http://a.test/x?y");
  g_assert_cmpstr (head.host, ==, "a.test");
  g_assert_cmpstr (head.authorization, ==, "Basic eA==");
  g_assert_cmpint (head.length, ==, 7);
  g_assert_true (head.keep_alive);
  g_assert_cmpuint (bulla_gateway_head_find_end ((const guint8 *)TEXT, strlen (TEXT), 0), ==,
                    strlen (TEXT));
}

static void
test_framing (void)
{
  static const struct {
    const char *text;
    goffset length;
    gboolean keep_alive;
  } CASES[] = {
      {GET "\r\n", 0, TRUE},
      {POST "Transfer-Encoding: Chunked\r\n\r\n", -1, TRUE},
      {GET "Connection: foo, Close\r\n\r\n", 0, FALSE},
      {GET "Proxy-Connection: close\r\n\r\n", 0, FALSE},
      {"GET / HTTP/1.0\r\n\r\n", 0, FALSE},
      {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 0, FALSE},
      {POST "Content-Length: 999999999999999999\r\n\r\n", 999999999999999999, TRUE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++) {
    g_auto (BullaGatewayHead) head = {0};
    g_assert_cmpuint (parse (&head, CASES[i].text, strlen (CASES[i].text)), ==, 200);
    g_assert_cmpint (head.length, ==, CASES[i].length);
    g_assert_cmpint (head.keep_alive, ==, CASES[i].keep_alive);
  }
}

/* another parser could read each of these heads differently */
static void
test_ambiguous (void)
{
  static const struct {
    const char *text;
    guint status;
  } CASES[] = {
      {POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
      {POST "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
      {POST "Content-Length: 1, 1\r\n\r\n", 400},
      {POST "Content-Length: +1\r\n\r\n", 400},
      {POST "Content-Length: -1\r\n\r\n", 400},
      {POST "Content-Length: 0x1\r\n\r\n", 400},
      {POST "Content-Length: 1 1\r\n\r\n", 400},
      {POST "Content-Length:\r\n\r\n", 400},
      {POST "Content-Length: 99999999999999999999\r\n\r\n", 400},
      {POST "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {POST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n", 400},
      {POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {POST "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
      {POST "Transfer-Encoding: chunked, identity\r\n\r\n", 501},
      {POST "Transfer-Encoding: xchunked\r\n\r\n", 501},
      {POST "Transfer-Encoding: \x0b"
            "chunked\r\n\r\n",
       400},
      {POST "Transfer-Encoding : chunked\r\n\r\n", 400},
      {POST " Transfer-Encoding: chunked\r\n\r\n", 400},
      {POST "X: a\r\n Transfer-Encoding: chunked\r\n\r\n", 400},
      {POST "X: a\r\n\tb\r\n\r\n", 400},
      {POST "X: a\rTransfer-Encoding: chunked\r\n\r\n", 400},
      {POST "X: a\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {POST ": a\r\n\r\n", 400},
      {POST "X\r\n\r\n", 400},
      {POST "X Y: a\r\n\r\n", 400},
      {GET "Host: b.test\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 400},
      {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
      {GET "Proxy-Authorization: a\r\nProxy-Authorization: b\r\n\r\n", 400},
      {GET "Expect: a\r\nExpect: 100-continue\r\n\r\n", 400},
      {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / x HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\tx HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
      {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
      {"GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
      {"GET / http/1.1\r\nHost: a\r\n\r\n", 400},
      {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"ABCDEFGHIJABCDEFGHIJABCDEFGHIJABC / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\xff HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
      {"\r\n" GET "\r\n", 400},
      {GET "\r\n" GET "\r\n", 400},
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    if (status_of (CASES[i].text, strlen (CASES[i].text)) != CASES[i].status)
      g_error ("case %u: %s", i, CASES[i].text);
  static const char NUL[] = GET "X: a\0b\r\n\r\n";
  g_assert_cmpuint (status_of (NUL, sizeof NUL - 1), ==, 400);
}

/* servers handle fragments differently */
static void
test_fragment (void)
{
  static const char *const heads[] = {"GET /a#b HTTP/1.1\r\nHost: a\r\n\r\n",
                                      "GET http://a/?b# HTTP/1.1\r\nHost: a\r\n\r\n",
                                      "CONNECT a:443#b HTTP/1.1\r\nHost: a\r\n\r\n"};

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    g_assert_cmpuint (status_of (heads[i], strlen (heads[i])), ==, 400);
}

static void
test_truncated (void)
{
  static const char TEXT[] = POST "Content-Length: 3\r\nX: y\r\n\r\n";

  for (gsize length = 0; length < strlen (TEXT); length++) {
    g_assert_cmpuint (status_of (TEXT, length), !=, 200);
    g_assert_cmpuint (bulla_gateway_head_find_end ((const guint8 *)TEXT, length, length / 2), ==,
                      0);
  }
}

static void
test_large (void)
{
  g_autoptr (GString) many = g_string_new (GET);
  g_autoptr (GString) large = g_string_new (GET "X: ");

  for (guint i = 0; i < BULLA_GATEWAY_FIELDS_MAX; i++)
    g_string_append (many, "X: y\r\n");
  g_string_append (many, "\r\n");
  g_assert_cmpuint (status_of (many->str, many->len), ==, BULLA_GATEWAY_HEAD_TOO_LARGE);
  for (guint i = 0; i < 2; i++) { /* each header field is looked up among the names in Connection */
    g_autofree char *options = g_strnfill (BULLA_GATEWAY_OPTIONS_MAX - 2, ',');
    g_autofree char *text = g_strdup_printf (GET "Connection: a%s\r\nConnection: b%s\r\n\r\n",
                                             options, i == 0 ? "" : ",");
    guint status = i == 0 ? 200 : BULLA_GATEWAY_HEAD_TOO_LARGE;
    g_assert_cmpuint (status_of (text, strlen (text)), ==, status);
  }
  g_string_set_size (large, BULLA_GATEWAY_HEAD_MAX);
  memset (large->str + strlen (GET "X: "), 'x', large->len - strlen (GET "X: "));
  g_string_append (large, "\r\n\r\n");
  g_assert_cmpuint (status_of (large->str, large->len), ==, BULLA_GATEWAY_HEAD_TOO_LARGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gateway/head/good", test_good);
  g_test_add_func ("/gateway/head/framing", test_framing);
  g_test_add_func ("/gateway/head/ambiguous", test_ambiguous);
  g_test_add_func ("/gateway/head/fragment", test_fragment);
  g_test_add_func ("/gateway/head/truncated", test_truncated);
  g_test_add_func ("/gateway/head/large", test_large);
  return g_test_run ();
}
