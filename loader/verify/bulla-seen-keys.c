/* bulla-seen-keys.c - remembers which public keys were used in TLS, and which for exchanges
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A key that does both is exposed twice: whoever steals it from a TLS server can sign exchanges
 * too, which need no connection to the publisher. Kept for one process; the oldest keys are
 * dropped. */
#include "bulla-seen-keys.h"

#define KEYS_MAX 4096 /* most keys that are remembered */

typedef struct {
  char *tls_host;      /* owned; nullable; the first host that proved to have the key in TLS */
  char *exchange_host; /* owned; nullable; the first host that an exchange was signed for with it */
} Seen;

struct _BullaSeenKeys {
  GMutex mutex;     /* locked because handshakes and loads may run in threads */
  GHashTable *keys; /* owned; GBytes hash -> Seen */
  GQueue order;     /* borrowed GBytes from @keys, the oldest first */
};

static void
seen_free (gpointer data)
{
  Seen *seen = data;

  g_free (seen->tls_host);
  g_free (seen->exchange_host);
  g_free (seen);
}

BullaSeenKeys *
bulla_seen_keys_new (void)
{
  BullaSeenKeys *self = g_atomic_rc_box_new0 (BullaSeenKeys);

  g_mutex_init (&self->mutex);
  self->keys =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, seen_free);
  g_queue_init (&self->order);
  return self;
}

BullaSeenKeys *
bulla_seen_keys_ref (BullaSeenKeys *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
seen_keys_clear (gpointer data)
{
  BullaSeenKeys *self = data;

  g_queue_clear (&self->order);
  g_hash_table_unref (self->keys);
  g_mutex_clear (&self->mutex);
}

void
bulla_seen_keys_unref (BullaSeenKeys *self)
{
  g_atomic_rc_box_release_full (self, seen_keys_clear);
}

/* @tls: whether the host had the key in TLS; otherwise an exchange was signed for it */
static void
add (BullaSeenKeys *self, const guint8 *hash, const char *host, gboolean tls)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GBytes) key = g_bytes_new (hash, BULLA_KEY_HASH_SIZE);
  Seen *seen = g_hash_table_lookup (self->keys, key);

  if (seen == NULL) {
    if (self->order.length >= KEYS_MAX)
      g_hash_table_remove (self->keys, g_queue_pop_head (&self->order));
    seen = g_new0 (Seen, 1);
    g_queue_push_tail (&self->order, key);
    g_hash_table_insert (self->keys, g_bytes_ref (key), seen);
  }
  char **place = tls ? &seen->tls_host : &seen->exchange_host;
  if (*place == NULL)
    *place = g_strdup (host);
}

/* Returns: (transfer full) (nullable): the host; %NULL if the key was not seen there */
static char *
dup_host (BullaSeenKeys *self, const guint8 *hash, gboolean tls)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GBytes) key = g_bytes_new_static (hash, BULLA_KEY_HASH_SIZE);
  const Seen *seen = g_hash_table_lookup (self->keys, key);

  if (seen == NULL)
    return NULL;
  return g_strdup (tls ? seen->tls_host : seen->exchange_host);
}

/**
 * bulla_seen_keys_add_tls: (skip)
 * @self: seen keys
 * @hash: the SHA-256 of a SubjectPublicKeyInfo, #BULLA_KEY_HASH_SIZE bytes
 * @host: the server that completed a TLS handshake with it
 *
 * For any thread.
 */
void
bulla_seen_keys_add_tls (BullaSeenKeys *self, const guint8 *hash, const char *host)
{
  add (self, hash, host, TRUE);
}

/**
 * bulla_seen_keys_add_exchange: (skip)
 * @self: seen keys
 * @hash: the SHA-256 of a SubjectPublicKeyInfo, #BULLA_KEY_HASH_SIZE bytes
 * @host: the host of an exchange whose signature verifies with the key
 *
 * For any thread.
 */
void
bulla_seen_keys_add_exchange (BullaSeenKeys *self, const guint8 *hash, const char *host)
{
  add (self, hash, host, FALSE);
}

/**
 * bulla_seen_keys_dup_tls_host: (skip)
 * @self: seen keys
 * @hash: the SHA-256 of a SubjectPublicKeyInfo, #BULLA_KEY_HASH_SIZE bytes
 *
 * Returns: (transfer full) (nullable): the first server that had the key in TLS; for any thread
 */
char *
bulla_seen_keys_dup_tls_host (BullaSeenKeys *self, const guint8 *hash)
{
  return dup_host (self, hash, TRUE);
}

/**
 * bulla_seen_keys_dup_exchange_host: (skip)
 * @self: seen keys
 * @hash: the SHA-256 of a SubjectPublicKeyInfo, #BULLA_KEY_HASH_SIZE bytes
 *
 * Returns: (transfer full) (nullable): the first host that an exchange was signed for with the key;
 *   for any thread
 */
char *
bulla_seen_keys_dup_exchange_host (BullaSeenKeys *self, const guint8 *hash)
{
  return dup_host (self, hash, FALSE);
}
