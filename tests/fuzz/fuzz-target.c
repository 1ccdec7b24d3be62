/* fuzz-target.c - determines the server and the target of a request
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The input is the heads of one or two requests on one connection; the last one is examined. The
 * first of two opened a tunnel (with TLS if the port is odd), or was answered with status 407. */
#include "bulla-gateway-connection.h"
#include "bulla-gateway-internal.h"
#include "bulla-gateway-request-head.h"
#include "bulla-gateway-target.h"
#include "bulla-url-key.h"
#include "bulla-url.h"
#include "fuzz.h"

#define OWN_PORT 8080 /* port of the gateway on 127.0.0.1 */

static BullaGateway *
make_gateway (void)
{
  BullaGateway *self = g_new0 (BullaGateway, 1); /* the target does not depend on other members */

  self->address =
      G_INET_SOCKET_ADDRESS (g_inet_socket_address_new_from_string ("127.0.0.1", OWN_PORT));
  return self;
}

/* Returns: the length of the head in bytes; 0 if it is refused or incomplete */
static gsize
take_head (BullaGatewayHead *head, const uint8_t *data, size_t size)
{
  gsize end = bulla_gateway_head_find_end (data, size, 0);

  return end > 0 && bulla_gateway_head_parse (head, data, end) == 200 ? end : 0;
}

static gboolean
open_connection (BullaGatewayConnection *connection, const BullaGatewayHead *first)
{
  connection->tunnel = first->method != NULL && g_str_equal (first->method, "CONNECT");
  if (!connection->tunnel) {
    connection->challenged = first->target;
    return TRUE;
  }
  if (!bulla_gateway_split_host (first->target, 443, &connection->host, &connection->port))
    return FALSE;
  connection->tls = connection->port % 2 == 1;
  return TRUE;
}

/* the bytes sent to the server must be those of the request, beginning with the path */
static void
check_bytes (const char *target, const char *method, const char *asked, const char *before)
{
  gboolean options = g_str_equal (method, "OPTIONS");
  const char *own = *target == '/' ? target + 1 : target;

  g_assert_true (*target == '/' || (options && g_str_equal (target, "*")));
  g_assert_null (strpbrk (target, " \t\r\n"));
  g_assert_true (g_str_equal (target, "*") || g_str_has_suffix (asked, own)
                 || (before != NULL && g_str_has_suffix (before, own)));
}

static void
check_uri (GUri *uri, const char *target)
{
  g_autofree char *url = g_uri_to_string (uri);
  g_autofree char *key = bulla_url_dup_key (url);
  g_autofree char *port =
      g_uri_get_port (uri) > 0 ? g_strdup_printf (":%d", g_uri_get_port (uri)) : g_strdup ("");
  gboolean v6 = strchr (g_uri_get_host (uri), ':') != NULL;
  const char *path = g_str_equal (target, "*") ? "/" : target;
  g_autofree char *sent = g_strdup_printf ("%s://%s%s%s%s%s", g_uri_get_scheme (uri), v6 ? "[" : "",
                                           g_uri_get_host (uri), v6 ? "]" : "", port, path);
  g_autofree char *sent_key = bulla_url_dup_key (sent);
  g_autoptr (GUri) again = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);

  g_assert_nonnull (again);
  g_autofree char *url_again = g_uri_to_string (again);
  g_assert_cmpstr (url, ==, url_again);
  g_assert_cmpstr (key, ==, sent_key);
  g_assert_null (g_uri_get_fragment (uri));
  g_assert_null (g_uri_get_userinfo (uri));
  g_assert_null (strchr (target, '#'));
}

static void
check_place (GUri *uri, const BullaGatewayConnection *connection)
{
  gboolean tls = connection->tunnel && connection->tls;
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : tls ? 443 : 80;

  g_assert_cmpstr (g_uri_get_scheme (uri), ==, tls ? "https" : "http");
  g_assert_true (*host != '\0' && g_str_is_ascii (host) && strpbrk (host, "/?#@[]% ") == NULL);
  if (connection->tunnel) {
    g_assert_cmpstr (host, ==, connection->host);
    g_assert_cmpint (port, ==, connection->port);
  } else {
    g_assert_false (port == OWN_PORT
                    && (g_str_equal (host, "localhost") || g_str_equal (host, "127.0.0.1")
                        || g_str_equal (host, "::1")));
  }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  FUZZ_ONCE (BullaGateway, gateway, make_gateway ());
  g_auto (BullaGatewayHead) first = {0}, second = {0};
  BullaGatewayConnection connection = {0};
  gsize used = take_head (&first, data, size);
  gboolean two = used > 0 && take_head (&second, data + used, size - used) > 0;
  const BullaGatewayHead *head = two ? &second : &first;
  g_autofree char *target = NULL;

  if (used == 0 || (two && !open_connection (&connection, &first)))
    return 0;
  g_autoptr (GUri) uri = bulla_gateway_target_find (gateway, &connection, head, &target);
  if (uri != NULL) {
    check_bytes (target, head->method, head->target, connection.challenged);
    check_uri (uri, target);
    check_place (uri, &connection);
  }
  g_free (connection.host);
  return 0;
}
