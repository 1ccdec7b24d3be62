/* bulla-http2-transfer.c - transfers one request and its response as a stream of HTTP/2
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Heads pass through the same checks as those of HTTP/1.1 (bulla-http-head.c). */
#include <string.h>

#include "bulla-error.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"
#include "bulla-http2-fields.h"

/* --- the request */

/* RFC 9113 section 8.2.2: fields of the connection are not sent. */
static void
add_field (const char *name, const char *value, gpointer user_data)
{
  static const char *const NOT_SENT[] = {"Keep-Alive", "Proxy-Connection", "Upgrade", "TE", NULL};

  if (!bulla_http_transfer_sends_field (name, value))
    return;
  for (const char *const *each = NOT_SENT; *each != NULL; each++)
    if (g_ascii_strcasecmp (name, *each) == 0)
      return;
  bulla_http2_fields_add (user_data, name, value);
}

/* RFC 9113 section 8.3.1 */
static void
list_fields (BullaHttpTransfer *self, BullaHttp2Fields *fields)
{
  BullaHttpMessage *message = self->message;
  char length[24] = "";

  bulla_http2_fields_add (fields, ":method", message->method);
  bulla_http2_fields_add (fields, ":scheme", "https");
  bulla_http2_fields_add (fields, ":authority", self->host);
  bulla_http2_fields_add (fields, ":path", self->target);
  soup_message_headers_foreach (message->request_headers, add_field, fields);
  if (!bulla_http_transfer_has_body (self) || self->announced < 0)
    return;
  g_snprintf (length, sizeof length, "%" G_GOFFSET_FORMAT, self->announced);
  bulla_http2_fields_add (fields, "content-length", length);
}

/* Returns: whether the transfer may use the connection */
static gboolean
watch_connection (BullaHttpTransfer *self, BullaHttp2Session *session)
{
  GSocketAddress *address = bulla_http2_session_get_address (session);
  GInetAddress *inet =
      address != NULL ? g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)) : NULL;

  if (inet == NULL || !bulla_http_transfer_may_connect (self, inet)) {
    self->refused = TRUE;
    self->tried = FALSE;
    return FALSE;
  }
  g_autofree char *remote = g_inet_address_to_string (inet);
  g_set_object (&self->message->remote, address);
  if (self->kept) /* otherwise curl has reported it */
    bulla_http_transfer_watch (self, remote, bulla_http2_session_get_number (session));
  return TRUE;
}

/* The request is sent on another connection, once the events are delivered. */
static void
begin_again (BullaHttpTransfer *self)
{
  self->ready = TRUE;
  bulla_http_transfer_note (self);
  bulla_http_client_wake (self->client);
}

/* Sends the request on the connection. */
void
bulla_http2_transfer_start (BullaHttpTransfer *self, BullaHttp2Session *session)
{
  g_auto (BullaHttp2Fields) fields = {0};
  gsize n = 0;
  gboolean has_body =
      bulla_http_transfer_has_body (self) && !(self->drained && self->chunk == NULL);

  bulla_http2_fields_init (&fields);
  if (!watch_connection (self, session)) {
    bulla_http_transfer_end (self, bulla_http_transfer_explain (self, NULL));
    return;
  }
  list_fields (self, &fields);
  g_autofree nghttp2_nv *pairs = bulla_http2_fields_dup_pairs (&fields, &n);
  self->stream = bulla_http2_session_open (session, pairs, n, has_body, self->timeout, self);
  if (self->stream == NULL) {
    begin_again (self); /* on another connection */
    return;
  }
  self->head_sent = bulla_http2_fields_get_size (&fields);
  bulla_http_transfer_start_timer (self);
}

static gssize
give_data (gpointer owner, guint8 *buffer, gsize size, gboolean *end)
{
  BullaHttpTransfer *self = owner;
  gssize given = bulla_http_transfer_take_chunk (self, buffer, size);

  *end = given >= 0 && self->drained && self->chunk == NULL;
  return given;
}

/* --- the response */

static gboolean
take_line (BullaHttpTransfer *self, const GString *line)
{
  return bulla_http_head_take (&self->head, line->str, line->len, &self->error);
}

/* A field of a trailer, which belongs to nobody: bulla-chunks.c drops it, too. */
static gboolean
drop_trailer (BullaHttpTransfer *self, gsize length)
{
  self->trailer += length;
  if (self->trailer <= BULLA_CHUNK_TRAILER_MAX)
    return TRUE;
  bulla_http_transfer_set_trailer_error (self);
  return FALSE;
}

static gboolean
take_field (gpointer owner, const char *name, gsize name_length, const char *value,
            gsize value_length)
{
  BullaHttpTransfer *self = owner;
  gboolean status = name_length == 7 && memcmp (name, ":status", 7) == 0;

  if (self->error != NULL)
    return FALSE;
  if (self->head.complete)
    return drop_trailer (self, name_length + value_length);
  GString *line = g_string_new (NULL);
  if (status)
    g_string_append (line, "HTTP/2 ");
  else
    g_string_append_len (line, name, (gssize)name_length);
  g_string_append (line, status ? "" : ": ");
  g_string_append_len (line, value, (gssize)value_length);
  g_string_append (line, "\r\n");
  gboolean taken = take_line (self, line);
  g_string_free (line, TRUE);
  return taken;
}

static gboolean
take_end_of_head (gpointer owner)
{
  BullaHttpTransfer *self = owner;

  if (self->error != NULL)
    return FALSE;
  if (self->head.complete) /* these were trailers */
    return TRUE;
  if (!bulla_http_head_take (&self->head, "\r\n", 2, &self->error))
    return FALSE;
  bulla_http_transfer_finish_head (self);
  return TRUE;
}

static void
take_data (gpointer owner, const guint8 *bytes, gsize length)
{
  bulla_http_transfer_append (owner, bytes, length);
}

/* --- the end */

static void
note_end (gpointer owner, BullaHttp2End end, const char *why)
{
  BullaHttpTransfer *self = owner;

  self->stream = NULL;
  self->stream_over = TRUE;
  self->stream_end = end;
  g_strlcpy (self->text, why != NULL ? why : "", sizeof self->text);
  bulla_http_transfer_note (self);
}

/* RFC 9113 section 8.7: requests that were not processed may be repeated, whatever their method.
 * Those on a connection that had been idle may be, if repeating them has no effect. */
static gboolean
may_repeat (BullaHttpTransfer *self)
{
  if (self->repeated || self->head.bytes > 0 || self->error != NULL)
    return FALSE;
  return self->stream_end == BULLA_HTTP2_UNPROCESSED
         || (self->stream_end == BULLA_HTTP2_LOST && self->kept
             && bulla_http_transfer_may_repeat (self));
}

/* The stream has ended, and nghttp2 has returned. */
void
bulla_http2_transfer_end (BullaHttpTransfer *self)
{
  GError *error = NULL;

  self->stream_over = FALSE;
  if (may_repeat (self) && bulla_http_transfer_rewind_upload (self)) {
    self->repeated = TRUE;
    begin_again (self);
    return;
  }
  if (self->stream_end == BULLA_HTTP2_SILENT)
    error =
        g_error_new (BULLA_ERROR, BULLA_ERROR_NETWORK, "%s: the server sent nothing for %u seconds",
                     g_uri_get_host (self->message->uri), self->timeout);
  else if (self->stream_end != BULLA_HTTP2_COMPLETE)
    error = bulla_http_transfer_explain (self, self->text);
  bulla_http_transfer_end (self, error);
}

const BullaHttp2Funcs bulla_http2_transfer_funcs = {take_field, take_end_of_head, take_data,
                                                    give_data, note_end};
