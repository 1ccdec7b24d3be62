/* bulla-issuer-certificate.c - reads from a certificate its issuer and its host names
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Nothing is verified here: the names are returned as the certificate states them. */
#include "bulla-issuer-certificate.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "bulla-cert-chain.h"
#include "bulla-error.h"
#include "bulla-openssl.h"

#define DER_SEQUENCE 0x30
#define CBOR_ARRAY 0x80
#define CBOR_MAJOR 0xe0
#define CERTIFICATES_MAX 16 /* most certificates read from one file */

static void
free_certificate (gpointer data)
{
  X509_free (data);
}

static gboolean
add_der (GPtrArray *certificates, const guint8 *data, gsize length)
{
  const unsigned char *at = data;
  X509 *certificate = d2i_X509 (NULL, &at, (long)length);

  ERR_clear_error ();
  if (certificate == NULL)
    return FALSE;
  g_ptr_array_add (certificates, certificate);
  return at == data + length;
}

static gboolean
add_pem (GPtrArray *certificates, const guint8 *data, gsize length)
{
  BIO *bio = BIO_new_mem_buf (data, (int)length);
  X509 *certificate;

  while (certificates->len < CERTIFICATES_MAX
         && (certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL)
    g_ptr_array_add (certificates, certificate);
  BIO_free (bio);
  ERR_clear_error ();
  return certificates->len > 0;
}

static gboolean
add_chain (GPtrArray *certificates, GBytes *bytes, GError **error)
{
  g_autoptr (BullaCertChain) chain = bulla_cert_chain_parse (bytes, error);

  if (chain == NULL)
    return FALSE;
  for (guint i = 0; i < MIN (chain->n_entries, CERTIFICATES_MAX); i++)
    if (!add_der (certificates, chain->entries[i].cert.data, chain->entries[i].cert.length)) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                   "certificate %u of the chain is not in DER", i + 1);
      return FALSE;
    }
  return TRUE;
}

static gboolean
read_certificates (GPtrArray *certificates, GBytes *bytes, GError **error)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  if (length > BULLA_ISSUER_CERTIFICATE_SIZE_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
                 "larger than the %d bytes that a certificate may have",
                 BULLA_ISSUER_CERTIFICATE_SIZE_MAX);
    return FALSE;
  }
  if (length > 0 && (data[0] & CBOR_MAJOR) == CBOR_ARRAY)
    return add_chain (certificates, bytes, error);
  if (length > 0 && (data[0] == DER_SEQUENCE ? add_der : add_pem) (certificates, data, length))
    return TRUE;
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               "not a certificate in PEM or DER, and not a cert-chain+cbor");
  return FALSE;
}

/* Returns the distinguished name in UTF-8 (RFC 4514). */
static char *
dup_dn (const X509_NAME *name)
{
  BIO *bio = BIO_new (BIO_s_mem ());
  char *data = NULL;

  X509_NAME_print_ex (bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  long length = BIO_get_mem_data (bio, &data);
  char *text = length > 0 ? g_utf8_make_valid (data, length) : NULL;
  BIO_free (bio);
  ERR_clear_error ();
  return text;
}

static char *
dup_organization (const X509_NAME *name)
{
  int index = X509_NAME_get_index_by_NID (name, NID_organizationName, -1);
  unsigned char *data = NULL;

  if (index < 0)
    return NULL;
  int length =
      ASN1_STRING_to_UTF8 (&data, X509_NAME_ENTRY_get_data (X509_NAME_get_entry (name, index)));
  char *text = length > 0 && memchr (data, '\0', (size_t)length) == NULL
                   ? g_utf8_make_valid ((char *)data, length)
                   : NULL;
  OPENSSL_free (data);
  ERR_clear_error ();
  return text;
}

/* Returns: (transfer full) (nullable): the key identifier in lower-case hex */
static char *
dup_hex (const ASN1_OCTET_STRING *id)
{
  GString *hex;

  if (id == NULL || ASN1_STRING_length (id) <= 0)
    return NULL;
  hex = g_string_new (NULL);
  for (int i = 0; i < ASN1_STRING_length (id); i++)
    g_string_append_printf (hex, "%02x", ASN1_STRING_get0_data (id)[i]);
  return g_string_free (hex, FALSE);
}

static void
fill_names (BullaIssuerNames *names, const X509_NAME *name, const ASN1_OCTET_STRING *id)
{
  names->ski = dup_hex (id);
  names->dn = dup_dn (name);
  names->o = dup_organization (name);
}

/**
 * bulla_issuer_names_read: (skip)
 * @self: (out caller-allocates): the names that identify the issuer
 * @leaf: a certificate that does not belong to an authority
 * @issuer: (nullable): a certificate that may belong to its issuer; provides the issuer's key if
 *   @leaf does not
 *
 * bulla_issuers_find() looks up the result.
 */
void
bulla_issuer_names_read (BullaIssuerNames *self, X509 *leaf, X509 *issuer)
{
  const ASN1_OCTET_STRING *id = X509_get0_authority_key_id (leaf);

  if (id == NULL && issuer != NULL && X509_check_issued (issuer, leaf) == X509_V_OK)
    id = X509_get0_subject_key_id (issuer);
  fill_names (self, X509_get_issuer_name (leaf), id);
}

/* A dNSName that contains a NUL stays a name that matches no host. */
static char **
dup_hosts (const X509 *leaf)
{
  g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();
  GENERAL_NAMES *names = X509_get_ext_d2i (leaf, NID_subject_alt_name, NULL, NULL);

  for (int i = 0; i < sk_GENERAL_NAME_num (names); i++) {
    int type = 0;
    const ASN1_STRING *value = GENERAL_NAME_get0_value (sk_GENERAL_NAME_value (names, i), &type);
    if (type != GEN_DNS)
      continue;
    g_autofree char *host =
        g_utf8_make_valid ((const char *)ASN1_STRING_get0_data (value), ASN1_STRING_length (value));
    g_strv_builder_add (hosts, host);
  }
  GENERAL_NAMES_free (names);
  return g_strv_builder_end (hosts);
}

/**
 * bulla_issuer_certificate_read: (skip)
 * @bytes: a certificate in PEM or DER, or a cert-chain+cbor; the first certificate counts, and the
 *   second one can provide its issuer's key
 * @error: a %BULLA_ERROR or %BULLA_FAULT if @bytes has none of these formats
 *
 * Reads the names of the certificate itself, if it belongs to an authority; otherwise those of its
 * issuer.
 *
 * Returns: (transfer full) (nullable): the names of the authority
 */
BullaIssuerCertificate *
bulla_issuer_certificate_read (GBytes *bytes, GError **error)
{
  g_autoptr (GPtrArray) certificates = g_ptr_array_new_with_free_func (free_certificate);

  if (!read_certificates (certificates, bytes, error))
    return NULL;
  BullaIssuerCertificate *self = g_new0 (BullaIssuerCertificate, 1);
  X509 *first = g_ptr_array_index (certificates, 0);
  if ((X509_get_extension_flags (first) & EXFLAG_CA) != 0) {
    fill_names (&self->names, X509_get_subject_name (first), X509_get0_subject_key_id (first));
    self->hosts = g_new0 (char *, 1);
    return self;
  }
  X509 *second = certificates->len > 1 ? g_ptr_array_index (certificates, 1) : NULL;
  bulla_issuer_names_read (&self->names, first, second);
  self->hosts = dup_hosts (first);
  return self;
}

void
bulla_issuer_certificate_free (BullaIssuerCertificate *self)
{
  bulla_issuer_names_clear (&self->names);
  g_strfreev (self->hosts);
  g_free (self);
}
