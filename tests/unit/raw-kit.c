/* raw-kit.c - a server and a client of the gateway that write HTTP byte by byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "raw-kit.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "bulla-main-loop-source.h"
#include "wire-kit.h"

#define READ_SIZE 16384
/* bytes of a socket buffer: small, so that waiting bytes are in the gateway and not in the
 * kernel */
#define SOCKET_BUFFER 65536
#define SEGMENT 1400

const char *const raw_door_names[RAW_N_DOORS] = {"plain", "plain, HTTP/1.0", "tunnel",
                                                 "tunnel, HTTP/1.0"};

static gboolean
is_tunnel (RawDoor door)
{
  return door == RAW_TUNNEL || door == RAW_TUNNEL_OLD;
}

static gboolean
is_old (RawDoor door)
{
  return door == RAW_PLAIN_OLD || door == RAW_TUNNEL_OLD;
}

static gboolean
would_block (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* Returns: (transfer full): an attached source that calls @func with @data when @stream can be
 * read */
static GSource *
watch_input (GIOStream *stream, GPollableSourceFunc func, gpointer data)
{
  GSource *source = g_pollable_input_stream_create_source (
      G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream)), NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), data, NULL);
  g_source_attach (source, NULL);
  return source;
}

static GSource *
watch_output (GIOStream *stream, GPollableSourceFunc func, gpointer data)
{
  GSource *source = g_pollable_output_stream_create_source (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream)), NULL);

  g_source_set_callback (source, G_SOURCE_FUNC (func), data, NULL);
  g_source_attach (source, NULL);
  return source;
}

static void
write_all (GIOStream *stream, const char *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  gssize wrote = g_pollable_output_stream_write_nonblocking (
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream)), bytes, length, NULL,
      &error);

  g_assert_no_error (error);
  g_assert_cmpint (wrote, ==, (gssize)length);
}

