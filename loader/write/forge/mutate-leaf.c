/* mutate-leaf.c - mutations of leaf and intermediate certificates, whose signatures stay valid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/params.h>
#include <openssl/rsa.h>
#include <string.h>

#define RSA_BITS 2048

static EVP_PKEY *
make_explicit_key (void)
{
  EVP_PKEY *key = EVP_EC_gen ("P-256");
  char encoding[] = OSSL_PKEY_EC_ENCODING_EXPLICIT;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_EC_ENCODING, encoding, 0),
      OSSL_PARAM_construct_end (),
  };

  if (key != NULL)
    EVP_PKEY_set_params (key, (OSSL_PARAM *)parameters);
  return key;
}

static gboolean
set_key (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  static const char *const KINDS[] = {"rsa", "ed25519", "explicit", "p384", "p521", NULL};
  static const char *const CURVES[] = {"P-384", "P-521"};
  BullaCertificatePlan *plan = subject;
  int kind = argument_choose (argument, KINDS, error);

  if (kind < 0)
    return FALSE;
  EVP_PKEY *key = kind == 0   ? EVP_RSA_gen (RSA_BITS)
                  : kind == 1 ? EVP_PKEY_Q_keygen (NULL, NULL, "ED25519")
                  : kind == 2 ? make_explicit_key ()
                              : EVP_EC_gen (CURVES[kind - 3]);
  if (!bulla_write_check (key != NULL, error, "Making a key"))
    return FALSE;
  EVP_PKEY_free (plan->key);
  plan->key = key;
  return TRUE;
}

static gboolean
set_days (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaCertificatePlan *plan = subject;
  int64_t days;

  if (!argument_number (argument, &days, error))
    return FALSE;
  plan->not_after = plan->not_before + days * BULLA_SECONDS_PER_DAY - 1;
  return TRUE;
}

static gboolean
set_seconds (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaCertificatePlan *plan = subject;
  int64_t seconds;

  if (!argument_number (argument, &seconds, error))
    return FALSE;
  plan->not_after = plan->not_before + seconds;
  return TRUE;
}

static gboolean
set_not_before (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaCertificatePlan *)subject)->not_before, error);
}

static gboolean
set_not_after (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaCertificatePlan *)subject)->not_after, error);
}

/* Sets the names "a,b"; "" for none. */
static gboolean
set_hosts (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_auto (GStrv) hosts = g_strsplit (argument, ",", -1);

  bulla_certificate_plan_set_hosts (subject, (const char *const *)hosts);
  return TRUE;
}

static gboolean
set_name (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaCertificatePlan *plan = subject;

  g_free (plan->common_name);
  plan->common_name = g_strdup (argument);
  return TRUE;
}

static gboolean
set_usage (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  bulla_certificate_plan_set_usage (subject, argument);
  return TRUE;
}

static void
add_extension (BullaCertificatePlan *plan, const char *oid, gboolean critical,
               const GByteArray *value)
{
  bulla_certificate_plan_add (plan, oid, critical, value->data, value->len);
}

static gboolean
set_can_sign (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_autoptr (GByteArray) value = argument_bytes (argument, error);

  if (value == NULL)
    return FALSE;
  bulla_certificate_plan_remove (subject, BULLA_OID_CAN_SIGN_HTTP_EXCHANGES);
  add_extension (subject, BULLA_OID_CAN_SIGN_HTTP_EXCHANGES, FALSE, value);
  return TRUE;
}

static gboolean
set_can_sign_critical (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  bulla_certificate_plan_remove (subject, BULLA_OID_CAN_SIGN_HTTP_EXCHANGES);
  bulla_certificate_plan_add (subject, BULLA_OID_CAN_SIGN_HTTP_EXCHANGES, TRUE, "\x05\x00", 2);
  return TRUE;
}

static gboolean
repeat_can_sign (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  bulla_certificate_plan_add (subject, BULLA_OID_CAN_SIGN_HTTP_EXCHANGES, FALSE, "\x05\x00", 2);
  return TRUE;
}

