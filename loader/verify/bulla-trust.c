/* bulla-trust.c - keeps the trusted roots and transparency logs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-trust.h"

#include "bulla-anchors.h"
#include "bulla-bytes.h"
#include "bulla-error.h"
#include "bulla-trust-internal.h"
#include "bulla-verified-chains.h"

#define MAX_FILE_SIZE (16 << 20)

struct _BullaTrust {
  GObject parent_instance;
  GRWLock lock;                /* of @anchors; several threads may verify at once */
  BullaAnchors *anchors;       /* owned */
  GPtrArray *root_files;       /* owned; char * */
  GMutex mutex;                /* of @chains; locked for moments only */
  BullaVerifiedChains *chains; /* owned */
  gboolean system_roots;
  gint generation;              /* atomic; see bulla_trust_get_generation() */
  BullaCaaAnswers *caa_answers; /* owned */
};

G_DEFINE_FINAL_TYPE (BullaTrust, bulla_trust, G_TYPE_OBJECT)

static void
bulla_trust_finalize (GObject *object)
{
  BullaTrust *self = BULLA_TRUST (object);

  bulla_verified_chains_free (self->chains);
  bulla_anchors_free (self->anchors);
  g_ptr_array_unref (self->root_files);
  bulla_caa_answers_unref (self->caa_answers);
  g_mutex_clear (&self->mutex);
  g_rw_lock_clear (&self->lock);
  G_OBJECT_CLASS (bulla_trust_parent_class)->finalize (object);
}

static void
bulla_trust_class_init (BullaTrustClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_trust_finalize;
}

static void
bulla_trust_init (BullaTrust *self)
{
  g_mutex_init (&self->mutex);
  g_rw_lock_init (&self->lock);
  self->anchors = bulla_anchors_new ();
  self->root_files = g_ptr_array_new_with_free_func (g_free);
  self->caa_answers = bulla_caa_answers_new ();
  self->chains = bulla_verified_chains_new ();
}

/* Called when the anchors have changed, before they are unlocked. */
static void
forget_chains (BullaTrust *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  bulla_verified_chains_forget (self->chains);
  g_atomic_int_inc (&self->generation);
}

/**
 * bulla_trust_new:
 *
 * Returns: (transfer full): a trust without roots and logs
 */
BullaTrust *
bulla_trust_new (void)
{
  return g_object_new (BULLA_TYPE_TRUST, NULL);
}

/**
 * bulla_trust_add_roots:
 * @self: a trust
 * @pem_file: a file with one or more certificates
 * @error: why they were not added
 */
gboolean
bulla_trust_add_roots (BullaTrust *self, const char *pem_file, GError **error)
{
  g_autoptr (GBytes) pem = bulla_bytes_read_file (pem_file, MAX_FILE_SIZE, error);

  if (pem == NULL)
    return FALSE;
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->lock);
  if (!bulla_anchors_add_pem (self->anchors, pem, error)) {
    g_prefix_error (error, "%s: ", pem_file);
    return FALSE;
  }
  g_ptr_array_add (self->root_files, g_strdup (pem_file));
  forget_chains (self);
  return TRUE;
}

/**
 * bulla_trust_set_system_roots:
 * @self: a trust
 * @use: whether the system's roots are trusted, too; this cannot be revoked
 */
void
bulla_trust_set_system_roots (BullaTrust *self, gboolean use)
{
  if (!use || self->system_roots)
    return;
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->lock);
  self->system_roots = TRUE;
  bulla_anchors_use_system (self->anchors);
  forget_chains (self);
}

/**
 * bulla_trust_get_system_roots:
 * @self: a trust
 *
 * Returns: whether the system's roots are trusted
 */
gboolean
bulla_trust_get_system_roots (BullaTrust *self)
{
  return self->system_roots;
}

/**
 * bulla_trust_dup_root_files:
 * @self: a trust
 *
 * Returns: (transfer full) (element-type filename): the files given to bulla_trust_add_roots()
 */
GPtrArray *
bulla_trust_dup_root_files (BullaTrust *self)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->root_files->len; i++)
    g_ptr_array_add (files, g_strdup (self->root_files->pdata[i]));
  return files;
}

/**
 * bulla_trust_add_log_list: (skip)
 * @self: a trust
 * @list: transparency logs; each replaces what was known of it before
 */
void
bulla_trust_add_log_list (BullaTrust *self, const BullaLogList *list)
{
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->lock);

  bulla_anchors_add_logs (self->anchors, list);
  forget_chains (self);
}

/**
 * bulla_trust_set_log_list: (skip)
 * @self: a trust
 * @list: (nullable): transparency logs; they replace all of before; %NULL for none
 */
void
bulla_trust_set_log_list (BullaTrust *self, const BullaLogList *list)
{
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->lock);

  bulla_anchors_clear_logs (self->anchors);
  if (list != NULL)
    bulla_anchors_add_logs (self->anchors, list);
  forget_chains (self);
}

