/* bulla-gateway-reply.c - sends a response to a client while its body arrives
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A response is a head, a body that is read only as fast as the client receives it, and an end.
 * An aborted response resets its stream, because closing the connection would be the regular end of
 * some bodies.
 *
 * Whole because: reading the body and writing the response wait for each other at every step */
#include "bulla-gateway-reply.h"

#include <string.h>

#include "bulla-gateway-connection.h"
#include "bulla-gateway-emit.h"
#include "bulla-gateway-hop-by-hop.h"
#include "bulla-gateway-ledger.h"
#include "bulla-gateway-redirects.h"
#include "bulla-gateway-reply-head.h"
#include "bulla-gateway-request.h"
#include "bulla-main-loop-source.h"
#include "bulla-navigation-answer-internal.h"
#include "bulla-navigation-answer.h"

#define READ_SIZE 16384
#define SIZE_LINE 6     /* bytes before a chunk: hexadecimal digits of READ_SIZE and CR LF */
#define AHEAD_MAX 65536 /* most bytes buffered for a slow client: full TLS records */

typedef struct {
  BullaGatewayRequest *request; /* owned */
  GInputStream *body;           /* owned; NULL if @out contains the complete response */
  GByteArray *out;              /* owned; bytes to write */
  gsize written;                /* bytes of @out already written */
  goffset left;                 /* bytes still to be read from @body; -1 if unknown */
  GSource *readable;            /* owned; NULL unless pending */
  GSource *done;                /* owned; NULL unless pending; ends the reply from the main loop */
  gboolean blocked;             /* the client takes no more bytes for now */
  gboolean chunked, reading;
  gboolean waits;   /* @readable is pending, because @body has no bytes yet */
  gboolean pumping; /* reply_pump() is running, and frees the reply if it is over */
  gboolean ended;   /* @out contains the rest of the body */
  gboolean broken;  /* reading the body failed */
  gboolean over;    /* the client has gone, but a read or reply_pump() is still running */
} Reply;

static gboolean reply_pump (Reply *reply);

/* --- construction and release */

static void
reply_free (Reply *reply)
{
  bulla_gateway_request_unref (reply->request);
  g_clear_object (&reply->body);
  g_byte_array_unref (reply->out);
  g_free (reply);
}

/* Stops writing. A pending read frees the reply when it returns. */
static void
reply_release (gpointer data)
{
  Reply *reply = data;
  BullaGatewayStream *stream = reply->request->stream;

  stream->reply = NULL;
  stream->cancel_reply = NULL;
  stream->kind->stop_writing (stream);
  reply->over = TRUE;
  bulla_clear_source (&reply->readable);
  bulla_clear_source (&reply->done);
  if (!reply->reading && !reply->pumping)
    reply_free (reply);
}

static gboolean
done_cb (gpointer user_data)
{
  Reply *reply = user_data;
  g_autoptr (BullaGatewayRequest) request = bulla_gateway_request_ref (reply->request);
  BullaGatewayStream *stream = request->stream;
  gboolean broken = reply->broken;

  reply_release (reply);
  if (broken) {
    bulla_gateway_request_close (request);
  } else {
    bulla_gateway_request_finish (request);
    stream->kind->finish (stream);
  }
  return G_SOURCE_REMOVE;
}

/* Finishes the reply from the main loop, because the caller may still use the request. */
static void
reply_end_soon (Reply *reply)
{
  if (reply->done != NULL)
    return;
  reply->done = g_idle_source_new ();
  g_source_set_priority (reply->done, G_PRIORITY_DEFAULT);
  g_source_set_callback (reply->done, done_cb, reply, NULL);
  g_source_attach (reply->done, g_main_context_get_thread_default ());
}

/* --- writing */

/* @taken: bytes of what the stream has borrowed */
static void
wrote_cb (gpointer data, gsize taken)
{
  Reply *reply = data;

  reply->blocked = FALSE;
  reply->written += taken;
  reply_pump (reply);
}

/* Keeps the source until the reply ends, because it is needed again for each part of the body. */
static gboolean
readable_cb (GObject *stream, gpointer user_data)
{
  Reply *reply = user_data;

  reply->waits = FALSE;
  if (!reply_pump (reply))
    return G_SOURCE_REMOVE;
  if (!reply->waits)
    bulla_clear_source (&reply->readable);
  return reply->waits;
}

static void
reply_stop_writing (Reply *reply, BullaStreamResult result)
{
  reply->blocked = result == BULLA_STREAM_PENDING;
  reply->broken |= result == BULLA_STREAM_FAILED; /* the client has gone */
  if (result == BULLA_STREAM_FAILED)
    reply_end_soon (reply);
}

