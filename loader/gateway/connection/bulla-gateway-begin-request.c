/* bulla-gateway-begin-request.c - reads request heads, and begins their requests
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A head without a valid token is answered here; any other opens a tunnel or begins a request. */
#include <string.h>

#include "bulla-gateway-connection.h"
#include "bulla-gateway-h1-stream.h"
#include "bulla-gateway-listener.h"
#include "bulla-gateway-peer-process.h"
#include "bulla-gateway-request-head.h"
#include "bulla-gateway-session.h"

#define READ_SIZE 16384
#define SKIP_MAX 1048576 /* most bytes of an unused body that are skipped */
#define CHALLENGES_MAX 16

static const char *
reason_of (guint status)
{
  return status == BULLA_GATEWAY_HEAD_TOO_LARGE ? "Request Header Fields Too Large"
                                                : soup_status_get_phrase (status);
}

/**
 * bulla_gateway_connection_refuse:
 * @self: a connection whose request is refused
 * @status: HTTP status of the response
 * @why: the reason in words, or ""
 *
 * Sends this response and closes the connection.
 */
void
bulla_gateway_connection_refuse (BullaGatewayConnection *self, guint status, const char *why)
{
  g_autofree char *text =
      g_strdup_printf ("HTTP/1.1 %u %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                       "Connection: close\r\n\r\n%s",
                       status, reason_of (status), strlen (why), why);

  bulla_gateway_connection_say (self, text);
  bulla_gateway_connection_linger (self);
}

/* Skips the body. A client that waits for 100 (Continue) may omit the body, and its next request
 * could be taken for one; so that connection is closed. libsoup 3.2 retries with the token but
 * names the proxy instead of the target, so the target is remembered. */
static void
challenge (BullaGatewayConnection *self, const BullaGatewayHead *head, gsize length)
{
  gboolean skips = head->length == 0 || (head->length > 0 && !head->awaits_continue);
  gboolean keep = head->keep_alive && skips && head->length <= SKIP_MAX
                  && ++self->n_challenges < CHALLENGES_MAX;
  g_autofree char *text =
      g_strdup_printf ("HTTP/1.1 407 %s\r\nProxy-Authenticate: Basic realm=\"bulla\"\r\n"
                       "Content-Length: 0\r\n%s\r\n",
                       reason_of (407), keep ? "" : "Connection: close\r\n");

  g_free (self->challenged);
  self->challenged = g_strdup (head->target);
  g_byte_array_remove_range (self->ahead, 0, length);
  self->seen = 0;
  self->skip = MAX (head->length, 0);
  if (bulla_gateway_connection_say (self, text) && keep)
    bulla_gateway_connection_await (self);
  else
    bulla_gateway_connection_linger (self);
}

/* Returns: (transfer none) (nullable): the session that the client may use: of its password, or, if
 * the gateway belongs to a process, of that process */
static BullaGatewaySession *
find_session (BullaGatewayConnection *self, BullaGateway *gateway, const BullaGatewayHead *head)
{
  if (gateway->process_session == NULL)
    return bulla_gateway_session_authenticate (gateway, head->authorization);
  if (!self->of_process)
    self->of_process = bulla_gateway_peer_descends_from (self->socket, gateway->process,
                                                         &gateway->process_network);
  return self->of_process ? g_hash_table_lookup (gateway->sessions, gateway->process_session)
                          : NULL;
}

static void
refuse_stranger (BullaGatewayConnection *self, const BullaGatewayHead *head, gsize length)
{
  BullaGateway *gateway = bulla_gateway_listener_get_gateway (self->listener);

  if (gateway->process_session == NULL)
    challenge (self, head, length);
  else
    bulla_gateway_connection_refuse (
        self, SOUP_STATUS_FORBIDDEN,
        "bulla: this gateway serves only the browser that it has started\n");
}

/* --- requests */

static void
begin_request (BullaGatewayConnection *self, const BullaGatewayHead *head, gsize length)
{
  g_byte_array_remove_range (self->ahead, 0, length);
  self->stream.kind = &bulla_gateway_h1_stream_kind;
  bulla_gateway_connection_begin (self, head);
  bulla_gateway_listener_arrive (self->listener, &self->stream, head);
  g_clear_pointer (&self->challenged, g_free); /* it counts for one request */
}

