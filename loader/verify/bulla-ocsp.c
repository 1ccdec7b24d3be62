/* bulla-ocsp.c - reads a stapled OCSP response about a leaf certificate
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: RFC 6960. Times are only read here; policy/ judges them. */
#include "bulla-ocsp.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "bulla-path.h"

static void
blame (BullaOcsp *self, BullaOcspFlags flag, const char *detail)
{
  self->flags |= flag;
  if (self->detail == NULL)
    self->detail = detail;
}

/* RFC 6960 4.2.2.2: the issuer itself, or one it delegated to with id-kp-OCSPSigning */
static gboolean
may_answer (X509 *signer, X509 *issuer)
{
  if (X509_cmp (signer, issuer) == 0)
    return TRUE;
  guint32 usage = X509_get_extended_key_usage (signer);
  return X509_check_issued (issuer, signer) == X509_V_OK
         && X509_verify (signer, X509_get0_pubkey (issuer)) == 1 && usage != G_MAXUINT32
         && (usage & XKU_OCSP_SIGN) != 0;
}

/* RFC 6960 4.2.2.2: a delegated responder certificate must be valid at @now. */
static void
check_delegation (BullaOcsp *self, X509 *signer, X509 *issuer, gint64 now)
{
  if (X509_cmp (signer, issuer) == 0)
    return;
  gint64 from = bulla_time_to_unix (X509_get0_notBefore (signer));
  gint64 to = bulla_time_to_unix (X509_get0_notAfter (signer));
  bulla_window_narrow (&self->window, from, to, now);
  if (now < from || now > to)
    blame (self, BULLA_OCSP_FLAG_SIGNER, "signed with a delegation that is not valid now");
}

static void
check_signature (BullaOcsp *self, OCSP_BASICRESP *basic, STACK_OF (X509) * candidates, X509 *signer,
                 X509 *issuer, gint64 now)
{
  self->signer_known = TRUE;
  self->delegated = X509_cmp (signer, issuer) != 0;
  if (OCSP_basic_verify (basic, candidates, NULL, OCSP_NOVERIFY) != 1)
    blame (self, BULLA_OCSP_FLAG_SIGNATURE, "a signature that does not verify");
  else
    check_delegation (self, signer, issuer, now);
}

static void
check_signer (BullaOcsp *self, OCSP_BASICRESP *basic, X509 *issuer, gint64 now)
{
  STACK_OF (X509) *candidates = sk_X509_new_null ();
  if (issuer != NULL)
    sk_X509_push (candidates, issuer);
  X509 *signer = NULL;
  if (issuer == NULL || OCSP_resp_get0_signer (basic, &signer, candidates) != 1)
    blame (self, BULLA_OCSP_FLAG_SIGNER, "signed by someone other than the issuer");
  else if (!may_answer (signer, issuer))
    blame (self, BULLA_OCSP_FLAG_SIGNER, "signed by a responder that the issuer did not authorise");
  else
    check_signature (self, basic, candidates, signer, issuer, now);
  sk_X509_free (candidates);
}

/* Finds the response for our leaf; each one names the hash algorithm of its certificate ID. */
static OCSP_SINGLERESP *
find_single (OCSP_BASICRESP *basic, X509 *leaf, X509 *issuer)
{
  for (int i = 0; issuer != NULL && i < OCSP_resp_count (basic); i++) {
    OCSP_SINGLERESP *single = OCSP_resp_get0 (basic, i);
    OCSP_CERTID *theirs = (OCSP_CERTID *)OCSP_SINGLERESP_get0_id (single);
    ASN1_OBJECT *algorithm = NULL;
    OCSP_id_get0_info (NULL, &algorithm, NULL, NULL, theirs);
    const EVP_MD *md = EVP_get_digestbyobj (algorithm);
    OCSP_CERTID *ours = md != NULL ? OCSP_cert_to_id (md, leaf, issuer) : NULL;
    gboolean same = ours != NULL && OCSP_id_cmp (ours, theirs) == 0;
    OCSP_CERTID_free (ours);
    if (same)
      return single;
  }
  return NULL;
}

static gboolean
is_known_extension (X509_EXTENSION *extension)
{
  int nid = OBJ_obj2nid (X509_EXTENSION_get_object (extension));

  return nid == NID_ct_cert_scts || nid == NID_id_pkix_OCSP_Nonce;
}

