/* bulla-gateway-upload.c - requests with a body, which flows on while it comes in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-private.h"
#include "bulla-pipe.h"

#define UPLOAD_KEY "bulla-gateway-upload"
#define UPLOAD_AHEAD_MAX 262144 /* bytes that wait for a slow server */

typedef struct {
  SoupServerMessage *message; /* borrowed: it owns the upload */
  BullaPipe *pipe;            /* owned */
  BullaHttpMessage *upstream; /* owned */
  gboolean paused;
} Upload;

static void
drained_cb (BullaPipe *pipe, gpointer user_data)
{
  Upload *upload = user_data;
  BullaGatewayConnection *connection = bulla_gateway_connection_of (upload->message);

  /* nobody reads the rest once the request was answered */
  if (upload->paused && connection != NULL && connection->with_soup)
    soup_server_message_unpause (upload->message);
  upload->paused = FALSE;
}

static void
got_chunk_cb (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  Upload *upload = user_data;

  if (bulla_pipe_push (upload->pipe, chunk) > UPLOAD_AHEAD_MAX && !upload->paused) {
    upload->paused = TRUE;
    soup_server_message_pause (message);
  }
}

/* libsoup would answer next, and the answer is ours to write: it may be on its way */
static void
got_body_cb (SoupServerMessage *message, gpointer user_data)
{
  Upload *upload = user_data;

  upload->paused = FALSE;
  soup_server_message_pause (message);
  bulla_pipe_end (upload->pipe);
}

static void
upload_free (gpointer data)
{
  Upload *upload = data;

  g_signal_handlers_disconnect_by_data (upload->pipe, upload);
  bulla_pipe_break (upload->pipe); /* a client that left has not sent all */
  g_object_unref (upload->pipe);
  g_object_unref (upload->upstream);
  g_free (upload);
}

/**
 * bulla_gateway_upload_begin:
 * @request: a request whose body is still to come
 *
 * Takes it in as it comes, for when it is known where it may go.
 */
void
bulla_gateway_upload_begin (BullaGatewayRequest *request)
{
  SoupMessageHeaders *headers = request->headers;
  gboolean counted = soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH;
  BullaHttpMessage *message = bulla_gateway_upstream_make_message (request, BULLA_GATEWAY_AS_IS);
  Upload *upload = g_new0 (Upload, 1);

  request->uploads = TRUE;
  upload->message = request->message;
  upload->pipe = bulla_pipe_new ();
  upload->upstream = message;
  g_object_set_data_full (G_OBJECT (request->message), UPLOAD_KEY, upload, upload_free);
  g_signal_connect (upload->pipe, "drained", G_CALLBACK (drained_cb), upload);
  g_signal_connect (request->message, "got-chunk", G_CALLBACK (got_chunk_cb), upload);
  g_signal_connect (request->message, "got-body", G_CALLBACK (got_body_cb), upload);
  bulla_http_message_set_body (message, soup_message_headers_get_one (headers, "Content-Type"),
                               G_INPUT_STREAM (upload->pipe),
                               counted ? soup_message_headers_get_content_length (headers) : -1);
}

/**
 * bulla_gateway_upload_send:
 * @request: a request whose body has begun to come in
 * @func: called once, with the answer; the client may be gone by then
 */
void
bulla_gateway_upload_send (BullaGatewayRequest *request, BullaGatewayAnswerFunc func)
{
  Upload *upload = g_object_get_data (G_OBJECT (request->message), UPLOAD_KEY);

  bulla_gateway_upstream_send_message (request, upload->upstream, func, NULL);
}
