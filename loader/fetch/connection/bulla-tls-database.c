/* bulla-tls-database.c - verifies servers with trusted roots from several files and the system
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-tls-database.h"

#include "bulla-can-sign.h"
#include "bulla-key-hash.h"
#include "bulla-trust-internal.h"

struct _BullaTlsDatabase {
  GTlsDatabase parent_instance;
  GPtrArray *parts;         /* owned GTlsDatabase; one for each file, then the system's */
  GMutex lock;              /* locked because handshakes verify in threads */
  gboolean system;          /* the system's roots will be loaded on first use */
  BullaSeenKeys *seen_keys; /* owned */
};

G_DEFINE_FINAL_TYPE (BullaTlsDatabase, bulla_tls_database, G_TYPE_TLS_DATABASE)

/**
 * bulla_tls_certificate_dup_der:
 * @certificate: (nullable): what a server presented
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *
bulla_tls_certificate_dup_der (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  if (certificate == NULL)
    return NULL;
  g_object_get (certificate, "certificate", &der, NULL);
  return der != NULL ? g_byte_array_free_to_bytes (g_steal_pointer (&der)) : NULL;
}

/**
 * bulla_tls_certificate_can_sign:
 * @certificate: (nullable): the certificate of a server
 *
 * Returns: whether it has the CanSignHttpExchanges extension
 */
gboolean
bulla_tls_certificate_can_sign (GTlsCertificate *certificate)
{
  g_autoptr (GBytes) bytes = bulla_tls_certificate_dup_der (certificate);

  return bytes != NULL && bulla_certificate_can_sign (bytes);
}

/**
 * bulla_tls_database_note_key:
 * @database: one of bulla_tls_database_new()
 * @certificate: what a server presented, in DER
 * @host: the server, which completed the handshake and so has the key
 *
 * Remembers the key, so that an exchange that was signed with it is noticed. For any thread.
 *
 * Returns: (transfer full) (nullable): the host of an exchange that was signed with the same key
 */
char *
bulla_tls_database_note_key (GTlsDatabase *database, GBytes *certificate, const char *host)
{
  BullaTlsDatabase *self = BULLA_TLS_DATABASE (database);
  guint8 hash[BULLA_KEY_HASH_SIZE];

  if (!bulla_key_hash_of_der (certificate, hash))
    return NULL;
  bulla_seen_keys_add_tls (self->seen_keys, hash, host);
  return bulla_seen_keys_dup_exchange_host (self->seen_keys, hash);
}

/* Returns the system's own database, even if another default was set. Loading it takes as long as
 * ten handshakes, so it happens only if the other databases do not suffice. */
static GTlsDatabase *
part (BullaTlsDatabase *self, guint index)
{
  g_mutex_lock (&self->lock);
  if (index == self->parts->len && self->system) {
    GTlsBackend *backend = g_tls_backend_get_default ();
    GTlsDatabase *database = G_TLS_BACKEND_GET_INTERFACE (backend)->get_default_database (backend);
    self->system = FALSE;
    if (database != NULL)
      g_ptr_array_add (self->parts, database);
  }
  GTlsDatabase *found = index < self->parts->len ? self->parts->pdata[index] : NULL;
  g_mutex_unlock (&self->lock);
  return found;
}

/* Called in the handshake, before a byte of a request is sent. A certificate is trusted if any
 * database trusts it. Otherwise the shortest list of errors is returned, so that an expired
 * certificate of a given root is not reported as unknown because the system lacks that root. */
static GTlsCertificateFlags
bulla_tls_database_verify_chain (GTlsDatabase *database, GTlsCertificate *chain,
                                 const char *purpose, GSocketConnectable *identity,
                                 GTlsInteraction *interaction, GTlsDatabaseVerifyFlags flags,
                                 GCancellable *cancellable, GError **error)
{
  BullaTlsDatabase *self = BULLA_TLS_DATABASE (database);
  GTlsCertificateFlags fewest = G_TLS_CERTIFICATE_VALIDATE_ALL;

  if (bulla_tls_certificate_can_sign (chain))
    return G_TLS_CERTIFICATE_GENERIC_ERROR;
  GTlsDatabase *each = NULL;
  for (guint i = 0; fewest != 0 && (each = part (self, i)) != NULL; i++) {
    g_autoptr (GError) failed = NULL;
    GTlsCertificateFlags found = g_tls_database_verify_chain (
        each, chain, purpose, identity, interaction, flags, cancellable, &failed);
    if (failed != NULL) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return G_TLS_CERTIFICATE_GENERIC_ERROR;
    }
    gboolean known = !(found & G_TLS_CERTIFICATE_UNKNOWN_CA);
    if (found == 0 || known || fewest == G_TLS_CERTIFICATE_VALIDATE_ALL)
      fewest = found;
  }
  return part (self, 0) != NULL ? fewest : G_TLS_CERTIFICATE_UNKNOWN_CA;
}

