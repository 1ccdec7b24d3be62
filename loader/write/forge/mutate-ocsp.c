/* mutate-ocsp.c - mutations of OCSP responses, whose signatures stay valid
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"

#include <string.h>

static gboolean
set_status (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  static const char *const STATUSES[] = {"good", "revoked", "unknown", NULL};
  BullaOcspPlan *plan = subject;

  plan->status = argument_choose (argument, STATUSES, error);
  return plan->status >= 0;
}

static gboolean
set_revoked_at (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaOcspPlan *plan = subject;

  plan->status = V_OCSP_CERTSTATUS_REVOKED;
  return argument_time (self, argument, &plan->revoked_at, error);
}

static gboolean
set_response (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  static const char *const STATUSES[] = {
      "successful", "malformed-request", "internal-error", "try-later",
      "unused",     "sig-required",      "unauthorized",   NULL};
  BullaOcspPlan *plan = subject;

  plan->response_status = argument_choose (argument, STATUSES, error);
  return plan->response_status >= 0;
}

static gboolean
set_this_update (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaOcspPlan *)subject)->this_update, error);
}

static gboolean
set_next_update (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaOcspPlan *plan = subject;

  if (strcmp (argument, "none") != 0)
    return argument_time (self, argument, &plan->next_update, error);
  plan->next_update = G_MAXINT64;
  return TRUE;
}

static gboolean
set_lifetime (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaOcspPlan *plan = subject;
  int64_t seconds;

  if (!argument_number (argument, &seconds, error))
    return FALSE;
  plan->next_update = plan->this_update + seconds;
  return TRUE;
}

static gboolean
set_produced_at (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return argument_time (self, argument, &((BullaOcspPlan *)subject)->produced_at, error);
}

/* Answers about another certificate of the same authority. */
static gboolean
set_other_subject (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaAuthority *other = mutator_get_other (self, error);

  if (other == NULL)
    return FALSE;
  bulla_ocsp_plan_set_subject (subject, other->intermediate);
  return TRUE;
}

/* Names another issuer in the CertID. */
static gboolean
set_other_issuer (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaAuthority *other = mutator_get_other (self, error);

  if (other == NULL)
    return FALSE;
  bulla_ocsp_plan_set_issuer (subject, other->intermediate);
  return TRUE;
}

/* Makes a delegated responder; the caller chooses its fault. */
static gboolean
delegate (Mutator *self, BullaOcspPlan *plan, const char *usage, int64_t not_after,
          BullaAuthority *by, GError **error)
{
  g_auto (BullaCertificatePlan) certificate = {NULL};

  bulla_certificate_plan_init (&certificate, BULLA_CERTIFICATE_RESPONDER, "OCSP Responder");
  bulla_certificate_plan_set_usage (&certificate, usage);
  bulla_certificate_plan_set_issuer (&certificate, by->intermediate, by->intermediate_key);
  certificate.not_before = self->now - 30 * BULLA_SECONDS_PER_DAY;
  certificate.not_after = not_after;
  certificate.key = bulla_write_new_key (error);
  if (certificate.key == NULL)
    return FALSE;
  g_autoptr (X509) responder = bulla_write_certificate (&certificate, error);
  if (responder == NULL)
    return FALSE;
  bulla_ocsp_plan_set_responder (plan, responder, certificate.key, TRUE);
  return TRUE;
}

static gboolean
choose_responder (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  static const char *const WHO[] = {
      "root", "other", "delegated", "delegated-no-usage", "delegated-expired", "delegated-other",
      NULL};
  BullaAuthority *own = self->authority;
  BullaAuthority *other = mutator_get_other (self, error);
  int64_t later = self->now + 30 * BULLA_SECONDS_PER_DAY;

  if (other == NULL)
    return FALSE;
  switch (argument_choose (argument, WHO, error)) {
  case 0:
    bulla_ocsp_plan_set_responder (subject, own->root, own->root_key, TRUE);
    return TRUE;
  case 1:
    bulla_ocsp_plan_set_responder (subject, other->intermediate, other->intermediate_key, TRUE);
    return TRUE;
  case 2:
    return delegate (self, subject, "OCSPSigning", later, own, error);
  case 3:
    return delegate (self, subject, "serverAuth", later, own, error);
  case 4:
    return delegate (self, subject, "OCSPSigning", self->now - 10 * BULLA_SECONDS_PER_DAY, own,
                     error);
  case 5:
    return delegate (self, subject, "OCSPSigning", later, other, error);
  default:
    return FALSE;
  }
}

