/* bulla-demo-relay.c - simulates distance between a client and a server on loopback
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each byte is sent half a round trip after it arrived. Loopback connects at once, so the
 * client's first bytes wait another round trip, as long as the TCP handshake would have taken;
 * TLS and requests are delayed like any other bytes. There is no packet loss. Bandwidth is
 * limited only by the bytes held back: a direction that holds too many is not read until some
 * were sent. */
#include "bulla-demo-relay.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#define MAX_LINKS 256
#define MAX_WAITING (1024 * 1024) /* most bytes waiting in each direction of a link */
#define PIECE (16 * 1024)
#define LINGER 2000 /* milliseconds that a half-closed link stays open */

typedef struct {
  gint64 due;    /* monotonic time at which the piece may leave */
  GBytes *bytes; /* owned; NULL for the end of the stream */
  gsize sent;
} Piece;

typedef struct _Link Link;

/* one direction of a link */
typedef struct {
  Link *link;    /* borrowed */
  GSocket *from; /* borrowed from the link */
  GSocket *to;   /* borrowed from the link */
  GQueue pieces; /* owned; of Piece, the oldest first */
  gsize waiting;
  gint64 last;       /* monotonic time at which the newest piece is due; pieces keep their order */
  GSource *readable; /* owned; waits for bytes to read; NULL if not waiting */
  GSource *writable; /* owned; waits until bytes can be written; NULL if not waiting */
  GSource *due;      /* owned; waits until a piece is due; NULL if not waiting */
  gboolean read_end, sent_end;
} Way;

/* one connection of a client through the relay */
struct _Link {
  DemoRelay *relay; /* borrowed */
  GSocket *client;  /* owned */
  GSocket *server;  /* owned */
  gint64 connected; /* monotonic time at which the client sees the connection established */
  GSource *linger;  /* owned; waits for the other side after one has ended; NULL if not waiting */
  Way up, down;
};

struct _DemoRelay {
  GSocket *listener;      /* owned */
  GSource *incoming;      /* owned; accepts clients; NULL if enough links are open */
  GSocketAddress *server; /* owned */
  GHashTable *links;      /* owned; set of Link */
  guint port, rtt;
  DemoTraffic traffic;
};

static void way_go_on (Way *way);
static void relay_listen (DemoRelay *self);

static void
piece_free (Piece *piece)
{
  g_clear_pointer (&piece->bytes, g_bytes_unref);
  g_free (piece);
}

/* Returns the bytes that a piece costs, with its overhead. */
static gsize
piece_weigh (const Piece *piece)
{
  return sizeof (Piece) + (piece->bytes != NULL ? g_bytes_get_size (piece->bytes) : 0);
}

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
way_clear (Way *way)
{
  clear_source (&way->readable);
  clear_source (&way->writable);
  clear_source (&way->due);
  g_queue_clear_full (&way->pieces, (GDestroyNotify)piece_free);
}

static void
link_free (Link *link)
{
  way_clear (&link->up);
  way_clear (&link->down);
  clear_source (&link->linger);
  g_clear_object (&link->client);
  g_clear_object (&link->server);
  g_free (link);
}

/* Closes and frees @link. */
static void
link_drop (Link *link)
{
  DemoRelay *relay = link->relay;

  g_hash_table_remove (relay->links, link);
  relay_listen (relay);
}

static void
way_push (Way *way, GBytes *bytes)
{
  Link *link = way->link;
  gint64 now = g_get_monotonic_time (), half = link->relay->rtt * (gint64)500;
  gint64 left = way == &link->up ? MAX (now, link->connected) : now;
  Piece *piece = g_new0 (Piece, 1);

  way->last = MAX (way->last, left + half);
  piece->due = way->last;
  piece->bytes = bytes;
  way->waiting += piece_weigh (piece);
  g_queue_push_tail (&way->pieces, piece);
}

