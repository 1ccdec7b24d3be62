/* bulla-http2-session.c - runs the requests of one HTTP/2 connection to a server
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * nghttp2 reads and writes frames (bulla-http2-frames.c); this moves their bytes, as a GSource that
 * exists only while the connection has work. The windows of all streams together are never larger
 * than that of the connection, so a reader that stops holds up no other. RFC 9113. */
#include "bulla-http2-session-private.h"

#include "bulla-http-origin.h"
#include "bulla-main-loop-source.h"

#define HEADER_LIST_MAX 262144 /* bytes, as announced to the server */
#define READ_SIZE 16384        /* bytes: a TLS record */
#define READ_MOST 131072       /* bytes that are read before other connections have a turn */
#define LAST_READS 256         /* times that, once nothing can be sent: more than all windows */
#define WRITE_SIZE 65536       /* bytes of frames that are encrypted together */
#define CONTROL_BURST 1000     /* frames without content that a server may send at once */
#define CONTROL_PER_SECOND 100 /* and in the long run */
#define TICK_SECONDS 1         /* how often silent streams are looked for */

typedef struct {
  GSource source;
  BullaHttp2Session *session; /* borrowed; destroys the source */
} SessionSource;

/* RFC 9113 section 8.1: a response that has ended is complete, even if the server did not wait for
 * the rest of the request. */
static BullaHttp2End
get_end (const BullaHttp2Stream *stream)
{
  if (stream->ended && stream->why == NULL)
    return BULLA_HTTP2_COMPLETE;
  return stream->sent ? BULLA_HTTP2_LOST : BULLA_HTTP2_UNPROCESSED;
}

/* Ends all streams: nothing more can be sent or received. */
static void
end_all (BullaHttp2Session *self)
{
  const char *why = self->why != NULL ? self->why : "the server closed the connection";
  g_autoptr (GList) streams = g_hash_table_get_values (self->streams);

  self->leaving = TRUE;
  self->dirty = self->again = self->blocked = FALSE;
  for (GList *each = streams; each != NULL; each = each->next) {
    BullaHttp2Stream *stream = each->data;
    bulla_http2_session_end_stream (self, stream, get_end (stream), why);
  }
}

/* --- moving bytes */

static void
lose (BullaHttp2Session *self, const char *why)
{
  bulla_http2_set_reason (&self->why, why);
  self->wire = NULL;
  end_all (self);
}

