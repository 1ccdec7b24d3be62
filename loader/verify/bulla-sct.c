/* bulla-sct.c - verifies signed certificate timestamps from all three sources
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 6962 sections 3.2 and 3.3. OpenSSL parses the lists. It accepts logs only from a
 * file, so the signed structure is built, and its signature verified, here. */
#include "bulla-sct.h"

#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "bulla-openssl.h"
#include "bulla-path.h"
#include "bulla-precertificate.h"

#define MAX_SCTS 64

/* The signed data of a log: the certificate, or its precertificate. */
typedef struct {
  guint16 type;     /* LogEntryType: 0 x509_entry, 1 precert_entry */
  GBytes *content;  /* owned */
  gint64 not_after; /* of the certificate, Unix seconds */
} Entry;

static void
blame (BullaScts *self, BullaSctFlags flag, const char *detail)
{
  self->flags |= flag;
  if (self->detail == NULL)
    self->detail = detail;
}

static void
append_be (GByteArray *into, guint64 number, guint width)
{
  for (guint i = width; i-- > 0;) {
    guint8 byte = (guint8)(number >> (8 * i));
    g_byte_array_append (into, &byte, 1);
  }
}

static GBytes *
x509_content (BullaSpan certificate)
{
  GByteArray *content = g_byte_array_new ();

  append_be (content, certificate.length, 3);
  g_byte_array_append (content, certificate.data, (guint)certificate.length);
  return g_byte_array_free_to_bytes (content);
}

/* Returns: (nullable): the issuer's key hash and the TBSCertificate without timestamps: RFC 6962
 * 3.2; NULL if the certificate is not DER */
static GBytes *
precert_content (BullaSpan certificate, X509 *issuer)
{
  g_autoptr (GByteArray) tbs = bulla_precertificate_rebuild (certificate);
  unsigned char *spki = NULL;
  guint8 hash[32];

  if (tbs == NULL)
    return NULL;
  int spki_length = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (issuer), &spki);
  EVP_Digest (spki, (size_t)spki_length, hash, NULL, EVP_sha256 (), NULL);
  OPENSSL_free (spki);
  GByteArray *content = g_byte_array_new ();
  g_byte_array_append (content, hash, sizeof hash);
  append_be (content, tbs->len, 3);
  g_byte_array_append (content, tbs->data, tbs->len);
  return g_byte_array_free_to_bytes (content);
}

/* RFC 6962 2.1.4: requires SHA-256 and the signature algorithm of the log's key. */
static gboolean
algorithm_fits (EVP_PKEY *key, const SCT *sct)
{
  int nid = EVP_PKEY_get_base_id (key) == EVP_PKEY_RSA ? NID_sha256WithRSAEncryption
                                                       : NID_ecdsa_with_SHA256;

  return SCT_get_signature_nid (sct) == nid;
}

static gboolean
verify (EVP_PKEY *key, SCT *sct, const Entry *entry)
{
  unsigned char *extensions = NULL, *signature = NULL;
  size_t n_extensions = SCT_get0_extensions (sct, &extensions);
  size_t n_signature = SCT_get0_signature (sct, &signature);
  gsize n_content = 0;
  const guint8 *content = g_bytes_get_data (entry->content, &n_content);
  g_autoptr (GByteArray) message = g_byte_array_new ();

  append_be (message, 0, 1); /* Version: v1 */
  append_be (message, 0, 1); /* SignatureType: certificate_timestamp */
  append_be (message, SCT_get_timestamp (sct), 8);
  append_be (message, entry->type, 2);
  g_byte_array_append (message, content, (guint)n_content);
  append_be (message, n_extensions, 2);
  g_byte_array_append (message, extensions, (guint)n_extensions);
  g_autoptr (EVP_MD_CTX) context = EVP_MD_CTX_new ();
  return EVP_DigestVerifyInit (context, NULL, EVP_sha256 (), NULL, key) == 1
         && EVP_DigestVerify (context, signature, n_signature, message->data, message->len) == 1;
}

/* NULL: the log may vouch for the certificate at that time */
static const char *
why_not_counted (const BullaKnownLog *log, gint64 not_after, gint64 timestamp)
{
  if (log->placeholder)
    return "a placeholder that stands for no log";
  const char *why = bulla_log_state_why_not_counted (log->state, log->state_since, timestamp);
  if (why == NULL && log->start >= 0 && (not_after < log->start || not_after >= log->end))
    why = "a certificate that expires outside of the log’s interval";
  return why;
}