/* Reads one piece. Returns: whether the link still exists */
static gboolean
way_read (Way *way)
{
  DemoTraffic *traffic = &way->link->relay->traffic;
  char buffer[PIECE];
  g_autoptr (GError) error = NULL;
  gssize n = g_socket_receive (way->from, buffer, sizeof buffer, NULL, &error);

  if (n < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    return TRUE;
  if (n < 0) {
    link_drop (way->link);
    return FALSE;
  }
  way->read_end = n == 0;
  way_push (way, n > 0 ? g_bytes_new (buffer, n) : NULL);
  *(way == &way->link->up ? &traffic->to_server : &traffic->from_server) += n;
  return TRUE;
}

/* Returns: whether all of @piece was sent; FALSE without @error if the socket is full */
static gboolean
way_send (Way *way, Piece *piece, GError **error)
{
  g_autoptr (GError) trouble = NULL;
  gsize size;

  if (piece->bytes == NULL) {
    way->sent_end = TRUE;
    return g_socket_shutdown (way->to, FALSE, TRUE, error);
  }
  const char *data = g_bytes_get_data (piece->bytes, &size);
  while (piece->sent < size) {
    gssize n = g_socket_send (way->to, data + piece->sent, size - piece->sent, NULL, &trouble);
    if (n < 0 && !g_error_matches (trouble, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      g_propagate_error (error, g_steal_pointer (&trouble));
    if (n < 0)
      return FALSE;
    piece->sent += n;
  }
  return TRUE;
}

static gboolean
readable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  Way *way = user_data;

  if (way_read (way))
    way_go_on (way);
  return G_SOURCE_CONTINUE;
}

static gboolean
writable_cb (GSocket *socket, GIOCondition condition, gpointer user_data)
{
  way_go_on (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
due_cb (gpointer user_data)
{
  way_go_on (user_data);
  return G_SOURCE_CONTINUE;
}

static gboolean
linger_cb (gpointer user_data)
{
  link_drop (user_data);
  return G_SOURCE_REMOVE;
}

/* Schedules the end of a half-closed idle link: servers of libsoup 3.2 do not notice that a client
 * has left between requests, and would stay connected forever. */
static void
link_linger (Link *link)
{
  gboolean over = (link->up.sent_end || link->down.sent_end) && g_queue_is_empty (&link->up.pieces)
                  && g_queue_is_empty (&link->down.pieces);

  clear_source (&link->linger);
  if (!over)
    return;
  link->linger = g_timeout_source_new (LINGER);
  g_source_set_callback (link->linger, linger_cb, link, NULL);
  g_source_attach (link->linger, g_main_context_get_thread_default ());
}

static void
watch_socket (GSource **source, gboolean wanted, GSocket *socket, GIOCondition condition,
              GSocketSourceFunc callback, Way *way)
{
  if (wanted == (*source != NULL))
    return;
  clear_source (source);
  if (!wanted)
    return;
  *source = g_socket_create_source (socket, condition, NULL);
  g_source_set_callback (*source, G_SOURCE_FUNC (callback), way, NULL);
  g_source_attach (*source, g_main_context_get_thread_default ());
}

/* Sends pieces that are due, and waits for the rest; may free the link. */
static void
way_go_on (Way *way)
{
  Link *link = way->link;
  gint64 now = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;
  Piece *piece;

  while ((piece = g_queue_peek_head (&way->pieces)) != NULL && piece->due <= now
         && way_send (way, piece, &error)) {
    way->waiting -= piece_weigh (piece);
    piece_free (g_queue_pop_head (&way->pieces));
  }
  if (error != NULL || (link->up.sent_end && link->down.sent_end)) {
    link_drop (link);
    return;
  }
  gboolean later = piece != NULL && piece->due > now;
  watch_socket (&way->readable, !way->read_end && way->waiting < MAX_WAITING, way->from, G_IO_IN,
                readable_cb, way);
  watch_socket (&way->writable, piece != NULL && !later, way->to, G_IO_OUT, writable_cb, way);
  link_linger (link);
  clear_source (&way->due);
  if (!later)
    return;
  way->due = g_timeout_source_new ((guint)((piece->due - now + 999) / 1000));
  g_source_set_callback (way->due, due_cb, way, NULL);
  g_source_attach (way->due, g_main_context_get_thread_default ());
}

static void
prepare_socket (GSocket *socket)
{
  g_socket_set_blocking (socket, FALSE);
  g_socket_set_option (socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
}

/* Opens a link. @client: (transfer full) */
static void
link_open (DemoRelay *self, GSocket *client)
{
  Link *link = g_new0 (Link, 1);
  g_autoptr (GError) error = NULL;

  link->relay = self;
  link->client = client;
  link->connected = g_get_monotonic_time () + self->rtt * (gint64)1000;
  link->server =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  if (link->server != NULL) {
    prepare_socket (link->client);
    prepare_socket (link->server);
    g_socket_connect (link->server, self->server, NULL, &error);
  }
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PENDING)) {
    g_printerr ("bulla-demo: %s\n", error->message);
    link_free (link);
    return;
  }
  link->up = (Way){.link = link, .from = link->client, .to = link->server};
  link->down = (Way){.link = link, .from = link->server, .to = link->client};
  g_hash_table_add (self->links, link);
  self->traffic.connections++;
  way_go_on (&link->up);
  way_go_on (&link->down);
}

static gboolean
incoming_cb (GSocket *listener, GIOCondition condition, gpointer user_data)
{
  DemoRelay *self = user_data;
  GSocket *client = g_socket_accept (listener, NULL, NULL);

  /* the client has already closed the connection */
  if (client != NULL)
    link_open (self, client);
  relay_listen (self);
  return G_SOURCE_CONTINUE;
}

static void
relay_listen (DemoRelay *self)
{
  gboolean wanted = g_hash_table_size (self->links) < MAX_LINKS;

  if (wanted == (self->incoming != NULL))
    return;
  clear_source (&self->incoming);
  if (!wanted)
    return;
  self->incoming = g_socket_create_source (self->listener, G_IO_IN, NULL);
  g_source_set_callback (self->incoming, G_SOURCE_FUNC (incoming_cb), self, NULL);
  g_source_attach (self->incoming, g_main_context_get_thread_default ());
}

static GSocketAddress *
make_address (guint port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);

  return g_inet_socket_address_new (loopback, (guint16)port);
}

/**
 * demo_relay_new:
 * @server_port: port of a server on loopback
 *
 * Returns: (transfer full) (nullable): a relay that listens on a port of its own, without delay
 *   yet; it runs in the thread-default main context
 */
DemoRelay *
demo_relay_new (guint server_port, GError **error)
{
  g_autoptr (GSocketAddress) any = make_address (0);
  g_autoptr (GSocket) listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, error);

  if (listener == NULL || !g_socket_bind (listener, any, FALSE, error)
      || !g_socket_listen (listener, error))
    return NULL;
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (listener, error);
  if (address == NULL)
    return NULL;
  g_socket_set_blocking (listener, FALSE);
  DemoRelay *self = g_new0 (DemoRelay, 1);
  self->listener = g_steal_pointer (&listener);
  self->server = make_address (server_port);
  self->links = g_hash_table_new_full (NULL, NULL, (GDestroyNotify)link_free, NULL);
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  relay_listen (self);
  return self;
}

void
demo_relay_free (DemoRelay *self)
{
  clear_source (&self->incoming);
  g_hash_table_unref (self->links);
  g_object_unref (self->listener);
  g_object_unref (self->server);
  g_free (self);
}

guint
demo_relay_get_port (DemoRelay *self)
{
  return self->port;
}

/**
 * demo_relay_set_rtt:
 * @ms: round-trip time in milliseconds, for bytes that arrive from now on; they never overtake
 *   earlier ones
 */
void
demo_relay_set_rtt (DemoRelay *self, guint ms)
{
  self->rtt = MIN (ms, DEMO_RTT_MAX);
}

guint
demo_relay_get_rtt (DemoRelay *self)
{
  return self->rtt;
}

DemoTraffic
demo_relay_get_traffic (DemoRelay *self)
{
  DemoTraffic traffic = self->traffic;
  GHashTableIter iter;
  gpointer link;

  g_hash_table_iter_init (&iter, self->links);
  while (g_hash_table_iter_next (&iter, &link, NULL))
    traffic.waiting += ((Link *)link)->up.waiting + ((Link *)link)->down.waiting;
  return traffic;
}

void
demo_relay_reset (DemoRelay *self)
{
  self->traffic = (DemoTraffic){0};
}
