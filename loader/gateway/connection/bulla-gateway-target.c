/* bulla-gateway-target.c - splits a request into the target for its server and a URI for decisions
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The server gets the path and query byte for byte. Decisions need a URI in which equivalent
 * spellings are equal. Both have the same host and port: the request goes to the host of the
 * URI, and the Host field is made from it. */
#include "bulla-gateway-target.h"

#include <string.h>

#include "bulla-private-address.h"
#include "bulla-url-key.h"

#define HOST_LENGTH_MAX 253
#define FORBIDDEN "/?#@\\%<>^| \t\x7f" /* forbidden in hosts: URL Standard, section 3.1 */

typedef struct {
  gboolean tls;
  char *host; /* owned; lower case, IPv6 without brackets */
  guint16 port;
} Origin;

static void
origin_clear (Origin *origin)
{
  g_clear_pointer (&origin->host, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Origin, origin_clear)

static gboolean
is_host (const char *host)
{
  return host != NULL && *host != '\0' && strlen (host) <= HOST_LENGTH_MAX && g_str_is_ascii (host)
         && strpbrk (host, "[]") == NULL;
}

/**
 * bulla_gateway_split_host:
 * @authority: `host`, `host:port`, `[v6]` or `[v6]:port`
 * @default_port: the port if @authority has none
 * @host: (out): the host in lower case, without brackets
 * @port: (out): the port
 *
 * Returns: whether @authority is valid
 */
gboolean
bulla_gateway_split_host (const char *authority, guint16 default_port, char **host, guint16 *port)
{
  g_autofree char *text = g_strdup_printf ("http://%s/", authority);
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || strpbrk (authority, FORBIDDEN) != NULL || !is_host (g_uri_get_host (uri))
      || g_uri_get_port (uri) == 0)
    return FALSE;
  *host = g_ascii_strdown (g_uri_get_host (uri), -1);
  *port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : default_port;
  return TRUE;
}

static gboolean
is_own (BullaGateway *gateway, const Origin *origin)
{
  if (gateway->address == NULL || origin->port != g_inet_socket_address_get_port (gateway->address))
    return FALSE;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (origin->host);
  return g_str_equal (origin->host, "localhost")
         || (address != NULL && bulla_address_is_private (address));
}

static gboolean
set_authority (Origin *origin, const char *authority)
{
  origin_clear (origin);
  return bulla_gateway_split_host (authority, origin->tls ? 443 : 80, &origin->host, &origin->port);
}

/* RFC 9112 section 3.2.2: the absolute form overrides the Host field. Returns: (nullable): the part
 * of @text after the origin; %NULL if it has none or another scheme */
static const char *
find_named_origin (const char *text, Origin *origin)
{
  static const char *const SCHEMES[2][2] = {{"http://", "ws://"}, {"https://", "wss://"}};
  const char *start = NULL;

  for (guint i = 0; i < 2; i++) {
    const char *scheme = SCHEMES[origin->tls ? 1 : 0][i];
    if (g_ascii_strncasecmp (text, scheme, strlen (scheme)) == 0)
      start = text + strlen (scheme);
  }
  if (start == NULL)
    return NULL;
  const char *rest = start + strcspn (start, "/?#");
  g_autofree char *authority = g_strndup (start, rest - start);
  return set_authority (origin, authority) ? rest : NULL;
}

/* Requests inside a tunnel must be for the tunnel's host, for which the client checked the
 * certificate. */
static gboolean
fits_tunnel (BullaGatewayConnection *connection, const Origin *origin)
{
  return !connection->tunnel
         || (g_str_equal (origin->host, connection->host) && origin->port == connection->port);
}

/* @field: (nullable): the Host header, which HTTP/1.0 may omit. Returns: (nullable): the part of
 * @text behind the origin */
static const char *
find_origin (BullaGatewayConnection *connection, const char *text, const char *field,
             Origin *origin)
{
  const char *rest = text;

  origin->tls = connection->tunnel && connection->tls;
  if (field != NULL && (!set_authority (origin, field) || !fits_tunnel (connection, origin)))
    return NULL;
  if (*text != '/' && !g_str_equal (text, "*")) {
    rest = find_named_origin (text, origin);
  } else if (field == NULL && connection->tunnel) {
    origin->host = g_strdup (connection->host);
    origin->port = connection->port;
  }
  return rest != NULL && origin->host != NULL && fits_tunnel (connection, origin) ? rest : NULL;
}

/* RFC 9112 section 3.2.4: the last proxy makes the asterisk form of an origin without a path.
 * Returns: (transfer full) (nullable): the request target for the server */
static char *
dup_target (const char *rest, const char *method)
{
  gboolean options = g_str_equal (method, "OPTIONS");

  if (g_str_equal (rest, "*"))
    return options ? g_strdup (rest) : NULL;
  if (*rest == '\0')
    return g_strdup (options ? "*" : "/");
  return *rest == '/' ? g_strdup (rest) : g_strconcat ("/", rest, NULL);
}

static GUri *
make_uri (const Origin *origin, const char *target)
{
  g_autofree char *escaped = bulla_url_escape_strays (g_str_equal (target, "*") ? "/" : target);
  g_autofree char *text = g_strconcat ("http://request.invalid", escaped, NULL);
  g_autoptr (GUri) asked = g_uri_parse (text, SOUP_HTTP_URI_FLAGS, NULL);
  gboolean usual = origin->port == (origin->tls ? 443 : 80);

  if (asked == NULL)
    return NULL;
  return g_uri_build (SOUP_HTTP_URI_FLAGS, origin->tls ? "https" : "http", NULL, origin->host,
                      usual ? -1 : origin->port, g_uri_get_path (asked), g_uri_get_query (asked),
                      NULL);
}

/**
 * bulla_gateway_target_find:
 * @gateway: the gateway
 * @connection: the connection on which the request arrived
 * @head: the request head
 * @target: (out): the request target for the server: a path and query, or `*`
 *
 * When libsoup 3.2 repeats a request with the token, it names the proxy instead of the target. Such
 * a request is taken to be for its previous target.
 *
 * Returns: (transfer full) (nullable): the target as an http or https URI without fragment; %NULL
 *   if the request is not acceptable
 */
GUri *
bulla_gateway_target_find (BullaGateway *gateway, BullaGatewayConnection *connection,
                           const BullaGatewayHead *head, char **target)
{
  g_auto (Origin) origin = {0};
  const char *rest = find_origin (connection, head->target, head->host, &origin);

  if (rest != NULL && !connection->tunnel && is_own (gateway, &origin)) {
    rest = connection->challenged != NULL
               ? find_origin (connection, connection->challenged, head->host, &origin)
               : NULL;
    if (rest != NULL && is_own (gateway, &origin))
      return NULL;
  }
  if (rest == NULL)
    return NULL;
  *target = dup_target (rest, head->method);
  return *target != NULL ? make_uri (&origin, *target) : NULL;
}