/* Returns: whether more bytes are to be written, and the connection is still open */
static gboolean
fill (GObject *stream, gsize *left)
{
  static const char filling[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize wrote = g_pollable_output_stream_write_nonblocking (
      G_POLLABLE_OUTPUT_STREAM (stream), filling, MIN (*left, sizeof filling), NULL, &error);

  *left -= (gsize)MAX (wrote, 0);
  return would_block (error) || (wrote > 0 && *left > 0);
}

/* --- a connection to the server */

typedef struct {
  RawServer *server;
  RawPeer *peer;
} Accepted;

static void
raw_peer_free (gpointer data)
{
  RawPeer *self = data;

  raw_peer_end (self, RAW_CUTS);
  g_object_unref (self->socket);
  g_string_free (self->head, TRUE);
  g_free (self);
}

void
raw_peer_say (RawPeer *self, const char *bytes, gsize length)
{
  self->answered = TRUE;
  write_all (self->stream, bytes, length);
}

static gboolean
peer_fill_cb (GObject *stream, gpointer user_data)
{
  RawPeer *self = user_data;
  gsize before = self->n_filling;
  gboolean more = fill (stream, &self->n_filling);

  self->n_filled += before - self->n_filling;
  return more;
}

void
raw_peer_fill (RawPeer *self, gsize length)
{
  self->n_filling = length;
  self->writable = watch_output (self->stream, peer_fill_cb, self);
}

void
raw_peer_end (RawPeer *self, RawEnd end)
{
  const struct linger at_once = {1, 0};

  if (self->stream == NULL || end == RAW_STAYS)
    return;
  bulla_clear_source (&self->readable);
  bulla_clear_source (&self->writable);
  if (end == RAW_RESETS)
    setsockopt (g_socket_get_fd (self->socket), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (end == RAW_CLOSES)
    g_io_stream_close (self->stream, NULL, NULL);
  g_socket_close (self->socket, NULL);
  g_clear_object (&self->stream);
}

/* Counts bytes behind a head as its body, up to the next head. */
static void
take_bytes (RawServer *server, RawPeer *self, const char *bytes, gsize length)
{
  if (self->asked && g_str_has_prefix (self->head->str, "POST")) {
    self->n_got += length;
    server->answer (self, server->user_data);
    return;
  }
  if (self->asked)
    g_string_truncate (self->head, 0);
  self->answered = FALSE;
  g_string_append_len (self->head, bytes, (gssize)length);
  const char *end = strstr (self->head->str, "\r\n\r\n");
  self->asked = end != NULL;
  if (!self->asked)
    return;
  gsize head = (gsize)(end - self->head->str) + 4;
  self->n_got = self->head->len - head;
  g_string_truncate (self->head, head);
  server->answer (self, server->user_data);
}

static gboolean
peer_readable_cb (GObject *stream, gpointer user_data)
{
  Accepted *accepted = user_data;
  char bytes[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize got = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes,
                                                         sizeof bytes, NULL, &error);

  if (would_block (error))
    return G_SOURCE_CONTINUE;
  if (got <= 0) {
    accepted->peer->left = TRUE;
    return G_SOURCE_REMOVE;
  }
  take_bytes (accepted->server, accepted->peer, bytes, (gsize)got);
  return accepted->peer->stream != NULL ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static gboolean
incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
             gpointer user_data)
{
  RawServer *self = user_data;
  RawPeer *peer = g_new0 (RawPeer, 1);
  Accepted *accepted = g_new (Accepted, 1);

  *accepted = (Accepted){self, peer};
  peer->socket = g_object_ref (g_socket_connection_get_socket (connection));
  peer->stream = g_object_ref (G_IO_STREAM (connection));
  peer->head = g_string_new (NULL);
  g_socket_set_option (peer->socket, SOL_SOCKET, SO_SNDBUF, SOCKET_BUFFER, NULL);
  if (self->certificate != NULL) {
    g_clear_object (&peer->stream);
    peer->stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  }
  peer->readable = watch_input (peer->stream, peer_readable_cb, accepted);
  g_source_set_callback (peer->readable, G_SOURCE_FUNC (peer_readable_cb), accepted, g_free);
  g_ptr_array_add (self->peers, peer);
  return TRUE;
}

/* --- the server */

RawServer *
raw_server_new (GatewayWorld *world, RawDoor door, RawAnswerFunc answer, gpointer user_data)
{
  RawServer *self = g_new0 (RawServer, 1);
  g_autoptr (GError) error = NULL;

  self->answer = answer;
  self->user_data = user_data;
  self->peers = g_ptr_array_new_with_free_func (raw_peer_free);
  self->service = g_socket_service_new ();
  if (is_tunnel (door))
    self->certificate =
        test_world_issue (world->world, "raw.test", world->world->now - TEST_DAY, 30, 0);
  self->port =
      g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->service), NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "incoming", G_CALLBACK (incoming_cb), self);
  g_autofree char *resolve = g_strdup_printf ("raw.test:%u:127.0.0.1", self->port);
  g_assert_true (bulla_loader_add_resolve (world->loader, resolve, NULL));
  return self;
}

void
raw_server_free (RawServer *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_ptr_array_unref (self->peers);
  g_clear_object (&self->certificate);
  g_free (self);
}

RawPeer *
raw_server_last (RawServer *self)
{
  g_assert_cmpuint (self->peers->len, >, 0);
  return self->peers->pdata[self->peers->len - 1];
}

/* --- the client */

static void
client_take (RawClient *self, const char *bytes, gsize length)
{
  gsize skipped = MIN (self->skipping, length);

  self->skipping -= skipped;
  g_string_append_len (self->heard, bytes + skipped, (gssize)(length - skipped));
  self->done = self->ended
               || (self->until != NULL && strstr (self->heard->str, self->until) != NULL)
               || (skipped > 0 && self->skipping == 0);
}

static gboolean
client_readable_cb (GObject *stream, gpointer user_data)
{
  RawClient *self = user_data;
  char bytes[READ_SIZE];
  g_autoptr (GError) error = NULL;
  gssize got = g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (stream), bytes,
                                                         sizeof bytes, NULL, &error);

  if (would_block (error))
    return G_SOURCE_CONTINUE;
  self->ended = got <= 0;
  if (got < 0)
    self->error = g_steal_pointer (&error);
  client_take (self, bytes, (gsize)MAX (got, 0));
  return self->done ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static void
client_read (RawClient *self)
{
  if (self->done)
    return;
  self->readable = watch_input (self->stream, client_readable_cb, self);
  test_wait (&self->done);
  bulla_clear_source (&self->readable);
}

