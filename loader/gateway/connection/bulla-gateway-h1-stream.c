/* bulla-gateway-h1-stream.c - the request that an HTTP/1.1 connection serves
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The connection frames bodies by a length, by chunks, or by its own end. A response that breaks
 * off resets it, because closing it would be the regular end of some bodies. */
#include "bulla-gateway-h1-stream.h"

#include <string.h>

#include "bulla-gateway-connection.h"
#include "bulla-gateway-head-text.h"
#include "bulla-gateway-request-head.h"
#include "bulla-main-loop-source.h"

#define INTERIM_MAX 16384 /* most bytes of an interim response buffered between two responses */

static BullaGatewayStream *
h1_ref (BullaGatewayStream *self)
{
  bulla_gateway_connection_ref (self->connection);
  return self;
}

static void
h1_unref (BullaGatewayStream *self)
{
  bulla_gateway_connection_unref (self->connection);
}

/* --- the request body */

static gboolean
h1_is_receiving (BullaGatewayStream *self)
{
  return bulla_gateway_connection_is_receiving (self->connection);
}

static gssize
h1_receive (BullaGatewayStream *self, guint8 *buffer, gsize size, GError **error)
{
  return bulla_gateway_connection_receive (self->connection, buffer, size, error);
}

static gboolean
body_cb (GObject *input, gpointer user_data)
{
  BullaGatewayConnection *connection = user_data;

  return connection->stream.arrived (&connection->stream) ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

static void
h1_await_body (BullaGatewayStream *self, gboolean (*arrived) (BullaGatewayStream *self))
{
  BullaGatewayConnection *connection = self->connection;

  self->arrived = arrived;
  bulla_gateway_connection_wait (connection, connection->state,
                                 bulla_gateway_connection_readable (connection, body_cb));
}

/* --- the response */

static void
append_fields (GString *text, const BullaGatewayResponseHead *head)
{
  for (guint i = 0; i < head->fields->len; i++) {
    const BullaGatewayField *field = &g_array_index (head->fields, BullaGatewayField, i);
    if (!bulla_gateway_is_token (field->name, strlen (field->name)))
      continue;
    g_string_append (text, field->name);
    g_string_append (text, ": ");
    bulla_gateway_append_clean (text, field->value);
    g_string_append (text, "\r\n");
  }
}

static GString *
begin_head (const BullaGatewayResponseHead *head)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "HTTP/1.1 %u ", head->status);
  bulla_gateway_append_clean (text, head->reason != NULL ? head->reason : "");
  g_string_append (text, "\r\n");
  append_fields (text, head);
  return text;
}

static gboolean
h1_say_interim (BullaGatewayStream *self, const BullaGatewayResponseHead *head)
{
  g_autoptr (GString) text = NULL;

  if (self->connection->is_old)
    return TRUE;
  text = begin_head (head);
  g_string_append (text, "\r\n");
  return text->len > INTERIM_MAX || bulla_gateway_connection_say (self->connection, text->str);
}

static void
h1_answer (BullaGatewayStream *self, gboolean uploads)
{
  bulla_gateway_connection_answer (self->connection, uploads);
}

static void
h1_close_after (BullaGatewayStream *self)
{
  self->connection->keep_alive = FALSE;
}

/* If the length is unknown and the client does not support chunks, the end of the connection ends
 * the body. */
static gboolean
h1_append_head (BullaGatewayStream *self, const BullaGatewayResponseHead *head, GByteArray *out)
{
  BullaGatewayConnection *connection = self->connection;
  gboolean unknown = !head->none && head->length < 0;
  g_autoptr (GString) text = begin_head (head);

  if (unknown && connection->is_old)
    connection->keep_alive = FALSE;
  else if (unknown)
    g_string_append (text, "Transfer-Encoding: chunked\r\n");
  if (!connection->keep_alive)
    g_string_append (text, "Connection: close\r\n");
  g_string_append (text, "\r\n");
  g_byte_array_append (out, (const guint8 *)text->str, text->len);
  return unknown && !connection->is_old;
}

