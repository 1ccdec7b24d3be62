/* bulla-ocsp-question.c - a certificate whose revocation status is asked for
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 6960, RFC 5019. Nothing is sent here: a request is bytes, and so is a response. */
#include "bulla-ocsp-question.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>

#include "bulla-chain-private.h"
#include "bulla-distinguished-name.h"
#include "bulla-error.h"
#include "bulla-judge.h"
#include "bulla-openssl.h"
#include "bulla-trust-internal.h"

#define PEM_MARK "-----BEGIN CERTIFICATE-----"
#define PEM_WIDTH 64

static BullaCertChain *
chain_of_array (GByteArray *bytes, const size_t *ends, guint n)
{
  BullaCertChain *self = g_new0 (BullaCertChain, 1);
  size_t start = 0;

  self->bytes = g_bytes_new (bytes->data, bytes->len);
  const guint8 *data = g_bytes_get_data (self->bytes, NULL);
  self->entries = g_new0 (BullaAugmentedCertificate, n);
  self->n_entries = n;
  for (guint i = 0; i < n; start = ends[i++])
    self->entries[i].cert = (BullaSpan){data + start, ends[i] - start, start};
  return self;
}

static BullaCertChain *
read_pem (GBytes *pem, GError **error)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (pem, &length);
  BIO *bio = BIO_new_mem_buf (data, (int)MIN (length, G_MAXINT));
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  size_t ends[BULLA_CERT_CHAIN_MAX];
  guint n = 0;
  X509 *certificate = NULL;

  while (n < BULLA_CERT_CHAIN_MAX
         && (certificate = PEM_read_bio_X509 (bio, NULL, NULL, NULL)) != NULL) {
    unsigned char *der = NULL;
    int size = i2d_X509 (certificate, &der);
    g_byte_array_append (bytes, der, (guint)MAX (size, 0));
    ends[n++] = bytes->len;
    OPENSSL_free (der);
    X509_free (certificate);
  }
  BIO_free (bio);
  ERR_clear_error ();
  if (n > 0)
    return chain_of_array (bytes, ends, n);
  g_set_error_literal (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                       "a certificate that cannot be read");
  return NULL;
}

/* RFC 5280 4.2.2.1; the first address that HTTP can reach */
static char *
dup_responder (X509 *leaf)
{
  STACK_OF (OPENSSL_STRING) *urls = X509_get1_ocsp (leaf);
  char *found = NULL;

  for (int i = 0; found == NULL && i < sk_OPENSSL_STRING_num (urls); i++) {
    const char *url = sk_OPENSSL_STRING_value (urls, i);
    if (g_ascii_strncasecmp (url, "http://", 7) == 0
        || g_ascii_strncasecmp (url, "https://", 8) == 0)
      found = g_strdup (url);
  }
  X509_email_free (urls);
  return found;
}

/* RFC 5019 2.1.1: SHA-1 in the CertID, and one request; without a nonce, so that the response can
 * be stapled */
static GBytes *
make_request (X509 *leaf, X509 *issuer)
{
  OCSP_REQUEST *request = OCSP_REQUEST_new ();
  unsigned char *der = NULL;

  OCSP_request_add0_id (request, OCSP_cert_to_id (EVP_sha1 (), leaf, issuer));
  int size = i2d_OCSP_REQUEST (request, &der);
  GBytes *bytes = g_bytes_new (der, (gsize)MAX (size, 0));
  OPENSSL_free (der);
  OCSP_REQUEST_free (request);
  return bytes;
}

static void
describe (BullaOcspQuestion *self, BullaChain *chain)
{
  X509 *leaf = bulla_chain_get_leaf (chain);
  X509 *issuer = bulla_chain_get_issuer (chain);

  self->subject = bulla_distinguished_name_to_text (X509_get_subject_name (leaf));
  self->issuer = bulla_distinguished_name_to_text (X509_get_issuer_name (leaf));
  self->serial = bulla_serial_dup_hex (X509_get0_serialNumber (leaf));
  self->responder = dup_responder (leaf);
  if (issuer != NULL)
    self->request = make_request (leaf, issuer);
  ERR_clear_error ();
}

/**
 * bulla_ocsp_question_new: (skip)
 * @chain_or_pem: an `application/cert-chain+cbor` resource, with or without an OCSP response, or
 *   certificates in PEM, the leaf first
 * @trust: among whose roots the issuer may be
 * @now: Unix seconds
 * @error: a %BULLA_FAULT or %BULLA_ERROR_ARGUMENT if the certificates cannot be read
 *
 * Returns: (transfer full) (nullable): the question about the leaf
 */
BullaOcspQuestion *
bulla_ocsp_question_new (GBytes *chain_or_pem, BullaTrust *trust, gint64 now, GError **error)
{
  gsize length = 0;
  const char *data = g_bytes_get_data (chain_or_pem, &length);
  gboolean pem = data != NULL && g_strstr_len (data, (gssize)length, PEM_MARK) != NULL;
  g_autoptr (BullaCertChain) certificates =
      pem ? read_pem (chain_or_pem, error) : bulla_cert_chain_parse_unstapled (chain_or_pem, error);
  g_autoptr (BullaChain) chain =
      certificates != NULL ? bulla_trust_verify_parsed (trust, certificates, now, error) : NULL;

  if (chain == NULL)
    return NULL;
  BullaOcspQuestion *self = g_new0 (BullaOcspQuestion, 1);
  const BullaSpan staple = certificates->entries[0].ocsp;
  self->trust = g_object_ref (trust);
  if (staple.length > 0)
    self->staple = g_bytes_new (staple.data, staple.length);
  self->chain = g_steal_pointer (&certificates);
  describe (self, chain);
  return self;
}

