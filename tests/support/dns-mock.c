/* dns-mock.c - a name server on loopback with faults that nsd cannot have: no, wrong or malformed
 * answers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dns-mock.h"

#include <string.h>

#define CAA 257
#define DS 43
#define DNSKEY 48
#define SERVFAIL 2
#define HEADER 12        /* bytes of a message header */
#define TRUNCATED 0x0200 /* the TC flag (RFC 1035 section 4.1.1) */

struct _DnsMock {
  DnsMockMode mode;
  GBytes *rdata; /* owned; data of the record to answer with */
  guint rcode;
  GSocket *socket;   /* owned; UDP socket */
  GCancellable *end; /* owned; ends the thread */
  GThread *thread;   /* owned */
  char *resolver;    /* owned; "127.0.0.1@PORT" */
  GHashTable *seen;  /* owned; set of questions received; used by the thread only */
  int n_questions;   /* number of questions received; atomic */
};

static gsize
find_question_end (const guint8 *query, gsize length)
{
  gsize at = HEADER;

  while (at < length && query[at] != 0)
    at += query[at] + 1U;
  return at + 5;
}

static void
append_16 (GByteArray *bytes, guint number)
{
  const guint8 both[] = {(guint8)(number >> 8), (guint8)number};

  g_byte_array_append (bytes, both, 2);
}

static gboolean
is_lost (DnsMock *self, const guint8 *query)
{
  g_autofree char *question = g_strescape ((const char *)query + HEADER, NULL);

  return self->mode == DNS_MOCK_LOSSY && g_hash_table_add (self->seen, g_steal_pointer (&question));
}

/* @end: the end of the question */
static guint
get_type (const guint8 *query, gsize end)
{
  return (guint)query[end - 4] << 8 | query[end - 3];
}

static gboolean
answers_caa (const DnsMock *self)
{
  return self->mode == DNS_MOCK_CAA || self->mode == DNS_MOCK_LOSSY || self->mode == DNS_MOCK_SLOW
         || self->mode == DNS_MOCK_KEYS_LOST || self->mode == DNS_MOCK_KEYS_FAIL;
}

static GByteArray *
answer_query (DnsMock *self, const guint8 *query, gsize length)
{
  GByteArray *bytes = g_byte_array_new ();
  gsize end = find_question_end (query, length);

  if (end > length || self->mode == DNS_MOCK_SILENT || is_lost (self, query))
    return bytes;
  guint type = get_type (query, end);
  gboolean keys = type == DS || type == DNSKEY;
  if (keys && self->mode == DNS_MOCK_KEYS_LOST)
    return bytes;
  guint rcode = keys && self->mode == DNS_MOCK_KEYS_FAIL ? SERVFAIL : self->rcode;
  gboolean has = answers_caa (self) && type == CAA;
  guint id = (guint)query[0] << 8 | query[1];
  append_16 (bytes, self->mode == DNS_MOCK_WRONG_ID ? id ^ 0x5555 : id);
  if (self->mode == DNS_MOCK_GARBAGE) {
    g_byte_array_append (bytes, (const guint8 *)"\xff\xff\xff\xff\xff\xff\xff", 7);
    return bytes;
  }
  append_16 (bytes, 0x8180 | rcode | (self->mode == DNS_MOCK_TRUNCATED ? TRUNCATED : 0));
  append_16 (bytes, 1);
  append_16 (bytes, has ? 1 : 0);
  append_16 (bytes, 0);
  append_16 (bytes, 0);
  g_byte_array_append (bytes, query + HEADER, (guint)(end - HEADER));
  if (!has)
    return bytes;
  append_16 (bytes, 0xc000 | HEADER);
  append_16 (bytes, CAA);
  append_16 (bytes, 1);
  append_16 (bytes, 0);
  append_16 (bytes, 300); /* time to live, seconds */
  append_16 (bytes, (guint)g_bytes_get_size (self->rdata));
  g_byte_array_append (bytes, g_bytes_get_data (self->rdata, NULL),
                       (guint)g_bytes_get_size (self->rdata));
  return bytes;
}

/* Waits, or until the server ends. */
static void
delay (DnsMock *self)
{
  GPollFD end;

  g_assert_true (g_cancellable_make_pollfd (self->end, &end));
  g_poll (&end, 1, DNS_MOCK_DELAY_MS);
  g_cancellable_release_fd (self->end);
}

static gpointer
serve (gpointer user_data)
{
  DnsMock *self = user_data;
  guint8 query[4096];

  for (;;) {
    g_autoptr (GSocketAddress) client = NULL;
    gssize n =
        g_socket_receive_from (self->socket, &client, (char *)query, sizeof query, self->end, NULL);
    if (g_cancellable_is_cancelled (self->end))
      return NULL;
    if (n < HEADER)
      continue;
    g_atomic_int_inc (&self->n_questions);
    g_autoptr (GByteArray) bytes = answer_query (self, query, (gsize)n);
    if (self->mode == DNS_MOCK_SLOW)
      delay (self);
    if (bytes->len > 0)
      g_socket_send_to (self->socket, client, (const char *)bytes->data, bytes->len, NULL, NULL);
  }
}

DnsMock *
dns_mock_new (DnsMockMode mode, const void *rdata, gsize length, guint rcode)
{
  DnsMock *self = g_new0 (DnsMock, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GError) error = NULL;

  self->mode = mode;
  self->rdata = g_bytes_new (rdata, length);
  self->rcode = rcode;
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->end = g_cancellable_new ();
  self->socket =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_UDP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->socket, any, FALSE, &error);
  g_assert_no_error (error);
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (self->socket, &error);
  g_assert_no_error (error);
  self->resolver = g_strdup_printf (
      "127.0.0.1@%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  self->thread = g_thread_new ("dns-mock", serve, self);
  return self;
}

void
dns_mock_free (DnsMock *self)
{
  g_cancellable_cancel (self->end);
  g_thread_join (self->thread);
  g_object_unref (self->socket);
  g_object_unref (self->end);
  g_bytes_unref (self->rdata);
  g_hash_table_unref (self->seen);
  g_free (self->resolver);
  g_free (self);
}

const char *
dns_mock_get_resolver (DnsMock *self)
{
  return self->resolver;
}

guint
dns_mock_get_n_questions (DnsMock *self)
{
  return (guint)g_atomic_int_get (&self->n_questions);
}
