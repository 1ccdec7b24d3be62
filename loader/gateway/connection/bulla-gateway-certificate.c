/* bulla-gateway-certificate.c - issues server certificates from an authority kept in memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-gateway-certificate.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "bulla-error.h"

#define DAY 86400
#define AUTHORITY_DAYS 365
#define LEAF_DAYS 7
#define LEAF_FRESH_SECONDS (5 * DAY) /* seconds; an older leaf is issued again */

typedef struct {
  GTlsCertificate *certificate; /* owned */
  gint64 minted;                /* Unix time in s at which it was issued */
} Leaf;

struct _BullaGatewayCertificate {
  EVP_PKEY *key; /* owned; the authority's private key; leaves this process only where it is kept */
  X509 *issuer;  /* owned */
  EVP_PKEY *leaf_key;       /* owned; shared by all leaves, because this process serves them all */
  BullaTlsContext *context; /* owned; has @leaf_key */
  GTlsCertificate *authority; /* owned; without its private key */
  GHashTable *leaves;         /* owned; host -> Leaf */
};

static void
leaf_free (Leaf *leaf)
{
  g_object_unref (leaf->certificate);
  g_free (leaf);
}

void
bulla_gateway_certificate_free (BullaGatewayCertificate *self)
{
  EVP_PKEY_free (self->key);
  EVP_PKEY_free (self->leaf_key);
  X509_free (self->issuer);
  bulla_tls_context_free (self->context);
  g_clear_object (&self->authority);
  g_hash_table_unref (self->leaves);
  g_free (self);
}

static gboolean
take_openssl_error (GError **error)
{
  unsigned long code = ERR_peek_last_error ();

  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "the gateway’s certificate: %s",
               code != 0 ? ERR_reason_error_string (code) : "out of memory");
  ERR_clear_error ();
  return FALSE;
}

static char *
take_text (BIO *bio)
{
  char *text = NULL;
  long length = BIO_get_mem_data (bio, &text);
  char *copy = g_strndup (text, MAX (length, 0));

  BIO_free (bio);
  return copy;
}

static gboolean
add_extension (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;

  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  X509_EXTENSION *extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  gboolean added = extension != NULL && X509_add_ext (certificate, extension, -1);
  X509_EXTENSION_free (extension);
  return added;
}

/* Returns a certificate with a random serial number, its names, validity and key; extensions and
 * signature are missing. */
static X509 *
begin (const char *common_name, X509_NAME *issuer, EVP_PKEY *key, int days)
{
  X509 *certificate = X509_new ();
  X509_NAME *name = X509_NAME_new ();
  guint8 serial[16];
  gboolean fine = certificate != NULL && name != NULL && RAND_bytes (serial, sizeof serial) == 1;

  if (fine) {
    serial[0] = (serial[0] & 0x7f) | 0x40;
    BIGNUM *number = BN_bin2bn (serial, sizeof serial, NULL);
    fine =
        number != NULL && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
    BN_free (number);
  }
  fine = fine && X509_set_version (certificate, X509_VERSION_3)
         && X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guint8 *)common_name, -1,
                                        -1, 0)
         && X509_set_subject_name (certificate, name)
         && X509_set_issuer_name (certificate, issuer != NULL ? issuer : name)
         && X509_gmtime_adj (X509_getm_notBefore (certificate), -DAY) != NULL
         && X509_time_adj_ex (X509_getm_notAfter (certificate), days, 0, NULL) != NULL
         && X509_set_pubkey (certificate, key);
  X509_NAME_free (name);
  if (!fine)
    g_clear_pointer (&certificate, X509_free);
  return certificate;
}

static char *
certificate_pem (X509 *certificate)
{
  BIO *bio = BIO_new (BIO_s_mem ());

  PEM_write_bio_X509 (bio, certificate);
  return take_text (bio);
}