/* Returns: whether the stream has accepted all buffered bytes; it may hold them back until
 * reply_flush() */
static gboolean
reply_write (Reply *reply)
{
  BullaGatewayStream *stream = reply->request->stream;
  gboolean last = !reply->broken && (reply->ended || reply->body == NULL);
  gsize taken = 0;
  BullaStreamResult result = stream->kind->write (stream, reply->out->data + reply->written,
                                                  reply->out->len - reply->written, last, &taken);

  reply->written += taken;
  if (result != BULLA_STREAM_DONE) {
    reply_stop_writing (reply, result);
    return FALSE;
  }
  g_byte_array_set_size (reply->out, 0);
  reply->written = 0;
  return TRUE;
}

/* Returns: whether the stream is open and has accepted all bytes that were written */
static gboolean
reply_flush (Reply *reply)
{
  BullaGatewayStream *stream = reply->request->stream;
  BullaStreamResult result = stream->kind->flush (stream);

  if (result == BULLA_STREAM_DONE)
    return !reply->over;
  if (!reply->over && !reply->blocked && reply->done == NULL)
    reply_stop_writing (reply, result);
  return FALSE;
}

/* --- reading */

static void
reply_break (Reply *reply, const char *why)
{
  BullaGatewayRequest *request = reply->request;

  reply->broken = TRUE;
  if (request->answer != NULL)
    bulla_navigation_answer_end (request->answer, FALSE);
  if (request->load != NULL) /* the source of other bodies reports its own errors */
    bulla_gateway_emit_truncated (request->gateway, request->view_token, request->load, why);
}

/* Returns: @size writable bytes at the end of @out, behind the chunk size; valid until @out changes
 */
static guint8 *
reply_make_space (Reply *reply, gsize size)
{
  guint end = reply->out->len;

  g_byte_array_set_size (reply->out, end + SIZE_LINE + size);
  g_byte_array_set_size (reply->out, end); /* keeps the allocation */
  return reply->out->data + end + (reply->chunked ? SIZE_LINE : 0);
}

/* @length: bytes that were written to the result of reply_make_space() */
static void
reply_append (Reply *reply, gsize length)
{
  guint start = reply->out->len;
  char line[SIZE_LINE + 1];

  if (!reply->chunked) {
    g_byte_array_set_size (reply->out, start + length);
    return;
  }
  gsize size = g_snprintf (line, sizeof line, "%" G_GSIZE_MODIFIER "x\r\n", length);
  g_byte_array_set_size (reply->out, start + size + length);
  guint8 *chunk = reply->out->data + start;
  if (size < SIZE_LINE)
    memmove (chunk + size, chunk + SIZE_LINE, length);
  memcpy (chunk, line, size);
  g_byte_array_append (reply->out, (const guint8 *)"\r\n", 2);
}

static void
reply_end_body (Reply *reply)
{
  BullaNavigationAnswer *answer = reply->request->answer;

  reply->ended = TRUE;
  if (answer != NULL)
    bulla_navigation_answer_end (answer, TRUE);
  if (reply->chunked)
    g_byte_array_append (reply->out, (const guint8 *)"0\r\n\r\n", 5);
}

/* A server may respond before it has read the whole request; after a success response it reads on
 * until the request body ends. */
static gboolean
reply_waits_for_upload (Reply *reply)
{
  BullaGatewayRequest *request = reply->request;

  return request->uploads && request->status < 300
         && request->stream->kind->is_receiving (request->stream);
}

static void
reply_end_where_whole (Reply *reply)
{
  if (reply->left == 0 && !reply_waits_for_upload (reply))
    reply_end_body (reply);
}

/* @bytes: the result of reply_make_space(); @length: bytes read into it; 0 at the end of the body;
 * negative if reading failed with @error */
