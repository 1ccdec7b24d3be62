/* bulla-http-client.c - runs the transfers of one main context, which share connections
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Runs multi handles of curl, one for each pool of connections, as one GSource. curl's callbacks
 * only queue events; the events are delivered when curl has returned, so that handlers may call any
 * function.
 * Whole because: connections, timers and transfers are the state of the multi handles. */
#include "bulla-http-client.h"

#include <unistd.h>

#include "bulla-descriptor-limit.h"
#include "bulla-http-origin.h"
#include "bulla-main-loop-source.h"

#define KEPT_MAX 256       /* idle connections that are kept */
#define OPEN_MAX 2048      /* connections in total */
#define ROUNDS_MAX 32      /* most reads of one socket before others are served */
#define POOL_DESCRIPTORS 2 /* sockets that curl opens for a multi handle, to wake itself */
#define DROP_SECONDS 1     /* seconds; connections used more recently are not dropped */

typedef struct {
  GSource source;
  BullaHttpClient *client; /* borrowed; destroys the source; not used in prepare() and check() */
  gint64 due;              /* g_get_monotonic_time() at which a pool may be due; -1 if never */
  gboolean again;          /* OpenSSL may have bytes that curl has not read yet */
} ClientSource;

struct _BullaHttpPool {
  guint count;             /* references */
  BullaHttpClient *client; /* borrowed; outlives its pools */
  CURLM *multi;            /* owned */
  CURL *dropper;           /* owned; nullable; see bulla_http_pool_drop_idle() */
  gint64 due;              /* g_get_monotonic_time() at which curl must be called; -1 if never */
  guint running;           /* number of active transfers */
  gint64 idle_since;       /* g_get_monotonic_time() when the last transfer ended; 0 if not idle */
};

struct _BullaHttpClient {
  GObject parent_instance;
  const BullaHttpTransferFuncs *transfers; /* static */
  GMainContext *context;                   /* owned */
  GSource *source;                         /* owned */
  GSource *sweep;                          /* owned; nullable; closes idle connections */
  BullaHttpPool *common;                   /* owned; see bulla_http_client_get_common_pool() */
  BullaHttpOrigins *origins;               /* owned */
  GPtrArray *pools;                        /* owned array of borrowed BullaHttpPool; all pools */
  GHashTable *sockets;                     /* owned; descriptor -> tag in the source */
  GHashTable *owners;                      /* owned; descriptor -> borrowed BullaHttpPool */
  GHashTable *conditions;                  /* owned; descriptor -> GIOCondition that curl awaits */
  GHashTable *unread;  /* owned; set of descriptors of which OpenSSL may have bytes */
  gboolean any_unread; /* OpenSSL may have bytes of descriptors that are not in @unread */
  BullaHttpConnections *connections; /* owned; those with open sockets */
  GQueue news;                       /* owned BullaHttpTransfer; transfers with events to deliver */
  guint active;                      /* number of transfers that have not ended */
  guint64 steps;                     /* TLS records and parts of bodies that curl has read */
  gboolean stopped;                  /* no transfers will be added any more */
};

G_DEFINE_FINAL_TYPE (BullaHttpClient, bulla_http_client, G_TYPE_OBJECT)

/* Returns: (transfer none): the connections with open sockets */
BullaHttpConnections *
bulla_http_client_get_connections (BullaHttpClient *self)
{
  return self->connections;
}

static int
close_socket_cb (void *user_data, curl_socket_t fd)
{
  BullaHttpClient *self = user_data;

  if (self->origins != NULL)
    bulla_http_origins_lose (self->origins, fd);
  bulla_http_connections_remove (self->connections, fd);
  return close (fd);
}

/* --- events that curl waits for */

