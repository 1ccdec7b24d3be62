/* bulla-cli-inspect-chain.c - shows a certificate chain that is a file of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-inspect-chain.h"

#include <glib/gi18n.h>

#include "bulla-chain-members.h"
#include "bulla-cli-chain.h"
#include "bulla-cli-file-name.h"
#include "bulla-cli-json.h"
#include "bulla-cli-pem.h"
#include "write/bulla-chain-writer.h"

#define MAX_SHOWN 100

/* Adds a time, in Unix seconds; null for one that was not read, or that is unlimited. */
static void
add_time (JsonBuilder *builder, const char *name, gint64 time)
{
  if (time > 0 && time < G_MAXINT64)
    bulla_cli_json_number (builder, name, (guint64)time);
  else
    bulla_cli_json_string (builder, name, NULL);
}

/**
 * bulla_cli_inspect_add_chain: (skip)
 * @builder: a builder inside the object of a chain
 * @facts: what was learnt about the chain
 * @stapled: whether to add the OCSP response and the number of timestamps
 */
void
bulla_cli_inspect_add_chain (JsonBuilder *builder, const BullaFacts *facts, gboolean stapled)
{
  bulla_cli_json_string (builder, "fault", facts->chain.detail);
  bulla_cli_json_string (builder, "subject", facts->cert.subject);
  bulla_cli_json_string (builder, "names", facts->cert.names);
  bulla_cli_json_string (builder, "key", facts->signature.key_name);
  add_time (builder, "not-before", facts->cert.not_before);
  add_time (builder, "not-after", facts->cert.not_after);
  if (!stapled)
    return;
  add_time (builder, "ocsp-this-update", facts->ocsp.this_update);
  add_time (builder, "ocsp-next-update", facts->ocsp.next_update);
  bulla_cli_json_number (builder, "timestamps", facts->sct.n_found);
}

/* Returns: (transfer full) (nullable): the chain, also if the file is PEM */
static GBytes *
dup_chain (GBytes *bytes, gboolean pem, GError **error)
{
  if (!pem)
    return g_bytes_ref (bytes);
  g_autofree char *text = bulla_cli_pem_read (bytes);

  return bulla_chain_write (text, NULL, NULL, error);
}

static const char *
get_order_words (BullaChainOrder order)
{
  switch (order) {
  case BULLA_CHAIN_ORDER_WRONG:
    return "wrong: the leaf must be first, and each certificate’s issuer behind it";
  case BULLA_CHAIN_ORDER_ISSUER_MISSING:
    return "the issuer of the leaf is missing";
  case BULLA_CHAIN_ORDER_REPEATED:
    return "wrong: a certificate is there more than once";
  default:
    return "the leaf first, then its issuers";
  }
}

/* Adds each certificate in its order; numbers count from 1. */
static void
add_members (JsonBuilder *builder, GBytes *chain)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) members = bulla_chain_members_read (chain, &failure);
  guint leaf = 0;

  if (members == NULL) /* “fault” says why */
    return;
  bulla_cli_json_string (builder, "order",
                         get_order_words (bulla_chain_members_check_order (members, &leaf)));
  json_builder_set_member_name (builder, "certificates");
  json_builder_begin_array (builder);
  for (guint i = 0; i < members->len; i++) {
    const BullaChainMember *member = members->pdata[i];
    json_builder_begin_object (builder);
    bulla_cli_json_number (builder, "number", i + 1);
    bulla_cli_json_string (builder, "subject", member->subject);
    bulla_cli_json_string (builder, "issuer", member->issuer);
    if (member->issued_by >= 0)
      bulla_cli_json_number (builder, "issued-by", (guint64)member->issued_by + 1);
    else
      bulla_cli_json_string (builder, "issued-by", NULL);
    bulla_cli_json_string (builder, "authority", member->is_authority ? "yes" : "no");
    bulla_cli_json_string (builder, "serial", member->serial);
    add_time (builder, "not-before", member->not_before);
    add_time (builder, "not-after", member->not_after);
    bulla_cli_json_string (builder, "responder", member->responder);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

/* Nobody is trusted, since nothing is judged. */
static BullaFacts *
read_facts (GBytes *bytes, GError **error)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load_with (NULL, "off", NULL, NULL, error);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  BullaFacts *facts = NULL;

  if (profile == NULL)
    return NULL;
  bulla_trust_set_system_roots (trust, FALSE);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (BullaVerdict) verdict = bulla_cli_chain_judge (loader, bytes, &facts, error);
  return facts;
}

/**
 * bulla_cli_chain_to_json: (skip)
 * @name: its name, as given
 * @bytes: a chain in CBOR, or certificates in PEM
 * @error: set if it cannot be read
 *
 * Returns: (transfer full) (nullable): the contents
 */
JsonNode *
bulla_cli_chain_to_json (const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (BullaFacts) facts = read_facts (bytes, error);
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  if (facts == NULL)
    return NULL;
  gboolean pem = bulla_cli_chain_recognise (data, length) == BULLA_CLI_CHAIN_PEM;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  bulla_cli_json_file (builder, name);
  bulla_cli_json_string (builder, "kind", pem ? "certificates" : "chain");
  bulla_cli_json_number (builder, "length", length);
  bulla_cli_inspect_add_chain (builder, facts, !pem);
  g_autoptr (GBytes) chain = dup_chain (bytes, pem, error);
  if (chain == NULL)
    return NULL;
  add_members (builder, chain);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * bulla_cli_chain_to_text: (skip)
 * @name: its name, as given
 * @bytes: a chain in CBOR, or certificates in PEM
 * @error: set if it cannot be read
 *
 * Returns: (transfer full) (nullable): a tree of the contents
 */
char *
bulla_cli_chain_to_text (const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (JsonNode) node = bulla_cli_chain_to_json (name, bytes, error);

  if (node == NULL)
    return NULL;
  g_autofree char *shown = bulla_cli_file_name_dup_shown (name);
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, _ ("%s, a certificate chain\n"), shown);
  bulla_cli_json_draw (text, json_node_get_object (node), MAX_SHOWN);
  return g_string_free (text, FALSE);
}
