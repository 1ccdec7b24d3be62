/* bulla-authority.c - a certificate authority and a transparency log for tests and demonstrations
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: sxg.md sections 7 and 8; RFC 6960; RFC 6962 */
#include "bulla-authority-private.h"

#include <string.h>

G_DEFINE_FINAL_TYPE (BullaAuthority, bulla_authority, G_TYPE_OBJECT)

static void
bulla_authority_finalize (GObject *object)
{
  BullaAuthority *self = BULLA_AUTHORITY (object);

  g_clear_pointer (&self->root, X509_free);
  g_clear_pointer (&self->root_key, EVP_PKEY_free);
  g_clear_pointer (&self->intermediate, X509_free);
  g_clear_pointer (&self->intermediate_key, EVP_PKEY_free);
  g_clear_pointer (&self->log_key, EVP_PKEY_free);
  G_OBJECT_CLASS (bulla_authority_parent_class)->finalize (object);
}

static void
bulla_authority_class_init (BullaAuthorityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bulla_authority_finalize;
}

static void
bulla_authority_init (BullaAuthority *self)
{
}

static gboolean
make_ca (BullaAuthority *self, const char *name, int64_t now, GError **error)
{
  g_auto (BullaCertificatePlan) plan = {NULL};
  gboolean is_root = self->root == NULL;
  g_autofree char *common_name = g_strdup_printf ("%s %s", name, is_root ? "Root" : "Intermediate");

  bulla_certificate_plan_init (&plan, BULLA_CERTIFICATE_CA, common_name);
  plan.key = bulla_write_new_key (error);
  if (plan.key == NULL)
    return FALSE;
  bulla_certificate_plan_set_issuer (&plan, self->root, is_root ? plan.key : self->root_key);
  plan.not_before = now - BULLA_SECONDS_PER_DAY;
  plan.not_after = now + (int64_t)BULLA_AUTHORITY_ROOT_DAYS * BULLA_SECONDS_PER_DAY;
  if (!is_root && !bulla_mutate (self->mutation, BULLA_STAGE_INTERMEDIATE, &plan, error))
    return FALSE;
  X509 *certificate = bulla_write_certificate (&plan, error);
  if (certificate == NULL)
    return FALSE;
  *(is_root ? &self->root : &self->intermediate) = certificate;
  *(is_root ? &self->root_key : &self->intermediate_key) = g_steal_pointer (&plan.key);
  return TRUE;
}

BullaAuthority *
bulla_authority_new_mutated (const char *name, int64_t now, BullaMutation *mutation, GError **error)
{
  g_autoptr (BullaAuthority) self = g_object_new (BULLA_TYPE_AUTHORITY, NULL);

  self->mutation = mutation;
  if (!make_ca (self, name, now, error) || !make_ca (self, name, now, error))
    return NULL;
  self->log_key = bulla_write_new_key (error);
  return self->log_key != NULL ? g_steal_pointer (&self) : NULL;
}

/**
 * bulla_authority_new:
 * @name: common name of its certificates, at most 48 bytes
 * @now: Unix seconds; the root is valid from one day before, for ten years
 * @error: a `G_IO_ERROR`
 *
 * Creates a root, an intermediate and a log with new keys. No software trusts them by default.
 *
 * Returns: (transfer full) (nullable): an authority, or %NULL with @error set
 */
BullaAuthority *
bulla_authority_new (const char *name, gint64 now, GError **error)
{
  g_return_val_if_fail (name != NULL && strlen (name) <= 48, NULL);

  return bulla_authority_new_mutated (name, now, NULL, error);
}