static gboolean
writable_cb (GObject *output, gpointer user_data)
{
  BullaGatewayConnection *connection = user_data;
  BullaGatewayStream *self = &connection->stream;

  bulla_clear_source (&connection->writable);
  self->wrote (self->reply, 0);
  return G_SOURCE_REMOVE;
}

/* @error: why not all bytes were accepted */
static BullaStreamResult
stop_at (BullaGatewayConnection *connection, const GError *error)
{
  GOutputStream *out = g_io_stream_get_output_stream (connection->base);

  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return BULLA_STREAM_FAILED;
  if (connection->writable != NULL)
    return BULLA_STREAM_PENDING;
  connection->writable =
      g_pollable_output_stream_create_source (G_POLLABLE_OUTPUT_STREAM (out), NULL);
  g_source_set_callback (connection->writable, G_SOURCE_FUNC (writable_cb), connection, NULL);
  g_source_attach (connection->writable, g_main_context_get_thread_default ());
  return BULLA_STREAM_PENDING;
}

static BullaStreamResult
h1_write (BullaGatewayStream *self, const guint8 *bytes, gsize length, gboolean last, gsize *taken)
{
  GOutputStream *out = g_io_stream_get_output_stream (self->connection->base);

  for (*taken = 0; *taken < length;) {
    g_autoptr (GError) error = NULL;
    gssize wrote = g_pollable_output_stream_write_nonblocking (
        G_POLLABLE_OUTPUT_STREAM (out), bytes + *taken, length - *taken, NULL, &error);
    if (wrote < 0)
      return stop_at (self->connection, error);
    *taken += wrote;
  }
  return BULLA_STREAM_DONE;
}

static void
h1_cork (BullaGatewayStream *self)
{
  if (self->connection->tls_stream != NULL)
    bulla_tls_stream_cork (self->connection->tls_stream);
}

static BullaStreamResult
h1_flush (BullaGatewayStream *self)
{
  BullaTlsStream *tls = self->connection->tls_stream;
  g_autoptr (GError) error = NULL;

  if (tls == NULL || bulla_tls_stream_uncork (tls, &error))
    return BULLA_STREAM_DONE;
  return stop_at (self->connection, error);
}

static void
h1_stop_writing (BullaGatewayStream *self)
{
  bulla_clear_source (&self->connection->writable);
}

/* --- the end */

static void
h1_finish (BullaGatewayStream *self)
{
  bulla_gateway_connection_finish (self->connection);
}

static void
h1_refuse (BullaGatewayStream *self, guint status, const char *why)
{
  bulla_gateway_connection_refuse (self->connection, status, why);
}

static void
h1_begin_only (BullaGatewayStream *self)
{
  bulla_gateway_connection_say (self->connection, "HTTP/1.1 502");
}

static void
h1_close (BullaGatewayStream *self)
{
  bulla_gateway_connection_close (self->connection);
}

static void
h1_reset (BullaGatewayStream *self)
{
  bulla_gateway_connection_break (self->connection);
}

static void
h1_switch_protocol (BullaGatewayStream *self)
{
  bulla_gateway_connection_switch (self->connection);
}

const BullaGatewayStreamKind bulla_gateway_h1_stream_kind = {
    .ref = h1_ref,
    .unref = h1_unref,
    .is_receiving = h1_is_receiving,
    .receive = h1_receive,
    .await_body = h1_await_body,
    .say_interim = h1_say_interim,
    .answer = h1_answer,
    .close_after = h1_close_after,
    .append_head = h1_append_head,
    .write = h1_write,
    .cork = h1_cork,
    .flush = h1_flush,
    .stop_writing = h1_stop_writing,
    .finish = h1_finish,
    .refuse = h1_refuse,
    .begin_only = h1_begin_only,
    .close = h1_close,
    .reset = h1_reset,
    .switch_protocol = h1_switch_protocol,
};