static int
socket_cb (CURL *easy, curl_socket_t fd, int what, void *user_data, void *socket_data)
{
  BullaHttpPool *pool = user_data;
  BullaHttpClient *self = pool->client;
  gpointer key = GINT_TO_POINTER (fd), tag = g_hash_table_lookup (self->sockets, key);
  GIOCondition condition =
      (what & CURL_POLL_IN ? G_IO_IN : 0) | (what & CURL_POLL_OUT ? G_IO_OUT : 0);

  g_hash_table_insert (self->conditions, key, GINT_TO_POINTER (condition));
  if (what == CURL_POLL_REMOVE) {
    g_hash_table_remove (self->conditions, key);
    g_hash_table_remove (self->unread, key);
    if (tag != NULL)
      g_source_remove_unix_fd (self->source, tag);
    g_hash_table_remove (self->sockets, key);
    g_hash_table_remove (self->owners, key);
  } else if (tag != NULL) {
    g_source_modify_unix_fd (self->source, tag, condition);
  } else {
    g_hash_table_insert (self->sockets, key, g_source_add_unix_fd (self->source, fd, condition));
    g_hash_table_insert (self->owners, key, pool);
  }
  return 0;
}

static void
set_due (BullaHttpPool *self, gint64 due)
{
  ClientSource *source = (ClientSource *)self->client->source;

  self->due = due;
  if (due >= 0 && (source->due < 0 || due < source->due))
    source->due = due;
}

/* @fd: a descriptor to read again, or -1 for all that curl wants to read */
static void
read_again (BullaHttpClient *self, int fd)
{
  if (fd < 0)
    self->any_unread = TRUE;
  else
    g_hash_table_add (self->unread, GINT_TO_POINTER (fd));
  ((ClientSource *)self->source)->again = TRUE;
}

static int
timer_cb (CURLM *multi, long milliseconds, void *user_data)
{
  BullaHttpPool *self = user_data;

  set_due (self, milliseconds < 0 ? -1 : g_get_monotonic_time () + milliseconds * 1000);
  return 0;
}

/* --- queued events of transfers */

/**
 * bulla_http_client_queue_event:
 * @self: a client
 * @transfer: (transfer full): a transfer with an event to deliver once curl has returned
 */
void
bulla_http_client_queue_event (BullaHttpClient *self, BullaHttpTransfer *transfer)
{
  g_queue_push_tail (&self->news, transfer);
}

static void
stop_dropping (BullaHttpPool *self)
{
  if (self->dropper == NULL)
    return;
  curl_multi_remove_handle (self->multi, self->dropper);
  curl_easy_cleanup (g_steal_pointer (&self->dropper));
}

static void
take_results (BullaHttpPool *self)
{
  int left = 0;

  for (CURLMsg *each; (each = curl_multi_info_read (self->multi, &left)) != NULL;)
    if (each->msg == CURLMSG_DONE) {
      BullaHttpTransfer *transfer = NULL;
      curl_easy_getinfo (each->easy_handle, CURLINFO_PRIVATE, &transfer);
      if (transfer != NULL)
        self->client->transfers->end (transfer, each->data.result);
      else
        stop_dropping (self);
    }
}

/* Returns: (transfer full): references to all pools, because handlers may free any of them */
static GPtrArray *
ref_pools (BullaHttpClient *self)
{
  GPtrArray *pools = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_http_pool_unref);

  for (guint i = 0; i < self->pools->len; i++)
    g_ptr_array_add (pools, bulla_http_pool_ref (self->pools->pdata[i]));
  return pools;
}

/**
 * bulla_http_client_deliver_events:
 * @self: a client; neither curl nor nghttp2 runs
 */
void
bulla_http_client_deliver_events (BullaHttpClient *self)
{
  for (BullaHttpTransfer *each; (each = g_queue_pop_head (&self->news)) != NULL;) {
    self->transfers->tell (each);
    self->transfers->unref (each);
  }
}

static void
pass_on (BullaHttpClient *self, GPtrArray *pools)
{
  for (guint i = 0; i < pools->len; i++)
    take_results (pools->pdata[i]);
  bulla_http_client_deliver_events (self);
}

/* Returns: what curl waits for; without %G_IO_IN if the transfer is paused, whose bytes curl would
 * keep in memory if it were told to read them */
static GIOCondition
awaited (BullaHttpClient *self, int fd)
{
  return (GIOCondition)GPOINTER_TO_INT (
      g_hash_table_lookup (self->conditions, GINT_TO_POINTER (fd)));
}

/* Calls curl, which also runs the timers that are due, of any transfer. What those transfers read
 * on the way is a record of many that OpenSSL may have. curl states the time of a timer in whole
 * milliseconds, rounded up, so a timer may be due that much earlier than @due. Returns: the number
 * of active transfers */
