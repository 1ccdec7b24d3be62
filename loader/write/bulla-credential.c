/* bulla-credential.c - certificate with its issuers and its private key, in PEM
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-credential-private.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "bulla-signing-key.h"

#define CERTIFICATES_MAX 16

struct _BullaCredential {
  GObject parent_instance;
  GPtrArray *certificates; /* owned; of X509, the leaf first */
  GBytes *leaf_der;        /* owned; bytes that are sent and hashed as the leaf */
  GBytes *leaf_sha256;     /* owned; of @leaf_der; NULL if it could not be computed */
  EVP_PKEY *key;           /* owned; the leaf's private key */
  EVP_MD_CTX *signer;      /* owned; nullable; for copies that sign with @key */
  gsize has_signer;        /* of g_once_init_enter(): whether @signer was made */
};

G_DEFINE_FINAL_TYPE (BullaCredential, bulla_credential, G_TYPE_OBJECT)

static void
bulla_credential_finalize (GObject *object)
{
  BullaCredential *self = BULLA_CREDENTIAL (object);

  g_clear_pointer (&self->certificates, g_ptr_array_unref);
  g_clear_pointer (&self->leaf_der, g_bytes_unref);
  g_clear_pointer (&self->leaf_sha256, g_bytes_unref);
  g_clear_pointer (&self->key, EVP_PKEY_free);
  g_clear_pointer (&self->signer, EVP_MD_CTX_free);
  G_OBJECT_CLASS (bulla_credential_parent_class)->finalize (object);
}

static void
bulla_credential_class_init (BullaCredentialClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_credential_finalize;
}

static void
bulla_credential_init (BullaCredential *self)
{
  self->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
}

/* @der: (transfer full) */
static void
take_leaf_der (BullaCredential *self, GBytes *der)
{
  uint8_t digest[BULLA_WRITE_SHA256];
  gboolean fine =
      bulla_write_sha256 (g_bytes_get_data (der, NULL), g_bytes_get_size (der), digest, NULL);

  g_clear_pointer (&self->leaf_der, g_bytes_unref);
  g_clear_pointer (&self->leaf_sha256, g_bytes_unref);
  self->leaf_der = der;
  self->leaf_sha256 = fine ? g_bytes_new (digest, sizeof digest) : NULL;
}

BullaCredential *
bulla_credential_new (GPtrArray *certificates, EVP_PKEY *key)
{
  BullaCredential *self = g_object_new (BULLA_TYPE_CREDENTIAL, NULL);

  for (guint i = 0; i < certificates->len; i++) {
    X509 *certificate = g_ptr_array_index (certificates, i);
    X509_up_ref (certificate);
    g_ptr_array_add (self->certificates, certificate);
  }
  take_leaf_der (self, bulla_write_certificate_der (bulla_credential_get_leaf (self)));
  EVP_PKEY_up_ref (key);
  self->key = key;
  return self;
}

void
bulla_credential_set_leaf_der (BullaCredential *self, GBytes *der)
{
  take_leaf_der (self, g_bytes_ref (der));
}

/* Returns: (transfer full) (nullable): the SHA-256 of the leaf's bytes, which is computed once;
 * NULL with @error set */
GBytes *
bulla_credential_dup_leaf_sha256 (BullaCredential *self, GError **error)
{
  if (bulla_write_check (self->leaf_sha256 != NULL, error, "SHA-256"))
    return g_bytes_ref (self->leaf_sha256);
  return NULL;
}

X509 *
bulla_credential_get_leaf (BullaCredential *self)
{
  return g_ptr_array_index (self->certificates, 0);
}

/* Returns: (nullable) (transfer none): the issuer's certificate; NULL if there is none */
X509 *
bulla_credential_get_issuer (BullaCredential *self)
{
  return self->certificates->len > 1 ? g_ptr_array_index (self->certificates, 1) : NULL;
}

GPtrArray *
bulla_credential_get_certificates (BullaCredential *self)
{
  return self->certificates;
}

EVP_PKEY *
bulla_credential_get_key (BullaCredential *self)
{
  return self->key;
}

/* Signs with SHA-256, or as Ed25519 does. A key that OpenSSL cannot prepare is prepared each time.
 * May be called in any thread. Returns: as bulla_write_signature() */