static gboolean
remove_can_sign (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  bulla_certificate_plan_remove (subject, BULLA_OID_CAN_SIGN_HTTP_EXCHANGES);
  return TRUE;
}

/* Adds an extension "OID=BYTES". */
static gboolean
set_extension (BullaCertificatePlan *plan, const char *argument, gboolean critical, GError **error)
{
  const char *text;
  g_autofree char *oid = argument_split (argument, '=', &text);
  g_autoptr (GByteArray) value = argument_bytes (text != NULL ? text : "", error);

  if (value == NULL)
    return FALSE;
  bulla_certificate_plan_remove (plan, oid);
  add_extension (plan, oid, critical, value);
  return TRUE;
}

static gboolean
set_plain_extension (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_extension (subject, argument, FALSE, error);
}

static gboolean
set_critical_extension (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_extension (subject, argument, TRUE, error);
}

static gboolean
remove_extension (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaCertificatePlan *plan = subject;
  guint before = plan->extensions->len;

  bulla_certificate_plan_remove (plan, argument);
  return plan->extensions->len < before || argument_fail (argument, error);
}

/* Sets basicConstraints CA:TRUE for a leaf. */
static gboolean
make_ca (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_critical_extension (self, subject, "2.5.29.19=hex:30030101ff", error);
}

/* Sets basicConstraints CA:FALSE for an intermediate. */
static gboolean
make_no_ca (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return set_critical_extension (self, subject, "2.5.29.19=hex:3000", error);
}

static gboolean
set_issuer (Mutator *self, BullaCertificatePlan *plan, X509 *issuer, EVP_PKEY *key)
{
  bulla_certificate_plan_set_issuer (plan, issuer, key);
  if (issuer != NULL)
    X509_up_ref (issuer);
  EVP_PKEY_up_ref (key);
  self->issuer = issuer;
  self->issuer_key = key;
  return TRUE;
}

/* Issues by another leaf, which is not an authority. */
static gboolean
set_leaf_as_issuer (Mutator *self, BullaCertificatePlan *plan, GError **error)
{
  static const char *const HOSTS[] = {"issuer.test", NULL};
  /* the trusted authority without its hook, because this certificate stays valid */
  BullaMutation *hook = self->authority->mutation;

  self->authority->mutation = NULL;
  g_autoptr (BullaCredential) leaf =
      bulla_authority_issue (self->authority, HOSTS, plan->not_before, 90, 0, error);
  self->authority->mutation = hook;
  return leaf != NULL
         && set_issuer (self, plan, bulla_credential_get_leaf (leaf),
                        bulla_credential_get_key (leaf));
}

static gboolean
choose_issuer (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  static const char *const WHO[] = {"root", "self", "leaf", "other", NULL};
  BullaCertificatePlan *plan = subject;
  BullaAuthority *other;

  switch (argument_choose (argument, WHO, error)) {
  case 0:
    return set_issuer (self, plan, self->authority->root, self->authority->root_key);
  case 1:
    return set_issuer (self, plan, NULL, plan->key);
  case 2:
    return set_leaf_as_issuer (self, plan, error);
  case 3:
    other = mutator_get_other (self, error);
    return other != NULL && set_issuer (self, plan, other->intermediate, other->intermediate_key);
  default:
    return FALSE;
  }
}

