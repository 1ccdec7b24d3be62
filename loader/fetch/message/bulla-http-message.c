/* bulla-http-message.c - one HTTP request, with the head of its response
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-http-message-internal.h"

#include <string.h>

enum { GOT_INTERIM, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (BullaHttpMessage, bulla_http_message, G_TYPE_OBJECT)

static void
bulla_http_message_finalize (GObject *object)
{
  BullaHttpMessage *self = BULLA_HTTP_MESSAGE (object);

  g_clear_pointer (&self->recorder, bulla_contact_recorder_free);
  g_free (self->method);
  g_uri_unref (self->uri);
  g_free (self->target);
  soup_message_headers_unref (self->request_headers);
  soup_message_headers_unref (self->response_headers);
  g_clear_object (&self->body);
  g_free (self->reason);
  g_clear_object (&self->remote);
  G_OBJECT_CLASS (bulla_http_message_parent_class)->finalize (object);
}

static void
bulla_http_message_class_init (BullaHttpMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_http_message_finalize;

  /**
   * BullaHttpMessage::got-interim:
   *
   * Status and header fields are those of an interim response (1xx).
   */
  signals[GOT_INTERIM] = g_signal_new ("got-interim", BULLA_TYPE_HTTP_MESSAGE, G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
bulla_http_message_init (BullaHttpMessage *self)
{
  self->request_headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_REQUEST);
  self->response_headers = soup_message_headers_new (SOUP_MESSAGE_HEADERS_RESPONSE);
}

/**
 * bulla_http_message_new:
 * @method: the method
 * @uri: the request URI; http or https, with a host
 *
 * Returns: (transfer full): a request without a body that was not sent yet
 */
BullaHttpMessage *
bulla_http_message_new (const char *method, GUri *uri)
{
  BullaHttpMessage *self = g_object_new (BULLA_TYPE_HTTP_MESSAGE, NULL);

  self->method = g_strdup (method);
  self->uri = g_uri_ref (uri);
  return self;
}

/**
 * bulla_http_message_new_for_url:
 * @method: the method
 * @url: the request URL
 *
 * Returns: (transfer full) (nullable): a request like that of bulla_http_message_new(); %NULL if
 *   @url is invalid or has another scheme
 */
BullaHttpMessage *
bulla_http_message_new_for_url (const char *method, const char *url)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : "";
  gboolean known = g_str_equal (scheme, "https") || g_str_equal (scheme, "http");

  if (!known || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0')
    return NULL;
  return bulla_http_message_new (method, uri);
}

const char *
bulla_http_message_get_method (BullaHttpMessage *self)
{
  return self->method;
}

GUri *
bulla_http_message_get_uri (BullaHttpMessage *self)
{
  return self->uri;
}

/**
 * bulla_http_message_set_target:
 * @self: a message that was not sent yet
 * @target: the request target: a path and query, or `*`; sent byte for byte instead of the URI's
 */
void
bulla_http_message_set_target (BullaHttpMessage *self, const char *target)
{
  g_free (self->target);
  self->target = g_strdup (target);
}

SoupMessageHeaders *
bulla_http_message_get_request_headers (BullaHttpMessage *self)
{
  return self->request_headers;
}

/**
 * bulla_http_message_set_body:
 * @self: a message that was not sent yet
 * @type: (nullable): the media type of @body
 * @body: the body to send; it is read once, while it is sent
 * @length: bytes of the body; -1 if unknown
 */
void
bulla_http_message_set_body (BullaHttpMessage *self, const char *type, GInputStream *body,
                             goffset length)
{
  g_set_object (&self->body, body);
  self->length = length;
  if (type != NULL)
    soup_message_headers_replace (self->request_headers, "Content-Type", type);
}

/**
 * bulla_http_message_set_body_from_bytes:
 * @self: a message that was not sent yet
 * @type: (nullable): the media type of @body
 * @body: the body to send
 */
void
bulla_http_message_set_body_from_bytes (BullaHttpMessage *self, const char *type, GBytes *body)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (body);

  bulla_http_message_set_body (self, type, stream, g_bytes_get_size (body));
}