/* Passes on what has arrived. Returns: whether the connection goes on */
static gboolean
read_frames (BullaHttp2Session *self)
{
  guint8 buffer[READ_SIZE];
  gsize total = 0;

  self->again = FALSE;
  while (self->wire != NULL) {
    g_autoptr (GError) error = NULL;
    gssize got = bulla_http2_wire_read (self->wire, buffer, sizeof buffer, &error);
    if (got < 0 && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
      return TRUE;
    if (got <= 0) {
      lose (self, error != NULL ? error->message : "the server closed the connection");
      return FALSE;
    }
    const char *wrong = bulla_http2_session_take (self, buffer, (gsize)got);
    self->dirty = TRUE;
    if (wrong != NULL) {
      lose (self, wrong);
      return FALSE;
    }
    total += (gsize)got;
    if (total >= READ_MOST) {
      self->again = TRUE;
      return TRUE;
    }
  }
  return FALSE;
}

/* The server has closed the connection; its last frames may end streams. */
static void
read_last_frames (BullaHttp2Session *self)
{
  for (guint i = 0; i < LAST_READS && g_hash_table_size (self->streams) > 0; i++) {
    read_frames (self);
    if (!self->again)
      break;
  }
}

/* Returns: whether the socket has accepted all of @out */
static gboolean
send_out (BullaHttp2Session *self)
{
  while (self->sent < self->out->len) {
    g_autoptr (GError) error = NULL;
    gssize sent = bulla_http2_wire_write (self->wire, self->out->data + self->sent,
                                          self->out->len - self->sent, &error);
    if (sent < 0) {
      self->blocked = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
      if (self->blocked)
        return FALSE;
      read_last_frames (self);
      if (self->wire != NULL)
        lose (self, error->message);
      return FALSE;
    }
    self->sent += (gsize)sent;
  }
  g_byte_array_set_size (self->out, 0);
  self->sent = 0;
  self->blocked = FALSE;
  return TRUE;
}

/* Sends the frames that nghttp2 has. */
static void
write_frames (BullaHttp2Session *self)
{
  while (self->wire != NULL && send_out (self)) {
    const guint8 *frames = NULL;
    gssize length = 0;

    while (self->out->len < WRITE_SIZE
           && (length = nghttp2_session_mem_send (self->nghttp2, &frames)) > 0)
      g_byte_array_append (self->out, frames, (guint)length);
    if (length < 0) {
      lose (self, nghttp2_strerror ((int)length));
      return;
    }
    if (self->out->len == 0) {
      self->dirty = FALSE;
      break;
    }
  }
  if (self->wire != NULL && self->out->len == 0 && nghttp2_session_want_read (self->nghttp2) == 0
      && nghttp2_session_want_write (self->nghttp2) == 0)
    lose (self, "the connection has ended");
}

/* --- the source */

static gboolean
is_ready (GSource *source)
{
  BullaHttp2Session *self = ((SessionSource *)source)->session;

  return self->again || (self->dirty && !self->blocked)
         || (self->tag != NULL && g_source_query_unix_fd (source, self->tag) != 0)
         || g_source_get_time (source) >= self->ticked + TICK_SECONDS * G_TIME_SPAN_SECOND;
}

static gboolean
prepare (GSource *source, int *timeout)
{
  BullaHttp2Session *self = ((SessionSource *)source)->session;

  *timeout = TICK_SECONDS * 1000;
  return self->again || (self->dirty && !self->blocked);
}

static void
stop_watching (BullaHttp2Session *self)
{
  self->tag = NULL;
  bulla_clear_source (&self->source);
}

/* Watches the connection while it has streams or something to send. */
static void
update_source (BullaHttp2Session *self)
{
  gboolean works = self->wire != NULL
                   && (g_hash_table_size (self->streams) > 0 || self->dirty || self->out->len > 0);
  GIOCondition condition = G_IO_IN | (self->blocked ? G_IO_OUT : 0);

  if (!works)
    stop_watching (self);
  else if (self->source != NULL)
    g_source_modify_unix_fd (self->source, self->tag, condition);
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (BullaHttp2Session) self = bulla_http2_session_ref (((SessionSource *)source)->session);
  g_autoptr (BullaHttpClient) client = g_object_ref (self->client);
  GIOCondition condition = g_source_query_unix_fd (source, self->tag);

  if (condition & G_IO_OUT)
    self->blocked = FALSE;
  self->running = TRUE;
  if (self->again || (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)))
    read_frames (self);
  if (g_get_monotonic_time () >= self->ticked + TICK_SECONDS * G_TIME_SPAN_SECOND)
    bulla_http2_session_end_silent_streams (self);
  if (!self->blocked)
    write_frames (self);
  self->running = FALSE;
  update_source (self);
  bulla_http_client_deliver_events (client);
  if (!bulla_http2_session_is_usable (self) && g_hash_table_size (self->streams) == 0)
    bulla_http_origins_remove_session (bulla_http_client_get_origins (client), self);
  return G_SOURCE_CONTINUE;
}

