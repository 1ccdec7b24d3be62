/* bulla-cli-chain.c - judges certificate chains in files, in CBOR and in PEM
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-chain.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-chain-members.h"
#include "bulla-cli-guess-content.h"
#include "bulla-cli-pem.h"
#include "bulla-loader-internal.h"
#include "bulla-printable.h"
#include "write/bulla-chain-writer.h"

#define MAGIC "\x67\xf0\x9f\x93\x9c\xe2\x9b\x93" /* a text of U+1F4DC U+26D3 */
#define BEGIN "-----BEGIN "
#define LABEL "CERTIFICATE" /* also the end of X509 CERTIFICATE and TRUSTED CERTIFICATE */
#define LABEL_MAX 32        /* bytes of a label */

static gboolean
begins_with (const char *start, gsize length, const char *magic)
{
  gsize n = strlen (magic);

  return length >= n && memcmp (start, magic, n) == 0;
}

/* Says whether a text has a certificate in PEM. Other text and other blocks may come first (RFC
 * 7468 section 2): “openssl x509 -text” describes the certificate, and some files begin with its
 * key. */
static gboolean
has_certificate (const char *text, gsize length)
{
  const char *end = text + length, *at = text;

  while ((at = g_strstr_len (at, end - at, BEGIN)) != NULL) {
    at += strlen (BEGIN);
    const char *dash = memchr (at, '-', (size_t)MIN (end - at, LABEL_MAX));
    if (dash != NULL && dash - at >= (gssize)strlen (LABEL)
        && memcmp (dash - strlen (LABEL), LABEL, strlen (LABEL)) == 0)
      return TRUE;
  }
  return FALSE;
}

/**
 * bulla_cli_chain_recognise: (skip)
 * @start: (array length=length): the first bytes of a file
 * @length: number of bytes; 9 tell what CBOR is; PEM may begin anywhere in a text
 *
 * Returns: what the file is
 */
BullaCliChainKind
bulla_cli_chain_recognise (const void *start, gsize length)
{
  const char *text = start;

  if (length > 1 && (guint8)text[0] >> 5 == 4 && begins_with (text + 1, length - 1, MAGIC))
    return BULLA_CLI_CHAIN_CBOR;
  return length > 0 && bulla_cli_is_text (text, length) && has_certificate (text, length)
             ? BULLA_CLI_CHAIN_PEM
             : BULLA_CLI_CHAIN_NONE;
}

/**
 * bulla_cli_chain_judge: (skip)
 * @loader: its roots, logs, profile and time are used
 * @bytes: what bulla_cli_chain_recognise() recognised
 * @facts: (out) (optional) (transfer full): what was learnt about the chain
 * @error: set if certificates in PEM cannot be read
 *
 * Of certificates in PEM, the OCSP response and the timestamps are not judged: they are added when
 * a chain is made.
 *
 * Returns: (transfer full) (nullable): the verdict
 */
BullaVerdict *
bulla_cli_chain_judge (BullaLoader *loader, GBytes *bytes, BullaFacts **facts, GError **error)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  if (bulla_cli_chain_recognise (data, length) != BULLA_CLI_CHAIN_PEM)
    return bulla_loader_judge_chain (loader, bytes, TRUE, facts);
  g_autofree char *pem = bulla_cli_pem_read (bytes);
  g_autoptr (GBytes) chain = bulla_chain_write (pem, NULL, NULL, error);
  return chain != NULL ? bulla_loader_judge_chain (loader, chain, FALSE, facts) : NULL;
}

/* Returns: (transfer full) (nullable): the chain in CBOR, also if the file is PEM */
static GBytes *
dup_chain (GBytes *bytes)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  if (bulla_cli_chain_recognise (data, length) != BULLA_CLI_CHAIN_PEM)
    return g_bytes_ref (bytes);
  g_autofree char *pem = bulla_cli_pem_read (bytes);
  return bulla_chain_write (pem, NULL, NULL, NULL);
}

/**
 * bulla_cli_chain_dup_mistake: (skip)
 * @bytes: a chain in CBOR, or certificates in PEM
 *
 * A verdict names what follows from such a mistake: that a path is missing, that the leaf is an
 * authority's, or that the OCSP response is about another certificate.
 *
 * Returns: (transfer full) (nullable): what is wrong with the order of the certificates, or which
 *   one is missing or repeated, translated; %NULL if nothing is, or if they cannot be read
 */
char *
bulla_cli_chain_dup_mistake (GBytes *bytes)
{
  g_autoptr (GBytes) chain = dup_chain (bytes);
  g_autoptr (GPtrArray) members = chain != NULL ? bulla_chain_members_read (chain, NULL) : NULL;
  guint which = 0;
  BullaChainOrder order =
      members != NULL ? bulla_chain_members_check_order (members, &which) : BULLA_CHAIN_ORDER_FINE;

  if (order == BULLA_CHAIN_ORDER_FINE)
    return NULL;
  const BullaChainMember *member = members->pdata[which];
  g_autofree char *plain = NULL;
  if (order == BULLA_CHAIN_ORDER_REPEATED)
    plain = g_strdup_printf (_ ("certificate %u, that of “%s”, is the same as certificate %d: "
                                "remove one of them"),
                             which + 1, member->subject, member->copy_of + 1);
  else if (order == BULLA_CHAIN_ORDER_WRONG)
    plain = g_strdup_printf (_ ("the certificates are in the wrong order: put that of “%s” first, "
                                "and behind each one that of its issuer"),
                             member->subject);
  else
    plain = g_strdup_printf (_ ("the certificate of the issuer, “%s”, is missing: append it, "
                                "because the OCSP response cannot be judged without it"),
                             member->issuer);
  return bulla_printable_dup (plain);
}
