/* bulla-chain-members.c - the certificates of a chain one by one, and mistakes in their order
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: IMPL section 3.3; RFC 8446 section 4.4.2: each certificate certifies the one before it */
#include "bulla-chain-members.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "bulla-cert-chain.h"
#include "bulla-distinguished-name.h"
#include "bulla-openssl.h"
#include "bulla-path.h"
#include "bulla-reason.h"
#include "bulla-revocations.h"

static void
member_free (gpointer data)
{
  BullaChainMember *self = data;

  g_free (self->subject);
  g_free (self->issuer);
  g_free (self->serial);
  g_free (self->responder);
  g_free (self);
}

static char *
dup_responder (X509 *certificate)
{
  STACK_OF (OPENSSL_STRING) *urls = X509_get1_ocsp (certificate);
  char *url = urls != NULL && sk_OPENSSL_STRING_num (urls) > 0
                  ? g_strdup (sk_OPENSSL_STRING_value (urls, 0))
                  : NULL;

  X509_email_free (urls);
  return url;
}

/* Returns: the number of the certificate that issued @certificate; -1 if it is not there. One that
 * follows is preferred, and then its own. */
static gint
find_issuer (GPtrArray *certificates, guint number)
{
  X509 *certificate = certificates->pdata[number];

  for (guint i = 1; i <= certificates->len; i++) {
    guint other = (number + i) % certificates->len;
    if (X509_check_issued (certificates->pdata[other], certificate) == X509_V_OK)
      return (gint)other;
  }
  return -1;
}

/* Returns: the number of an earlier certificate with the same bytes; -1 if there is none */
static gint
find_copy (GPtrArray *certificates, guint number)
{
  for (guint i = 0; i < number; i++)
    if (X509_cmp (certificates->pdata[i], certificates->pdata[number]) == 0)
      return (gint)i;
  return -1;
}

static BullaChainMember *
member_new (GPtrArray *certificates, guint number)
{
  X509 *certificate = certificates->pdata[number];
  BullaChainMember *self = g_new0 (BullaChainMember, 1);

  self->subject = bulla_distinguished_name_to_text (X509_get_subject_name (certificate));
  self->issuer = bulla_distinguished_name_to_text (X509_get_issuer_name (certificate));
  self->serial = bulla_serial_dup_hex (X509_get0_serialNumber (certificate));
  self->responder = dup_responder (certificate);
  self->not_before = bulla_time_to_unix (X509_get0_notBefore (certificate));
  self->not_after = bulla_time_to_unix (X509_get0_notAfter (certificate));
  self->is_authority = (X509_get_extension_flags (certificate) & EXFLAG_CA) != 0;
  self->issued_by = find_issuer (certificates, number);
  self->copy_of = find_copy (certificates, number);
  return self;
}

/**
 * bulla_chain_members_read: (skip)
 * @chain: `application/cert-chain+cbor`, with or without an OCSP response
 * @error: a %BULLA_FAULT if it, or a certificate in it, cannot be read
 *
 * Nothing is verified: names and key identifiers tell who issued a certificate.
 *
 * Returns: (transfer full) (nullable) (element-type BullaChainMember): the certificates, in their
 *   order
 */
GPtrArray *
bulla_chain_members_read (GBytes *chain, GError **error)
{
  g_autoptr (BullaCertChain) parsed = bulla_cert_chain_parse_unstapled (chain, error);
  g_autoptr (GPtrArray) certificates = g_ptr_array_new_with_free_func ((GDestroyNotify)X509_free);
  g_autoptr (GPtrArray) members = g_ptr_array_new_with_free_func (member_free);

  if (parsed == NULL)
    return NULL;
  for (guint i = 0; i < parsed->n_entries; i++) {
    const guint8 *der = parsed->entries[i].cert.data;
    X509 *certificate = d2i_X509 (NULL, &der, (long)parsed->entries[i].cert.length);
    if (certificate == NULL) {
      ERR_clear_error ();
      g_set_error (error, BULLA_FAULT, BULLA_REASON_CERT_MALFORMED,
                   "certificate %u of %u cannot be read", i + 1, parsed->n_entries);
      return NULL;
    }
    g_ptr_array_add (certificates, certificate);
  }
  for (guint i = 0; i < certificates->len; i++)
    g_ptr_array_add (members, member_new (certificates, i));
  ERR_clear_error ();
  return g_steal_pointer (&members);
}

/* Returns: the number of the first certificate that repeats an earlier one; 0 if none does */
static guint
find_repeated (const GPtrArray *members)
{
  for (guint i = 1; i < members->len; i++)
    if (((const BullaChainMember *)members->pdata[i])->copy_of >= 0)
      return i;
  return 0;
}

/**
 * bulla_chain_members_check_order: (skip)
 * @members: of bulla_chain_members_read()
 * @which: (out): the number of the certificate that repeats an earlier one; else of the one that
 *   should be the first: the first that is not an authority's, or 0
 *
 * Returns: the mistake, if there is one
 */
BullaChainOrder
bulla_chain_members_check_order (const GPtrArray *members, guint *which)
{
  *which = find_repeated (members);
  if (*which > 0)
    return BULLA_CHAIN_ORDER_REPEATED;
  for (guint i = 0; i < members->len; i++)
    if (!((const BullaChainMember *)members->pdata[i])->is_authority) {
      *which = i;
      break;
    }
  if (*which > 0)
    return BULLA_CHAIN_ORDER_WRONG;
  for (guint i = 0; i < members->len; i++) {
    const BullaChainMember *member = members->pdata[i];
    if (i == 0 && member->issued_by < 0)
      return BULLA_CHAIN_ORDER_ISSUER_MISSING;
    if (member->issued_by >= 0 && member->issued_by != (gint)i && member->issued_by != (gint)i + 1)
      return BULLA_CHAIN_ORDER_WRONG;
  }
  return BULLA_CHAIN_ORDER_FINE;
}