static void
start_watching (BullaHttp2Session *self)
{
  static GSourceFuncs funcs = {.prepare = prepare, .check = is_ready, .dispatch = dispatch};

  if (self->source != NULL || self->wire == NULL)
    return;
  self->source = g_source_new (&funcs, sizeof (SessionSource));
  ((SessionSource *)self->source)->session = self;
  self->ticked = g_get_monotonic_time ();
  self->tag =
      g_source_add_unix_fd (self->source, self->fd, G_IO_IN | (self->blocked ? G_IO_OUT : 0));
  g_source_set_static_name (self->source, "bulla-http2-session");
  g_source_set_can_recurse (self->source, TRUE);
  g_source_attach (self->source, bulla_http_client_get_context (self->client));
}

/* nghttp2 may have frames to send. */
static void
note_work (BullaHttp2Session *self)
{
  self->dirty = self->wire != NULL;
  if (!self->running)
    start_watching (self);
}

/* --- the session */

/**
 * bulla_http2_session_new:
 * @client: the client of the connection
 * @pool: the pool of the connection, which has no other one in use
 * @wire: the connection, on which the server has chosen HTTP/2
 * @fd: the descriptor of its socket
 * @funcs: the functions of the streams' owners; static
 *
 * Spec: RFC 9113 section 3.4
 *
 * Returns: (transfer full) (nullable): a session without streams; %NULL if curl's connection cannot
 *   be used
 */
BullaHttp2Session *
bulla_http2_session_new (BullaHttpClient *client, BullaHttpPool *pool, BullaHttp2Wire *wire, int fd,
                         const BullaHttp2Funcs *funcs)
{
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, BULLA_HTTP2_WINDOW_FIRST},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HEADER_LIST_MAX},
  };

  if (!bulla_http2_wire_take (wire, fd))
    return NULL;
  BullaHttp2Session *self = g_new0 (BullaHttp2Session, 1);
  self->count = 1;
  self->client = client;
  self->pool = bulla_http_pool_ref (pool);
  self->wire = wire;
  self->fd = fd;
  self->funcs = funcs;
  self->streams = g_hash_table_new_full (NULL, NULL, NULL, bulla_http2_stream_free);
  self->out = g_byte_array_new ();
  self->controls = (BullaRateLimit){.most = CONTROL_BURST, .per_second = CONTROL_PER_SECOND};
  self->allowed = BULLA_HTTP2_STREAMS_MAX;
  self->idle_since = g_get_monotonic_time ();
  self->nghttp2 = bulla_http2_session_make_nghttp2 (self);
  if (self->nghttp2 == NULL) {
    bulla_http2_session_unref (self);
    return NULL;
  }
  nghttp2_submit_settings (self->nghttp2, NGHTTP2_FLAG_NONE, settings, G_N_ELEMENTS (settings));
  nghttp2_session_set_local_window_size (self->nghttp2, NGHTTP2_FLAG_NONE, 0,
                                         BULLA_HTTP2_WINDOW_ALL);
  return self;
}

/**
 * bulla_http2_session_set_server:
 * @self: a session
 * @address: (nullable): the address of the server
 * @number: number of the connection in the ledger; 0 if unknown
 */
void
bulla_http2_session_set_server (BullaHttp2Session *self, GSocketAddress *address, guint64 number)
{
  g_set_object (&self->address, address);
  self->number = number;
}

/* Returns: (transfer none) (nullable): the address of the server */
GSocketAddress *
bulla_http2_session_get_address (BullaHttp2Session *self)
{
  return self->address;
}

guint64
bulla_http2_session_get_number (BullaHttp2Session *self)
{
  return self->number;
}

BullaHttp2Session *
bulla_http2_session_ref (BullaHttp2Session *self)
{
  self->count++;
  return self;
}

void
bulla_http2_session_unref (BullaHttp2Session *self)
{
  if (--self->count > 0)
    return;
  stop_watching (self);
  g_clear_pointer (&self->pool, bulla_http_pool_unref);
  nghttp2_session_del (self->nghttp2);
  g_hash_table_unref (self->streams);
  g_byte_array_unref (self->out);
  g_clear_object (&self->address);
  g_free (self->why);
  g_free (self);
}