static void
reply_take (Reply *reply, const guint8 *bytes, gssize length, const GError *error)
{
  BullaNavigationAnswer *answer = reply->request->answer;

  if (length < 0 && reply->left == 0) { /* the upload failed after the response was complete */
    reply_end_body (reply);
  } else if (length < 0) {
    reply_break (reply, error->message);
  } else if (length == 0 && reply->left > 0) {
    reply_break (reply, "the body is shorter than its Content-Length");
  } else if (length == 0) {
    reply_end_body (reply);
  } else if (reply->left >= 0 && length > reply->left) {
    reply_break (reply, "the body is longer than its Content-Length");
  } else {
    if (reply->left >= 0)
      reply->left -= length;
    g_autoptr (GBytes) part = answer != NULL ? g_bytes_new (bytes, length) : NULL;
    if (part != NULL)
      bulla_navigation_answer_push (answer, part);
    reply_append (reply, length);
    reply_end_where_whole (reply);
  }
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Reply *reply = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (reply->body, result, &error);

  if (!reply->over) {
    gsize length = chunk != NULL ? g_bytes_get_size (chunk) : 0;
    guint8 *space = reply_make_space (reply, length);
    if (length > 0)
      memcpy (space, g_bytes_get_data (chunk, NULL), length);
    reply_take (reply, space, chunk != NULL ? (gssize)length : -1, error);
  }
  reply->reading = FALSE; /* before this line no other code frees the reply */
  reply_pump (reply);
}

static void
reply_wait_to_read (Reply *reply)
{
  GPollableInputStream *body = G_POLLABLE_INPUT_STREAM (reply->body);

  reply->waits = TRUE;
  if (reply->readable != NULL)
    return;
  reply->readable = g_pollable_input_stream_create_source (body, reply->request->cancellable);
  g_source_set_callback (reply->readable, G_SOURCE_FUNC (readable_cb), reply, NULL);
  g_source_attach (reply->readable, g_main_context_get_thread_default ());
}

/* Reads available bytes at once, because an iteration of the main loop costs more than a small
 * body. */
static void
reply_read_what_is_there (Reply *reply)
{
  GPollableInputStream *body = G_POLLABLE_INPUT_STREAM (reply->body);

  while (!reply->over && !reply->ended && !reply->broken && reply->out->len < AHEAD_MAX) {
    g_autoptr (GError) error = NULL;
    gsize size = MIN (READ_SIZE, AHEAD_MAX - reply->out->len);
    if (reply->left >= 0) /* one more byte reveals a body that is too long */
      size = MIN (size, (guint64)reply->left + 1);
    guint8 *space = reply_make_space (reply, size);
    gssize length = g_pollable_input_stream_read_nonblocking (body, space, size,
                                                              reply->request->cancellable, &error);
    if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
      reply_wait_to_read (reply);
      return;
    }
    reply_take (reply, space, length, error);
  }
}

static gboolean
reply_can_poll (Reply *reply)
{
  return G_IS_POLLABLE_INPUT_STREAM (reply->body)
         && g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (reply->body));
}

static gboolean
reply_may_read (Reply *reply)
{
  return reply->body != NULL && !reply->ended && !reply->broken && !reply->waits && !reply->reading
         && !reply->blocked;
}

/* Moves what is there without blocking. Returns: whether the rest of the response, if there is one,
 * waits for @body */
static gboolean
reply_move_what_is_there (Reply *reply)
{
  do {
    if (reply_may_read (reply) && reply_can_poll (reply))
      reply_read_what_is_there (reply);
    if (reply->over || reply->blocked || reply->done != NULL || !reply_write (reply))
      return FALSE;
  } while (reply->body != NULL && !reply->ended && !reply->broken && !reply->waits
           && reply_can_poll (reply));
  return TRUE;
}

/* Reads and writes as much as possible without blocking, then waits for the pending side. */
static void
reply_move (Reply *reply)
{
  BullaGatewayStream *stream = reply->request->stream;

  stream->kind->cork (stream);
  gboolean moved = reply_move_what_is_there (reply);
  if (!reply_flush (reply) || !moved)
    return;
  if (reply->ended || reply->broken || reply->body == NULL) {
    reply_end_soon (reply);
  } else if (!reply->reading && !reply->waits) {
    reply->reading = TRUE;
    g_input_stream_read_bytes_async (reply->body, READ_SIZE, G_PRIORITY_DEFAULT,
                                     reply->request->cancellable, read_cb, reply);
  }
}

/* Emits what happened to the body; a handler may close the connection. Returns: whether @reply
 * still exists */
static gboolean
reply_pump (Reply *reply)
{
  reply->pumping = TRUE;
  reply_move (reply);
  reply->pumping = FALSE;
  if (!reply->over)
    return TRUE;
  if (!reply->reading)
    reply_free (reply);
  return FALSE;
}

/* --- starting a response */

/**
 * bulla_gateway_reply_start:
 * @request: a request that was not answered yet
 * @status: HTTP status
 * @reason: (nullable): the reason phrase
 *
 * Header fields and then the body, or the end, must follow.
 */
