/* bulla-gateway-request.c - who asks for what, and where may that lead
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-gateway-private.h"
#include "bulla-peer.h"

#define TAG_LENGTH_MAX 8192
#define VIEW_LENGTH_MAX 64
#define HOSTS_MAX 4096

/* --- whose request it is */

static void
set_text (char **place, const char *text)
{
  g_free (*place);
  *place = g_strdup (text);
}

/* a URL, all whose reserved characters are escaped once more */
static void
set_unescaped (char **place, const char *text)
{
  g_free (*place);
  *place = g_uri_unescape_string (text, NULL);
}

/* `v=VIEW; host=HOST; dest=navigation|frame|subresource|prefetch`, set by the web process for its
 * pages; of a page in an origin of its own also `package=ID`; of what a script element of the page
 * says to be in a bundle, `bundle=URL; credentials=omit|same-origin|include`. What a page forged is
 * overwritten there; two of them are none. */
static gboolean
read_tag (BullaGatewayRequest *self, BullaDestination *destination)
{
  SoupMessageHeaders *headers = self->headers;
  const char *field = soup_message_headers_get_list (headers, BULLA_GATEWAY_TAG);
  g_autofree char *host = NULL;
  const char *dest = "";

  if (field == NULL || strchr (field, ',') != NULL || strlen (field) > TAG_LENGTH_MAX)
    return FALSE;
  g_auto (GStrv) parts = g_strsplit (field, ";", -1);
  for (guint i = 0; parts[i] != NULL; i++) {
    const char *part = g_strstrip (parts[i]);
    if (g_str_has_prefix (part, "v="))
      set_text (&self->view, part + 2);
    else if (g_str_has_prefix (part, "host="))
      set_text (&host, part + 5);
    else if (g_str_has_prefix (part, "package=") && part[8] != '\0')
      set_text (&self->package, part + 8);
    else if (g_str_has_prefix (part, "bundle="))
      set_unescaped (&self->source, part + 7);
    else if (g_str_has_prefix (part, "credentials="))
      set_text (&self->credentials, part + 12);
    else if (g_str_has_prefix (part, "dest="))
      dest = part + 5;
  }
  if (self->view == NULL || *self->view == '\0' || strlen (self->view) > VIEW_LENGTH_MAX
      || g_str_equal (self->view, BULLA_GATEWAY_ONLY_VIEW)) {
    g_clear_pointer (&self->view, g_free);
    return FALSE;
  }
  if (host != NULL && *host != '\0' && !g_str_equal (host, "-"))
    self->page_host = g_ascii_strdown (host, -1);
  self->frame = g_str_equal (dest, "frame");
  *destination = self->frame || g_str_equal (dest, "navigation") ? BULLA_DESTINATION_NAVIGATION
                 : g_str_equal (dest, "prefetch")                ? BULLA_DESTINATION_PREFETCH
                                                                 : BULLA_DESTINATION_SUBRESOURCE;
  return TRUE;
}

static gboolean
header_has (BullaGatewayRequest *self, const char *name, const char *part)
{
  const char *field = bulla_gateway_request_get_header (self, name);

  return field != NULL && strstr (field, part) != NULL;
}

/* What browsers send themselves; then what a navigation accepts. */
static BullaDestination
guess_destination (BullaGatewayRequest *self)
{
  const char *mode = bulla_gateway_request_get_header (self, "Sec-Fetch-Mode");
  gboolean navigation = mode != NULL ? g_str_equal (mode, "navigate")
                                     : (self->session->flags & BULLA_GATEWAY_ONE_VIEW)
                                           || header_has (self, "Accept", "text/html");

  return navigation ? BULLA_DESTINATION_NAVIGATION : BULLA_DESTINATION_SUBRESOURCE;
}

static char *
host_of_field (BullaGatewayRequest *self, const char *name)
{
  const char *field = bulla_gateway_request_get_header (self, name);
  g_autoptr (GUri) uri = field != NULL ? g_uri_parse (field, SOUP_HTTP_URI_FLAGS, NULL) : NULL;

  return uri != NULL && g_uri_get_host (uri) != NULL ? g_ascii_strdown (g_uri_get_host (uri), -1)
                                                     : NULL;
}

/* a WebSocket has no tag, but says where it is from */
static char *
package_of_field (BullaGatewayRequest *self, const char *name)
{
  static const char *const schemes[] = {"webpkg://", "isolated-app://", NULL};
  const char *field = bulla_gateway_request_get_header (self, name);

  for (const char *const *each = schemes; field != NULL && *each != NULL; each++)
    if (g_ascii_strncasecmp (field, *each, strlen (*each)) == 0)
      return g_ascii_strdown (field + strlen (*each), strcspn (field + strlen (*each), "/?#:"));
  return NULL;
}