GBytes *
bulla_credential_sign (BullaCredential *self, GBytes *message, GError **error)
{
  g_autoptr (EVP_MD_CTX) copy = EVP_MD_CTX_new ();

  if (g_once_init_enter (&self->has_signer)) {
    self->signer = bulla_write_prepare_signature (self->key, "SHA256");
    g_once_init_leave (&self->has_signer, 1);
  }
  if (self->signer != NULL && EVP_MD_CTX_copy_ex (copy, self->signer) == 1)
    return bulla_write_prepared_signature (copy, self->key, message, error);
  return bulla_write_signature (self->key, "SHA256", message, error);
}

/* Sets @error from OpenSSL's error queue, which may have no texts, and empties the queue. @number:
 * counts from 1 */
static void
blame_certificate (guint number, GError **error)
{
  const char *reason = ERR_reason_error_string (ERR_peek_last_error ());

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
               "Certificate %u in PEM is damaged or cut off%s%s%s", number,
               reason != NULL ? " (" : "", reason != NULL ? reason : "", reason != NULL ? ")" : "");
  ERR_clear_error ();
}

/* Returns: (transfer full) (nullable) (element-type X509): at least one certificate; NULL with
 * @error set */
GPtrArray *
bulla_write_parse_certificates (const char *pem, GError **error)
{
  g_autoptr (BIO) in = BIO_new_mem_buf (pem, -1);
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  X509 *certificate;

  /* reads the blocks CERTIFICATE, X509 CERTIFICATE and TRUSTED CERTIFICATE */
  while ((certificate = PEM_read_bio_X509_AUX (in, NULL, NULL, NULL)) != NULL) {
    g_ptr_array_add (list, certificate);
    if (list->len > CERTIFICATES_MAX) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "More than %d certificates",
                   CERTIFICATES_MAX);
      return NULL;
    }
  }
  /* A missing start line means the end of the text; any other error means a broken certificate. */
  gboolean at_end = ERR_GET_REASON (ERR_peek_last_error ()) == PEM_R_NO_START_LINE;
  if (!at_end)
    blame_certificate (list->len + 1, error);
  else if (list->len == 0)
    bulla_write_fail_crypto (error, "Reading certificates in PEM");
  if (!at_end || list->len == 0)
    return NULL;
  ERR_clear_error ();
  return g_steal_pointer (&list);
}

/* Passes the passphrase of an encrypted key to OpenSSL. @data: (nullable): the passphrase */
int
bulla_write_give_passphrase (char *buffer, int size, int writing, void *data)
{
  const char *passphrase = data;
  size_t length = passphrase != NULL ? strlen (passphrase) : 0;

  if (passphrase == NULL || length > (size_t)size)
    return -1;
  memcpy (buffer, passphrase, length);
  return (int)length;
}

/* Says whether OpenSSL has recorded that it lacks an algorithm; empties its list of errors. */
static gboolean
take_unsupported (void)
{
  gboolean unsupported = FALSE;
  unsigned long code;

  while ((code = ERR_get_error ()) != 0) {
    int library = ERR_GET_LIB (code), reason = ERR_GET_REASON (code);
    unsupported = unsupported || (library == ERR_LIB_EVP && reason == ERR_R_UNSUPPORTED)
                  || (library == ERR_LIB_EVP && reason == EVP_R_UNKNOWN_PBE_ALGORITHM)
                  || (library == ERR_LIB_EVP && reason == EVP_R_UNSUPPORTED_CIPHER)
                  || (library == ERR_LIB_PEM && reason == PEM_R_UNSUPPORTED_ENCRYPTION);
  }
  return unsupported;
}

/* Sets the reason for which an encrypted key could not be read. @passphrase: (nullable): what was
 * tried */
void
bulla_write_blame_encryption (const char *passphrase, GError **error)
{
  if (take_unsupported ())
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                         "The key is encrypted with a method that is not supported; convert it, "
                         "for example with “openssl pkcs8 -topk8 -provider legacy -provider "
                         "default -in KEY -out NEW”");
  else
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                         passphrase != NULL ? "The passphrase of the key is wrong"
                                            : "The key is encrypted and needs a passphrase");
}