/* Moves the public key off its curve, and signs the certificate again. */
static gboolean
break_key (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  /* prime256v1, then BIT STRING of 66 bytes, no bits unused, uncompressed point */
  static const guint8 BEFORE[] = {0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
                                  0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
  GByteArray *der = subject;
  guint at = 0;

  while (at + sizeof BEFORE < der->len && memcmp (der->data + at, BEFORE, sizeof BEFORE) != 0)
    at++;
  if (at + sizeof BEFORE + 64 >= der->len)
    return argument_fail (argument, error);
  der->data[at + sizeof BEFORE + 63] ^= 1;
  const unsigned char *data = der->data;
  g_autoptr (X509) certificate = d2i_X509 (NULL, &data, der->len);
  if (!bulla_write_check (certificate != NULL, error, "Reading a certificate")
      || !bulla_write_certificate_seal (certificate, self->authority->intermediate_key, error))
    return FALSE;
  g_autoptr (GBytes) sealed = bulla_write_certificate_der (certificate);
  g_byte_array_set_size (der, 0);
  bulla_write_bytes (der, sealed);
  return TRUE;
}

const MutationRow MUTATIONS_OF_LEAF[] = {
    {{"leaf-key", "rsa|ed25519|explicit|p384|p521", "Another kind of key in the leaf"},
     BULLA_STAGE_LEAF,
     set_key},
    {{"leaf-days", "N", "Valid for N days, both ends included"}, BULLA_STAGE_LEAF, set_days},
    {{"leaf-seconds", "N", "notAfter N seconds after notBefore"}, BULLA_STAGE_LEAF, set_seconds},
    {{"leaf-from", "TIME", "Another notBefore"}, BULLA_STAGE_LEAF, set_not_before},
    {{"leaf-until", "TIME", "Another notAfter"}, BULLA_STAGE_LEAF, set_not_after},
    {{"leaf-hosts", "A,B", "Other alternative names; none if empty"}, BULLA_STAGE_LEAF, set_hosts},
    {{"leaf-name", "TEXT", "Another common name"}, BULLA_STAGE_LEAF, set_name},
    {{"leaf-usage", "A,B", "Another extended key usage; none if empty"},
     BULLA_STAGE_LEAF,
     set_usage},
    {{"leaf-can-sign", "BYTES", "Another value of CanSignHttpExchanges"},
     BULLA_STAGE_LEAF,
     set_can_sign},
    {{"leaf-can-sign-critical", "", "CanSignHttpExchanges marked critical"},
     BULLA_STAGE_LEAF,
     set_can_sign_critical},
    {{"leaf-can-sign-twice", "", "CanSignHttpExchanges twice"}, BULLA_STAGE_LEAF, repeat_can_sign},
    {{"leaf-can-sign-remove", "", "No CanSignHttpExchanges"}, BULLA_STAGE_LEAF, remove_can_sign},
    {{"leaf-extension", "OID=BYTES", "An extension set"}, BULLA_STAGE_LEAF, set_plain_extension},
    {{"leaf-extension-critical", "OID=BYTES", "A critical extension set"},
     BULLA_STAGE_LEAF,
     set_critical_extension},
    {{"leaf-extension-remove", "OID", "An extension left out"}, BULLA_STAGE_LEAF, remove_extension},
    {{"leaf-ca", "", "The leaf says it is an authority"}, BULLA_STAGE_LEAF, make_ca},
    {{"leaf-issuer", "root|self|leaf|other", "Issued by somebody else"},
     BULLA_STAGE_LEAF,
     choose_issuer},
    {{"leaf-broken-key", "", "A public key that is on no curve"}, BULLA_STAGE_LEAF_DER, break_key},
    {{"leaf-flip", "N", "A bit flipped in the certificate; by default in its signature"},
     BULLA_STAGE_LEAF_DER,
     bytes_flip},
    {{"leaf-replace", "BYTES", "Bytes that are not a certificate"},
     BULLA_STAGE_LEAF_DER,
     bytes_replace},
    {{"leaf-append", "BYTES", "Bytes after the certificate"}, BULLA_STAGE_LEAF_DER, bytes_append},
    {{"leaf-truncate", "N", "Only N bytes of the certificate"},
     BULLA_STAGE_LEAF_DER,
     bytes_truncate},
    {{"intermediate-from", "TIME", "Another notBefore of the intermediate"},
     BULLA_STAGE_INTERMEDIATE,
     set_not_before},
    {{"intermediate-until", "TIME", "Another notAfter of the intermediate"},
     BULLA_STAGE_INTERMEDIATE,
     set_not_after},
    {{"intermediate-no-ca", "", "The intermediate says it is not an authority"},
     BULLA_STAGE_INTERMEDIATE,
     make_no_ca},
    {{"intermediate-extension-critical", "OID=BYTES", "A critical extension in the intermediate"},
     BULLA_STAGE_INTERMEDIATE,
     set_critical_extension},
    {{NULL}},
};
