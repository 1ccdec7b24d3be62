/* bulla-http-route.c - chooses the connection of a transfer: HTTP/2 where the server speaks it
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * curl opens connections and offers both protocols. If the server chooses HTTP/1.1, curl sends the
 * request at once, as it would without HTTP/2. Otherwise curl keeps the connection without sending
 * anything, and the request, with all further ones to that origin, becomes a stream on it. */
#include "bulla-error.h"
#include "bulla-http-message-internal.h"
#include "bulla-http-transfer-private.h"

#define OPENED_MAX 3 /* most connections that one transfer opens */

/* Returns: (transfer full): what tells servers apart whose connections are not shared */
static char *
make_key (BullaHttpTransfer *self)
{
  GString *key = g_string_new (NULL);
  g_autofree char *authority = bulla_http_dup_authority (self->message->uri, TRUE);

  g_string_append (key, authority);
  for (guint i = 0; self->given != NULL && i < self->given->len; i++) {
    g_autofree char *address = g_inet_address_to_string (self->given->pdata[i]);
    g_string_append_printf (key, " %s", address);
  }
  return g_string_free (key, FALSE);
}

/* Finds the origin of the transfer. */
void
bulla_http_transfer_set_route (BullaHttpTransfer *self)
{
  if (self->tls == NULL)
    return;
  g_autofree char *key = make_key (self);
  self->origin = bulla_http_origins_get (bulla_http_client_get_origins (self->client), key);
  if (self->origin != NULL)
    self->origin->users++;
}

/* Returns: whether there is room for a further connection */
static gboolean
make_room (BullaHttpClient *client)
{
  if (bulla_http_client_has_room (client))
    return TRUE;
  bulla_http_origins_drop_idle (bulla_http_client_get_origins (client), g_get_monotonic_time ());
  return bulla_http_client_has_room (client);
}

static void
wait_for_others (BullaHttpTransfer *self)
{
  self->waiting = TRUE;
  g_queue_push_tail (&self->origin->waiting, self);
  bulla_http_transfer_start_timer (self);
}

/* Sends the request on an open connection, or has curl open one, or waits. May be called again if
 * the connection could not be used. */
void
bulla_http_transfer_begin (BullaHttpTransfer *self)
{
  if (self->origin != NULL) {
    BullaHttp2Session *session = bulla_http_origin_find_session (self->origin);
    if (session != NULL) {
      self->kept = TRUE;
      bulla_http2_transfer_start (self, session);
      return;
    }
    if (!self->impatient && bulla_http_origin_must_wait (self->origin)) {
      wait_for_others (self);
      return;
    }
    if (++self->opened > OPENED_MAX) {
      bulla_http_transfer_end (
          self, bulla_http_transfer_explain (self, "no connection could be kept open"));
      return;
    }
    if (!make_room (self->client))
      bulla_http_transfer_leave_route (self); /* curl queues requests over HTTP/1.1 */
  }
  if (self->origin != NULL) {
    self->opening = TRUE;
    self->one_of_many = self->origin->protocol == NULL;
    self->origin->opening++;
    self->pool = bulla_http_origin_dup_pool (self->origin, self->client);
  } else {
    self->pool = bulla_http_pool_ref (bulla_http_client_get_common_pool (self->client));
  }
  bulla_http1_transfer_start (self);
}

/* curl's connection becomes a session. Returns: (nullable): NULL if it cannot be used */
static BullaHttp2Session *
make_session (BullaHttpTransfer *self, BullaHttpPool *pool)
{
  BullaHttp2Session *session = bulla_http2_session_new (self->client, pool, self->wire, self->fd,
                                                        &bulla_http2_transfer_funcs);

  if (session == NULL)
    return NULL;
  bulla_http2_session_set_server (session, self->message->remote,
                                  bulla_contact_recorder_get_connection (self->message->recorder));
  bulla_http_origin_add_session (self->origin, pool, session);
  return session;
}

/* curl has finished. Returns: whether it has left the request to us, because the server has chosen
 * HTTP/2; then the request is sent */
gboolean
bulla_http_transfer_take_over (BullaHttpTransfer *self)
{
  BullaHttp2Session *session = NULL;

  if (self->wire == NULL && !self->spare)
    return FALSE;
  g_autoptr (BullaHttpPool) pool = bulla_http_pool_ref (self->pool);
  if (self->wire != NULL) { /* curl closes the connection of a handle that has the option */
    curl_easy_setopt (self->easy, CURLOPT_CONNECT_ONLY, 0L);
    session = make_session (self, pool);
    self->wire = NULL;
    self->origin->arriving--;
  }
  self->spare = FALSE;
  bulla_http_transfer_detach_easy (self);
  bulla_http_transfer_ref (self);
  if (session != NULL) {
    self->kept = FALSE;
    bulla_http2_transfer_start (self, session);
  }
  bulla_http_transfer_stop_opening (self);
  if (session == NULL)
    bulla_http_transfer_begin (self);
  bulla_http_transfer_unref (self);
  return TRUE;
}