static void
check_critical (BullaOcsp *self, OCSP_BASICRESP *basic, OCSP_SINGLERESP *single)
{
  gboolean unknown = FALSE;

  for (int i = 0; i < OCSP_BASICRESP_get_ext_count (basic); i++) {
    X509_EXTENSION *extension = OCSP_BASICRESP_get_ext (basic, i);
    unknown |= X509_EXTENSION_get_critical (extension) && !is_known_extension (extension);
  }
  for (int i = 0; single != NULL && i < OCSP_SINGLERESP_get_ext_count (single); i++) {
    X509_EXTENSION *extension = OCSP_SINGLERESP_get_ext (single, i);
    unknown |= X509_EXTENSION_get_critical (extension) && !is_known_extension (extension);
  }
  if (unknown)
    blame (self, BULLA_OCSP_FLAG_CRITICAL_EXTENSION, "a critical extension that is not known");
}

static void
keep_scts (BullaOcsp *self, OCSP_SINGLERESP *single)
{
  int index = OCSP_SINGLERESP_get_ext_by_NID (single, NID_ct_cert_scts, -1);

  if (index < 0)
    return;
  const ASN1_OCTET_STRING *value =
      X509_EXTENSION_get_data (OCSP_SINGLERESP_get_ext (single, index));
  self->scts = g_bytes_new (ASN1_STRING_get0_data (value), (gsize)ASN1_STRING_length (value));
}

static void
read_single (BullaOcsp *self, OCSP_SINGLERESP *single)
{
  ASN1_GENERALIZEDTIME *revoked = NULL, *this_update = NULL, *next_update = NULL;
  int reason = -1;
  int status = OCSP_single_get0_status (single, &reason, &revoked, &this_update, &next_update);

  self->this_update = bulla_time_to_unix (this_update);
  self->next_update = bulla_time_to_unix (next_update);
  if (status == V_OCSP_CERTSTATUS_REVOKED) {
    self->revoked_at = bulla_time_to_unix (revoked);
    self->revocation_reason = reason;
    blame (self, BULLA_OCSP_FLAG_REVOKED, "revoked");
  } else if (status != V_OCSP_CERTSTATUS_GOOD) {
    blame (self, BULLA_OCSP_FLAG_STATUS_UNKNOWN, "unknown");
  }
  keep_scts (self, single);
}

static void
read_basic (BullaOcsp *self, OCSP_BASICRESP *basic, X509 *leaf, X509 *issuer, gint64 now)
{
  self->produced_at = bulla_time_to_unix (OCSP_resp_get0_produced_at (basic));
  OCSP_SINGLERESP *single = find_single (basic, leaf, issuer);
  if (single == NULL)
    blame (self, BULLA_OCSP_FLAG_OTHER_CERTIFICATE, "no answer about this certificate");
  check_signer (self, basic, issuer, now);
  check_critical (self, basic, single);
  if (single != NULL)
    read_single (self, single);
}

/**
 * bulla_ocsp_read: (skip)
 * @self: (out caller-allocates): the contents of the response
 * @der: an OCSPResponse
 * @leaf: the certificate that the response must be about
 * @issuer: (nullable): the issuer's certificate
 * @now: Unix seconds; only used for the validity of a delegated responder's certificate
 */
void
bulla_ocsp_read (BullaOcsp *self, BullaSpan der, X509 *leaf, X509 *issuer, gint64 now)
{
  *self = (BullaOcsp){.next_update = -1,
                      .revoked_at = -1,
                      .revocation_reason = -1,
                      .window = {G_MININT64, G_MAXINT64}};
  const unsigned char *at = der.data;
  g_autoptr (OCSP_RESPONSE) response = d2i_OCSP_RESPONSE (NULL, &at, (long)der.length);
  if (response == NULL || at != der.data + der.length) {
    blame (self, BULLA_OCSP_FLAG_MALFORMED, "not an OCSP response");
  } else if (OCSP_response_status (response) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    blame (self, BULLA_OCSP_FLAG_UNSUCCESSFUL,
           OCSP_response_status_str (OCSP_response_status (response)));
  } else {
    g_autoptr (OCSP_BASICRESP) basic = OCSP_response_get1_basic (response);
    if (basic == NULL)
      blame (self, BULLA_OCSP_FLAG_MALFORMED, "not a basic response");
    else
      read_basic (self, basic, leaf, issuer, now);
  }
  ERR_clear_error ();
}

void
bulla_ocsp_clear (BullaOcsp *self)
{
  g_clear_pointer (&self->scts, g_bytes_unref);
}
