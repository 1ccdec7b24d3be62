/* bulla-http-origin.c - finds the connections of an https origin, and which protocol they speak
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A connection is used for the very host and port for which it was opened. Which protocol a server
 * speaks is known once a connection to it is open, so the first requests open one each, and further
 * ones wait for them. */
#include "bulla-http-origin.h"

#define ORIGINS_MAX 512
#define SESSIONS_MAX 6 /* most HTTP/2 connections to one origin */
#define OPENING_MAX 6  /* most connections that are opened before the protocol is known */

struct _BullaHttpOrigins {
  BullaHttpClient *client; /* borrowed */
  GHashTable *table;       /* owned; key -> owned BullaHttpOrigin */
};

/* --- one origin */

static void
close_session (gpointer data)
{
  BullaHttp2Session *session = data;

  bulla_http2_session_close (session);
  bulla_http2_session_unref (session);
}

static void
origin_free (gpointer data)
{
  BullaHttpOrigin *self = data;

  g_ptr_array_unref (self->sessions);
  g_clear_pointer (&self->pool, bulla_http_pool_unref);
  g_queue_clear (&self->waiting);
  g_free (self->key);
  g_free (self);
}

static gboolean
is_over (BullaHttp2Session *session)
{
  return !bulla_http2_session_is_usable (session)
         && bulla_http2_session_get_idle_since (session) != 0;
}

/**
 * bulla_http_origin_find_session:
 * @self: an origin
 *
 * Returns: (transfer none) (nullable): a usable connection for a further request; %NULL if a new
 *   one should be opened
 */
BullaHttp2Session *
bulla_http_origin_find_session (BullaHttpOrigin *self)
{
  BullaHttp2Session *full = NULL;
  guint n_full = 0;

  for (guint i = 0; i < self->sessions->len;) {
    BullaHttp2Session *session = self->sessions->pdata[i];
    gboolean usable = bulla_http2_session_check (session);
    self->allowed = bulla_http2_session_get_allowed (session);
    if (usable && bulla_http2_session_has_room (session))
      return session;
    if (usable) {
      full = session;
      n_full++;
    }
    if (is_over (session))
      g_ptr_array_remove_index (self->sessions, i);
    else
      i++;
  }
  return n_full >= SESSIONS_MAX ? full : NULL;
}

/**
 * bulla_http_origin_has_session:
 * @self: an origin
 *
 * May be called while curl runs.
 *
 * Returns: whether a further request finds a session, or will find it once curl has returned
 */
gboolean
bulla_http_origin_has_session (BullaHttpOrigin *self)
{
  for (guint i = 0; i < self->sessions->len; i++)
    if (bulla_http2_session_is_usable (self->sessions->pdata[i])
        && bulla_http2_session_has_room (self->sessions->pdata[i]))
      return TRUE;
  return self->arriving > 0;
}

/**
 * bulla_http_origin_must_wait:
 * @self: an origin without a session for a further request
 *
 * Returns: whether the request should wait until a connection that is being opened is open
 */
gboolean
bulla_http_origin_must_wait (BullaHttpOrigin *self)
{
  if (g_strcmp0 (self->protocol, "http/1.1") == 0)
    return FALSE;
  return self->opening >= (self->protocol == NULL ? OPENING_MAX : 1);
}

/**
 * bulla_http_origin_dup_pool:
 * @self: an origin
 * @client: its client
 *
 * Returns: (transfer full): the pool in which a transfer opens a connection, or uses a kept one
 */
BullaHttpPool *
bulla_http_origin_dup_pool (BullaHttpOrigin *self, BullaHttpClient *client)
{
  if (self->pool == NULL)
    self->pool = bulla_http_pool_new (client);
  return bulla_http_pool_ref (self->pool);
}

/**
 * bulla_http_origin_add_session:
 * @self: an origin
 * @pool: the pool in which the connection was opened; curl must open no other one there, because it
 *   closes kept connections that are old or not silent
 * @session: (transfer full): a new session
 */
void
bulla_http_origin_add_session (BullaHttpOrigin *self, BullaHttpPool *pool,
                               BullaHttp2Session *session)
{
  if (self->allowed > 0)
    bulla_http2_session_expect (session, self->allowed);
  g_ptr_array_add (self->sessions, session);
  if (self->pool == pool)
    g_clear_pointer (&self->pool, bulla_http_pool_unref);
}

/* --- all origins of a client */

BullaHttpOrigins *
bulla_http_origins_new (BullaHttpClient *client)
{
  BullaHttpOrigins *self = g_new (BullaHttpOrigins, 1);

  *self = (BullaHttpOrigins){client,
                             g_hash_table_new_full (g_str_hash, g_str_equal, NULL, origin_free)};
  return self;
}

