/* fuzz-answer.c - the head of a server's answer, line by line: what is kept is well-formed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field-kind.h"
#include "bulla-http-head.h"
#include "fuzz.h"

static void
check_field (const char *name, const char *value, gpointer user_data)
{
  g_assert_true (*name != '\0' && strpbrk (name, " \t\r\n:") == NULL);
  g_assert_null (strpbrk (value, "\r\n"));
  bulla_field_is_for_connection (name);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (BullaHttpMessage) message =
      bulla_http_message_new_for_url ("GET", "https://publisher.test/");
  g_auto (BullaHttpHead) head = {0};
  g_autoptr (GError) error = NULL;
  gboolean fine = TRUE;

  bulla_http_head_init (&head, message);
  for (size_t at = 0; fine && !head.complete && at < size;) {
    const uint8_t *end = memchr (data + at, '\n', size - at);
    size_t length = end != NULL ? (size_t)(end - data) + 1 - at : size - at;
    g_autofree char *line = g_memdup2 (data + at, length);
    fine = bulla_http_head_take (&head, line, length, &error);
    at += length;
  }
  g_assert_cmpint (fine, ==, error == NULL);
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  soup_message_headers_foreach (bulla_http_message_get_response_headers (message), check_field,
                                NULL);
  if (head.complete)
    g_assert_cmpuint (bulla_http_message_get_status (message), >=, 200);
  return 0;
}