static void
find_out_who_asks (BullaGatewayRequest *self)
{
  const char *site = bulla_gateway_request_get_header (self, "Sec-Fetch-Site");
  gboolean one_view = (self->session->flags & BULLA_GATEWAY_ONE_VIEW) != 0;
  gboolean tagged = !one_view && read_tag (self, &self->destination);

  if (one_view)
    self->view = g_strdup (BULLA_GATEWAY_ONLY_VIEW);
  if (!tagged) {
    self->destination = guess_destination (self);
    self->page_host = host_of_field (self, "Origin");
    if (self->page_host == NULL)
      self->page_host = host_of_field (self, "Referer");
  }
  if (self->package == NULL)
    self->package = package_of_field (self, "Origin");
  if (self->package == NULL)
    self->package = package_of_field (self, "Referer");
  /* any script can write the older name of the field */
  if (header_has (self, "Sec-Purpose", "prefetch")
      || (!tagged && header_has (self, "Purpose", "prefetch")))
    self->destination = BULLA_DESTINATION_PREFETCH;
  self->typed = self->destination == BULLA_DESTINATION_NAVIGATION && self->page_host == NULL
                && self->package == NULL
                && bulla_gateway_request_get_header (self, "Origin") == NULL
                && (site == NULL || g_str_equal (site, "none"));
}

/* --- what it asks for */

#define CHALLENGED_KEY "bulla-gateway-challenged"

static gboolean
is_own_address (BullaGateway *gateway, GUri *uri)
{
  if (gateway->address == NULL || g_uri_get_host (uri) == NULL
      || g_uri_get_port (uri) != g_inet_socket_address_get_port (gateway->address))
    return FALSE;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (g_uri_get_host (uri));
  return g_str_equal (g_uri_get_host (uri), "localhost")
         || (address != NULL && bulla_address_is_private (address));
}

/**
 * bulla_gateway_request_challenge:
 * @message: a message without a token
 *
 * libsoup 3.2 names the proxy instead of its target when it asks once more, now with the token; so
 * what it asked for is kept, for this connection.
 */
void
bulla_gateway_request_challenge (SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  if (remote != NULL)
    g_object_set_data_full (G_OBJECT (remote), CHALLENGED_KEY,
                            g_uri_ref (soup_server_message_get_uri (message)),
                            (GDestroyNotify)g_uri_unref);
}

static GUri *
asked_uri (BullaGateway *gateway, SoupServerMessage *message)
{
  GUri *asked = soup_server_message_get_uri (message);
  GSocketAddress *remote = soup_server_message_get_remote_address (message);
  GUri *before = remote != NULL ? g_object_get_data (G_OBJECT (remote), CHALLENGED_KEY) : NULL;

  return before != NULL && is_own_address (gateway, asked) ? before : asked;
}

/* Inside a tunnel the Host must be the tunnel's: the client's certificate was checked for that. */
static GUri *
find_uri (BullaGateway *gateway, SoupServerMessage *message)
{
  GUri *asked = asked_uri (gateway, message);
  BullaGatewayTunnel *tunnel = bulla_gateway_tunnel_of (message);
  const char *field =
      soup_message_headers_get_one (soup_server_message_get_request_headers (message), "Host");
  g_autofree char *host = NULL;
  guint16 port = 0;
  gboolean tls = tunnel != NULL && tunnel->tls;

  if (tunnel == NULL && (g_uri_get_host (asked) == NULL || *g_uri_get_host (asked) == '\0'))
    return NULL;
  if (field == NULL || !bulla_gateway_split_host (field, tls ? 443 : 80, &host, &port))
    return NULL;
  if (tunnel != NULL && (!g_str_equal (host, tunnel->host) || port != tunnel->port))
    return NULL;
  if (tunnel == NULL) { /* the absolute form says more than the Host */
    set_text (&host, g_uri_get_host (asked));
    port = g_uri_get_port (asked) > 0 ? g_uri_get_port (asked) : 80;
  }
  g_autofree char *lower = g_ascii_strdown (host, -1);
  const char *path = g_uri_get_path (asked);
  gboolean usual = port == (tls ? 443 : 80);
  return g_uri_build (SOUP_HTTP_URI_FLAGS, tls ? "https" : "http", NULL, lower, usual ? -1 : port,
                      *path != '\0' ? path : "/", g_uri_get_query (asked), NULL);
}

/* --- its life */

static void
removed_cb (GCancellable *cancellable, gpointer user_data)
{
  BullaGatewayRequest *self = user_data;

  /* noticed as a client that has gone, outside of this signal */
  if (self->socket != NULL)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
}

static gboolean
hangup_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (BullaGatewayRequest) self = bulla_gateway_request_ref (user_data);

  bulla_gateway_request_close (self);
  return G_SOURCE_REMOVE;
}