/* @passphrase: (nullable): the passphrase of an encrypted key */
EVP_PKEY *
bulla_write_parse_key (const char *pem, const char *passphrase, GError **error)
{
  g_autoptr (BIO) in = BIO_new_mem_buf (pem, -1);
  EVP_PKEY *key =
      PEM_read_bio_PrivateKey (in, NULL, bulla_write_give_passphrase, (char *)passphrase);

  if (key == NULL && bulla_signing_key_pem_is_encrypted (pem)) {
    bulla_write_blame_encryption (passphrase, error);
    return NULL;
  }
  bulla_write_check (key != NULL, error, "Reading a private key in PEM");
  return key;
}

static char *
steal_text (BIO *out)
{
  char *data = NULL;
  long size = BIO_get_mem_data (out, &data);

  return g_strndup (data, size);
}

char *
bulla_write_format_certificate (X509 *certificate)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());

  PEM_write_bio_X509 (out, certificate);
  return steal_text (out);
}

char *
bulla_write_format_key (EVP_PKEY *key)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());

  PEM_write_bio_PrivateKey (out, key, NULL, NULL, 0, NULL, NULL);
  return steal_text (out);
}

GBytes *
bulla_write_certificate_der (X509 *certificate)
{
  unsigned char *der = NULL;
  int size = i2d_X509 (certificate, &der);

  GBytes *bytes = g_bytes_new (der, MAX (size, 0));

  OPENSSL_free (der);
  return bytes;
}

/**
 * bulla_credential_new_from_pem:
 * @certificates: one or more certificates in PEM, the leaf first, at most 16
 * @private_key: the leaf's private key in PEM, not encrypted
 * @error: a `G_IO_ERROR`
 *
 * Returns: (transfer full) (nullable): a credential, or %NULL with @error set
 */
BullaCredential *
bulla_credential_new_from_pem (const char *certificates, const char *private_key, GError **error)
{
  return bulla_credential_new_from_encrypted_pem (certificates, private_key, NULL, error);
}

/**
 * bulla_credential_new_from_encrypted_pem:
 * @certificates: one or more certificates in PEM, the leaf first, at most 16
 * @private_key: the leaf's private key in PEM
 * @passphrase: (nullable): passphrase of the key, if it is encrypted
 * @error: a `G_IO_ERROR`; `G_IO_ERROR_PERMISSION_DENIED` if the passphrase is missing or wrong
 *
 * Returns: (transfer full) (nullable): a credential, or %NULL with @error set
 */
BullaCredential *
bulla_credential_new_from_encrypted_pem (const char *certificates, const char *private_key,
                                         const char *passphrase, GError **error)
{
  g_return_val_if_fail (certificates != NULL && private_key != NULL, NULL);

  g_autoptr (GPtrArray) list = bulla_write_parse_certificates (certificates, error);
  if (list == NULL)
    return NULL;
  g_autoptr (EVP_PKEY) key = bulla_write_parse_key (private_key, passphrase, error);
  if (key == NULL)
    return NULL;
  if (X509_check_private_key (g_ptr_array_index (list, 0), key) != 1) {
    ERR_clear_error ();
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "The private key does not belong to the first certificate");
    return NULL;
  }
  return bulla_credential_new (list, key);
}

/**
 * bulla_credential_dup_certificates_pem:
 * @self: a credential
 *
 * Returns: (transfer full): all certificates in PEM, the leaf first
 */
char *
bulla_credential_dup_certificates_pem (BullaCredential *self)
{
  GString *out = g_string_new (NULL);

  g_return_val_if_fail (BULLA_IS_CREDENTIAL (self), NULL);

  for (guint i = 0; i < self->certificates->len; i++) {
    g_autofree char *pem =
        bulla_write_format_certificate (g_ptr_array_index (self->certificates, i));
    g_string_append (out, pem);
  }
  return g_string_free (out, FALSE);
}

/**
 * bulla_credential_dup_private_key_pem:
 * @self: a credential
 *
 * Returns: (transfer full): the private key in PEM (PKCS #8), not encrypted: keep it secret
 */
char *
bulla_credential_dup_private_key_pem (BullaCredential *self)
{
  g_return_val_if_fail (BULLA_IS_CREDENTIAL (self), NULL);

  return bulla_write_format_key (self->key);
}

/**
 * bulla_credential_dup_leaf:
 * @self: a credential
 *
 * Returns: (transfer full): the leaf certificate in DER
 */
GBytes *
bulla_credential_dup_leaf (BullaCredential *self)
{
  g_return_val_if_fail (BULLA_IS_CREDENTIAL (self), NULL);

  return g_bytes_ref (self->leaf_der);
}
