/* bulla-gateway-upload.c - forwards the body of a request while it arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-upload.h"

#include "bulla-gateway-connection.h"
#include "bulla-gateway-request.h"
#include "bulla-gateway-upstream.h"
#include "bulla-pipe.h"

#define READ_SIZE 16384
#define AHEAD_MAX 262144 /* most bytes buffered for a slow server */

typedef struct _BullaGatewayUpload {
  BullaGatewayStream *stream; /* borrowed; owns the request, which owns the upload */
  BullaPipe *pipe;            /* owned */
  BullaHttpMessage *upstream; /* owned */
  gboolean paused;
} BullaGatewayUpload;

static gboolean arrived_cb (BullaGatewayStream *stream);

/* The reader of the pipe may end the request at each step. Returns: whether to wait for more; if
 * not, @self may have been freed */
static gboolean
upload_receive (BullaGatewayUpload *self)
{
  BullaGatewayStream *stream = self->stream;
  g_autoptr (BullaGatewayRequest) request = bulla_gateway_request_ref (stream->request);

  while (!self->paused && stream->kind->is_receiving (stream)) {
    guint8 bytes[READ_SIZE];
    g_autoptr (GError) error = NULL;
    gssize got = stream->kind->receive (stream, bytes, sizeof bytes, &error);
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return TRUE;
    if (got < 0) {
      stream->kind->close (stream);
      return FALSE;
    }
    g_autoptr (BullaPipe) pipe = g_object_ref (self->pipe);
    g_autoptr (GBytes) part = g_bytes_new (bytes, got);
    gsize waiting = bulla_pipe_push (pipe, part);
    if (request->over)
      return FALSE;
    self->paused = waiting > AHEAD_MAX;
  }
  if (!self->paused)
    bulla_pipe_end (self->pipe);
  return FALSE;
}

static void
upload_go_on (BullaGatewayUpload *self)
{
  BullaGatewayStream *stream = self->stream;

  if (upload_receive (self))
    stream->kind->await_body (stream, arrived_cb);
}

static gboolean
arrived_cb (BullaGatewayStream *stream)
{
  return upload_receive (stream->request->upload);
}

static void
drained_cb (BullaPipe *pipe, gpointer user_data)
{
  BullaGatewayUpload *self = user_data;

  if (!self->paused || self->stream->dropping)
    return;
  self->paused = FALSE;
  upload_go_on (self);
}

static void
upload_free (BullaGatewayUpload *self)
{
  g_signal_handlers_disconnect_by_data (self->pipe, self);
  bulla_pipe_break (self->pipe); /* the body of a client that left is incomplete */
  g_object_unref (self->pipe);
  g_object_unref (self->upstream);
  g_free (self);
}

static gboolean
say_continue (BullaGatewayStream *stream)
{
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (BullaGatewayField));
  const BullaGatewayResponseHead head = {
      .status = SOUP_STATUS_CONTINUE, .reason = "Continue", .fields = none};

  return stream->kind->say_interim (stream, &head);
}

/**
 * bulla_gateway_upload_begin:
 * @request: a request with a body
 * @head: the request head
 *
 * Buffers the body as it arrives, until it can be forwarded to a server. If the body is malformed,
 * the request has ended when this returns.
 */
void
bulla_gateway_upload_begin (BullaGatewayRequest *request, const BullaGatewayHead *head)
{
  BullaGatewayUpload *self = g_new0 (BullaGatewayUpload, 1);
  BullaGatewayStream *stream = request->stream;

  self->stream = stream;
  self->pipe = bulla_pipe_new ();
  self->upstream = bulla_gateway_upstream_make_message (request, BULLA_GATEWAY_AS_IS);
  request->uploads = TRUE;
  request->upload = self;
  request->free_upload = upload_free;
  g_signal_connect (self->pipe, "drained", G_CALLBACK (drained_cb), self);
  bulla_http_message_set_body (self->upstream,
                               soup_message_headers_get_one (request->headers, "Content-Type"),
                               G_INPUT_STREAM (self->pipe), head->length);
  if (head->awaits_continue && !say_continue (stream))
    stream->kind->close (stream);
  else
    upload_go_on (self);
}

/**
 * bulla_gateway_upload_send:
 * @request: a request whose body is being received
 * @func: called once, with the response; the client may have left by then
 */
void
bulla_gateway_upload_send (BullaGatewayRequest *request, BullaGatewayAnswerFunc func)
{
  bulla_gateway_upstream_send_message (request, request->upload->upstream, func, NULL);
}