/* A message that waits for its server does not notice that its client is gone. Tunnels are watched
 * as long as they stand: see bulla-gateway-tunnel.c */
static void
watch_for_hangup (BullaGatewayRequest *self, BullaGatewayTunnel *tunnel)
{
  if (tunnel != NULL) {
    self->tunnel = tunnel;
    tunnel->request = self;
    bulla_gateway_let_leave (tunnel->socket, FALSE);
  } else if (self->socket != NULL) {
    bulla_gateway_let_leave (self->socket, FALSE);
    self->hangup = bulla_gateway_hangup_source (self->socket, hangup_cb, self);
  }
}

static void
forget_client (BullaGatewayRequest *self)
{
  g_clear_signal_handler (&self->removed, self->session->cancellable);
  if (self->tunnel != NULL && self->tunnel->request == self) {
    self->tunnel->request = NULL;
    if (g_source_is_destroyed (self->tunnel->hangup)) /* it has left already */
      bulla_gateway_let_leave (self->tunnel->socket, TRUE);
  }
  self->tunnel = NULL;
  if (self->hangup != NULL) {
    g_source_destroy (self->hangup);
    g_clear_pointer (&self->hangup, g_source_unref);
    bulla_gateway_let_leave (self->socket, TRUE);
  }
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  BullaGatewayRequest *self = user_data;

  g_cancellable_cancel (self->cancellable);
  forget_client (self);
  g_signal_handlers_disconnect_by_data (message, self);
  g_clear_object (&self->message);
}

/**
 * bulla_gateway_request_new:
 * @gateway: the gateway
 * @session: whose client it is
 * @message: the message, its header fields read
 *
 * Returns: (transfer full) (nullable): the request; %NULL where it is not one we may act on
 */
BullaGatewayRequest *
bulla_gateway_request_new (BullaGateway *gateway, BullaGatewaySession *session,
                           SoupServerMessage *message)
{
  BullaGatewayTunnel *tunnel = bulla_gateway_tunnel_of (message);
  g_autoptr (GUri) uri = find_uri (gateway, message);
  if (uri == NULL || (tunnel == NULL && is_own_address (gateway, uri)))
    return NULL;

  BullaGatewayRequest *self = g_new0 (BullaGatewayRequest, 1);
  GSocket *socket = tunnel != NULL ? tunnel->socket : soup_server_message_get_socket (message);
  g_atomic_ref_count_init (&self->count);
  self->gateway = g_object_ref (gateway);
  self->session = bulla_gateway_session_ref (session);
  self->message = g_object_ref (message);
  self->headers = soup_message_headers_ref (soup_server_message_get_request_headers (message));
  self->method = soup_server_message_get_method (message);
  self->socket = socket != NULL ? g_object_ref (socket) : NULL;
  self->stream = tunnel != NULL ? g_object_ref (tunnel->stream) : NULL;
  self->uri = g_steal_pointer (&uri);
  self->url = g_uri_to_string (self->uri);
  self->cancellable = g_cancellable_new ();
  find_out_who_asks (self);
  bulla_gateway_ledger_arrive (self);
  g_signal_connect (message, "finished", G_CALLBACK (finished_cb), self);
  if (tunnel == NULL) /* a tunnel sees to that itself */
    self->removed =
        g_signal_connect (session->cancellable, "cancelled", G_CALLBACK (removed_cb), self);
  watch_for_hangup (self, tunnel);
  return self;
}

BullaGatewayRequest *
bulla_gateway_request_ref (BullaGatewayRequest *self)
{
  g_atomic_ref_count_inc (&self->count);
  return self;
}

void
bulla_gateway_request_unref (BullaGatewayRequest *self)
{
  if (!g_atomic_ref_count_dec (&self->count))
    return;
  if (self->message != NULL)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_clear_object (&self->message);
  forget_client (self);
  g_clear_object (&self->socket);
  g_clear_object (&self->stream);
  soup_message_headers_unref (self->headers);
  g_uri_unref (self->uri);
  g_free (self->url);
  g_free (self->view);
  g_free (self->page_host);
  g_free (self->package);
  g_free (self->source);
  g_free (self->credentials);
  g_free (self->page);
  g_free (self->rule);
  g_clear_object (&self->load);
  g_clear_object (&self->cancellable);
  bulla_gateway_session_unref (self->session);
  g_object_unref (self->gateway);
  g_free (self);
}

/* several fields of one name are read as the list they are */
const char *
bulla_gateway_request_get_header (BullaGatewayRequest *self, const char *name)
{
  return soup_message_headers_get_list (self->headers, name);
}