static guint
call_curl (BullaHttpPool *self, curl_socket_t fd, int events)
{
  gint64 soon = g_get_monotonic_time () + G_TIME_SPAN_MILLISECOND;
  gboolean timers = fd == CURL_SOCKET_TIMEOUT || (self->due >= 0 && self->due <= soon);
  guint64 before = self->client->steps;
  int running = 0;

  curl_multi_socket_action (self->multi, fd, events, &running);
  if (timers && self->client->steps != before)
    read_again (self->client, -1);
  return (guint)running;
}

/* curl reads one TLS record at a time, while OpenSSL takes as many from the socket as have arrived:
 * the socket does not become readable for the others. So curl is called until it reads nothing. */
static void
act (BullaHttpClient *self, int fd, GIOCondition condition)
{
  int events = (condition & (G_IO_IN | G_IO_HUP) ? CURL_CSELECT_IN : 0)
               | (condition & G_IO_OUT ? CURL_CSELECT_OUT : 0)
               | (condition & (G_IO_ERR | G_IO_NVAL) ? CURL_CSELECT_ERR : 0);
  guint64 before = 0;

  for (guint i = 0; i < ROUNDS_MAX; i++) {
    BullaHttpPool *pool = g_hash_table_lookup (self->owners, GINT_TO_POINTER (fd));
    if (pool == NULL)
      return;
    before = self->steps;
    call_curl (pool, fd, events);
    if (self->steps == before || (awaited (self, fd) & G_IO_IN) == 0)
      return;
  }
  read_again (self, fd);
}

static gboolean
is_due (GSource *source)
{
  gint64 due = ((ClientSource *)source)->due;

  return due >= 0 && due <= g_source_get_time (source);
}

static gboolean
is_ready (GSource *source)
{
  return ((ClientSource *)source)->again || is_due (source);
}

/* g_source_set_ready_time() would wake the main loop at each change. That is not needed here: the
 * client is used in one thread, whose loop is awake while @due changes. */
static gboolean
prepare (GSource *source, int *timeout)
{
  gint64 due = ((ClientSource *)source)->due;

  *timeout =
      due < 0 ? -1 : (int)CLAMP ((due - g_source_get_time (source) + 999) / 1000, 0, G_MAXINT);
  return is_ready (source);
}

/* Calls curl for the pools that are due. */
static void
run_timers (BullaHttpClient *self, GPtrArray *pools)
{
  ClientSource *source = (ClientSource *)self->source;
  gint64 now = g_source_get_time (self->source);

  source->due = -1;
  for (guint i = 0; i < pools->len; i++) {
    BullaHttpPool *pool = pools->pdata[i];
    gint64 due = pool->due;
    if (due >= 0 && due <= now) {
      pool->due = -1;
      call_curl (pool, CURL_SOCKET_TIMEOUT, 0);
    } else {
      set_due (pool, due);
    }
  }
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (BullaHttpClient) self = g_object_ref (((ClientSource *)source)->client);
  g_autoptr (GPtrArray) pools = ref_pools (self);
  g_autofree gpointer *fds = NULL;
  guint n = 0;

  if (is_due (source))
    run_timers (self, pools);
  gboolean all = self->any_unread;
  self->any_unread = FALSE;
  ((ClientSource *)source)->again = FALSE;
  fds = g_hash_table_get_keys_as_array (self->sockets, &n);
  for (guint i = 0; i < n; i++) {
    gpointer tag = g_hash_table_lookup (self->sockets, fds[i]);
    GIOCondition condition = tag != NULL ? g_source_query_unix_fd (source, tag) : 0;
    if (g_hash_table_remove (self->unread, fds[i]) || all)
      condition |= awaited (self, GPOINTER_TO_INT (fds[i])) & G_IO_IN;
    if (condition != 0)
      act (self, GPOINTER_TO_INT (fds[i]), condition);
  }
  pass_on (self, pools);
  return G_SOURCE_CONTINUE;
}

/* --- pools of connections */

/* Returns: the share of the process's descriptors that connections may use */
static long
share (double part, long max)
{
  guint64 descriptors = bulla_descriptors_get_limit ();

  return (long)CLAMP ((double)descriptors * part, 8, (double)max);
}

/* Connections are not limited per host: one session could use up the limit, and requests of other
 * sessions to that host would wait. The gateway limits each session's client connections instead,
 * to fewer than are allowed here. */
