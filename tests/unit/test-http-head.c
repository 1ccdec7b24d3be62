/* test-http-head.c - parses the head of a response, and refuses ambiguous ones
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-head.h"

#define RAW(text) text, sizeof text - 1

static void
test_clean (void)
{
  static const char *const lines[] = {"HTTP/1.1 200 O\rX-Injected: 1\r\n",
                                      "X-A: a\rX-Injected: 1\r\n",
                                      "X-B: \x01\x1b[31m\x7f b \t \r\n",
                                      "X-C: one\r\n",
                                      "\t two\r\n",
                                      "X D: no field\r\n",
                                      "no field\r\n",
                                      ": none\r\n",
                                      "X-E:\r\n",
                                      "X-F: line feed alone\n",
                                      "\r\n"};
  g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", "http://a.test/");
  g_auto (BullaHttpHead) head;
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (message);

  bulla_http_head_init (&head, message);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_true (bulla_http_head_take (&head, lines[i], strlen (lines[i]), NULL));
  g_assert_true (head.complete);
  g_assert_cmpstr (bulla_http_message_get_reason_phrase (message), ==, "O X-Injected: 1");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-A"), ==, "a X-Injected: 1");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-B"), ==, "[31m  b");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-C"), ==, "one two");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-E"), ==, "");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-F"), ==, "line feed alone");
  g_assert_null (soup_message_headers_get_one (headers, "X-Injected"));
  g_assert_null (soup_message_headers_get_one (headers, "X D"));
}

static void
test_limits (void)
{
  const struct {
    guint length, lines;
    int code;
  } rows[] = {{10, BULLA_HTTP_FIELDS_MAX, -1},
              {10, BULLA_HTTP_FIELDS_MAX + 1, BULLA_ERROR_NETWORK},
              {BULLA_HTTP_HEAD_MAX / 2 - 20, 2, -1},
              {BULLA_HTTP_HEAD_MAX / 2, 2, BULLA_ERROR_LIMIT}};

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", "http://a.test/");
    g_autofree char *line = g_strnfill (rows[i].length, 'x');
    g_auto (BullaHttpHead) head;
    g_autoptr (GError) error = NULL;

    memcpy (line, "X-A: ", 5);
    bulla_http_head_init (&head, message);
    g_assert_true (bulla_http_head_take (&head, RAW ("HTTP/1.1 200 OK\r\n"), NULL));
    for (guint j = 0; j < rows[i].lines && error == NULL; j++)
      bulla_http_head_take (&head, line, rows[i].length, &error);
    if (rows[i].code < 0)
      g_assert_no_error (error);
    else
      g_assert_error (error, BULLA_ERROR, rows[i].code);
  }
}

/* each header field is looked up among the names in Connection */
static void
test_options (void)
{
  g_autofree char *commas = g_strnfill (BULLA_HTTP_OPTIONS_MAX - 2, ',');

  for (guint i = 0; i < 2; i++) {
    g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", "http://a.test/");
    g_autofree char *first = g_strdup_printf ("Connection: close%s\r\n", commas);
    g_autofree char *second = g_strdup_printf ("connection: %s\r\n", i == 0 ? "a" : "a,b");
    g_auto (BullaHttpHead) head;
    g_autoptr (GError) error = NULL;

    bulla_http_head_init (&head, message);
    g_assert_true (bulla_http_head_take (&head, RAW ("HTTP/1.1 200 OK\r\n"), NULL));
    g_assert_true (bulla_http_head_take (&head, first, strlen (first), NULL));
    g_assert_true (bulla_http_head_take (&head, second, strlen (second), NULL));
    gboolean fine = bulla_http_head_take (&head, RAW ("\r\n"), &error);
    g_assert_cmpint (fine, ==, i == 0);
    if (i > 0)
      g_assert_error (error, BULLA_ERROR, BULLA_ERROR_NETWORK);
  }
}

/* a value that continues on the next line is trimmed, too */
static void
test_folds (void)
{
  static const char *const lines[] = {"HTTP/1.1 200 OK\r\n", "X-A:\r\n", " a\r\n",
                                      "X-B: b\r\n",          " \t\r\n",  "\r\n"};
  g_autoptr (BullaHttpMessage) message = bulla_http_message_new_for_url ("GET", "http://a.test/");
  SoupMessageHeaders *headers = bulla_http_message_get_response_headers (message);
  g_auto (BullaHttpHead) head;

  bulla_http_head_init (&head, message);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_true (bulla_http_head_take (&head, lines[i], strlen (lines[i]), NULL));
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-A"), ==, "a");
  g_assert_cmpstr (soup_message_headers_get_one (headers, "X-B"), ==, "b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/head/clean", test_clean);
  g_test_add_func ("/http/head/limits", test_limits);
  g_test_add_func ("/http/head/options", test_options);
  g_test_add_func ("/http/head/folds", test_folds);
  return g_test_run ();
}
