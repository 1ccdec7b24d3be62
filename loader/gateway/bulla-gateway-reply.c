/* bulla-gateway-reply.c - a response to a client, which flows as it comes in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-answer-private.h"
#include "bulla-gateway-private.h"

#define CHUNK_SIZE 32768
/* libsoup, and so WebKit, takes the end of a connection between two chunks for the end of the body,
 * so the break is put into a chunk: its size is written, and none of its bytes */
#define CHUNK_START "1000\r\n"
#define AHEAD_MAX (8 * CHUNK_SIZE) /* bytes that wait for a slow client */

typedef struct {
  BullaGatewayRequest *request; /* owned */
  GInputStream *body;           /* owned */
  gsize ahead;                  /* bytes given to the message and not written yet */
  guint chunks;                 /* of these, in how many chunks */
  gboolean reading, began, broken, ended;
} Reply;

static void
reply_free (Reply *reply)
{
  bulla_gateway_request_unref (reply->request);
  g_object_unref (reply->body);
  g_free (reply);
}

static void read_more (Reply *reply);
static void wrote_cb (SoupServerMessage *message, guint size, gpointer user_data);
static void wrote_chunk_cb (SoupServerMessage *message, gpointer user_data);
static void finished_cb (SoupServerMessage *message, gpointer user_data);

/* the reply goes with the message, or with the read that is under way, whichever is later */
static void
release (Reply *reply)
{
  if (reply->request->message != NULL)
    g_signal_handlers_disconnect_by_data (reply->request->message, reply);
  reply_free (reply);
}

/**
 * bulla_gateway_reply_leave_open:
 * @request: a request whose connection is closed next
 * @start: the start of something that the client will wait for the rest of
 *
 * So that it knows, by libsoup's rules, that it was not answered, or not to the end.
 */
void
bulla_gateway_reply_leave_open (BullaGatewayRequest *request, const char *start)
{
  GOutputStream *out =
      request->stream != NULL ? g_io_stream_get_output_stream (request->stream) : NULL;

  if (G_IS_POLLABLE_OUTPUT_STREAM (out))
    g_pollable_output_stream_write_nonblocking (G_POLLABLE_OUTPUT_STREAM (out), start,
                                                strlen (start), NULL, NULL);
  else if (request->socket != NULL)
    g_socket_send (request->socket, start, strlen (start), NULL, NULL);
}

static gboolean
break_off_cb (gpointer user_data)
{
  Reply *reply = user_data;
  g_autoptr (BullaGatewayRequest) request = bulla_gateway_request_ref (reply->request);
  gboolean began = reply->began;

  release (reply);
  if (began && request->message != NULL
      && soup_message_headers_get_encoding (
             soup_server_message_get_response_headers (request->message))
             == SOUP_ENCODING_CHUNKED)
    bulla_gateway_reply_leave_open (request, CHUNK_START);
  bulla_gateway_request_close (request);
  return G_SOURCE_REMOVE;
}

/* After what was good of the body, and never from within the message's own signals. Whether its
 * head went out meanwhile is still of interest. */
static void
break_off_when_written (Reply *reply)
{
  if (!reply->broken || reply->chunks > 0)
    return;
  g_signal_handlers_disconnect_by_func (reply->request->message, wrote_cb, reply);
  g_signal_handlers_disconnect_by_func (reply->request->message, wrote_chunk_cb, reply);
  g_signal_handlers_disconnect_by_func (reply->request->message, finished_cb, reply);
  g_autoptr (GSource) soon = g_idle_source_new ();
  g_source_set_priority (soon, G_PRIORITY_DEFAULT);
  g_source_set_callback (soon, break_off_cb, reply, NULL);
  g_source_attach (soon, g_main_context_get_thread_default ());
}

/* Returns: whether there may be more */
static gboolean
take (Reply *reply, GBytes *chunk, const GError *error)
{
  BullaGatewayRequest *request = reply->request;
  SoupMessageBody *body = soup_server_message_get_response_body (request->message);

  if (chunk == NULL) {
    reply->broken = TRUE;
    if (request->answer != NULL)
      bulla_answer_end (request->answer, FALSE);
    if (request->load != NULL) /* of other bodies, whoever gave it to us tells why */
      bulla_gateway_emit_truncated (request->gateway, request->view, request->load, error->message);
    return FALSE;
  }
  if (g_bytes_get_size (chunk) == 0) {
    reply->ended = TRUE;
    if (request->answer != NULL)
      bulla_answer_end (request->answer, TRUE);
    soup_message_body_complete (body);
    return FALSE;
  }
  if (request->answer != NULL)
    bulla_answer_push (request->answer, chunk);
  reply->ahead += g_bytes_get_size (chunk);
  reply->chunks++;
  soup_message_body_append_bytes (body, chunk);
  return reply->ahead < AHEAD_MAX;
}

/* after something was taken; the reply may be gone then */
static void
pass_on (Reply *reply)
{
  g_autoptr (SoupServerMessage) message = g_object_ref (reply->request->message);

  if (reply->ended)
    release (reply);
  else if (reply->broken)
    break_off_when_written (reply);
  soup_server_message_unpause (message);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Reply *reply = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (reply->body, result, &error);

  reply->reading = FALSE;
  if (reply->request->message == NULL) {
    reply_free (reply);
    return;
  }
  if (take (reply, chunk, error))
    read_more (reply);
  else
    pass_on (reply);
}