static void
head_came (BullaGatewayConnection *self, gsize length)
{
  BullaGateway *gateway = bulla_gateway_listener_get_gateway (self->listener);
  g_auto (BullaGatewayHead) head = {0};
  guint status = bulla_gateway_head_parse (&head, self->ahead->data, length);

  if (status != SOUP_STATUS_OK) {
    bulla_gateway_connection_refuse (self, status, "");
    return;
  }
  if (self->tunnel && g_cancellable_is_cancelled (self->session->cancellable)) {
    bulla_gateway_connection_close (self); /* the session of these requests has been removed */
    return;
  }
  gboolean connects = g_str_equal (head.method, "CONNECT");
  BullaGatewaySession *session = self->tunnel ? self->session : find_session (self, gateway, &head);
  if (session == NULL) {
    refuse_stranger (self, &head, length);
    return;
  }
  if (connects && (self->tunnel || head.length != 0 || self->ahead->len != length)) {
    bulla_gateway_connection_refuse (self, SOUP_STATUS_BAD_REQUEST, "");
    return;
  }
  if (!bulla_gateway_listener_admit (self->listener, self, session)) {
    bulla_gateway_connection_refuse (self, SOUP_STATUS_SERVICE_UNAVAILABLE, "");
    return;
  }
  bulla_gateway_connection_set_session (self, session);
  if (connects)
    bulla_gateway_tunnel_open (self, &head);
  else
    begin_request (self, &head, length);
}

/* RFC 9112, section 2.2 */
static void
skip_empty_lines (BullaGatewayConnection *self)
{
  guint length = 0;

  while (self->seen == 0 && self->ahead->len - length >= 2
         && memcmp (self->ahead->data + length, "\r\n", 2) == 0)
    length += 2;
  g_byte_array_remove_range (self->ahead, 0, length);
}

/* Returns: whether a complete head was read or the connection has ended; @self may be freed in the
 * latter case */
static gboolean
look_at_bytes (BullaGatewayConnection *self)
{
  gsize skipped = MIN (self->ahead->len, (guint64)self->skip);

  g_byte_array_remove_range (self->ahead, 0, skipped);
  self->skip -= skipped;
  skip_empty_lines (self);
  gsize length = bulla_gateway_head_find_end (self->ahead->data, self->ahead->len, self->seen);
  self->seen = self->ahead->len > 1 ? self->ahead->len : 0; /* one byte may be an empty line */
  if (length == 0 && self->ahead->len <= BULLA_GATEWAY_HEAD_MAX)
    return FALSE;
  g_autoptr (BullaGatewayConnection) kept = bulla_gateway_connection_ref (self);
  if (length == 0)
    bulla_gateway_connection_refuse (self, BULLA_GATEWAY_HEAD_TOO_LARGE, "");
  else
    head_came (self, length);
  return TRUE;
}

/* Pipelined requests stay in the socket's buffer until the current one is answered. */
static gboolean
head_cb (GObject *stream, gpointer user_data)
{
  BullaGatewayConnection *self = user_data;
  g_autoptr (GError) error = NULL;
  guint before = self->ahead->len;

  if (self->state == BULLA_CONNECTION_BUSY) {
    g_clear_pointer (&self->heads, g_source_unref);
    return G_SOURCE_REMOVE;
  }
  g_byte_array_set_size (self->ahead, before + READ_SIZE);
  gssize got = g_pollable_input_stream_read_nonblocking (
      G_POLLABLE_INPUT_STREAM (stream), self->ahead->data + before, READ_SIZE, NULL, &error);
  g_byte_array_set_size (self->ahead, before + (guint)MAX (got, 0));
  if (got > 0)
    look_at_bytes (self);
  else if (got == 0) /* the client may still read responses */
    bulla_gateway_connection_linger (self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    bulla_gateway_connection_close (self);
  return G_SOURCE_CONTINUE; /* ignored if the source was destroyed */
}

static gboolean
ahead_cb (gpointer user_data)
{
  BullaGatewayConnection *self = user_data;

  g_clear_pointer (&self->source, g_source_unref);
  if (!look_at_bytes (self))
    bulla_gateway_connection_watch_heads (self, head_cb);
  return G_SOURCE_REMOVE;
}

/**
 * bulla_gateway_connection_await:
 * @self: a connection
 *
 * Waits for the next request head in the current state.
 */
void
bulla_gateway_connection_await (BullaGatewayConnection *self)
{
  if (self->ahead->len == 0) {
    bulla_gateway_connection_watch_heads (self, head_cb);
    return;
  }
  GSource *source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, ahead_cb, self, NULL);
  bulla_gateway_connection_wait (self, self->state, source);
}