void
bulla_ocsp_question_free (BullaOcspQuestion *self)
{
  g_object_unref (self->trust);
  bulla_cert_chain_free (self->chain);
  g_free (self->subject);
  g_free (self->issuer);
  g_free (self->serial);
  g_free (self->responder);
  g_clear_pointer (&self->request, g_bytes_unref);
  g_clear_pointer (&self->staple, g_bytes_unref);
  g_free (self);
}

static void
fill_answer (BullaOcspAnswer *answer, const BullaOcsp *ocsp, gint64 now)
{
  const BullaOcspFlags unread =
      BULLA_OCSP_FLAG_MALFORMED | BULLA_OCSP_FLAG_UNSUCCESSFUL | BULLA_OCSP_FLAG_OTHER_CERTIFICATE;

  answer->signer = !ocsp->signer_known ? NULL : ocsp->delegated ? "delegated" : "issuer";
  answer->signature_valid = ocsp->signer_known && (ocsp->flags & BULLA_OCSP_FLAG_SIGNATURE) == 0;
  if ((ocsp->flags & unread) != 0)
    return;
  answer->status = (ocsp->flags & BULLA_OCSP_FLAG_REVOKED) != 0          ? "revoked"
                   : (ocsp->flags & BULLA_OCSP_FLAG_STATUS_UNKNOWN) != 0 ? "unknown"
                                                                         : "good";
  answer->revoked_at = ocsp->revoked_at;
  if (ocsp->revocation_reason >= 0)
    answer->revocation_reason = OCSP_crl_reason_str (ocsp->revocation_reason);
  answer->has_times = TRUE;
  answer->this_update = ocsp->this_update;
  answer->next_update = ocsp->next_update;
  answer->produced_at = ocsp->produced_at;
  answer->current = ocsp->this_update <= now && (ocsp->next_update < 0 || now <= ocsp->next_update);
}

/**
 * bulla_ocsp_question_judge: (skip)
 * @self: a question
 * @response: an OCSPResponse in DER, or something else
 * @profile: whose bounds on age and lifetime count
 * @now: Unix seconds
 * @answer: (out caller-allocates): what the response says, and why it does not count
 * @error: a %BULLA_FAULT if the certificates cannot be read
 */
gboolean
bulla_ocsp_question_judge (BullaOcspQuestion *self, GBytes *response, BullaProfile *profile,
                           gint64 now, BullaOcspAnswer *answer, GError **error)
{
  BullaCertChain *certificates = self->chain;
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (response, &length);

  certificates->entries[0].ocsp = (BullaSpan){data, length, 0};
  g_autoptr (BullaChain) chain = bulla_trust_verify_parsed (self->trust, certificates, now, error);
  certificates->entries[0].ocsp = (BullaSpan){0};
  if (chain == NULL)
    return FALSE;
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  bulla_chain_fill_facts (chain, facts);
  *answer =
      (BullaOcspAnswer){.revoked_at = -1, .this_update = -1, .next_update = -1, .produced_at = -1};
  fill_answer (answer, bulla_chain_get_ocsp (chain), now);
  answer->reason = bulla_judge_ocsp (facts, bulla_profile_get_settings (profile), now);
  return TRUE;
}

/**
 * bulla_ocsp_question_dup_pem: (skip)
 * @self: a question
 *
 * Returns: (transfer full): all its certificates in PEM, the leaf first
 */
char *
bulla_ocsp_question_dup_pem (BullaOcspQuestion *self)
{
  const BullaCertChain *chain = self->chain;
  g_autoptr (GString) pem = g_string_new (NULL);

  for (guint i = 0; i < chain->n_entries; i++) {
    g_autofree char *text =
        g_base64_encode (chain->entries[i].cert.data, chain->entries[i].cert.length);
    g_string_append (pem, PEM_MARK "\n");
    for (size_t at = 0; at < strlen (text); at += PEM_WIDTH)
      g_string_append_printf (pem, "%.*s\n", PEM_WIDTH, text + at);
    g_string_append (pem, "-----END CERTIFICATE-----\n");
  }
  return g_string_free (g_steal_pointer (&pem), FALSE);
}

/**
 * bulla_ocsp_question_dup_scts: (skip)
 * @self: a question
 *
 * Returns: (transfer full) (nullable): the SignedCertificateTimestampList of the leaf in the chain
 */
GBytes *
bulla_ocsp_question_dup_scts (BullaOcspQuestion *self)
{
  const BullaCertChain *chain = self->chain;
  const BullaSpan scts = chain->entries[0].sct;

  return scts.length > 0 ? g_bytes_new (scts.data, scts.length) : NULL;
}