/* Returns: (transfer full): a list of one SCT for @certificate, issued by @issuer */
static GBytes *
stamp (BullaAuthority *self, X509 *issuer, BullaSctEntryType type, GBytes *entry, int64_t time,
       GError **error)
{
  g_auto (BullaSctPlan) plan = {0};
  g_autoptr (GPtrArray) scts = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);

  if (!bulla_sct_plan_init (&plan, self->log_key, issuer, type, entry, time, error)
      || !bulla_mutate (self->mutation, BULLA_STAGE_SCT, &plan, error))
    return NULL;
  GBytes *sct = bulla_write_sct (&plan, error);
  if (sct == NULL)
    return NULL;
  g_ptr_array_add (scts, sct);
  g_autoptr (GByteArray) list = g_bytes_unref_to_array (bulla_write_sct_list (scts));
  if (!bulla_mutate (self->mutation, BULLA_STAGE_SCT_LIST, list, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&list));
}

/* A log signs the TBS that the certificate would have without the list (RFC 6962 3.2). */
static gboolean
embed_scts (BullaAuthority *self, X509 *certificate, const BullaCertificatePlan *plan, int64_t time,
            GError **error)
{
  g_autoptr (GBytes) tbs = bulla_write_certificate_tbs (certificate);
  X509 *issuer = plan->issuer != NULL ? plan->issuer : certificate;
  g_autoptr (GBytes) list = stamp (self, issuer, BULLA_SCT_PRECERT, tbs, time, error);

  return list != NULL && bulla_write_certificate_add_scts (certificate, list, error)
         && bulla_write_certificate_seal (certificate, plan->issuer_key, error);
}

static BullaCredential *
make_credential (BullaAuthority *self, X509 *leaf, EVP_PKEY *key, GError **error)
{
  g_autoptr (GPtrArray) chain = g_ptr_array_new ();
  g_autoptr (GByteArray) der = g_bytes_unref_to_array (bulla_write_certificate_der (leaf));

  g_ptr_array_add (chain, leaf);
  g_ptr_array_add (chain, self->intermediate);
  g_autoptr (BullaCredential) credential = bulla_credential_new (chain, key);
  if (!bulla_mutate (self->mutation, BULLA_STAGE_LEAF_DER, der, error))
    return NULL;
  g_autoptr (GBytes) bytes = g_byte_array_free_to_bytes (g_steal_pointer (&der));
  bulla_credential_set_leaf_der (credential, bytes);
  return g_steal_pointer (&credential);
}

/**
 * bulla_authority_issue:
 * @self: an authority
 * @hosts: (array zero-terminated=1): DNS names or IP addresses; the first is also the common name
 * @not_before: Unix seconds; also the time of an embedded timestamp
 * @days: days of validity, including both ends, at least 1; packages allow at most 90
 * @flags: kind of certificate
 * @error: a `G_IO_ERROR`
 *
 * Issues a certificate with a new P-256 key. Spec: IMPL section 4.2.
 *
 * Returns: (transfer full) (nullable): certificate, intermediate and key, or %NULL with @error set
 */
BullaCredential *
bulla_authority_issue (BullaAuthority *self, const char *const *hosts, gint64 not_before,
                       guint days, BullaIssueFlags flags, GError **error)
{
  g_auto (BullaCertificatePlan) plan = {NULL};

  g_return_val_if_fail (BULLA_IS_AUTHORITY (self), NULL);
  g_return_val_if_fail (hosts != NULL && hosts[0] != NULL && days > 0, NULL);

  bulla_certificate_plan_init (&plan, BULLA_CERTIFICATE_SERVER, hosts[0]);
  bulla_certificate_plan_set_hosts (&plan, hosts);
  bulla_certificate_plan_set_issuer (&plan, self->intermediate, self->intermediate_key);
  plan.not_before = not_before;
  plan.not_after = not_before + (int64_t)days * BULLA_SECONDS_PER_DAY - 1;
  plan.key = bulla_write_new_key (error);
  if (plan.key == NULL)
    return NULL;
  if (flags & BULLA_ISSUE_SIGN_EXCHANGES)
    bulla_certificate_plan_add (&plan, BULLA_OID_CAN_SIGN_HTTP_EXCHANGES, FALSE, "\x05\x00", 2);
  if (!bulla_mutate (self->mutation, BULLA_STAGE_LEAF, &plan, error))
    return NULL;
  g_autoptr (X509) leaf = bulla_write_certificate (&plan, error);
  if (leaf == NULL
      || ((flags & BULLA_ISSUE_EMBED_SCT) && !embed_scts (self, leaf, &plan, not_before, error)))
    return NULL;
  return make_credential (self, leaf, plan.key, error);
}