static gboolean
name_responder (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  ((BullaOcspPlan *)subject)->by_key = FALSE;
  return TRUE;
}

static gboolean
set_id_hash (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  const EVP_MD *hash = EVP_get_digestbyname (argument);

  if (hash == NULL)
    return argument_fail (argument, error);
  ((BullaOcspPlan *)subject)->id_hash = hash;
  return TRUE;
}

/* Adds an extension "OID=BYTES". */
static gboolean
add_critical (GPtrArray *extensions, const char *argument, GError **error)
{
  const char *text;
  g_autofree char *oid = argument_split (argument, '=', &text);
  g_autoptr (GByteArray) value = argument_bytes (text != NULL ? text : "", error);

  if (value == NULL)
    return FALSE;
  g_ptr_array_add (extensions, bulla_write_extension (oid, TRUE, value->data, value->len));
  return TRUE;
}

static gboolean
add_critical_to_response (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return add_critical (((BullaOcspPlan *)subject)->response_extensions, argument, error);
}

static gboolean
add_critical_to_answer (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  return add_critical (((BullaOcspPlan *)subject)->single_extensions, argument, error);
}

/* The issuer of the leaf also signs its OCSP response, so that the issuer is the only fault. */
static gboolean
follow_issuer (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaOcspPlan *plan = subject;

  if (self->issuer_key == NULL)
    return TRUE;
  X509 *issuer = self->issuer != NULL ? self->issuer : plan->subject;
  bulla_ocsp_plan_set_issuer (plan, issuer);
  bulla_ocsp_plan_set_responder (plan, issuer, self->issuer_key, FALSE);
  return TRUE;
}

const MutationRow MUTATIONS_OF_OCSP[] = {
    {{"leaf-issuer", "", NULL}, BULLA_STAGE_OCSP, follow_issuer},
    {{"ocsp-status", "good|revoked|unknown", "What OCSP says"}, BULLA_STAGE_OCSP, set_status},
    {{"ocsp-revoked-at", "TIME", "Revoked at that time"}, BULLA_STAGE_OCSP, set_revoked_at},
    {{"ocsp-response", "STATUS", "try-later unauthorized internal-error …"},
     BULLA_STAGE_OCSP,
     set_response},
    {{"ocsp-this-update", "TIME", "Another thisUpdate"}, BULLA_STAGE_OCSP, set_this_update},
    {{"ocsp-next-update", "TIME|none", "Another nextUpdate"}, BULLA_STAGE_OCSP, set_next_update},
    {{"ocsp-lifetime", "SECONDS", "nextUpdate counted from thisUpdate"},
     BULLA_STAGE_OCSP,
     set_lifetime},
    {{"ocsp-produced-at", "TIME", "Another producedAt"}, BULLA_STAGE_OCSP, set_produced_at},
    {{"ocsp-other-subject", "", "About another certificate"}, BULLA_STAGE_OCSP, set_other_subject},
    {{"ocsp-other-issuer", "", "About a certificate of another issuer"},
     BULLA_STAGE_OCSP,
     set_other_issuer},
    {{"ocsp-responder", "WHO",
      "root other delegated delegated-no-usage delegated-expired delegated-other"},
     BULLA_STAGE_OCSP,
     choose_responder},
    {{"ocsp-by-name", "", "The responder named by its name, not by its key"},
     BULLA_STAGE_OCSP,
     name_responder},
    {{"ocsp-id-hash", "NAME", "Another hash in the CertID"}, BULLA_STAGE_OCSP, set_id_hash},
    {{"ocsp-critical", "OID=BYTES", "A critical extension of the response"},
     BULLA_STAGE_OCSP,
     add_critical_to_response},
    {{"ocsp-single-critical", "OID=BYTES", "A critical extension of the answer"},
     BULLA_STAGE_OCSP,
     add_critical_to_answer},
    {{"ocsp-flip", "N", "A bit flipped in the response; by default in its signature"},
     BULLA_STAGE_OCSP_DER,
     bytes_flip},
    {{"ocsp-replace", "BYTES", "Another response"}, BULLA_STAGE_OCSP_DER, bytes_replace},
    {{"ocsp-truncate", "N", "Only N bytes of the response"}, BULLA_STAGE_OCSP_DER, bytes_truncate},
    {{"ocsp-append", "BYTES", "Bytes after the response"}, BULLA_STAGE_OCSP_DER, bytes_append},
    {{NULL}},
};