/* What has come in already is taken at once: most bodies are whole by now, and each round through
 * the main loop costs more than a small one. Returns: whether there may be more, later */
static gboolean
take_what_is_there (Reply *reply)
{
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GError) error = NULL;
    guint8 *buffer = g_malloc (CHUNK_SIZE);
    gssize length =
        g_pollable_input_stream_read_nonblocking (G_POLLABLE_INPUT_STREAM (reply->body), buffer,
                                                  CHUNK_SIZE, reply->request->cancellable, &error);
    g_autoptr (GBytes) chunk =
        g_bytes_new_take (g_realloc (buffer, MAX (length, 0)), MAX (length, 0));
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return TRUE;
    more = take (reply, length >= 0 ? chunk : NULL, error);
  }
  return FALSE;
}

static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  Reply *reply = user_data;

  reply->reading = FALSE;
  if (reply->request->message == NULL)
    reply_free (reply);
  else
    read_more (reply);
  return G_SOURCE_REMOVE;
}

static void
read_more (Reply *reply)
{
  GCancellable *cancellable = reply->request->cancellable;

  if (!G_IS_POLLABLE_INPUT_STREAM (reply->body)
      || !g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (reply->body))) {
    if (reply->ahead > 0)
      soup_server_message_unpause (reply->request->message);
    reply->reading = TRUE;
    g_input_stream_read_bytes_async (reply->body, CHUNK_SIZE, G_PRIORITY_DEFAULT, cancellable,
                                     read_cb, reply);
    return;
  }
  if (take_what_is_there (reply)) {
    reply->reading = TRUE;
    g_autoptr (GSource) readable =
        g_pollable_input_stream_create_source (G_POLLABLE_INPUT_STREAM (reply->body), cancellable);
    g_source_set_callback (readable, G_SOURCE_FUNC (readable_cb), reply, NULL);
    g_source_attach (readable, g_main_context_get_thread_default ());
  }
  pass_on (reply);
}

static void
wrote_cb (SoupServerMessage *message, guint size, gpointer user_data)
{
  Reply *reply = user_data;

  reply->ahead -= MIN (size, reply->ahead);
  if (!reply->reading && !reply->broken && !reply->ended && reply->ahead < AHEAD_MAX)
    read_more (reply);
}

static void
wrote_chunk_cb (SoupServerMessage *message, gpointer user_data)
{
  Reply *reply = user_data;

  if (reply->chunks > 0)
    reply->chunks--;
  break_off_when_written (reply);
}

static void
wrote_headers_cb (SoupServerMessage *message, gpointer user_data)
{
  ((Reply *)user_data)->began = TRUE;
}

static void
finished_cb (SoupServerMessage *message, gpointer user_data)
{
  Reply *reply = user_data;

  g_signal_handlers_disconnect_by_data (message, reply);
  if (!reply->reading)
    reply_free (reply);
}

/**
 * bulla_gateway_reply_start:
 * @request: a request not answered yet
 * @status: the status
 * @reason: (nullable): its text
 *
 * The header fields, and then the body or the end, are to follow.
 */
void
bulla_gateway_reply_start (BullaGatewayRequest *request, guint status, const char *reason)
{
  request->answered = TRUE;
  soup_message_headers_clear (soup_server_message_get_response_headers (request->message));
  soup_server_message_set_status (request->message, status, reason);
}

/* its header fields are all set */
static void
begin_answer (BullaGatewayRequest *request)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);

  soup_message_headers_remove (headers, BULLA_GATEWAY_ANSWER);
  if (request->answer == NULL)
    return;
  soup_message_headers_replace (headers, BULLA_GATEWAY_ANSWER,
                                bulla_answer_get_id (request->answer));
  bulla_answer_begin (request->answer, soup_server_message_get_status (request->message), headers);
}

/**
 * bulla_gateway_reply_end:
 * @request: a request whose response has no body, or all of it
 */
void
bulla_gateway_reply_end (BullaGatewayRequest *request)
{
  begin_answer (request);
  if (request->answer != NULL)
    bulla_answer_end (request->answer, TRUE);
  bulla_gateway_ledger_answer (request);
  soup_server_message_unpause (request->message);
}

/**
 * bulla_gateway_reply_stream:
 * @request: a request, its response's header fields set
 * @body: the body; when it fails, the connection is broken off
 * @length: in bytes; -1 where it is not known
 *
 * Each chunk goes on as it comes; no more than a few wait for a slow client.
 */
void
bulla_gateway_reply_stream (BullaGatewayRequest *request, GInputStream *body, goffset length)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (request->message);
  Reply *reply = g_new0 (Reply, 1);

  begin_answer (request);
  bulla_gateway_ledger_answer (request);
  if (length >= 0)
    soup_message_headers_set_content_length (headers, length);
  else
    soup_message_headers_set_encoding (headers, SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (request->message),
                                    FALSE);
  reply->request = bulla_gateway_request_ref (request);
  reply->body = g_object_ref (body);
  g_signal_connect (request->message, "wrote-body-data", G_CALLBACK (wrote_cb), reply);
  g_signal_connect (request->message, "wrote-chunk", G_CALLBACK (wrote_chunk_cb), reply);
  g_signal_connect (request->message, "wrote-headers", G_CALLBACK (wrote_headers_cb), reply);
  g_signal_connect (request->message, "finished", G_CALLBACK (finished_cb), reply);
  read_more (reply);
  if (request->message != NULL) /* the header fields need not wait for a body */
    soup_server_message_unpause (request->message);
}
