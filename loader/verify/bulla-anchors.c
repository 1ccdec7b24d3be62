/* bulla-anchors.c - stores trusted roots, transparency logs and known issuers as OpenSSL objects
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-anchors.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "bulla-error.h"
#include "bulla-openssl.h"
#include "bulla-verification-scope.h"

struct _BullaAnchors {
  X509_STORE *store;             /* owned */
  GPtrArray *added;              /* owned; X509; roots given by the user */
  GHashTable *logs;              /* owned; GBytes log id -> BullaKnownLog */
  BullaIssuers *issuers;         /* owned; NULL if no CAA domain of an issuer is known */
  BullaRevocations *revocations; /* owned; NULL without a local revocation list */
  BullaSeenKeys *seen_keys;      /* owned */
  BullaKnownIssuers *known;      /* owned */
};

static void
known_log_free (gpointer data)
{
  BullaKnownLog *self = data;

  g_bytes_unref (self->der);
  EVP_PKEY_free (self->key);
  g_free (self);
}

BullaAnchors *
bulla_anchors_new (void)
{
  BullaAnchors *self = g_new0 (BullaAnchors, 1);

  self->store = X509_STORE_new ();
  self->added = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  self->logs = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
                                      known_log_free);
  self->seen_keys = bulla_seen_keys_new ();
  self->known = bulla_known_issuers_new ();
  return self;
}

void
bulla_anchors_free (BullaAnchors *self)
{
  X509_STORE_free (self->store);
  g_ptr_array_unref (self->added);
  g_hash_table_unref (self->logs);
  g_clear_pointer (&self->issuers, bulla_issuers_unref);
  g_clear_pointer (&self->revocations, bulla_revocations_free);
  bulla_seen_keys_unref (self->seen_keys);
  bulla_known_issuers_free (self->known);
  g_free (self);
}

/**
 * bulla_anchors_set_issuers: (skip)
 * @self: anchors
 * @issuers: the CAA domains of known issuers
 */
void
bulla_anchors_set_issuers (BullaAnchors *self, BullaIssuers *issuers)
{
  bulla_issuers_ref (issuers);
  g_clear_pointer (&self->issuers, bulla_issuers_unref);
  self->issuers = issuers;
}

/**
 * bulla_anchors_get_issuers: (skip)
 * @self: anchors
 *
 * Returns: (transfer none) (nullable): the CAA domains of known issuers
 */
const BullaIssuers *
bulla_anchors_get_issuers (BullaAnchors *self)
{
  return self->issuers;
}

/**
 * bulla_anchors_add_pem: (skip)
 * @self: anchors
 * @pem: one or more certificates
 * @error: %BULLA_ERROR_ARGUMENT if @pem contains no certificate
 */
gboolean
bulla_anchors_add_pem (BullaAnchors *self, GBytes *pem, GError **error)
{
  g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
  gsize length = 0;
  const void *data = g_bytes_get_data (pem, &length);
  BIO *bio = BIO_new_mem_buf (data, (int)MIN (length, G_MAXINT));
  guint n = 0;
  X509 *root = NULL;

  while ((root = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL) {
    X509_STORE_add_cert (self->store, root);
    g_ptr_array_add (self->added, root);
    n++;
  }
  BIO_free (bio);
  gboolean whole = ERR_GET_REASON (ERR_peek_last_error ()) == PEM_R_NO_START_LINE;
  ERR_clear_error ();
  if (n == 0 || !whole)
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 n == 0 ? "not a certificate in PEM form" : "a certificate that cannot be read");
  return n > 0 && whole;
}

/* A hash directory is read on demand; a single file would be parsed completely at each start. */
void
bulla_anchors_use_system (BullaAnchors *self)
{
  X509_LOOKUP *lookup = X509_STORE_add_lookup (self->store, X509_LOOKUP_hash_dir ());

  if (lookup != NULL)
    X509_LOOKUP_add_dir (lookup, "/etc/ssl/certs", X509_FILETYPE_PEM);
}

void
bulla_anchors_clear_logs (BullaAnchors *self)
{
  g_hash_table_remove_all (self->logs);
}

/**
 * bulla_anchors_add_logs: (skip)
 * @self: anchors
 * @list: logs; each replaces what was known of it before
 */
void
bulla_anchors_add_logs (BullaAnchors *self, const BullaLogList *list)
{
  for (guint i = 0; i < list->logs->len; i++) {
    const BullaLog *log = list->logs->pdata[i];
    BullaKnownLog *known = g_new0 (BullaKnownLog, 1);

    known->der = g_bytes_ref (log->key);
    if (log->decoded != NULL) {
      EVP_PKEY_up_ref (log->decoded);
      known->key = log->decoded;
      known->has_key = 1;
    }
    known->state = log->state;
    known->state_since = log->state_since;
    known->start = log->start;
    known->end = log->end;
    known->placeholder = log->placeholder;
    g_hash_table_replace (self->logs, g_bytes_new (log->id, sizeof log->id), known);
  }
}

/* @revocations: (transfer full) (nullable): replace those of before */
void
bulla_anchors_set_revocations (BullaAnchors *self, BullaRevocations *revocations)
{
  g_clear_pointer (&self->revocations, bulla_revocations_free);
  self->revocations = revocations;
}

/* NULL: there are none */
const BullaRevocations *
bulla_anchors_get_revocations (BullaAnchors *self)
{
  return self->revocations;
}

/* Returns: (transfer none): the keys that were used in TLS or for exchanges; for any thread */
BullaSeenKeys *
bulla_anchors_get_seen_keys (BullaAnchors *self)
{
  return self->seen_keys;
}

/* Returns: (transfer none): certificates of issuers, for any thread */
BullaKnownIssuers *
bulla_anchors_get_known_issuers (BullaAnchors *self)
{
  return self->known;
}

X509_STORE *
bulla_anchors_get_store (BullaAnchors *self)
{
  return self->store;
}

gboolean
bulla_anchors_is_added (BullaAnchors *self, X509 *root)
{
  for (guint i = 0; i < self->added->len; i++)
    if (X509_cmp (self->added->pdata[i], root) == 0)
      return TRUE;
  return FALSE;
}

gboolean
bulla_anchors_have_logs (BullaAnchors *self)
{
  return g_hash_table_size (self->logs) > 0;
}

/* Returns: (transfer none) (nullable): the log with that id, for any thread */
BullaKnownLog *
bulla_anchors_find_log (BullaAnchors *self, const guint8 *id, size_t length)
{
  g_autoptr (GBytes) key = g_bytes_new_static (id, length);

  return g_hash_table_lookup (self->logs, key);
}

/**
 * bulla_known_log_get_key: (skip)
 * @self: a log; may be called in any thread
 *
 * Decodes the key at the first call: of a browser's list, few logs are needed.
 *
 * Returns: (transfer none) (nullable): the key; %NULL if the list has no public key there
 */
EVP_PKEY *
bulla_known_log_get_key (BullaKnownLog *self)
{
  if (g_once_init_enter (&self->has_key)) {
    g_auto (BullaVerificationScope) scope = bulla_verification_scope_enter ();
    gsize length = 0;
    const unsigned char *data = g_bytes_get_data (self->der, &length);
    self->key = d2i_PUBKEY (NULL, &data, (long)length);
    ERR_clear_error ();
    g_once_init_leave (&self->has_key, 1);
  }
  return self->key;
}