/**
 * bulla_trust_set_revocations: (skip)
 * @self: a trust
 * @revocations: (transfer full) (nullable): certificates and keys that are not trusted, wherever
 *   they are in a path; they replace those of before; %NULL for no list
 */
void
bulla_trust_set_revocations (BullaTrust *self, BullaRevocations *revocations)
{
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->lock);

  bulla_anchors_set_revocations (self->anchors, revocations);
  forget_chains (self);
}

/**
 * bulla_trust_get_generation: (skip)
 * @self: a trust
 *
 * Returns: a number that changes with the roots, logs, revocations and issuers; a chain that was
 *   verified in an earlier generation has to be verified again
 */
guint
bulla_trust_get_generation (BullaTrust *self)
{
  return (guint)g_atomic_int_get (&self->generation);
}

/**
 * bulla_trust_add_logs:
 * @self: a trust
 * @json_file: an array of `{description, key, log_id}`, or a browser's log list, version 3
 * @error: why they were not added; lists of version 1 and 2 are named
 *
 * Of a browser's list, the state and the interval of each log are respected; logs without a state,
 * and those whose `log_id` is not the SHA-256 of their key, are left out.
 */
gboolean
bulla_trust_add_logs (BullaTrust *self, const char *json_file, GError **error)
{
  g_autoptr (GBytes) json = bulla_bytes_read_file (json_file, MAX_FILE_SIZE, error);

  if (json == NULL)
    return FALSE;
  g_autoptr (BullaLogList) list = bulla_log_list_parse_any (json, error);
  if (list == NULL) {
    g_prefix_error (error, "%s: ", json_file);
    return FALSE;
  }
  bulla_trust_add_log_list (self, list);
  return TRUE;
}

static BullaChain *
find_chain (BullaTrust *self, GBytes *bytes, gint64 now)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);

  return bulla_verified_chains_find (self->chains, bytes, now);
}

/**
 * bulla_trust_verify_chain: (skip)
 * @self: a trust
 * @bytes: an `application/cert-chain+cbor` resource
 * @now: Unix seconds
 * @error: a %BULLA_FAULT if it cannot be read
 *
 * Returns: (transfer full) (nullable): the chain, verified now or by an earlier call
 */
BullaChain *
bulla_trust_verify_chain (BullaTrust *self, GBytes *bytes, gint64 now, GError **error)
{
  g_autoptr (GRWLockReaderLocker) anchors = g_rw_lock_reader_locker_new (&self->lock);
  BullaChain *chain = find_chain (self, bytes, now);

  if (chain != NULL)
    return chain;
  chain = bulla_chain_verify (bytes, self->anchors, now, error);
  if (chain == NULL)
    return NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->mutex);
  bulla_verified_chains_add (self->chains, bytes, chain);
  return chain;
}

/**
 * bulla_trust_verify_parsed: (skip)
 * @self: a trust
 * @certificates: certificates, the leaf first
 * @now: Unix seconds
 * @error: a %BULLA_FAULT if a certificate cannot be read
 *
 * Like bulla_trust_verify_chain(), for certificates that are already parsed. The result is not
 * cached.
 *
 * Returns: (transfer full) (nullable): the chain
 */
BullaChain *
bulla_trust_verify_parsed (BullaTrust *self, const BullaCertChain *certificates, gint64 now,
                           GError **error)
{
  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&self->lock);

  return bulla_chain_verify_parsed (certificates, self->anchors, now, error);
}

/**
 * bulla_trust_has_issuers: (skip)
 * @self: a trust
 *
 * Returns: whether the CAA domains of issuers are known; may be called in any thread
 */
gboolean
bulla_trust_has_issuers (BullaTrust *self)
{
  g_autoptr (GRWLockReaderLocker) locker = g_rw_lock_reader_locker_new (&self->lock);

  return bulla_anchors_get_issuers (self->anchors) != NULL;
}

/**
 * bulla_trust_set_issuers: (skip)
 * @self: a trust
 * @issuers: the CAA domains of known issuers
 */
void
bulla_trust_set_issuers (BullaTrust *self, BullaIssuers *issuers)
{
  g_autoptr (GRWLockWriterLocker) locker = g_rw_lock_writer_locker_new (&self->lock);

  bulla_anchors_set_issuers (self->anchors, issuers);
  forget_chains (self);
}

/**
 * bulla_trust_get_caa_answers: (skip)
 * @self: a trust
 *
 * Returns: (transfer none): the cache of CAA answers that loaders with this trust share; may be
 *   used in any thread
 */
BullaCaaAnswers *
bulla_trust_get_caa_answers (BullaTrust *self)
{
  return self->caa_answers;
}

/**
 * bulla_trust_get_seen_keys: (skip)
 * @self: a trust
 *
 * Returns: (transfer none): the keys that were used in TLS or for exchanges; for any thread
 */
BullaSeenKeys *
bulla_trust_get_seen_keys (BullaTrust *self)
{
  return bulla_anchors_get_seen_keys (self->anchors);
}
