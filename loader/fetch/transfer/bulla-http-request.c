/* bulla-http-request.c - sets curl's options for a message, and checks the addresses it connects to
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * https servers are offered HTTP/2 and HTTP/1.1, without curl's knowledge, which speaks HTTP/1.1
 * only: a connection on which the server has chosen HTTP/2 is taken over by bulla-http2-session.c.
 * In curl, its streams would share the flow control of one connection; docs/dependencies.md has
 * measurements. */
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "bulla-error.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"
#include "bulla-private-address.h"

/* --- addresses */

static gboolean
is_given (BullaHttpTransfer *self, GInetAddress *address)
{
  for (guint i = 0; self->given != NULL && i < self->given->len; i++)
    if (g_inet_address_equal (self->given->pdata[i], address))
      return TRUE;
  return FALSE;
}

/* Returns: whether the transfer may use a connection to that address */
gboolean
bulla_http_transfer_may_connect (BullaHttpTransfer *self, GInetAddress *address)
{
  return self->allow_private || is_given (self, address) || !bulla_address_is_private (address);
}

static GInetAddress *
make_address (const struct sockaddr *socket_address)
{
  if (socket_address->sa_family == AF_INET)
    return g_inet_address_new_from_bytes (
        (const guint8 *)&((const struct sockaddr_in *)socket_address)->sin_addr,
        G_SOCKET_FAMILY_IPV4);
  if (socket_address->sa_family == AF_INET6)
    return g_inet_address_new_from_bytes (
        (const guint8 *)&((const struct sockaddr_in6 *)socket_address)->sin6_addr,
        G_SOCKET_FAMILY_IPV6);
  return NULL;
}

static int
resolve_cb (void *resolver, void *reserved, void *user_data)
{
  BullaHttpTransfer *self = user_data;

  bulla_contact_recorder_resolve (self->message->recorder);
  return 0;
}

