/* fuzz-h2-head.c - makes a request head of the fields of an HTTP/2 request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The first byte of the input says whether a body follows. Each field ends with byte 0xff, and 0xfe
 * separates its name and its value. */
#include "bulla-gateway-h2-head.h"
#include "fuzz.h"

#define VALUE 0xfe
#define FIELD 0xff

/* Returns: the number of fields */
static guint
add_fields (BullaGatewayH2Head *fields, const uint8_t *data, size_t size)
{
  const uint8_t *end = NULL;
  guint n = 0;

  for (; (end = memchr (data, FIELD, size)) != NULL; n++) {
    gsize length = (gsize)(end - data);
    const uint8_t *value = memchr (data, VALUE, length);
    gsize name_length = value != NULL ? (gsize)(value - data) : length;
    gsize skipped = value != NULL ? name_length + 1 : length;
    bulla_gateway_h2_head_add (fields, (const char *)data, name_length,
                               (const char *)data + skipped, length - skipped);
    size -= length + 1;
    data = end + 1;
  }
  return n;
}

typedef struct {
  guint n, n_hosts, n_cookies;
} Counts;

/* a field stays one field, and none is about the connection */
static void
check_field (const char *name, const char *value, gpointer user_data)
{
  static const char *const FORBIDDEN[] = {"connection", "keep-alive",        "proxy-connection",
                                          "upgrade",    "transfer-encoding", NULL};
  g_autofree char *lower = g_ascii_strdown (name, -1);
  Counts *counts = user_data;

  counts->n++;
  counts->n_hosts += g_str_equal (lower, "host");
  counts->n_cookies += g_str_equal (lower, "cookie");
  g_assert_true (bulla_gateway_is_token (name, strlen (name)));
  g_assert_true (bulla_gateway_is_value (value, strlen (value)));
  g_assert_false (g_strv_contains (FORBIDDEN, lower));
}

static void
check_head (const BullaGatewayHead *head, gboolean ended, guint n)
{
  Counts counts = {0};

  g_assert_true (bulla_gateway_is_token (head->method, strlen (head->method)));
  g_assert_cmpstr (head->method, !=, "CONNECT");
  g_assert_true (*head->target == '/' || g_str_equal (head->target, "*"));
  g_assert_null (strpbrk (head->target, " \t\r\n#"));
  g_assert_true (g_utf8_validate (head->target, -1, NULL));
  g_assert_nonnull (head->host);
  g_assert_true (head->keep_alive && !head->is_old);
  g_assert_true (ended ? head->length == 0 : head->length >= -1);
  soup_message_headers_foreach (head->headers, check_field, &counts);
  g_assert_cmpuint (counts.n, <=, n);
  g_assert_cmpuint (counts.n, <=, BULLA_GATEWAY_FIELDS_MAX);
  g_assert_cmpuint (counts.n_hosts, ==, 1);
  g_assert_cmpuint (counts.n_cookies, <=, 1);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_auto (BullaGatewayH2Head) fields = {0};
  g_auto (BullaGatewayHead) head = {0};
  gboolean ended = size > 0 && data[0] % 2 == 0;

  if (size == 0)
    return 0;
  bulla_gateway_h2_head_init (&fields);
  guint n = add_fields (&fields, data + 1, size - 1);
  guint status = bulla_gateway_h2_head_end (&fields, ended, &head);
  if (status == 200)
    check_head (&head, ended, n);
  else
    g_assert_true (status >= 400 && status < 600);
  return 0;
}