/**
 * bulla_http2_session_check:
 * @self: a session
 *
 * Reads what has arrived since the connection became idle, above all its end.
 *
 * Returns: like bulla_http2_session_is_usable()
 */
gboolean
bulla_http2_session_check (BullaHttp2Session *self)
{
  if (self->source == NULL && self->wire != NULL && !self->running) {
    self->running = TRUE;
    read_frames (self);
    self->running = FALSE;
    if (self->wire != NULL && nghttp2_session_want_read (self->nghttp2) == 0)
      self->leaving = TRUE;
  }
  return bulla_http2_session_is_usable (self);
}

/* Returns: whether further streams may be opened, now or once others have ended */
gboolean
bulla_http2_session_is_usable (BullaHttp2Session *self)
{
  return self->wire != NULL && !self->leaving;
}

/**
 * bulla_http2_session_expect:
 * @self: a new session
 * @streams: how many streams at a time other connections to the server allowed
 *
 * Holds until the server has said how many it allows on this one.
 */
void
bulla_http2_session_expect (BullaHttp2Session *self, guint32 streams)
{
  self->allowed = streams;
}

/* Returns: how many streams at a time the server allows, as far as it is known */
guint32
bulla_http2_session_get_allowed (BullaHttp2Session *self)
{
  return self->allowed;
}

/* Returns: whether a further stream may be opened now */
gboolean
bulla_http2_session_has_room (BullaHttp2Session *self)
{
  return g_hash_table_size (self->streams) < MIN (self->allowed, BULLA_HTTP2_STREAMS_MAX);
}

/* Returns: g_get_monotonic_time() since which the session has no streams; 0 if it has some */
gint64
bulla_http2_session_get_idle_since (BullaHttp2Session *self)
{
  return g_hash_table_size (self->streams) == 0 ? self->idle_since : 0;
}

int
bulla_http2_session_get_fd (BullaHttp2Session *self)
{
  return self->fd;
}

/**
 * bulla_http2_session_lose:
 * @self: a session whose connection curl is about to free
 */
void
bulla_http2_session_lose (BullaHttp2Session *self)
{
  if (self->wire == NULL)
    return;
  lose (self, "the connection was closed");
  stop_watching (self);
  bulla_http_client_wake (self->client);
}

/**
 * bulla_http2_session_close:
 * @self: a session without streams; neither curl nor nghttp2 runs
 *
 * Says goodbye, and closes the connection.
 */
void
bulla_http2_session_close (BullaHttp2Session *self)
{
  self->leaving = TRUE;
  if (self->wire != NULL) {
    nghttp2_session_terminate_session (self->nghttp2, NGHTTP2_NO_ERROR);
    write_frames (self);
  }
  self->wire = NULL;
  stop_watching (self);
  g_clear_pointer (&self->pool, bulla_http_pool_unref);
}

/**
 * bulla_http2_session_open:
 * @self: a usable session
 * @fields: (array length=n_fields): the header section; copied
 * @n_fields: number of @fields
 * @has_body: whether a body follows
 * @timeout: seconds without progress after which the stream fails; 0 for none
 * @owner: passed to the functions of the session
 *
 * If the server permits no further stream now, the request waits for one.
 *
 * Returns: (transfer none) (nullable): a stream, valid until its end is reported or it is
 *   cancelled; %NULL if the connection has had too many
 */
BullaHttp2Stream *
bulla_http2_session_open (BullaHttp2Session *self, const nghttp2_nv *fields, gsize n_fields,
                          gboolean has_body, guint timeout, gpointer owner)
{
  int32_t id = nghttp2_submit_request (self->nghttp2, NULL, fields, n_fields,
                                       has_body ? &bulla_http2_body_provider : NULL, NULL);

  if (id < 0) {
    self->leaving = TRUE;
    return NULL;
  }
  BullaHttp2Stream *stream = bulla_http2_session_add_stream (self, id, timeout, owner);
  note_work (self);
  return stream;
}