void
raw_client_hear (RawClient *self, const char *until)
{
  self->until = until;
  self->done = self->ended || (until != NULL && strstr (self->heard->str, until) != NULL);
  client_read (self);
}

void
raw_client_skip (RawClient *self, gsize length)
{
  self->until = NULL;
  self->skipping = length;
  self->done = self->ended || length == 0;
  client_read (self);
}

void
raw_client_forget (RawClient *self)
{
  g_string_truncate (self->heard, 0);
}

void
raw_client_shut (RawClient *self)
{
  g_autoptr (GIOStream) base = NULL;

  if (is_tunnel (self->door))
    g_object_get (self->stream, "base-io-stream", &base, NULL);
  else
    base = g_object_ref (self->stream);
  GSocket *socket = g_socket_connection_get_socket (G_SOCKET_CONNECTION (base));
  g_assert_true (g_socket_shutdown (socket, FALSE, TRUE, NULL));
}

void
raw_client_say (RawClient *self, const char *text)
{
  write_all (self->stream, text, strlen (text));
}

static gboolean
client_fill_cb (GObject *stream, gpointer user_data)
{
  return fill (stream, &((RawClient *)user_data)->n_filling);
}

void
raw_client_fill (RawClient *self, gsize length)
{
  self->n_filling = length;
  self->writable = watch_output (self->stream, client_fill_cb, self);
}

void
raw_client_ask (RawClient *self, const char *method, const char *path, const char *fields)
{
  g_autofree char *origin =
      is_tunnel (self->door) ? g_strdup ("") : g_strdup_printf ("http://raw.test:%u", self->port);
  g_autofree char *request = g_strdup_printf (
      "%s %s%s HTTP/1.%d\r\nHost: raw.test:%u\r\n%s%s\r\n", method, origin, path,
      is_old (self->door) ? 0 : 1, self->port, is_tunnel (self->door) ? "" : self->authorization,
      fields != NULL ? fields : "");

  raw_client_say (self, request);
}

static void
open_tunnel (RawClient *self, GatewayWorld *world)
{
  g_autofree char *request =
      g_strdup_printf ("CONNECT raw.test:%u HTTP/1.1\r\nHost: raw.test:%u\r\n%s\r\n", self->port,
                       self->port, self->authorization);

  raw_client_say (self, request);
  raw_client_hear (self, "\r\n\r\n");
  g_assert_true (g_str_has_prefix (self->heard->str, "HTTP/1.1 200 "));
  raw_client_forget (self);
  self->stream = wire_kit_start_tls (world, self->stream, "raw.test");
}

RawClient *
raw_client_new (GatewayWorld *world, RawDoor door, RawServer *server)
{
  RawClient *self = g_new0 (RawClient, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_set_option (socket, SOL_SOCKET, SO_RCVBUF, SOCKET_BUFFER, NULL);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_MAXSEG, SEGMENT, NULL);
  g_socket_connect (socket, bulla_gateway_get_address (world->gateway), NULL, &error);
  g_assert_no_error (error);
  self->door = door;
  self->port = server->port;
  self->stream = G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
  self->heard = g_string_new (NULL);
  self->authorization = wire_kit_credentials (world);
  if (is_tunnel (door))
    open_tunnel (self, world);
  return self;
}

void
raw_client_free (RawClient *self)
{
  bulla_clear_source (&self->readable);
  bulla_clear_source (&self->writable);
  g_object_unref (self->stream);
  g_string_free (self->heard, TRUE);
  g_clear_error (&self->error);
  g_free (self->authorization);
  g_free (self);
}

gboolean
raw_client_heard_all (RawClient *self)
{
  const char *text = self->heard->str, *body = strstr (text, "\r\n\r\n");

  if (body == NULL)
    return FALSE;
  body += strlen ("\r\n\r\n");
  const char *length = g_strstr_len (text, body - text, "\r\nContent-Length: ");
  if (length != NULL)
    return strlen (body) == g_ascii_strtoull (strchr (length, ':') + 2, NULL, 10);
  if (g_strstr_len (text, body - text, "\r\nTransfer-Encoding: chunked\r\n") != NULL)
    return g_str_equal (body, "0\r\n\r\n") || g_str_has_suffix (body, "\r\n0\r\n\r\n");
  return self->ended && self->error == NULL;
}