static gboolean
make_authority (BullaGatewayCertificate *self)
{
  self->key = EVP_EC_gen ("P-256");
  self->leaf_key = EVP_EC_gen ("P-256");
  if (self->key == NULL || self->leaf_key == NULL)
    return FALSE;
  X509 *issuer = self->issuer = begin ("Bulla gateway", NULL, self->key, AUTHORITY_DAYS);
  return issuer != NULL
         && add_extension (issuer, issuer, NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
         && add_extension (issuer, issuer, NID_key_usage, "critical,keyCertSign,cRLSign")
         && add_extension (issuer, issuer, NID_subject_key_identifier, "hash")
         && X509_sign (issuer, self->key, EVP_sha256 ()) > 0;
}

/* Reads an authority that an earlier gateway made. Returns: whether it can be used until it ends */
static gboolean
read_authority (BullaGatewayCertificate *self, const char *pem)
{
  BIO *certificate = BIO_new_mem_buf (pem, -1);
  BIO *key = BIO_new_mem_buf (pem, -1);

  self->issuer = PEM_read_bio_X509 (certificate, NULL, NULL, NULL);
  self->key = PEM_read_bio_PrivateKey (key, NULL, NULL, (void *)"");
  self->leaf_key = EVP_EC_gen ("P-256");
  BIO_free (certificate);
  BIO_free (key);
  return self->issuer != NULL && self->key != NULL && self->leaf_key != NULL
         && X509_check_private_key (self->issuer, self->key) == 1
         && X509_check_ca (self->issuer) == 1;
}

static gboolean
has_ended (BullaGatewayCertificate *self)
{
  return X509_cmp_current_time (X509_get0_notAfter (self->issuer)) <= 0;
}

static gboolean
find_authority (BullaGatewayCertificate *self, const char *kept, GError **error)
{
  if (kept == NULL)
    return make_authority (self) || take_openssl_error (error);
  if (!read_authority (self, kept)) {
    ERR_clear_error ();
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "not an authority of a gateway, with its private key");
    return FALSE;
  }
  if (!has_ended (self))
    return TRUE;
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               "the authority has expired; remove the file, and trust the next one");
  return FALSE;
}

/**
 * bulla_gateway_certificate_new:
 * @kept: (nullable): an authority from bulla_gateway_certificate_dup_pem(); %NULL for a new one
 * @error: what failed
 *
 * Returns: (transfer full): an authority, whose private key is stored only by who asks for it
 */
BullaGatewayCertificate *
bulla_gateway_certificate_new (const char *kept, GError **error)
{
  g_autoptr (BullaGatewayCertificate) self = g_new0 (BullaGatewayCertificate, 1);

  self->leaves = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)leaf_free);
  if (!find_authority (self, kept, error))
    return NULL;
  g_autofree char *pem = certificate_pem (self->issuer);
  self->authority = g_tls_certificate_new_from_pem (pem, -1, error);
  if (self->authority == NULL)
    return NULL;
  self->context = bulla_tls_context_new (self->leaf_key);
  if (self->context == NULL) {
    take_openssl_error (error);
    return NULL;
  }
  return g_steal_pointer (&self);
}

/**
 * bulla_gateway_certificate_get_authority:
 * @self: an authority
 *
 * Returns: (transfer none): the authority's certificate, for clients that should trust it
 */
GTlsCertificate *
bulla_gateway_certificate_get_authority (BullaGatewayCertificate *self)
{
  return self->authority;
}

/**
 * bulla_gateway_certificate_dup_pem:
 * @self: an authority
 *
 * Returns: (transfer full): the authority's certificate and its private key, as PEM
 */
char *
bulla_gateway_certificate_dup_pem (BullaGatewayCertificate *self)
{
  BIO *bio = BIO_new (BIO_s_mem ());

  PEM_write_bio_X509 (bio, self->issuer);
  PEM_write_bio_PrivateKey (bio, self->key, NULL, NULL, 0, NULL, NULL);
  return take_text (bio);
}

/**
 * bulla_gateway_certificate_get_context:
 * @self: an authority
 *
 * Returns: (transfer none): what TLS connections share that present one of its leaves; it has the
 *   leaves' private key
 */
BullaTlsContext *
bulla_gateway_certificate_get_context (BullaGatewayCertificate *self)
{
  return self->context;
}

