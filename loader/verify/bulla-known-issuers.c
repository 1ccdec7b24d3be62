/* bulla-known-issuers.c - remembers the certificates of issuers, and which of them sign which
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A few intermediates issue the certificates of most publishers. What their bytes decode to and
 * whether one signed the other depends on those bytes alone: not on the time, the roots or a
 * revocation, all of which are checked anew for each chain. Pairs are compared by address: each
 * holds its two certificates, so no other certificate can have the same address meanwhile. */
#include "bulla-known-issuers.h"

#include <openssl/err.h>

typedef struct {
  X509 *subject, *issuer; /* owned */
} Pair;

struct _BullaKnownIssuers {
  GMutex mutex;             /* locked because threads share it */
  GHashTable *certificates; /* owned; GBytes -> X509 */
  gsize size;               /* bytes of their keys */
  GArray *pairs;            /* owned; of Pair */
};

static void
pair_clear (gpointer data)
{
  Pair *self = data;

  X509_free (self->subject);
  X509_free (self->issuer);
}

BullaKnownIssuers *
bulla_known_issuers_new (void)
{
  BullaKnownIssuers *self = g_new0 (BullaKnownIssuers, 1);

  g_mutex_init (&self->mutex);
  self->certificates = g_hash_table_new_full (
      g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, (GDestroyNotify)X509_free);
  self->pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_array_set_clear_func (self->pairs, pair_clear);
  return self;
}

void
bulla_known_issuers_free (BullaKnownIssuers *self)
{
  g_hash_table_unref (self->certificates);
  g_array_unref (self->pairs);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Returns: (transfer full) (nullable) */
static X509 *
find_certificate (BullaKnownIssuers *self, BullaSpan der)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  g_autoptr (GBytes) key = g_bytes_new_static (der.data, der.length);
  X509 *found = g_hash_table_lookup (self->certificates, key);

  if (found != NULL)
    X509_up_ref (found);
  return found;
}

/* Forgets all others if there are too many, or if they are too large together. */
static void
add_certificate (BullaKnownIssuers *self, BullaSpan der, X509 *certificate)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  if (der.length > BULLA_KNOWN_ISSUERS_SIZE_MAX)
    return;
  if (g_hash_table_size (self->certificates) >= BULLA_KNOWN_ISSUERS_MAX
      || self->size + der.length > BULLA_KNOWN_ISSUERS_SIZE_MAX) {
    g_hash_table_remove_all (self->certificates);
    self->size = 0;
  }
  X509_up_ref (certificate);
  if (g_hash_table_replace (self->certificates, g_bytes_new (der.data, der.length), certificate))
    self->size += der.length;
}

/**
 * bulla_known_issuers_read: (skip)
 * @self: known issuers
 * @der: a certificate, and nothing after it
 *
 * Returns: (transfer full) (nullable): the certificate, decoded now or by an earlier call; %NULL if
 *   it is not in DER
 */
X509 *
bulla_known_issuers_read (BullaKnownIssuers *self, BullaSpan der)
{
  X509 *certificate = find_certificate (self, der);
  const unsigned char *at = der.data;

  if (certificate != NULL)
    return certificate;
  certificate = d2i_X509 (NULL, &at, (long)der.length);
  ERR_clear_error ();
  if (certificate != NULL && at == der.data + der.length) {
    add_certificate (self, der, certificate);
    return certificate;
  }
  X509_free (certificate);
  return NULL;
}

static gboolean
contains_pair (const BullaKnownIssuers *self, const X509 *subject, const X509 *issuer)
{
  for (guint i = 0; i < self->pairs->len; i++) {
    const Pair *pair = &g_array_index (self->pairs, Pair, i);
    if (pair->subject == subject && pair->issuer == issuer)
      return TRUE;
  }
  return FALSE;
}

/**
 * bulla_known_issuers_has_pair: (skip)
 * @self: known issuers
 * @subject: a certificate
 * @issuer: another
 *
 * Returns: whether the signature of @subject was found to be by @issuer, which may issue it
 */
gboolean
bulla_known_issuers_has_pair (BullaKnownIssuers *self, X509 *subject, X509 *issuer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return contains_pair (self, subject, issuer);
}

/**
 * bulla_known_issuers_add_pair: (skip)
 * @self: known issuers
 * @subject: a certificate
 * @issuer: the certificate whose key verifies the signature of @subject, and which may issue it
 */
void
bulla_known_issuers_add_pair (BullaKnownIssuers *self, X509 *subject, X509 *issuer)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  Pair pair = {subject, issuer};

  if (contains_pair (self, subject, issuer))
    return;
  if (self->pairs->len >= BULLA_KNOWN_ISSUERS_MAX)
    g_array_set_size (self->pairs, 0);
  X509_up_ref (subject);
  X509_up_ref (issuer);
  g_array_append_val (self->pairs, pair);
}