static curl_socket_t
open_cb (void *user_data, curlsocktype purpose, struct curl_sockaddr *address)
{
  BullaHttpTransfer *self = user_data;
  g_autoptr (GInetAddress) inet = make_address (&address->addr);

  if (inet == NULL || !bulla_http_transfer_may_connect (self, inet)) {
    self->refused = TRUE;
    return CURL_SOCKET_BAD;
  }
  g_autofree char *text = g_inet_address_to_string (inet);
  self->tried = TRUE;
  bulla_contact_recorder_try (self->message->recorder, text);
  int fd = bulla_http_connections_open (bulla_http_client_get_connections (self->client),
                                        address->family);
  return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

/* An idle connection must be silent: bytes that arrive on it, or its end, must not answer the next
 * request. A TLS session ticket looks the same, but then a new connection is cheap. */
static gboolean
has_unasked (BullaHttpTransfer *self, BullaHttpConnection *connection)
{
  struct curl_tlssessioninfo *session = NULL;
  guint8 byte = 0;

  if (recv (connection->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0
      || (errno != EAGAIN && errno != EWOULDBLOCK))
    return TRUE;
  if (self->tls == NULL
      || curl_easy_getinfo (self->easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK)
    return FALSE;
  return session != NULL && bulla_http_tls_has_pending (session->internals);
}

/* The request is about to be sent on a connection. @number: of the connection in the ledger; 0 if
 * it has none yet. Returns: the number */
guint64
bulla_http_transfer_watch (BullaHttpTransfer *self, const char *remote, guint64 known)
{
  BullaHttpMessage *message = self->message;
  gboolean tls = g_str_equal (g_uri_get_scheme (message->uri), "https");

  if (self->tls != NULL)
    bulla_contact_recorder_set_signs_for (message->recorder,
                                          bulla_http_tls_get_signs_for (self->tls));
  bulla_contact_recorder_connected (message->recorder, remote, tls);
  guint64 opened = bulla_contact_recorder_get_connection (message->recorder);
  guint64 number = known != 0 ? known : opened;
  BullaContact *contact = bulla_contact_recorder_begin_request (
      message->recorder, BULLA_CONTACT_REQUEST, message->method, message->request_headers);
  bulla_contact_set_text (&contact->address, remote);
  contact->connection = number;
  return number;
}

/* The protocol of a new connection is known. HTTP/2 is not left to curl: it keeps the connection as
 * if it had been asked for nothing else, because the option is read after this callback. Returns:
 * whether the connection can be used */
static gboolean
note_protocol (BullaHttpTransfer *self, BullaHttpConnection *connection)
{
  struct curl_tlssessioninfo *session = NULL;

  if (self->origin == NULL)
    return TRUE;
  if (curl_easy_getinfo (self->easy, CURLINFO_TLS_SSL_PTR, &session) != CURLE_OK || session == NULL
      || session->internals == NULL || connection == NULL)
    return FALSE;
  if (bulla_http2_wire_is_chosen (session->internals)) {
    self->spare = self->one_of_many && bulla_http_origin_has_session (self->origin);
    self->wire = self->spare ? NULL : session->internals;
    self->fd = connection->fd;
    self->origin->arriving += self->spare ? 0 : 1;
    curl_easy_setopt (self->easy, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt (self->easy, CURLOPT_FORBID_REUSE, self->spare ? 1L : 0L);
  }
  self->origin->protocol = self->wire != NULL || self->spare ? "h2" : "http/1.1";
  bulla_http_transfer_note (self); /* others may wait for this */
  return TRUE;
}

/* Called before each request on a new or kept connection. Checks the address again, because the
 * connection may have been opened for a request with more permissions. */
static int
request_cb (void *user_data, char *remote, char *local, int remote_port, int local_port)
{
  BullaHttpTransfer *self = user_data;
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (remote);
  BullaHttpConnection *connection = bulla_http_connections_find (
      bulla_http_client_get_connections (self->client), local_port, remote, remote_port);

  if (address == NULL || !bulla_http_transfer_may_connect (self, address)) {
    self->refused = TRUE;
    self->tried = FALSE;
    return CURL_PREREQFUNC_ABORT;
  }
  if (connection != NULL && connection->used && has_unasked (self, connection)) {
    self->stale = TRUE;
    return CURL_PREREQFUNC_ABORT;
  }
  if ((connection == NULL || !connection->used) && !note_protocol (self, connection))
    return CURL_PREREQFUNC_ABORT;
  if (connection != NULL)
    connection->used = TRUE;
  g_clear_object (&self->message->remote);
  self->message->remote = g_inet_socket_address_new (address, remote_port);
  guint64 number =
      bulla_http_transfer_watch (self, remote, connection != NULL ? connection->number : 0);
  if (connection != NULL)
    connection->number = number;
  return CURL_PREREQFUNC_OK;
}

static CURLcode
tls_cb (CURL *easy, void *ssl_ctx, void *user_data)
{
  BullaHttpTransfer *self = user_data;

  bulla_http_tls_set_up (self->tls, ssl_ctx, bulla_http_client_get_steps (self->client));
  if (!bulla_http_tls_offer (ssl_ctx, self->origin != NULL))
    return CURLE_OUT_OF_MEMORY;
  return CURLE_OK;
}

/* --- request headers */

static GError *
new_refusal (const char *why)
{
  return g_error_new_literal (BULLA_ERROR, BULLA_ERROR_ARGUMENT, why);
}

/* Returns: whether the text contains no control character but tabs */
static gboolean
is_clean (const char *text)
{
  for (; *text != '\0'; text++)
    if (((guchar)*text < 0x20 && *text != '\t') || *text == 0x7f)
      return FALSE;
  return TRUE;
}

/* 100-continue is hop-by-hop; the server decides about other expectations. */
static gboolean
is_expectation_of_connection (const char *name, const char *value)
{
  return g_ascii_strcasecmp (name, "Expect") == 0
         && g_ascii_strcasecmp (value, "100-continue") == 0;
}

/**
 * bulla_http_transfer_sends_field:
 * @name: the name of a header field of a message
 * @value: its value
 *
 * Returns: whether the field is sent as it is; not if it belongs to the connection, or is derived
 *   from the message: the framing fields, and Host
 */
gboolean
bulla_http_transfer_sends_field (const char *name, const char *value)
{
  static const char *const NOT_SENT[] = {"Content-Length", "Transfer-Encoding", "Host",
                                         "Connection", NULL};

  for (const char *const *each = NOT_SENT; *each != NULL; each++)
    if (g_ascii_strcasecmp (name, *each) == 0)
      return FALSE;
  return !is_expectation_of_connection (name, value);
}

static void
check_field (const char *name, const char *value, gpointer user_data)
{
  gboolean *dirty = user_data;

  if (bulla_http_transfer_sends_field (name, value))
    *dirty |= !is_clean (value) || !is_clean (name) || strpbrk (name, ":; \t") != NULL;
}

static void
list_field (const char *name, const char *value, gpointer user_data)
{
  BullaHttpTransfer *self = user_data;

  if (!bulla_http_transfer_sends_field (name, value))
    return;
  g_autofree char *line =
      *value != '\0' ? g_strconcat (name, ": ", value, NULL) : g_strconcat (name, ";", NULL);
  self->fields = curl_slist_append (self->fields, line);
}

/* The user mapped the host to these addresses, so DNS is not asked. */
static void
set_addresses (BullaHttpTransfer *self, const char *authority)
{
  GString *text = g_string_new (authority);

  for (guint i = 0; i < self->given->len; i++) {
    g_autofree char *address = g_inet_address_to_string (self->given->pdata[i]);
    gboolean v6 = strchr (address, ':') != NULL;
    g_string_append_printf (text, v6 ? "%c[%s]" : "%c%s", i == 0 ? ':' : ',', address);
  }
  if (*authority != '[') {
    self->addresses = curl_slist_append (NULL, text->str);
    curl_easy_setopt (self->easy, CURLOPT_RESOLVE, self->addresses);
  } else { /* curl takes no list of IPv6 addresses there; use the first */
    g_autofree char *first = g_inet_address_to_string (self->given->pdata[0]);
    g_string_printf (text, strchr (first, ':') != NULL ? "%s:[%s]:" : "%s:%s:", authority, first);
    self->addresses = curl_slist_append (NULL, text->str);
    curl_easy_setopt (self->easy, CURLOPT_CONNECT_TO, self->addresses);
  }
  g_string_free (text, TRUE);
}

static void
set_target (BullaHttpTransfer *self)
{
  GUri *uri = self->message->uri;
  g_autofree char *authority = bulla_http_dup_authority (uri, TRUE),
                  *url = g_strdup_printf ("%s://%s/", g_uri_get_scheme (uri), authority),
                  *field = g_strdup_printf ("Host: %s", self->host);

  curl_easy_setopt (self->easy, CURLOPT_URL, url);
  curl_easy_setopt (self->easy, CURLOPT_REQUEST_TARGET, self->target);
  self->fields = curl_slist_append (self->fields, field);
  if (self->given != NULL)
    set_addresses (self, authority);
}

static void
set_fields (BullaHttpTransfer *self)
{
  SoupMessageHeaders *headers = self->message->request_headers;

  if (soup_message_headers_get_one (headers, "Accept") == NULL)
    self->fields = curl_slist_append (self->fields, "Accept:");
  self->fields = curl_slist_append (self->fields, "Expect:");
  soup_message_headers_foreach (headers, list_field, self);
  curl_easy_setopt (self->easy, CURLOPT_HTTPHEADER, self->fields);
}

/* RFC 9110 section 9.2.2: whether the request may be repeated, if a kept connection turns out to be
 * stale. */
gboolean
bulla_http_transfer_may_repeat (BullaHttpTransfer *self)
{
  BullaHttpMessage *message = self->message;
  static const char *const methods[] = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", NULL};

  return (message->body == NULL || message->length == 0)
         && g_strv_contains (methods, message->method);
}

/**
 * bulla_http_transfer_has_body:
 * @self: a transfer
 *
 * Returns: whether its request has a body, or states that its body is empty
 */
gboolean
bulla_http_transfer_has_body (BullaHttpTransfer *self)
{
  static const char *const with_body[] = {"POST", "PUT", "PATCH", NULL};
  BullaHttpMessage *message = self->message;

  return !g_str_equal (message->method, "HEAD")
         && (message->body != NULL || g_strv_contains (with_body, message->method));
}

static void
set_method (BullaHttpTransfer *self)
{
  BullaHttpMessage *message = self->message;
  CURL *easy = self->easy;

  /* Each of these options sets a method of curl's own choice; CUSTOMREQUEST overrides it. A body
   * of a HEAD request, which has no meaning (RFC 9110 section 9.3.2), is not sent. */
  if (g_str_equal (message->method, "HEAD"))
    curl_easy_setopt (easy, CURLOPT_NOBODY, 1L);
  else if (bulla_http_transfer_has_body (self))
    bulla_http_transfer_set_up_upload (self);
  else
    curl_easy_setopt (easy, CURLOPT_HTTPGET, 1L);
  curl_easy_setopt (easy, CURLOPT_CUSTOMREQUEST, message->method);
  if (!bulla_http_transfer_may_repeat (self))
    curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
}

/* --- curl's options */

/* Returns: ms until the deadline, rounded up: a request that ends by it leaves no time for another
 */
guint
bulla_http_transfer_get_time_left (const BullaHttpTransfer *self)
{
  gint64 left = self->deadline - g_get_monotonic_time () + G_TIME_SPAN_MILLISECOND - 1;

  return (guint)CLAMP (left / G_TIME_SPAN_MILLISECOND, 1, G_MAXINT);
}

/* Tells curl how much time is left until the deadline: it counts from the start of each attempt. */
void
bulla_http_transfer_limit_time (BullaHttpTransfer *self)
{
  if (self->deadline != 0)
    curl_easy_setopt (self->easy, CURLOPT_TIMEOUT_MS,
                      (long)bulla_http_transfer_get_time_left (self));
}

static void
set_limits (BullaHttpTransfer *self, guint timeout)
{
  CURL *easy = self->easy;

  curl_easy_setopt (easy, CURLOPT_BUFFERSIZE, 32768L); /* a TLS record fits */
  /* chunks are decoded by bulla-http-flow-control.c, which sees how much framing a server sends */
  curl_easy_setopt (easy, CURLOPT_HTTP_TRANSFER_DECODING, 0L);
  curl_easy_setopt (easy, CURLOPT_UPLOAD_BUFFERSIZE, 65536L);
  curl_easy_setopt (easy, CURLOPT_MAXAGE_CONN, (long)BULLA_HTTP_IDLE_SECONDS);
  curl_easy_setopt (easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_QUICK_EXIT, 1L); /* does not wait for cancelled lookups */
  if (timeout > 0) {
    curl_easy_setopt (easy, CURLOPT_CONNECTTIMEOUT, (long)timeout);
    curl_easy_setopt (easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt (easy, CURLOPT_LOW_SPEED_TIME, (long)timeout);
  }
  bulla_http_transfer_limit_time (self);
}

static void
set_tls (BullaHttpTransfer *self)
{
  CURL *easy = self->easy;

  curl_easy_setopt (easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
  curl_easy_setopt (easy, CURLOPT_CAINFO, NULL);
  curl_easy_setopt (easy, CURLOPT_CAPATH, NULL);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt (easy, CURLOPT_SSL_VERIFYHOST, 0L);  /* the GTlsDatabase checks the name */
  curl_easy_setopt (easy, CURLOPT_SSL_ENABLE_ALPN, 0L); /* we offer protocols, and see the choice */
  curl_easy_setopt (easy, CURLOPT_SSL_CTX_FUNCTION, tls_cb);
  curl_easy_setopt (easy, CURLOPT_SSL_CTX_DATA, self);
}

static void
set_callbacks (BullaHttpTransfer *self)
{
  CURL *easy = self->easy;

  curl_easy_setopt (easy, CURLOPT_RESOLVER_START_FUNCTION, resolve_cb);
  curl_easy_setopt (easy, CURLOPT_RESOLVER_START_DATA, self);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, open_cb);
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETDATA, self);
  curl_easy_setopt (easy, CURLOPT_PREREQFUNCTION, request_cb);
  curl_easy_setopt (easy, CURLOPT_PREREQDATA, self);
  curl_easy_setopt (easy, CURLOPT_ERRORBUFFER, self->text);
  curl_easy_setopt (easy, CURLOPT_PRIVATE, self);
}

/**
 * bulla_http_transfer_check:
 * @self: a transfer that was not sent
 *
 * Finds the request target and the value of Host.
 *
 * Returns: (transfer full) (nullable): why the message cannot be sent; %NULL if it can
 */
GError *
bulla_http_transfer_check (BullaHttpTransfer *self)
{
  BullaHttpMessage *message = self->message;
  const char *scheme = g_uri_get_scheme (message->uri), *path = g_uri_get_path (message->uri),
             *query = g_uri_get_query (message->uri);
  gboolean dirty = FALSE;

  if (!g_str_equal (scheme, "http") && !(g_str_equal (scheme, "https") && self->tls != NULL))
    return new_refusal ("the URL is neither http nor https");
  self->host = bulla_http_dup_authority (message->uri, FALSE);
  if (self->host == NULL)
    return new_refusal ("the host name is not valid");
  self->target = message->target != NULL ? g_strdup (message->target)
                                         : g_strconcat (*path != '\0' ? path : "/",
                                                        query != NULL ? "?" : "", query, NULL);
  if (!is_clean (self->target) || strpbrk (self->target, " \t") != NULL
      || (*self->target != '/' && !g_str_equal (self->target, "*")))
    return new_refusal ("the URL contains characters that cannot be sent");
  soup_message_headers_foreach (message->request_headers, check_field, &dirty);
  if (dirty || !is_clean (self->host) || !is_clean (message->method)
      || strpbrk (message->method, " \t:/") != NULL || *message->method == '\0')
    return new_refusal ("the request contains characters that cannot be sent");
  return NULL;
}

/**
 * bulla_http_transfer_set_up:
 * @self: a transfer that was checked, with an easy handle that is new
 */
void
bulla_http_transfer_set_up (BullaHttpTransfer *self)
{
  CURL *easy = self->easy;

  curl_easy_setopt (easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
  curl_easy_setopt (easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_NOPROXY, "*");
  curl_easy_setopt (easy, CURLOPT_FOLLOWLOCATION, 0L);
  set_limits (self, self->timeout);
  set_callbacks (self);
  if (self->tls != NULL)
    set_tls (self);
  set_method (self);
  set_target (self);
  set_fields (self);
}