static void
make_multi (BullaHttpPool *self)
{
  self->multi = curl_multi_init ();
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETFUNCTION, socket_cb);
  curl_multi_setopt (self->multi, CURLMOPT_SOCKETDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERFUNCTION, timer_cb);
  curl_multi_setopt (self->multi, CURLMOPT_TIMERDATA, self);
  curl_multi_setopt (self->multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, share (3.0 / 8, OPEN_MAX));
  curl_multi_setopt (self->multi, CURLMOPT_MAXCONNECTS, share (1.0 / 8, KEPT_MAX));
  curl_multi_setopt (self->multi, CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
}

/**
 * bulla_http_pool_new:
 * @client: a client that outlives the pool
 *
 * Returns: (transfer full): a pool without connections
 */
BullaHttpPool *
bulla_http_pool_new (BullaHttpClient *client)
{
  BullaHttpPool *self = g_new0 (BullaHttpPool, 1);

  self->count = 1;
  self->client = client;
  self->due = -1;
  make_multi (self);
  g_ptr_array_add (client->pools, self);
  return self;
}

BullaHttpPool *
bulla_http_pool_ref (BullaHttpPool *self)
{
  self->count++;
  return self;
}

/**
 * bulla_http_pool_unref:
 * @self: (transfer full): a pool; not within one of curl's callbacks
 *
 * The last reference closes its connections.
 */
void
bulla_http_pool_unref (BullaHttpPool *self)
{
  if (--self->count > 0)
    return;
  g_ptr_array_remove_fast (self->client->pools, self);
  stop_dropping (self);
  curl_multi_cleanup (self->multi);
  g_free (self);
}

/**
 * bulla_http_pool_add:
 * @self: a pool
 * @easy: a transfer that has not started
 *
 * Sends at once on a kept connection; events are delivered from the main loop.
 *
 * Returns: whether the transfer has started
 */
gboolean
bulla_http_pool_add (BullaHttpPool *self, CURL *easy)
{
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket_cb);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETDATA, self->client);
  if (curl_multi_add_handle (self->multi, easy) != CURLM_OK)
    return FALSE;
  self->running++;
  self->idle_since = 0;
  guint running = call_curl (self, CURL_SOCKET_TIMEOUT, 0);
  if (!g_queue_is_empty (&self->client->news) || running < self->running)
    set_due (self, 0);
  return TRUE;
}

/**
 * bulla_http_pool_restart:
 * @self: a pool
 * @easy: a transfer that was added and has ended; it now uses a new connection
 *
 * Returns: whether the transfer has started again
 */
gboolean
bulla_http_pool_restart (BullaHttpPool *self, CURL *easy)
{
  curl_multi_remove_handle (self->multi, easy);
  curl_easy_setopt (easy, CURLOPT_FRESH_CONNECT, 1L);
  return curl_multi_add_handle (self->multi, easy) == CURLM_OK;
}

/**
 * bulla_http_pool_remove:
 * @self: a pool
 * @easy: a transfer that was added, whether or not it has ended; must not be called from curl's
 *   callbacks
 */
void
bulla_http_pool_remove (BullaHttpPool *self, CURL *easy)
{
  curl_multi_remove_handle (self->multi, easy);
  if (--self->running == 0)
    self->idle_since = g_get_monotonic_time ();
}

/**
 * bulla_http_pool_get_idle_since:
 * @self: a pool
 *
 * Returns: g_get_monotonic_time() since which no transfer is active; 0 if one is, or none was
 */
gint64
bulla_http_pool_get_idle_since (BullaHttpPool *self)
{
  return self->idle_since;
}

static curl_socket_t
open_nothing_cb (void *user_data, curlsocktype purpose, struct curl_sockaddr *address)
{
  return CURL_SOCKET_BAD;
}

/**
 * bulla_http_pool_drop_idle:
 * @self: a pool
 *
 * Closes connections that have been idle for more than a second. curl does this when a transfer
 * starts, at most once a second; so this starts a transfer that opens no socket.
 */
