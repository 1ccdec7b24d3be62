/* mutate-chain.c - mutations of certificate chains
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mutator.h"

static BullaChainCertificate *
get (BullaChainPlan *plan, const char *argument, guint *index, GError **error)
{
  size_t offset;

  if (!argument_offset (argument, plan->certificates->len, &offset, error))
    return NULL;
  if (index != NULL)
    *index = offset;
  return g_ptr_array_index (plan->certificates, offset);
}

static void
add (BullaChainPlan *plan, guint index, X509 *certificate)
{
  g_autoptr (GBytes) der = bulla_write_certificate_der (certificate);

  g_ptr_array_insert (plan->certificates, index, bulla_chain_certificate_new (der, NULL, NULL));
}

static gboolean
remove_ocsp (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainCertificate *leaf = g_ptr_array_index (((BullaChainPlan *)subject)->certificates, 0);

  g_clear_pointer (&leaf->ocsp, g_bytes_unref);
  return TRUE;
}

static gboolean
remove_scts (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainCertificate *leaf = g_ptr_array_index (((BullaChainPlan *)subject)->certificates, 0);

  g_clear_pointer (&leaf->scts, g_bytes_unref);
  return TRUE;
}

static gboolean
remove_cert (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainCertificate *found = get (subject, argument, NULL, error);

  if (found == NULL)
    return FALSE;
  g_clear_pointer (&found->cert, g_bytes_unref);
  return TRUE;
}

/* Copies the leaf's OCSP response to another certificate. */
static gboolean
copy_ocsp (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainCertificate *leaf = get (subject, "0", NULL, error);
  BullaChainCertificate *found = get (subject, argument, NULL, error);

  if (found == NULL)
    return FALSE;
  g_clear_pointer (&found->ocsp, g_bytes_unref);
  found->ocsp = g_bytes_ref (leaf->ocsp);
  return TRUE;
}

static gboolean
copy_scts (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainCertificate *leaf = get (subject, "0", NULL, error);
  BullaChainCertificate *found = get (subject, argument, NULL, error);

  if (found == NULL)
    return FALSE;
  g_clear_pointer (&found->scts, g_bytes_unref);
  found->scts = g_bytes_ref (leaf->scts);
  return TRUE;
}

static gboolean
remove_certificate (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainPlan *plan = subject;
  guint index;

  if (get (plan, argument, &index, error) == NULL)
    return FALSE;
  g_ptr_array_remove_index (plan->certificates, index);
  return TRUE;
}

static gboolean
remove_all (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  g_ptr_array_set_size (((BullaChainPlan *)subject)->certificates, 0);
  return TRUE;
}

/* Exchanges the certificates "I,J" without their OCSP responses and SCTs. */
static gboolean
swap_certificates (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  const char *second;
  g_autofree char *first = argument_split (argument, ',', &second);
  BullaChainCertificate *one = get (subject, first, NULL, error);

  if (one == NULL)
    return FALSE;
  if (second == NULL)
    return argument_fail (argument, error);
  BullaChainCertificate *other = get (subject, second, NULL, error);
  if (other == NULL)
    return FALSE;
  GBytes *kept = one->cert;
  one->cert = other->cert;
  other->cert = kept;
  return TRUE;
}

static gboolean
add_root (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainPlan *plan = subject;

  add (plan, plan->certificates->len, self->authority->root);
  return TRUE;
}

/* Adds the intermediate N more times. */
static gboolean
repeat_intermediate (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainPlan *plan = subject;
  int64_t count;

  if (!argument_number (argument, &count, error) || count < 1 || count > 100000)
    return argument_fail (argument, error);
  for (int64_t i = 0; i < count; i++)
    add (plan, plan->certificates->len, self->authority->intermediate);
  return TRUE;
}

static gboolean
replace_certificate (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  const char *text;
  g_autofree char *index = argument_split (argument, '=', &text);
  BullaChainCertificate *found = get (subject, index, NULL, error);
  GByteArray *der = found != NULL && text != NULL ? argument_bytes (text, error) : NULL;

  if (der == NULL)
    return FALSE;
  set_bytes (&found->cert, der);
  return TRUE;
}

/* Places the issuer of the leaf after it. */
static gboolean
follow_issuer (Mutator *self, gpointer subject, const char *argument, GError **error)
{
  BullaChainPlan *plan = subject;

  if (self->issuer != NULL)
    add (plan, 1, self->issuer);
  return TRUE;
}

const MutationRow MUTATIONS_OF_CHAIN[] = {
    {{"leaf-issuer", "", NULL}, BULLA_STAGE_CHAIN, follow_issuer},
    {{"ocsp-remove", "", "No OCSP response"}, BULLA_STAGE_CHAIN, remove_ocsp},
    {{"sct-remove", "", "No SCT list in the chain"}, BULLA_STAGE_CHAIN, remove_scts},
    {{"cert-remove", "I", "Map I has no cert"}, BULLA_STAGE_CHAIN, remove_cert},
    {{"ocsp-copy", "I", "The OCSP response at map I too"}, BULLA_STAGE_CHAIN, copy_ocsp},
    {{"sct-copy", "I", "The SCT list at map I too"}, BULLA_STAGE_CHAIN, copy_scts},
    {{"chain-remove", "I", "Certificate I left out"}, BULLA_STAGE_CHAIN, remove_certificate},
    {{"chain-empty", "", "No certificates at all"}, BULLA_STAGE_CHAIN, remove_all},
    {{"chain-swap", "I,J", "Two certificates exchanged"}, BULLA_STAGE_CHAIN, swap_certificates},
    {{"chain-add-root", "", "The root at the end"}, BULLA_STAGE_CHAIN, add_root},
    {{"chain-repeat", "N", "The intermediate N times more"},
     BULLA_STAGE_CHAIN,
     repeat_intermediate},
    {{"chain-certificate", "I=BYTES", "Other bytes as certificate I"},
     BULLA_STAGE_CHAIN,
     replace_certificate},
    {{NULL}},
};