void
bulla_http_origins_free (BullaHttpOrigins *self)
{
  g_hash_table_unref (self->table);
  g_free (self);
}

static gboolean
is_unused (BullaHttpOrigin *origin)
{
  return origin->users == 0 && origin->sessions->len == 0 && origin->pool == NULL;
}

static gboolean
unused_cb (gpointer key, gpointer value, gpointer user_data)
{
  return is_unused (value);
}

/**
 * bulla_http_origins_get:
 * @self: the origins of a client
 * @key: host, port and given addresses
 *
 * Returns: (transfer none) (nullable): the origin, valid while it has users; %NULL if there are too
 *   many
 */
BullaHttpOrigin *
bulla_http_origins_get (BullaHttpOrigins *self, const char *key)
{
  BullaHttpOrigin *origin = g_hash_table_lookup (self->table, key);

  if (origin != NULL)
    return origin;
  if (g_hash_table_size (self->table) >= ORIGINS_MAX) {
    bulla_http_origins_drop_idle (self, g_get_monotonic_time ());
    g_hash_table_foreach_remove (self->table, unused_cb, NULL);
    if (g_hash_table_size (self->table) >= ORIGINS_MAX)
      return NULL;
  }
  origin = g_new0 (BullaHttpOrigin, 1);
  origin->key = g_strdup (key);
  origin->sessions = g_ptr_array_new_with_free_func (close_session);
  g_queue_init (&origin->waiting);
  g_hash_table_insert (self->table, origin->key, origin);
  return origin;
}

/**
 * bulla_http_origins_lose:
 * @self: the origins of a client
 * @fd: the descriptor of a socket that curl closes
 */
void
bulla_http_origins_lose (BullaHttpOrigins *self, int fd)
{
  GHashTableIter iter;
  BullaHttpOrigin *origin = NULL;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&origin))
    for (guint i = 0; i < origin->sessions->len; i++)
      if (bulla_http2_session_get_fd (origin->sessions->pdata[i]) == fd)
        bulla_http2_session_lose (origin->sessions->pdata[i]);
}

/**
 * bulla_http_origins_remove_session:
 * @self: the origins of a client
 * @session: a session without streams that cannot be used any more
 *
 * Closes it.
 */
void
bulla_http_origins_remove_session (BullaHttpOrigins *self, BullaHttp2Session *session)
{
  GHashTableIter iter;
  BullaHttpOrigin *origin = NULL;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&origin))
    if (g_ptr_array_remove (origin->sessions, session))
      return;
}

/* Returns: the earlier of two times, of which 0 means none */
static gint64
earlier (gint64 a, gint64 b)
{
  return a == 0 ? b : b == 0 ? a : MIN (a, b);
}

/* Returns: the time since which the first of the remaining connections is idle; 0 if none is */
static gint64
sweep_origin (BullaHttpOrigin *self, gint64 before)
{
  gint64 since = self->pool != NULL ? bulla_http_pool_get_idle_since (self->pool) : 0, next = 0;

  if (since > 0 && since <= before)
    g_clear_pointer (&self->pool, bulla_http_pool_unref);
  else
    next = since;
  for (guint i = 0; i < self->sessions->len;) {
    since = bulla_http2_session_get_idle_since (self->sessions->pdata[i]);
    if (since > 0 && since <= before) {
      g_ptr_array_remove_index (self->sessions, i);
    } else {
      next = earlier (next, since);
      i++;
    }
  }
  return next;
}

/**
 * bulla_http_origins_sweep:
 * @self: the origins of a client
 * @before: g_get_monotonic_time()
 *
 * Closes connections that have been idle since that time.
 *
 * Returns: the time since which the first of the remaining ones is idle; 0 if none is
 */
gint64
bulla_http_origins_sweep (BullaHttpOrigins *self, gint64 before)
{
  GHashTableIter iter;
  BullaHttpOrigin *origin = NULL;
  gint64 next = 0;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&origin))
    next = earlier (next, sweep_origin (origin, before));
  return next;
}

/**
 * bulla_http_origins_drop_idle:
 * @self: the origins of a client
 * @before: g_get_monotonic_time()
 *
 * Closes connections that have been idle since that time, and kept ones of pools in use.
 */
void
bulla_http_origins_drop_idle (BullaHttpOrigins *self, gint64 before)
{
  GHashTableIter iter;
  BullaHttpOrigin *origin = NULL;

  bulla_http_origins_sweep (self, before);
  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&origin))
    if (origin->pool != NULL)
      bulla_http_pool_drop_idle (origin->pool);
}
