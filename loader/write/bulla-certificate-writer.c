/* bulla-certificate-writer.c - builds and signs X.509 certificates from a plan
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 5280; sxg.md section 8 for the extension of packages */
#include "bulla-certificate-writer.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <string.h>

#define SERIAL_SIZE 16
#define X509_VERSION_THREE 2

static X509_EXTENSION *
make_named_extension (int nid, const char *value)
{
  X509V3_CTX context;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, NULL, NULL, NULL, NULL, 0);
  return X509V3_EXT_conf_nid (NULL, &context, nid, value);
}

static void
add_named (BullaCertificatePlan *self, int nid, const char *value)
{
  g_ptr_array_add (self->extensions, make_named_extension (nid, value));
}

void
bulla_certificate_plan_init (BullaCertificatePlan *self, BullaCertificateKind kind,
                             const char *common_name)
{
  gboolean is_ca = kind == BULLA_CERTIFICATE_CA;

  *self = (BullaCertificatePlan){
      .common_name = g_strdup (common_name),
      .extensions = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_EXTENSION_free),
  };
  add_named (self, NID_basic_constraints, is_ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  add_named (self, NID_key_usage,
             is_ca ? "critical,keyCertSign,cRLSign,digitalSignature" : "critical,digitalSignature");
  if (kind == BULLA_CERTIFICATE_SERVER)
    add_named (self, NID_ext_key_usage, "serverAuth");
  if (kind == BULLA_CERTIFICATE_RESPONDER)
    add_named (self, NID_ext_key_usage, "OCSPSigning");
}

void
bulla_certificate_plan_clear (BullaCertificatePlan *self)
{
  g_clear_pointer (&self->common_name, g_free);
  g_clear_pointer (&self->key, EVP_PKEY_free);
  g_clear_pointer (&self->issuer, X509_free);
  g_clear_pointer (&self->issuer_key, EVP_PKEY_free);
  g_clear_pointer (&self->extensions, g_ptr_array_unref);
}

void
bulla_certificate_plan_set_issuer (BullaCertificatePlan *self, X509 *issuer, EVP_PKEY *key)
{
  g_clear_pointer (&self->issuer, X509_free);
  g_clear_pointer (&self->issuer_key, EVP_PKEY_free);
  if (issuer != NULL)
    X509_up_ref (issuer);
  EVP_PKEY_up_ref (key);
  self->issuer = issuer;
  self->issuer_key = key;
}

X509_EXTENSION *
bulla_write_extension (const char *oid, gboolean critical, const void *value, size_t size)
{
  ASN1_OBJECT *object = OBJ_txt2obj (oid, TRUE);
  g_autoptr (ASN1_OCTET_STRING) content = ASN1_OCTET_STRING_new ();

  ASN1_OCTET_STRING_set (content, value, size);
  X509_EXTENSION *extension = X509_EXTENSION_create_by_OBJ (NULL, object, critical, content);
  ASN1_OBJECT_free (object);
  return extension;
}

void
bulla_certificate_plan_add (BullaCertificatePlan *self, const char *oid, gboolean critical,
                            const void *value, size_t size)
{
  g_ptr_array_add (self->extensions, bulla_write_extension (oid, critical, value, size));
}

void
bulla_certificate_plan_remove (BullaCertificatePlan *self, const char *oid)
{
  for (guint i = self->extensions->len; i-- > 0;) {
    char name[64];
    X509_EXTENSION *extension = g_ptr_array_index (self->extensions, i);
    OBJ_obj2txt (name, sizeof name, X509_EXTENSION_get_object (extension), TRUE);
    if (strcmp (name, oid) == 0)
      g_ptr_array_remove_index (self->extensions, i);
  }
}

/* Replaces the alternative names; a name in the form of an IP address becomes an IP address. */
void
bulla_certificate_plan_set_hosts (BullaCertificatePlan *self, const char *const *hosts)
{
  GENERAL_NAMES *names = GENERAL_NAMES_new ();

  bulla_certificate_plan_remove (self, "2.5.29.17");
  for (size_t i = 0; hosts[i] != NULL; i++) {
    GENERAL_NAME *name = GENERAL_NAME_new ();
    ASN1_OCTET_STRING *address = a2i_IPADDRESS (hosts[i]);
    if (address != NULL) {
      GENERAL_NAME_set0_value (name, GEN_IPADD, address);
    } else {
      ASN1_IA5STRING *text = ASN1_IA5STRING_new ();
      ASN1_STRING_set (text, hosts[i], strlen (hosts[i]));
      GENERAL_NAME_set0_value (name, GEN_DNS, text);
    }
    sk_GENERAL_NAME_push (names, name);
  }
  if (hosts[0] != NULL)
    g_ptr_array_add (self->extensions, X509V3_EXT_i2d (NID_subject_alt_name, FALSE, names));
  GENERAL_NAMES_free (names);
}

/* Replaces the extended key usage; @purposes: as in "serverAuth,clientAuth"; "" for none */
void
bulla_certificate_plan_set_usage (BullaCertificatePlan *self, const char *purposes)
{
  bulla_certificate_plan_remove (self, "2.5.29.37");
  if (*purposes != '\0')
    add_named (self, NID_ext_key_usage, purposes);
}