void
bulla_gateway_reply_start (BullaGatewayRequest *request, guint status, const char *reason)
{
  request->answered = TRUE;
  soup_message_headers_clear (request->response);
  request->status = status;
  g_free (request->reason);
  request->reason = g_strdup (reason != NULL ? reason : soup_status_get_phrase (status));
}

/* To be called when all header fields are set. */
static void
begin_answer (BullaGatewayRequest *request)
{
  SoupMessageHeaders *headers = request->response;

  soup_message_headers_remove (headers, BULLA_GATEWAY_ANSWER);
  if (request->answer == NULL)
    return;
  soup_message_headers_replace (headers, BULLA_GATEWAY_ANSWER,
                                bulla_navigation_answer_get_id (request->answer));
  bulla_navigation_answer_set_click (request->answer, request->click);
  bulla_navigation_answer_begin (request->answer, request->status, headers);
}

/**
 * bulla_gateway_reply_begin_only:
 * @request: a request that was not answered, and whose stream is closed next
 *
 * Keeps the client from repeating the request, as many do if a kept connection closes before the
 * first byte of a response.
 */
void
bulla_gateway_reply_begin_only (BullaGatewayRequest *request)
{
  request->stream->kind->begin_only (request->stream);
}

static Reply *
reply_new (BullaGatewayRequest *request, GInputStream *body)
{
  BullaGatewayStream *stream = request->stream;
  Reply *reply = g_new0 (Reply, 1);

  begin_answer (request);
  bulla_gateway_ledger_answer (request);
  bulla_gateway_redirects_note (request);
  stream->kind->answer (stream, body != NULL && request->uploads);
  reply->request = bulla_gateway_request_ref (request);
  reply->body = body != NULL ? g_object_ref (body) : NULL;
  reply->out = g_byte_array_new ();
  stream->reply = reply;
  stream->cancel_reply = reply_release;
  stream->wrote = wrote_cb;
  return reply;
}

/**
 * bulla_gateway_reply_end:
 * @request: a request whose response has its header fields set
 * @body: (nullable): the complete body
 */
void
bulla_gateway_reply_end (BullaGatewayRequest *request, const char *body)
{
  Reply *reply = reply_new (request, NULL);
  gboolean none = bulla_gateway_has_no_body (request, request->status);
  gsize length = body != NULL ? strlen (body) : 0;

  if (request->answer != NULL)
    bulla_navigation_answer_end (request->answer, TRUE);
  reply->chunked =
      bulla_gateway_reply_append_head (request, none ? -1 : (goffset)length, reply->out);
  if (!none && length > 0)
    g_byte_array_append (reply->out, (const guint8 *)body, length);
  reply_pump (reply);
}

/**
 * bulla_gateway_reply_stream:
 * @request: a request whose response has its header fields set
 * @body: the body; if reading it fails, the stream is reset
 * @length: bytes of @body; -1 if unknown
 *
 * Sends each part of the body when it arrives; buffers at most 64 KiB for a slow client.
 */
void
bulla_gateway_reply_stream (BullaGatewayRequest *request, GInputStream *body, goffset length)
{
  BullaGatewayStream *stream = request->stream;
  Reply *reply = reply_new (request, body);

  reply->left = length;
  if (!reply_waits_for_upload (reply) && stream->kind->is_receiving (stream))
    stream->kind->close_after (stream); /* the request is not received to its end */
  reply->chunked = bulla_gateway_reply_append_head (request, length, reply->out);
  reply->pumping = TRUE; /* keeps handlers of the finished body from freeing the reply */
  reply_end_where_whole (reply);
  reply_pump (reply);
}

/* @why: an explanation, sent only to clients that were promised one. libsoup repeats a request
 * whose kept connection ends before the first byte of a response, so a few bytes are sent first. */
void
bulla_gateway_reply_refuse (BullaGatewayRequest *self, const char *why)
{
  if (self->over)
    return;
  if (self->answered || !(self->session->flags & BULLA_GATEWAY_EXPLAIN)) {
    if (!self->answered)
      bulla_gateway_reply_begin_only (self);
    bulla_gateway_request_close (self);
    return;
  }
  g_autofree char *text = g_strdup_printf ("bulla: %s\n", why);
  bulla_gateway_reply_start (self, SOUP_STATUS_BAD_GATEWAY, NULL);
  soup_message_headers_replace (self->response, "Cache-Control", "no-store");
  soup_message_headers_replace (self->response, "Content-Type", "text/plain; charset=utf-8");
  bulla_gateway_reply_end (self, text);
}
