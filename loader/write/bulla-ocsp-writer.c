/* bulla-ocsp-writer.c - builds and signs OCSP responses from a plan
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: RFC 6960 section 4.2 */
#include "bulla-ocsp-writer.h"

static GPtrArray *
new_extensions (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify)X509_EXTENSION_free);
}

/* Initialises a response with status good; the caller sets the times and the responder. */
void
bulla_ocsp_plan_init (BullaOcspPlan *self, X509 *subject, X509 *issuer)
{
  *self = (BullaOcspPlan){
      .response_status = OCSP_RESPONSE_STATUS_SUCCESSFUL,
      .id_hash = EVP_sha1 (), /* as responders use; it only identifies */
      .status = V_OCSP_CERTSTATUS_GOOD,
      .by_key = TRUE,
      .single_extensions = new_extensions (),
      .response_extensions = new_extensions (),
  };
  bulla_ocsp_plan_set_subject (self, subject);
  bulla_ocsp_plan_set_issuer (self, issuer);
}

void
bulla_ocsp_plan_set_subject (BullaOcspPlan *self, X509 *subject)
{
  X509_up_ref (subject);
  X509_free (self->subject);
  self->subject = subject;
}

void
bulla_ocsp_plan_set_issuer (BullaOcspPlan *self, X509 *issuer)
{
  X509_up_ref (issuer);
  X509_free (self->issuer);
  self->issuer = issuer;
}

void
bulla_ocsp_plan_set_responder (BullaOcspPlan *self, X509 *responder, EVP_PKEY *key,
                               gboolean delegated)
{
  X509_up_ref (responder);
  EVP_PKEY_up_ref (key);
  X509_free (self->responder);
  EVP_PKEY_free (self->responder_key);
  self->responder = responder;
  self->responder_key = key;
  self->delegated = delegated;
}

void
bulla_ocsp_plan_clear (BullaOcspPlan *self)
{
  g_clear_pointer (&self->subject, X509_free);
  g_clear_pointer (&self->issuer, X509_free);
  g_clear_pointer (&self->responder, X509_free);
  g_clear_pointer (&self->responder_key, EVP_PKEY_free);
  g_clear_pointer (&self->single_extensions, g_ptr_array_unref);
  g_clear_pointer (&self->response_extensions, g_ptr_array_unref);
}

/* Returns: (transfer full) (nullable): the time; NULL for G_MAXINT64 */
static ASN1_TIME *
make_time (int64_t seconds)
{
  return seconds == G_MAXINT64 ? NULL : ASN1_GENERALIZEDTIME_set (NULL, seconds);
}

static gboolean
add_answer (OCSP_BASICRESP *basic, const BullaOcspPlan *plan)
{
  OCSP_CERTID *id = OCSP_cert_to_id (plan->id_hash, plan->subject, plan->issuer);
  g_autoptr (ASN1_TIME) revoked = make_time (plan->revoked_at);
  g_autoptr (ASN1_TIME) this_update = make_time (plan->this_update);
  g_autoptr (ASN1_TIME) next_update = make_time (plan->next_update);

  if (id == NULL)
    return FALSE;
  OCSP_SINGLERESP *single = OCSP_basic_add1_status (
      basic, id, plan->status, OCSP_REVOKED_STATUS_NOSTATUS, revoked, this_update, next_update);
  OCSP_CERTID_free (id);
  for (guint i = 0; single != NULL && i < plan->single_extensions->len; i++)
    if (!OCSP_SINGLERESP_add_ext (single, g_ptr_array_index (plan->single_extensions, i), -1))
      return FALSE;
  for (guint i = 0; i < plan->response_extensions->len; i++)
    if (!OCSP_BASICRESP_add_ext (basic, g_ptr_array_index (plan->response_extensions, i), -1))
      return FALSE;
  return single != NULL;
}

static gboolean
seal (OCSP_BASICRESP *basic, const BullaOcspPlan *plan)
{
  unsigned long flags = OCSP_NOTIME; /* times are set from the plan, not from the clock */

  if (plan->by_key)
    flags |= OCSP_RESPID_KEY;
  if (!plan->delegated)
    flags |= OCSP_NOCERTS;
  /* OpenSSL can set producedAt only from the clock, so this writes the time into the field that
   * OCSP_basic_sign() would set. */
  ASN1_GENERALIZEDTIME *produced = (ASN1_GENERALIZEDTIME *)OCSP_resp_get0_produced_at (basic);
  return ASN1_GENERALIZEDTIME_set (produced, plan->produced_at) != NULL
         && OCSP_basic_sign (basic, plan->responder, plan->responder_key, EVP_sha256 (), NULL,
                             flags);
}

/* Returns: (transfer full): an OCSPResponse in DER; NULL with @error set */
GBytes *
bulla_write_ocsp (const BullaOcspPlan *plan, GError **error)
{
  g_autoptr (OCSP_BASICRESP) basic = NULL;
  unsigned char *der = NULL;

  if (plan->response_status == OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    basic = OCSP_BASICRESP_new ();
    if (!bulla_write_check (basic != NULL && add_answer (basic, plan) && seal (basic, plan), error,
                            "Making an OCSP response"))
      return NULL;
  }
  g_autoptr (OCSP_RESPONSE) response = OCSP_response_create (plan->response_status, basic);
  int size = response != NULL ? i2d_OCSP_RESPONSE (response, &der) : -1;
  if (!bulla_write_check (size > 0, error, "Making an OCSP response"))
    return NULL;
  GBytes *bytes = g_bytes_new (der, size);
  OPENSSL_free (der);
  return bytes;
}
