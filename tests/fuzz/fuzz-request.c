/* fuzz-request.c - parses the head of a client's request, and its header fields
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-field-kind.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-request-head.h"
#include "bulla-gateway-target.h"
#include "bulla-gateway-upstream.h"
#include "fuzz.h"

/* An accepted host must parse to itself. */
static void
check_host (const char *authority)
{
  g_autofree char *host = NULL, *again = NULL;
  guint16 port = 0, port_again = 0;

  if (!bulla_gateway_split_host (authority, 443, &host, &port))
    return;
  g_assert_true (g_str_is_ascii (host) && *host != '\0' && port > 0);
  g_assert_null (strpbrk (host, "/?#@\\%<>^|[] \t\x7f"));
  g_autofree char *text =
      g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%u" : "%s:%u", host, port);
  g_assert_true (bulla_gateway_split_host (text, 80, &again, &port_again));
  g_assert_cmpstr (host, ==, again);
  g_assert_cmpuint (port, ==, port_again);
}

/* the end must be found wherever the input is split */
static gsize
find_end (const uint8_t *data, size_t size)
{
  FuzzSplit split = fuzz_split_new (data, size);
  gsize end = bulla_gateway_head_find_end (data, size, 0), cut = 0, at = 0, seen = 0;

  while (cut == 0 && at < size) {
    at += fuzz_split_next (&split, size - at);
    cut = bulla_gateway_head_find_end (data, at, seen);
    seen = at;
  }
  g_assert_cmpuint (cut, ==, end);
  return end;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  gsize end = find_end (data, size);
  g_auto (BullaGatewayHead) head = {0};
  g_autofree char *text = g_strndup ((const char *)data, size);
  g_autofree char *accept = bulla_gateway_accept (text, TRUE);
  g_autofree char *plain = bulla_gateway_accept (text, FALSE);

  g_autofree char *offered = g_ascii_strdown (accept, -1); /* in upper or lower case */

  g_assert_nonnull (strstr (offered, "application/signed-exchange"));
  g_assert_cmpuint (strlen (plain), >, 0);
  bulla_field_is_for_connection (text);
  check_host (text);
  guint status = bulla_gateway_head_parse (&head, data, end > 0 ? end : size);
  if (status != 200) {
    g_assert_cmpuint (status, >=, 400);
    return 0;
  }
  g_assert_true (bulla_gateway_is_token (head.method, strlen (head.method)));
  g_assert_true (g_utf8_validate (head.target, -1, NULL) && *head.target != '\0');
  g_assert_null (strpbrk (head.target, " \t\r\n#"));
  g_assert_true (head.length >= -1 && (head.host != NULL || head.is_old));
  check_host (head.target);
  if (head.host != NULL)
    check_host (head.host);
  return 0;
}
