/* bulla-http-transfer-events.c - counts references to a transfer, and notes what happened to it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"

BullaHttpTransfer *
bulla_http_transfer_ref (BullaHttpTransfer *self)
{
  self->count++;
  return self;
}

void
bulla_http_transfer_unref (BullaHttpTransfer *self)
{
  if (--self->count > 0)
    return;
  curl_slist_free_all (self->fields);
  curl_slist_free_all (self->addresses);
  g_clear_pointer (&self->given, g_ptr_array_unref);
  g_clear_pointer (&self->tls, bulla_http_tls_unref);
  g_clear_error (&self->error);
  bulla_http_head_clear (&self->head);
  g_queue_clear_full (&self->blocks, (GDestroyNotify)g_byte_array_unref);
  g_clear_object (&self->upload);
  g_clear_pointer (&self->chunk, g_bytes_unref);
  g_clear_pointer (&self->first, g_bytes_unref);
  g_clear_object (&self->upload_cancelled);
  g_clear_object (&self->task);
  g_free (self->host);
  g_free (self->target);
  g_object_unref (self->message);
  g_object_unref (self->client);
  g_free (self);
}

/* Queues the transfer: it has events to deliver once curl has returned. */
void
bulla_http_transfer_note (BullaHttpTransfer *self)
{
  if (self->told)
    return;
  self->told = TRUE;
  bulla_http_client_queue_event (self->client, bulla_http_transfer_ref (self));
}

/* Notes a head that is complete. */
void
bulla_http_transfer_finish_head (BullaHttpTransfer *self)
{
  if (!self->head.complete)
    return;
  bulla_contact_recorder_answer (
      self->message->recorder, self->message->status,
      soup_message_headers_get_one (self->message->response_headers, "Date"));
  bulla_http_transfer_note (self);
}