void
bulla_http_pool_drop_idle (BullaHttpPool *self)
{
  if (self->dropper != NULL)
    return;
  CURL *easy = curl_easy_init ();
  curl_easy_setopt (easy, CURLOPT_URL, "http://127.0.0.1:1/");
  curl_easy_setopt (easy, CURLOPT_PROXY, "");
  curl_easy_setopt (easy, CURLOPT_OPENSOCKETFUNCTION, open_nothing_cb);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket_cb);
  curl_easy_setopt (easy, CURLOPT_CLOSESOCKETDATA, self->client);
  curl_easy_setopt (easy, CURLOPT_MAXAGE_CONN, (long)DROP_SECONDS);
  curl_easy_setopt (easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt (easy, CURLOPT_PRIVATE, NULL);
  if (curl_multi_add_handle (self->multi, easy) == CURLM_OK)
    self->dropper = easy;
  else
    curl_easy_cleanup (easy);
}

/* --- idle connections */

static void start_sweep (BullaHttpClient *self, gint64 delay);

/* Closes what has been idle for long enough. */
static gboolean
sweep_cb (gpointer user_data)
{
  g_autoptr (BullaHttpClient) self = g_object_ref (user_data);
  gint64 before = g_get_monotonic_time () - BULLA_HTTP_IDLE_SECONDS * G_TIME_SPAN_SECOND;
  gint64 next = bulla_http_origins_sweep (self->origins, before);
  gint64 common = self->common->idle_since;

  bulla_clear_source (&self->sweep);
  if (common > 0 && common <= before) {
    stop_dropping (self->common);
    curl_multi_cleanup (self->common->multi);
    make_multi (self->common);
    self->common->idle_since = 0;
  } else if (common > 0) {
    next = next > 0 ? MIN (next, common) : common;
  }
  if (next > 0)
    start_sweep (self, next - before);
  return G_SOURCE_REMOVE;
}

/* @delay: microseconds */
static void
start_sweep (BullaHttpClient *self, gint64 delay)
{
  self->sweep = g_timeout_source_new ((guint)(delay / G_TIME_SPAN_MILLISECOND + 1));
  g_source_set_callback (self->sweep, sweep_cb, g_object_ref (self), g_object_unref);
  g_source_attach (self->sweep, self->context);
}

/**
 * bulla_http_client_schedule_sweep:
 * @self: a client of which a connection has become idle
 */
void
bulla_http_client_schedule_sweep (BullaHttpClient *self)
{
  if (self->sweep == NULL && !self->stopped)
    start_sweep (self, BULLA_HTTP_IDLE_SECONDS * G_TIME_SPAN_SECOND);
}

/**
 * bulla_http_client_drop_idle:
 * @self: a client; called in its own thread
 *
 * Closes connections that have been idle for more than a second.
 */
void
bulla_http_client_drop_idle (BullaHttpClient *self)
{
  if (self->stopped || bulla_http_connections_count (self->connections) == 0)
    return;
  bulla_http_origins_drop_idle (self->origins,
                                g_get_monotonic_time () - DROP_SECONDS * G_TIME_SPAN_SECOND);
  bulla_http_pool_drop_idle (self->common);
}

/* --- transfers */

/* Returns: the open descriptors of connections, and of their pools */
static guint
count_descriptors (BullaHttpClient *self)
{
  return bulla_http_connections_count (self->connections) + POOL_DESCRIPTORS * self->pools->len;
}

/**
 * bulla_http_client_begin:
 * @self: a client for which a transfer begins
 */
void
bulla_http_client_begin (BullaHttpClient *self)
{
  self->active++;
}

/**
 * bulla_http_client_end:
 * @self: a client of which a transfer has ended
 */
void
bulla_http_client_end (BullaHttpClient *self)
{
  const guint each = 1 + POOL_DESCRIPTORS;

  self->active--;
  bulla_http_client_schedule_sweep (self);
  if (count_descriptors (self) > each * self->active + (guint)share (1.0 / 8, each * KEPT_MAX))
    bulla_http_origins_drop_idle (self->origins,
                                  g_get_monotonic_time () - DROP_SECONDS * G_TIME_SPAN_SECOND);
}

/**
 * bulla_http_client_wake:
 * @self: a client
 *
 * Delivers the queued events in the next iteration of the main loop.
 */
void
bulla_http_client_wake (BullaHttpClient *self)
{
  set_due (self->common, 0);
}

/* Returns: (transfer none): the pool of requests that share connections with those of any origin */
BullaHttpPool *
bulla_http_client_get_common_pool (BullaHttpClient *self)
{
  return self->common;
}