guint
bulla_http_message_get_status (BullaHttpMessage *self)
{
  return self->status;
}

/**
 * bulla_http_message_get_reason_phrase:
 * @self: a message that was answered
 *
 * Returns: (nullable): the reason phrase of the response
 */
const char *
bulla_http_message_get_reason_phrase (BullaHttpMessage *self)
{
  return self->reason;
}

SoupMessageHeaders *
bulla_http_message_get_response_headers (BullaHttpMessage *self)
{
  return self->response_headers;
}

/**
 * bulla_http_message_decode:
 * @self: a message that was answered
 * @body: the response body as received
 *
 * Returns: (transfer full): the body with its content coding removed, if that is supported
 */
GInputStream *
bulla_http_message_decode (BullaHttpMessage *self, GInputStream *body)
{
  const char *coding = soup_message_headers_get_list (
      bulla_http_message_get_response_headers (self), "Content-Encoding");
  gboolean gzip =
      coding != NULL
      && (g_ascii_strcasecmp (coding, "gzip") == 0 || g_ascii_strcasecmp (coding, "x-gzip") == 0);

  if (!gzip && (coding == NULL || g_ascii_strcasecmp (coding, "deflate") != 0))
    return g_object_ref (body);
  g_autoptr (GZlibDecompressor) decompressor = g_zlib_decompressor_new (
      gzip ? G_ZLIB_COMPRESSOR_FORMAT_GZIP : G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  return g_converter_input_stream_new (body, G_CONVERTER (decompressor));
}

/**
 * bulla_http_message_get_protocol:
 * @self: a message that was answered
 *
 * Returns: (nullable): the ALPN name of the protocol
 */
const char *
bulla_http_message_get_protocol (BullaHttpMessage *self)
{
  return self->protocol;
}

/**
 * bulla_http_message_get_remote_address:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the address of the server; %NULL before a connection
 */
GSocketAddress *
bulla_http_message_get_remote_address (BullaHttpMessage *self)
{
  return self->remote;
}

/**
 * bulla_http_message_dup_address:
 * @self: a message
 *
 * Returns: (transfer full) (nullable): the IP address of the server
 */
char *
bulla_http_message_dup_address (BullaHttpMessage *self)
{
  GSocketAddress *remote = bulla_http_message_get_remote_address (self);

  if (!G_IS_INET_SOCKET_ADDRESS (remote))
    return NULL;
  return g_inet_address_to_string (
      g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (remote)));
}

/**
 * bulla_http_message_get_started:
 * @self: a message that was sent
 *
 * Returns: g_get_monotonic_time() when the request was sent
 */
gint64
bulla_http_message_get_started (BullaHttpMessage *self)
{
  return self->started;
}

/**
 * bulla_http_message_end_interim:
 * @self: a message
 *
 * Emits #BullaHttpMessage::got-interim and drops the head of the interim response.
 */
void
bulla_http_message_end_interim (BullaHttpMessage *self)
{
  g_signal_emit (self, signals[GOT_INTERIM], 0);
  soup_message_headers_clear (self->response_headers);
  g_clear_pointer (&self->reason, g_free);
  self->status = 0;
  self->protocol = NULL;
}

/**
 * bulla_http_dup_authority:
 * @uri: an http or https URL
 * @with_default_port: whether to include the default port of the scheme
 *
 * Returns: (transfer full) (nullable): the URL's host and port in the format of the Host header
 *   field; %NULL if the host is invalid
 */
char *
bulla_http_dup_authority (GUri *uri, gboolean with_default_port)
{
  gboolean tls = g_str_equal (g_uri_get_scheme (uri), "https");
  int standard = tls ? 443 : 80, port = g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : standard;
  g_autofree char *ascii = g_hostname_to_ascii (g_uri_get_host (uri));

  if (ascii == NULL)
    return NULL;
  g_autofree char *host =
      strchr (ascii, ':') != NULL ? g_strdup_printf ("[%s]", ascii) : g_steal_pointer (&ascii);
  return port != standard || with_default_port ? g_strdup_printf ("%s:%d", host, port)
                                               : g_steal_pointer (&host);
}