static gboolean
delegate (BullaAuthority *self, BullaOcspPlan *ocsp, int64_t now, GError **error)
{
  g_auto (BullaCertificatePlan) plan = {NULL};

  bulla_certificate_plan_init (&plan, BULLA_CERTIFICATE_RESPONDER, "OCSP Responder");
  bulla_certificate_plan_set_issuer (&plan, self->intermediate, self->intermediate_key);
  plan.not_before = now - BULLA_SECONDS_PER_DAY;
  plan.not_after = now + 30 * BULLA_SECONDS_PER_DAY;
  plan.key = bulla_write_new_key (error);
  if (plan.key == NULL)
    return FALSE;
  g_autoptr (X509) responder = bulla_write_certificate (&plan, error);
  if (responder == NULL)
    return FALSE;
  bulla_ocsp_plan_set_responder (ocsp, responder, plan.key, TRUE);
  return TRUE;
}

static gboolean
add_scts_to_response (BullaAuthority *self, BullaOcspPlan *plan, BullaCredential *leaf,
                      int64_t time, GError **error)
{
  g_autoptr (GBytes) list = bulla_authority_stamp (self, leaf, time, error);

  if (list == NULL)
    return FALSE;
  g_autoptr (GBytes) value = bulla_write_octet_string (list);
  g_ptr_array_add (plan->single_extensions, bulla_write_extension (BULLA_OID_OCSP_SCT_LIST, FALSE,
                                                                   g_bytes_get_data (value, NULL),
                                                                   g_bytes_get_size (value)));
  return TRUE;
}

/**
 * bulla_authority_respond:
 * @self: an authority
 * @leaf: a certificate issued by @self
 * @this_update: Unix seconds; also the time of production, and of revocation
 * @next_update: Unix seconds; packages require less than 7 days after @this_update
 * @flags: status of the certificate, and signer
 * @error: a `G_IO_ERROR`
 *
 * Creates an OCSP response about a certificate. Spec: RFC 6960 section 4.2.
 *
 * Returns: (transfer full) (nullable): an OCSPResponse in DER, or %NULL with @error set
 */
GBytes *
bulla_authority_respond (BullaAuthority *self, BullaCredential *leaf, gint64 this_update,
                         gint64 next_update, BullaRespondFlags flags, GError **error)
{
  g_auto (BullaOcspPlan) plan = {0};

  g_return_val_if_fail (BULLA_IS_AUTHORITY (self) && BULLA_IS_CREDENTIAL (leaf), NULL);

  bulla_ocsp_plan_init (&plan, bulla_credential_get_leaf (leaf), self->intermediate);
  bulla_ocsp_plan_set_responder (&plan, self->intermediate, self->intermediate_key, FALSE);
  plan.this_update = plan.produced_at = plan.revoked_at = this_update;
  plan.next_update = next_update;
  plan.status = flags & BULLA_RESPOND_REVOKED   ? V_OCSP_CERTSTATUS_REVOKED
                : flags & BULLA_RESPOND_UNKNOWN ? V_OCSP_CERTSTATUS_UNKNOWN
                                                : V_OCSP_CERTSTATUS_GOOD;
  if (((flags & BULLA_RESPOND_DELEGATED) && !delegate (self, &plan, this_update, error))
      || ((flags & BULLA_RESPOND_EMBED_SCT)
          && !add_scts_to_response (self, &plan, leaf, this_update, error))
      || !bulla_mutate (self->mutation, BULLA_STAGE_OCSP, &plan, error))
    return NULL;
  GBytes *response = bulla_write_ocsp (&plan, error);
  if (response == NULL)
    return NULL;
  g_autoptr (GByteArray) der = g_bytes_unref_to_array (response);
  if (!bulla_mutate (self->mutation, BULLA_STAGE_OCSP_DER, der, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&der));
}