/* @facts: (out): for the judgement; borrows from the request */
void
bulla_gateway_request_fill (BullaGatewayRequest *self, BullaRequestFacts *facts)
{
  *facts = (BullaRequestFacts){
      .method = self->method,
      .url = self->url,
      .accept = bulla_gateway_request_get_header (self, "Accept"),
      .accept_language = bulla_gateway_request_get_header (self, "Accept-Language"),
      .accept_encoding = bulla_gateway_request_get_header (self, "Accept-Encoding"),
      .cookie = bulla_gateway_request_get_header (self, "Cookie"),
      .destination = self->destination,
  };
}

/* --- where it may lead */

/* A page of a public host must not reach this machine or its network: its host decides, or that of
 * the page before. Pages that came from there themselves may, and so may the user. */
gboolean
bulla_gateway_request_may_go_private (BullaGatewayRequest *self)
{
  BullaGateway *gateway = self->gateway;

  if (self->typed || g_hash_table_contains (gateway->allow_private, g_uri_get_host (self->uri)))
    return TRUE;
  return self->page_host != NULL
         && (bulla_host_is_private (self->page_host)
             || g_hash_table_contains (gateway->private_hosts, self->page_host));
}

static gboolean
is_given (BullaGatewayRequest *self, guint16 port)
{
  g_autoptr (GPtrArray) given = bulla_resolve_lookup (
      bulla_connector_get_resolve (self->gateway->connector), g_uri_get_host (self->uri), port);

  return given != NULL;
}

/* A host is of this network when the user's own navigation led there, and never was public: a name
 * that changes its address makes itself no friends. What the user mapped by hand says nothing. */
static void
remember_peer (BullaGatewayRequest *self, GInetSocketAddress *peer)
{
  BullaGateway *gateway = self->gateway;
  const char *host = g_uri_get_host (self->uri);
  gboolean is_private = bulla_address_is_private (g_inet_socket_address_get_address (peer));

  if (is_given (self, g_inet_socket_address_get_port (peer)))
    return;
  if (g_hash_table_size (gateway->public_hosts) + g_hash_table_size (gateway->private_hosts)
      > HOSTS_MAX) {
    g_hash_table_remove_all (gateway->public_hosts);
    g_hash_table_remove_all (gateway->private_hosts);
  }
  if (!is_private) {
    g_hash_table_add (gateway->public_hosts, g_strdup (host));
    g_hash_table_remove (gateway->private_hosts, host);
  } else if (self->typed && !g_hash_table_contains (gateway->public_hosts, host)) {
    g_hash_table_add (gateway->private_hosts, g_strdup (host));
  }
}

/* @peer: (nullable): who was connected to */
void
bulla_gateway_request_note_peer (BullaGatewayRequest *self, GSocketAddress *peer)
{
  if (G_IS_INET_SOCKET_ADDRESS (peer))
    remember_peer (self, G_INET_SOCKET_ADDRESS (peer));
}

/* --- its ends */

/* what was begun upstream goes on when the request is over */
void
bulla_gateway_request_detach (BullaGatewayRequest *self)
{
  g_object_unref (self->cancellable);
  self->cancellable = g_cancellable_new ();
}

/* Returns: (transfer full) (nullable): the client's connection; the request is over then */
GIOStream *
bulla_gateway_request_steal (BullaGatewayRequest *self)
{
  if (self->message == NULL)
    return NULL;
  g_autoptr (SoupServerMessage) message = g_object_ref (self->message);
  GIOStream *stream = soup_server_message_steal_connection (message);
  if (self->message != NULL)
    finished_cb (message, self);
  return stream;
}

/* The client sees a broken connection, and never a response that it would take for the origin's.
 * The socket goes first: libsoup ends a body properly when its connection is taken away. */
void
bulla_gateway_request_close (BullaGatewayRequest *self)
{
  if (self->message == NULL)
    return;
  if (self->socket != NULL)
    g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  g_autoptr (GIOStream) stream = bulla_gateway_request_steal (self);
}

/* @why: in words; only a client that was promised explanations reads it. Where a kept connection
 * ends before the first byte of a response, libsoup asks once more: so a few bytes come first. */
void
bulla_gateway_request_refuse (BullaGatewayRequest *self, const char *why)
{
  if (self->message == NULL)
    return;
  if (self->answered || !(self->session->flags & BULLA_GATEWAY_EXPLAIN)) {
    if (!self->answered)
      bulla_gateway_reply_leave_open (self, "HTTP/1.1 502");
    bulla_gateway_request_close (self);
    return;
  }
  g_autofree char *text = g_strdup_printf ("bulla: %s\n", why);
  bulla_gateway_reply_start (self, SOUP_STATUS_BAD_GATEWAY, NULL);
  soup_message_headers_clear (soup_server_message_get_response_headers (self->message));
  soup_message_headers_replace (soup_server_message_get_response_headers (self->message),
                                "Cache-Control", "no-store");
  soup_server_message_set_response (self->message, "text/plain; charset=utf-8", SOUP_MEMORY_COPY,
                                    text, strlen (text));
  bulla_gateway_reply_end (self);
}