static gboolean
set_serial (X509 *certificate)
{
  uint8_t bytes[SERIAL_SIZE];

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    return FALSE;
  bytes[0] = (bytes[0] & 0x7f) | 0x40; /* positive and of full length */
  g_autoptr (BIGNUM) number = BN_bin2bn (bytes, sizeof bytes, NULL);
  return number != NULL && BN_to_ASN1_INTEGER (number, X509_get_serialNumber (certificate)) != NULL;
}

static gboolean
set_names (X509 *certificate, const BullaCertificatePlan *plan)
{
  g_autoptr (X509_NAME) subject = X509_NAME_new ();
  const char *name = plan->common_name;

  /* A common name has at most 64 characters; the extension has all names. */
  return (*name == '\0' || strlen (name) > 64
          || X509_NAME_add_entry_by_NID (subject, NID_commonName, MBSTRING_UTF8,
                                         (const unsigned char *)name, -1, -1, 0))
         && X509_set_subject_name (certificate, subject)
         && X509_set_issuer_name (
             certificate, plan->issuer != NULL ? X509_get_subject_name (plan->issuer) : subject);
}

static gboolean
add_key_identifiers (X509 *certificate, X509 *issuer)
{
  X509V3_CTX context;

  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, issuer != NULL ? issuer : certificate, certificate, NULL, NULL, 0);
  g_autoptr (X509_EXTENSION) own =
      X509V3_EXT_conf_nid (NULL, &context, NID_subject_key_identifier, "hash");
  if (own == NULL || !X509_add_ext (certificate, own, -1))
    return FALSE;
  g_autoptr (X509_EXTENSION) issuers =
      X509V3_EXT_conf_nid (NULL, &context, NID_authority_key_identifier, "keyid");
  return issuers != NULL && X509_add_ext (certificate, issuers, -1);
}

static gboolean
fill (X509 *certificate, const BullaCertificatePlan *plan)
{
  if (!X509_set_version (certificate, X509_VERSION_THREE) || !set_serial (certificate)
      || !set_names (certificate, plan)
      || !ASN1_TIME_set (X509_getm_notBefore (certificate), plan->not_before)
      || !ASN1_TIME_set (X509_getm_notAfter (certificate), plan->not_after)
      || !X509_set_pubkey (certificate, plan->key)
      || !add_key_identifiers (certificate, plan->issuer))
    return FALSE;
  for (guint i = 0; i < plan->extensions->len; i++)
    if (!X509_add_ext (certificate, g_ptr_array_index (plan->extensions, i), -1))
      return FALSE;
  return TRUE;
}

/* Signs the certificate, also if it was signed before. */
gboolean
bulla_write_certificate_seal (X509 *certificate, EVP_PKEY *issuer_key, GError **error)
{
  return bulla_write_check (X509_sign (certificate, issuer_key, EVP_sha256 ()) > 0, error,
                            "Signing a certificate");
}

/* Returns: (transfer full): a signed certificate; NULL with @error set */
X509 *
bulla_write_certificate (const BullaCertificatePlan *plan, GError **error)
{
  g_autoptr (X509) certificate = X509_new ();

  if (!bulla_write_check (certificate != NULL && fill (certificate, plan), error,
                          "Making a certificate")
      || !bulla_write_certificate_seal (certificate, plan->issuer_key, error))
    return NULL;
  return g_steal_pointer (&certificate);
}

/* Returns the bytes that a log signs for a precertificate (RFC 6962 3.2); call it before an SCT
 * list is added. */
GBytes *
bulla_write_certificate_tbs (X509 *certificate)
{
  unsigned char *der = NULL;
  int size = i2d_re_X509_tbs (certificate, &der);
  GBytes *bytes = g_bytes_new (der, MAX (size, 0));

  OPENSSL_free (der);
  return bytes;
}

/* Returns: (transfer full): a DER OCTET STRING, which RFC 6962 3.3 puts around SCT lists */
GBytes *
bulla_write_octet_string (GBytes *content)
{
  g_autoptr (ASN1_OCTET_STRING) string = ASN1_OCTET_STRING_new ();
  unsigned char *der = NULL;

  ASN1_OCTET_STRING_set (string, g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  int size = i2d_ASN1_OCTET_STRING (string, &der);
  GBytes *bytes = g_bytes_new (der, MAX (size, 0));
  OPENSSL_free (der);
  return bytes;
}

/* Adds the SCT list as the last extension; the certificate must be signed again. */
gboolean
bulla_write_certificate_add_scts (X509 *certificate, GBytes *list, GError **error)
{
  g_autoptr (GBytes) value = bulla_write_octet_string (list);
  g_autoptr (X509_EXTENSION) extension = bulla_write_extension (
      BULLA_OID_SCT_LIST, FALSE, g_bytes_get_data (value, NULL), g_bytes_get_size (value));

  return bulla_write_check (extension != NULL && X509_add_ext (certificate, extension, -1), error,
                            "Adding an SCT list");
}