/**
 * bulla_authority_stamp:
 * @self: an authority
 * @leaf: a certificate issued by @self
 * @time: time of the timestamp, in Unix seconds
 * @error: a `G_IO_ERROR`
 *
 * Signs the certificate with the log's key, for the `sct` entry of a chain or for an OCSP response.
 * Spec: RFC 6962 section 3.2, an x509_entry.
 *
 * Returns: (transfer full) (nullable): a SignedCertificateTimestampList, or %NULL with @error set
 */
GBytes *
bulla_authority_stamp (BullaAuthority *self, BullaCredential *leaf, gint64 time, GError **error)
{
  g_return_val_if_fail (BULLA_IS_AUTHORITY (self) && BULLA_IS_CREDENTIAL (leaf), NULL);

  g_autoptr (GBytes) entry = bulla_credential_dup_leaf (leaf);
  return stamp (self, self->intermediate, BULLA_SCT_X509, entry, time, error);
}

/* Says whether the certificate contains timestamps: RFC 6962 section 3.3. */
static gboolean
has_scts (BullaCredential *leaf)
{
  return X509_get_ext_by_NID (bulla_credential_get_leaf (leaf), NID_ct_precert_scts, -1) >= 0;
}

static GPtrArray *
list_chain (BullaCredential *leaf, GBytes *ocsp, GBytes *scts)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_chain_certificate_free);
  GPtrArray *certificates = bulla_credential_get_certificates (leaf);
  g_autoptr (GBytes) first = bulla_credential_dup_leaf (leaf);

  g_ptr_array_add (list, bulla_chain_certificate_new (first, ocsp, scts));
  for (guint i = 1; i < certificates->len; i++) {
    g_autoptr (GBytes) der = bulla_write_certificate_der (g_ptr_array_index (certificates, i));
    g_ptr_array_add (list, bulla_chain_certificate_new (der, NULL, NULL));
  }
  return list;
}

/**
 * bulla_authority_write_chain:
 * @self: an authority
 * @leaf: a certificate issued by @self
 * @this_update: thisUpdate of the OCSP response, in Unix seconds; also the time of the SCT
 * @next_update: nextUpdate of the OCSP response, in Unix seconds
 * @flags: status in the OCSP response; with %BULLA_RESPOND_EMBED_SCT the timestamp is in the OCSP
 *   response instead of the `sct` entry
 * @error: a `G_IO_ERROR`
 *
 * Creates the response body for a `cert-url`: chain, OCSP response and timestamp. The timestamp of
 * a leaf issued with %BULLA_ISSUE_EMBED_SCT is in the leaf, and not repeated.
 *
 * Returns: (transfer full) (nullable): application/cert-chain+cbor, or %NULL with @error set
 */
GBytes *
bulla_authority_write_chain (BullaAuthority *self, BullaCredential *leaf, gint64 this_update,
                             gint64 next_update, BullaRespondFlags flags, GError **error)
{
  g_autoptr (GBytes) scts = NULL;

  g_return_val_if_fail (BULLA_IS_AUTHORITY (self) && BULLA_IS_CREDENTIAL (leaf), NULL);

  g_autoptr (GBytes) ocsp =
      bulla_authority_respond (self, leaf, this_update, next_update, flags, error);
  if (ocsp == NULL)
    return NULL;
  if (!(flags & BULLA_RESPOND_EMBED_SCT) && !has_scts (leaf)) {
    scts = bulla_authority_stamp (self, leaf, this_update, error);
    if (scts == NULL)
      return NULL;
  }
  g_autoptr (GPtrArray) list = list_chain (leaf, ocsp, scts);
  BullaChainPlan plan = {list};
  return bulla_chain_plan_write (&plan, self->mutation, error);
}