BullaHttpOrigins *
bulla_http_client_get_origins (BullaHttpClient *self)
{
  return self->origins;
}

/* Returns: whether another connection may be opened */
gboolean
bulla_http_client_has_room (BullaHttpClient *self)
{
  return bulla_http_connections_count (self->connections) < OPEN_MAX
         && count_descriptors (self) < (guint)share (3.0 / 8, (1 + POOL_DESCRIPTORS) * OPEN_MAX);
}

/* Returns: (transfer none): a counter that is increased for each TLS record, and for each part of a
 * body without TLS, that curl has read; valid as long as @self */
guint64 *
bulla_http_client_get_steps (BullaHttpClient *self)
{
  return &self->steps;
}

gboolean
bulla_http_client_is_busy (BullaHttpClient *self)
{
  return self->active > 0;
}

GMainContext *
bulla_http_client_get_context (BullaHttpClient *self)
{
  return self->context;
}

/* --- construction and destruction */

static void
bulla_http_client_dispose (GObject *object)
{
  bulla_clear_source (&BULLA_HTTP_CLIENT (object)->sweep);
  G_OBJECT_CLASS (bulla_http_client_parent_class)->dispose (object);
}

static void
bulla_http_client_finalize (GObject *object)
{
  BullaHttpClient *self = BULLA_HTTP_CLIENT (object);

  g_clear_pointer (&self->origins, bulla_http_origins_free);
  bulla_http_pool_unref (self->common);
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_ptr_array_unref (self->pools);
  g_hash_table_unref (self->sockets);
  g_hash_table_unref (self->owners);
  g_hash_table_unref (self->conditions);
  g_hash_table_unref (self->unread);
  bulla_http_connections_free (self->connections);
  g_main_context_unref (self->context);
  G_OBJECT_CLASS (bulla_http_client_parent_class)->finalize (object);
}

static void
bulla_http_client_class_init (BullaHttpClientClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = bulla_http_client_dispose;
  G_OBJECT_CLASS (klass)->finalize = bulla_http_client_finalize;
}

static void
bulla_http_client_init (BullaHttpClient *self)
{
  self->pools = g_ptr_array_new ();
  self->sockets = g_hash_table_new (NULL, NULL);
  self->owners = g_hash_table_new (NULL, NULL);
  self->conditions = g_hash_table_new (NULL, NULL);
  self->unread = g_hash_table_new (NULL, NULL);
  self->connections = bulla_http_connections_new ();
  g_queue_init (&self->news);
}

static gpointer
init_curl (gpointer data)
{
  curl_global_init (CURL_GLOBAL_DEFAULT);
  return NULL;
}

/**
 * bulla_http_client_new:
 * @context: the main context of the transfers; it belongs to the thread that runs it
 * @transfers: the functions that the client calls for its transfers; static
 *
 * Returns: (transfer full): a client without transfers
 */
BullaHttpClient *
bulla_http_client_new (GMainContext *context, const BullaHttpTransferFuncs *transfers)
{
  static GSourceFuncs funcs = {.prepare = prepare, .check = is_ready, .dispatch = dispatch};
  static GOnce initialised = G_ONCE_INIT;
  BullaHttpClient *self = g_object_new (BULLA_TYPE_HTTP_CLIENT, NULL);

  g_once (&initialised, init_curl, NULL);
  self->transfers = transfers;
  self->context = g_main_context_ref (context);
  self->source = g_source_new (&funcs, sizeof (ClientSource));
  ((ClientSource *)self->source)->client = self;
  ((ClientSource *)self->source)->due = -1;
  g_source_set_static_name (self->source, "bulla-http-client");
  g_source_set_can_recurse (self->source, TRUE); /* avoids an extra iteration for each dispatch */
  g_source_attach (self->source, context);
  self->origins = bulla_http_origins_new (self);
  self->common = bulla_http_pool_new (self);
  return self;
}

/**
 * bulla_http_client_stop:
 * @self: a client to which no further transfers will be added
 *
 * Removes the timer of idle connections, which refers to the client. The connections are closed
 * with the client, when the last transfer has ended.
 */
void
bulla_http_client_stop (BullaHttpClient *self)
{
  bulla_clear_source (&self->sweep);
  self->stopped = TRUE;
}
