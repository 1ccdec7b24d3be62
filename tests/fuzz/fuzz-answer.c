/* fuzz-answer.c - parses the head of a response line by line: fields that are kept must be
 * well-formed
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
  g_string_append_printf (user_data, "%s: %s\r\n", name, value);
}

/* Returns: (transfer full) (nullable): the head as written for the client; NULL if it is refused
 * or incomplete */
static GString *
read_head (const char *data, size_t size, gboolean may_switch, gboolean *fine)
{
  g_autoptr (BullaHttpMessage) message =
      bulla_http_message_new_for_url ("GET", "https://publisher.test/");
  g_autoptr (GString) text = g_string_new (NULL);
  g_auto (BullaHttpHead) head = {0};
  g_autoptr (GError) error = NULL;

  bulla_http_head_init (&head, message);
  head.may_switch = may_switch;
  *fine = TRUE;
  for (size_t at = 0; *fine && !head.complete && at < size;) {
    const char *end = memchr (data + at, '\n', size - at);
    size_t length = end != NULL ? (size_t)(end - data) + 1 - at : size - at;
    g_autofree char *line = g_memdup2 (data + at, length);
    *fine = bulla_http_head_take (&head, line, length, &error);
    at += length;
  }
  guint status = bulla_http_message_get_status (message);
  const char *reason = bulla_http_message_get_reason_phrase (message);
  g_assert_cmpint (*fine, ==, error == NULL);
  g_assert_true (error == NULL || g_utf8_validate (error->message, -1, NULL));
  g_string_printf (text, "HTTP/1.1 %u %s\r\n", status, reason != NULL ? reason : "");
  soup_message_headers_foreach (bulla_http_message_get_response_headers (message), check_field,
                                text);
  if (!head.complete)
    return NULL;
  g_assert_true (status >= 200 || (status == SOUP_STATUS_SWITCHING_PROTOCOLS && may_switch));
  return g_string_append (g_steal_pointer (&text), "\r\n");
}

/* Serialising and parsing again must give the same value. */
static void
check_again (const GString *text)
{
  gboolean fine = FALSE;
  g_autoptr (GString) again = read_head (text->str, text->len, TRUE, &fine);

  g_assert_true (fine && again != NULL);
  g_assert_cmpstr (again->str, ==, text->str);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gboolean fine = FALSE, fine_switching = FALSE;
  g_autoptr (GString) text = read_head ((const char *)data, size, FALSE, &fine);
  g_autoptr (GString) switching = read_head ((const char *)data, size, TRUE, &fine_switching);
  g_autofree char *any = g_strndup ((const char *)data, size);
  g_autofree char *escaped = bulla_http_escape (any);
  g_autofree char *twice = bulla_http_escape (escaped);

  g_assert_true (g_utf8_validate (escaped, -1, NULL) && strpbrk (escaped, "\r\n\t\x7f") == NULL);
  g_assert_cmpstr (escaped, ==, twice);
  g_assert_true (!fine || fine_switching);
  if (text != NULL)
    g_assert_cmpstr (text->str, ==, switching->str);
  if (switching != NULL)
    check_again (switching);
  return 0;
}