static GTlsCertificate *
bulla_tls_database_lookup_issuer (GTlsDatabase *database, GTlsCertificate *certificate,
                                  GTlsInteraction *interaction, GTlsDatabaseLookupFlags flags,
                                  GCancellable *cancellable, GError **error)
{
  BullaTlsDatabase *self = BULLA_TLS_DATABASE (database);
  GTlsCertificate *issuer = NULL;

  GTlsDatabase *each = NULL;
  for (guint i = 0; issuer == NULL && (each = part (self, i)) != NULL; i++) {
    g_autoptr (GError) failed = NULL;
    issuer = g_tls_database_lookup_certificate_issuer (each, certificate, interaction, flags,
                                                       cancellable, &failed);
    if (failed != NULL) {
      g_propagate_error (error, g_steal_pointer (&failed));
      return NULL;
    }
  }
  return issuer;
}

static void
bulla_tls_database_finalize (GObject *object)
{
  BullaTlsDatabase *self = BULLA_TLS_DATABASE (object);

  g_ptr_array_unref (self->parts);
  g_clear_pointer (&self->seen_keys, bulla_seen_keys_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (bulla_tls_database_parent_class)->finalize (object);
}

static void
bulla_tls_database_class_init (BullaTlsDatabaseClass *klass)
{
  GTlsDatabaseClass *database = G_TLS_DATABASE_CLASS (klass);

  database->verify_chain = bulla_tls_database_verify_chain;
  database->lookup_certificate_issuer = bulla_tls_database_lookup_issuer;
  G_OBJECT_CLASS (klass)->finalize = bulla_tls_database_finalize;
}

static void
bulla_tls_database_init (BullaTlsDatabase *self)
{
  self->parts = g_ptr_array_new_with_free_func (g_object_unref);
  g_mutex_init (&self->lock);
}

/* A connection of libsoup starts with the default database, and glib-networking's own one loads the
 * system's roots for each connection. So the default is replaced by a database of ours with the
 * same roots. */
static gpointer
install_default (gpointer data)
{
  g_autoptr (BullaTlsDatabase) same = g_object_new (BULLA_TYPE_TLS_DATABASE, NULL);

  same->system = TRUE;
  g_tls_backend_set_default_database (g_tls_backend_get_default (), G_TLS_DATABASE (same));
  return NULL;
}

/**
 * bulla_tls_database_new:
 * @trust: the trusted roots
 * @error: set if a file of roots is not usable
 *
 * Certificates for signing exchanges are never trusted, because they must not be used for TLS.
 *
 * Returns: (transfer full): a database that verifies servers
 */
GTlsDatabase *
bulla_tls_database_new (BullaTrust *trust, GError **error)
{
  g_autoptr (BullaTlsDatabase) self = g_object_new (BULLA_TYPE_TLS_DATABASE, NULL);
  g_autoptr (GPtrArray) files = bulla_trust_dup_root_files (trust);
  static GOnce installed = G_ONCE_INIT;

  g_once (&installed, install_default, NULL);
  for (guint i = 0; files != NULL && i < files->len; i++) {
    g_autofree char *path = g_canonicalize_filename (files->pdata[i], NULL);
    GTlsDatabase *file = g_tls_file_database_new (path, error);
    if (file == NULL)
      return NULL;
    g_ptr_array_add (self->parts, file);
  }
  self->system = bulla_trust_get_system_roots (trust);
  self->seen_keys = bulla_seen_keys_ref (bulla_trust_get_seen_keys (trust));
  return G_TLS_DATABASE (g_steal_pointer (&self));
}

/**
 * bulla_tls_describe_flags:
 * @flags: the errors of a server's certificate
 *
 * Returns: (transfer full): the errors in words
 */
char *
bulla_tls_describe_flags (GTlsCertificateFlags flags)
{
  static const struct {
    GTlsCertificateFlags flag;
    const char *text;
  } TEXTS[] = {
      {G_TLS_CERTIFICATE_UNKNOWN_CA, "its issuer is not trusted"},
      {G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another host"},
      {G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet"},
      {G_TLS_CERTIFICATE_EXPIRED, "it has expired"},
      {G_TLS_CERTIFICATE_REVOKED, "it was revoked"},
      {G_TLS_CERTIFICATE_INSECURE, "its algorithm is too weak"},
      {G_TLS_CERTIFICATE_GENERIC_ERROR, "it is not usable"},
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    if (flags & TEXTS[i].flag)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", TEXTS[i].text);
  return g_string_free (text, FALSE);
}