/* The host name is set as an object, not parsed from text, so that it cannot inject syntax. */
static gboolean
add_host (X509 *certificate, const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);
  ASN1_OCTET_STRING *ip = address != NULL ? a2i_IPADDRESS (host) : NULL;
  ASN1_IA5STRING *dns = address == NULL ? ASN1_IA5STRING_new () : NULL;
  GENERAL_NAMES *names = sk_GENERAL_NAME_new_null ();
  GENERAL_NAME *name = GENERAL_NAME_new ();
  gboolean added = FALSE;

  if (names != NULL && name != NULL
      && (ip != NULL || (dns != NULL && ASN1_STRING_set (dns, host, -1)))) {
    GENERAL_NAME_set0_value (name, ip != NULL ? GEN_IPADD : GEN_DNS,
                             ip != NULL ? (void *)ip : (void *)dns);
    ip = NULL;
    dns = NULL;
    if (sk_GENERAL_NAME_push (names, name) > 0)
      name = NULL;
    added = name == NULL && X509_add1_ext_i2d (certificate, NID_subject_alt_name, names, 0, 0) == 1;
  }
  ASN1_OCTET_STRING_free (ip);
  ASN1_IA5STRING_free (dns);
  GENERAL_NAME_free (name);
  sk_GENERAL_NAME_pop_free (names, GENERAL_NAME_free);
  return added;
}

static GTlsCertificate *
mint (BullaGatewayCertificate *self, const char *host, GError **error)
{
  /* The host goes into subjectAltName only: a common name has at most 64 characters and is ignored.
   */
  X509 *leaf =
      begin ("Bulla gateway leaf", X509_get_subject_name (self->issuer), self->leaf_key, LEAF_DAYS);
  gboolean fine =
      leaf != NULL && add_host (leaf, host)
      && add_extension (leaf, self->issuer, NID_basic_constraints, "critical,CA:FALSE")
      && add_extension (leaf, self->issuer, NID_key_usage, "critical,digitalSignature")
      && add_extension (leaf, self->issuer, NID_ext_key_usage, "serverAuth")
      && add_extension (leaf, self->issuer, NID_authority_key_identifier, "keyid:always")
      && X509_sign (leaf, self->key, EVP_sha256 ()) > 0;

  if (!fine) {
    X509_free (leaf);
    take_openssl_error (error);
    return NULL;
  }
  g_autofree char *pem = certificate_pem (leaf);
  X509_free (leaf);
  return g_tls_certificate_new_from_pem (pem, -1, error);
}

/**
 * bulla_gateway_certificate_dup_leaf:
 * @self: an authority
 * @host: a host name or IP address, in lower case and without brackets
 * @error: what failed
 *
 * Returns: (transfer full): a certificate for @host, for five days the same one; see
 *   bulla_gateway_certificate_get_context() for its key
 */
GTlsCertificate *
bulla_gateway_certificate_dup_leaf (BullaGatewayCertificate *self, const char *host, GError **error)
{
  gint64 now = g_get_real_time () / G_USEC_PER_SEC;
  Leaf *leaf = g_hash_table_lookup (self->leaves, host);

  if (leaf != NULL && now - leaf->minted >= 0 && now - leaf->minted < LEAF_FRESH_SECONDS)
    return g_object_ref (leaf->certificate);
  g_autoptr (GTlsCertificate) certificate = mint (self, host, error);
  if (certificate == NULL)
    return NULL;
  if (g_hash_table_size (self->leaves) >= BULLA_GATEWAY_LEAVES_MAX)
    g_hash_table_remove_all (self->leaves); /* issuing a leaf again takes less than a millisecond */
  leaf = g_new (Leaf, 1);
  *leaf = (Leaf){g_object_ref (certificate), now};
  g_hash_table_replace (self->leaves, g_strdup (host), leaf);
  return g_steal_pointer (&certificate);
}

/**
 * bulla_gateway_certificate_dup_leaf_hash:
 * @self: an authority
 *
 * Returns: (transfer full): the SHA-256 of the public key of all leaves, in base64
 */
char *
bulla_gateway_certificate_dup_leaf_hash (BullaGatewayCertificate *self)
{
  guint8 *der = NULL;
  guint8 hash[32];
  gsize size = sizeof hash;
  int length = i2d_PUBKEY (self->leaf_key, &der);

  g_assert (length > 0); /* the key was made by this process */
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, der, length);
  g_checksum_get_digest (checksum, hash, &size);
  OPENSSL_free (der);
  return g_base64_encode (hash, size);
}
