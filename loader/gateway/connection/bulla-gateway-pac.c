/* bulla-gateway-pac.c - serves the proxy auto-configuration (PAC) of browsers
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * It says where the gateway listens, which everybody on this machine can find out, and no more. A
 * browser asks for it as it asks a server, without a password. */
#include "bulla-gateway-pac.h"

#include "bulla-gateway-internal.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-target.h"

/* A name of another host may lead here, too: its pages are not answered. */
static gboolean
names_gateway (BullaGateway *gateway, const char *text)
{
  g_autofree char *host = NULL;
  g_autofree char *own =
      g_inet_address_to_string (g_inet_socket_address_get_address (gateway->address));
  guint16 port = 0;

  return text != NULL && bulla_gateway_split_host (text, 80, &host, &port)
         && port == g_inet_socket_address_get_port (gateway->address)
         && (g_str_equal (host, own) || g_str_equal (host, "localhost"));
}

static char *
dup_script (BullaGateway *gateway)
{
  GInetAddress *address = g_inet_socket_address_get_address (gateway->address);
  g_autofree char *host = g_inet_address_to_string (address);
  gboolean v6 = g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6;

  /* without “DIRECT” behind it, the browser does not go around a gateway that has ended */
  return g_strdup_printf ("function FindProxyForURL(url, host) {\n"
                          "  return \"PROXY %s%s%s:%u\";\n"
                          "}\n",
                          v6 ? "[" : "", host, v6 ? "]" : "",
                          g_inet_socket_address_get_port (gateway->address));
}

/**
 * bulla_gateway_pac_answer:
 * @connection: a connection that is not a tunnel
 * @head: the head of a request
 *
 * Returns: whether the request was for the configuration; it is then answered
 */
gboolean
bulla_gateway_pac_answer (BullaGatewayConnection *connection, const BullaGatewayHead *head)
{
  BullaGateway *gateway = bulla_gateway_listener_get_gateway (connection->listener);

  if (gateway->process_session != NULL || head->length != 0
      || !g_str_equal (head->target, BULLA_GATEWAY_PAC_PATH) || !g_str_equal (head->method, "GET")
      || !names_gateway (gateway, head->host))
    return FALSE;
  g_autofree char *script = dup_script (gateway);
  g_autofree char *text = g_strdup_printf ("HTTP/1.1 200 OK\r\n"
                                           "Content-Type: application/x-ns-proxy-autoconfig\r\n"
                                           "Content-Length: %zu\r\n"
                                           "Cache-Control: no-store\r\n"
                                           "Cross-Origin-Resource-Policy: same-origin\r\n"
                                           "X-Content-Type-Options: nosniff\r\n"
                                           "Connection: close\r\n\r\n%s",
                                           strlen (script), script);
  bulla_gateway_connection_say (connection, text);
  bulla_gateway_connection_linger (connection);
  return TRUE;
}
