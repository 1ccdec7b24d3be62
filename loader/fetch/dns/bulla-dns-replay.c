/* bulla-dns-replay.c - resolver on loopback that answers only from evidence
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * So evidence is validated by the same code as live responses; nothing else in the evidence is
 * used.
 */
#include "bulla-dns-replay.h"

#include <string.h>

#include "bulla-dns-message.h"

#define QUERY_MAX 512        /* most bytes of a query */
#define FAILURES_MAX 100     /* consecutive receive errors before the thread gives up */
#define FLAGS_REFUSED 0x8005 /* a response, with response code 5 (RFC 1035 section 4.1.1) */

struct _BullaDnsReplay {
  BullaDnsEvidence *evidence; /* owned; only the thread reads it */
  GSocket *socket;            /* owned */
  GCancellable *stop;         /* owned */
  GThread *thread;            /* owned; NULL before it is started */
  guint16 port;
};

/* Returns: (transfer full) (nullable): the response; NULL if @query is not a query */
static GByteArray *
respond (BullaDnsReplay *self, const guint8 *query, gsize length)
{
  static const guint8 refused[] = {
      FLAGS_REFUSED >> 8, FLAGS_REFUSED & 0xff, 0, 1, 0, 0, 0, 0, 0, 0};
  g_autofree char *name = NULL;
  guint16 type = 0;

  if (!bulla_dns_question_read (query, length, &name, &type))
    return NULL;
  GBytes *message = bulla_dns_evidence_find (self->evidence, name, type);
  GByteArray *response = g_byte_array_new ();
  g_byte_array_append (response, query, 2); /* the query's id */
  if (message != NULL) {
    gsize size = 0;
    const guint8 *data = g_bytes_get_data (message, &size);
    g_byte_array_append (response, data + 2, (guint)size - 2);
  } else {
    gsize end = BULLA_DNS_HEADER_SIZE;
    g_free (bulla_dns_name_read (query, length, &end));
    g_byte_array_append (response, refused, sizeof refused);
    g_byte_array_append (response, query + BULLA_DNS_HEADER_SIZE,
                         (guint)(end + 4 - BULLA_DNS_HEADER_SIZE));
  }
  return response;
}

static gpointer
serve (gpointer user_data)
{
  BullaDnsReplay *self = user_data;
  guint8 query[QUERY_MAX];

  for (guint failures = 0; failures < FAILURES_MAX;) {
    g_autoptr (GSocketAddress) client = NULL;
    gssize n = g_socket_receive_from (self->socket, &client, (char *)query, sizeof query,
                                      self->stop, NULL);
    if (g_cancellable_is_cancelled (self->stop))
      break;
    failures = n < 0 ? failures + 1 : 0;
    g_autoptr (GByteArray) response = n > 0 ? respond (self, query, (gsize)n) : NULL;
    if (response != NULL) /* a client that receives nothing asks again or gives up */
      g_socket_send_to (self->socket, client, (const char *)response->data, response->len,
                        self->stop, NULL);
  }
  return NULL;
}

/**
 * bulla_dns_replay_new: (skip)
 * @evidence: the responses; it must not change any more
 * @error: of a socket
 *
 * Returns: (transfer full) (nullable): a resolver on UDP at 127.0.0.1; names that are not in
 *   @evidence are refused
 */
BullaDnsReplay *
bulla_dns_replay_new (BullaDnsEvidence *evidence, GError **error)
{
  g_autoptr (BullaDnsReplay) self = g_new0 (BullaDnsReplay, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);

  self->evidence = bulla_dns_evidence_ref (evidence);
  self->stop = g_cancellable_new ();
  self->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, error);
  if (self->socket == NULL || !g_socket_bind (self->socket, any, FALSE, error))
    return NULL;
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (self->socket, error);
  if (local == NULL)
    return NULL;
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (local));
  self->thread = g_thread_try_new ("dns-replay", serve, self, error);
  return self->thread != NULL ? g_steal_pointer (&self) : NULL;
}

void
bulla_dns_replay_free (BullaDnsReplay *self)
{
  g_cancellable_cancel (self->stop);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  g_clear_object (&self->socket);
  g_object_unref (self->stop);
  bulla_dns_evidence_unref (self->evidence);
  g_free (self);
}

guint16
bulla_dns_replay_get_port (BullaDnsReplay *self)
{
  return self->port;
}