static void
read_sct (BullaScts *self, BullaAnchors *anchors, SCT *sct, const Entry *entry)
{
  self->n_found++;
  if (SCT_get_version (sct) != SCT_VERSION_V1) {
    blame (self, BULLA_SCT_FLAG_MALFORMED, "another version than 1");
    return;
  }
  unsigned char *id = NULL;
  size_t length = SCT_get0_log_id (sct, &id);
  BullaKnownLog *log = bulla_anchors_find_log (anchors, id, length);
  gint64 timestamp = (gint64)(SCT_get_timestamp (sct) / 1000);
  const char *why = log != NULL ? why_not_counted (log, entry->not_after, timestamp)
                                : "a log that is not in the list";
  if (why != NULL) {
    blame (self, BULLA_SCT_FLAG_UNKNOWN_LOG, why);
    return;
  }
  EVP_PKEY *key = bulla_known_log_get_key (log);
  if (key == NULL) {
    blame (self, BULLA_SCT_FLAG_SIGNATURE, "a log whose key is not a public key");
    return;
  }
  if (!algorithm_fits (key, sct) || !verify (key, sct, entry)) {
    blame (self, BULLA_SCT_FLAG_SIGNATURE, "a signature that does not verify");
    return;
  }
  self->earliest = self->n_valid == 0 ? timestamp : MIN (self->earliest, timestamp);
  self->n_valid++;
  self->live_until =
      MAX (self->live_until, log->state == BULLA_LOG_RETIRED ? log->state_since - 1 : G_MAXINT64);
}

static void
read_list (BullaScts *self, BullaAnchors *anchors, const guint8 *data, size_t length,
           const Entry *entry)
{
  const unsigned char *at = data;

  STACK_OF (SCT) *list = o2i_SCT_LIST (NULL, &at, length);
  if (list == NULL || at != data + length || sk_SCT_num (list) == 0)
    blame (self, BULLA_SCT_FLAG_MALFORMED, "a list that cannot be read");
  for (int i = 0; list != NULL && i < MIN (sk_SCT_num (list), MAX_SCTS); i++)
    read_sct (self, anchors, sk_SCT_value (list, i), entry);
  SCT_LIST_free (list);
}

/* In certificates and OCSP responses the list is wrapped in another OCTET STRING. */
static void
read_wrapped_list (BullaScts *self, BullaAnchors *anchors, const guint8 *data, size_t length,
                   const Entry *entry)
{
  const unsigned char *at = data;
  ASN1_OCTET_STRING *inner = d2i_ASN1_OCTET_STRING (NULL, &at, (long)length);

  if (inner == NULL || at != data + length)
    blame (self, BULLA_SCT_FLAG_MALFORMED, "an extension that cannot be read");
  else
    read_list (self, anchors, ASN1_STRING_get0_data (inner), (size_t)ASN1_STRING_length (inner),
               entry);
  ASN1_OCTET_STRING_free (inner);
}

static void
read_extension (BullaScts *self, BullaAnchors *anchors, X509 *leaf, X509 *issuer,
                BullaSpan certificate)
{
  int index = X509_get_ext_by_NID (leaf, NID_ct_precert_scts, -1);

  if (index < 0 || issuer == NULL)
    return;
  const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data (X509_get_ext (leaf, index));
  g_autoptr (GBytes) content = precert_content (certificate, issuer);
  if (content == NULL) {
    blame (self, BULLA_SCT_FLAG_MALFORMED, "a certificate that is not in DER");
    return;
  }
  Entry entry = {1, content, bulla_time_to_unix (X509_get0_notAfter (leaf))};
  read_wrapped_list (self, anchors, ASN1_STRING_get0_data (value),
                     (size_t)ASN1_STRING_length (value), &entry);
}

/**
 * bulla_scts_read: (skip)
 * @self: (out caller-allocates): the result
 * @anchors: the logs
 * @leaf: the certificate
 * @issuer: (nullable): the issuer's certificate
 * @sources: where timestamps may be
 * @now: Unix time in s at which the retirement of logs is judged: a list may announce the end of a
 *   log, and may be newer than the time of a judgement
 */
void
bulla_scts_read (BullaScts *self, BullaAnchors *anchors, X509 *leaf, X509 *issuer,
                 const BullaSctSources *sources, gint64 now)
{
  *self = (BullaScts){.window = {G_MININT64, G_MAXINT64}};
  g_autoptr (GBytes) content = x509_content (sources->certificate);
  Entry entry = {0, content, bulla_time_to_unix (X509_get0_notAfter (leaf))};
  if (sources->in_chain.length > 0)
    read_list (self, anchors, sources->in_chain.data, sources->in_chain.length, &entry);
  if (sources->in_ocsp != NULL) {
    gsize length = 0;
    const guint8 *data = g_bytes_get_data (sources->in_ocsp, &length);
    read_wrapped_list (self, anchors, data, length, &entry);
  }
  read_extension (self, anchors, leaf, issuer, sources->certificate);
  if (self->n_valid > 0 && self->live_until < G_MAXINT64)
    bulla_window_narrow (&self->window, 0, self->live_until, now);
  /* a retired log vouches for the past beside a log that is watched today, and not alone */
  if (self->n_valid > 0 && now > self->live_until) {
    self->n_valid = 0;
    blame (self, BULLA_SCT_FLAG_UNKNOWN_LOG, "no other log than retired ones");
  }
  ERR_clear_error ();
}
