/* bulla-cli-caa-json.c - writes the CAA judgement of a host as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-caa-json.h"

#include "bulla-caa-records.h"
#include "bulla-cli-json.h"

static void
add_issuer (const BullaCliCaa *self, JsonBuilder *builder)
{
  if (self->any_issuer) {
    bulla_cli_json_string (builder, "issuer", NULL);
    return;
  }
  bulla_cli_json_begin (builder, "issuer");
  bulla_cli_json_begin_array (builder, "domains");
  for (guint i = 0; self->domains != NULL && self->domains[i] != NULL; i++)
    json_builder_add_string_value (builder, self->domains[i]);
  json_builder_end_array (builder);
  bulla_cli_json_string (builder, "name", self->issuer_name);
  bulla_cli_json_string (builder, "matched_by", self->matched_by);
  json_builder_end_object (builder);
}

static void
add_answer (const BullaCaaAnswer *answer, JsonBuilder *builder)
{
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "name", answer->name);
  bulla_cli_json_string (builder, "dnssec", bulla_dnssec_get_nick (answer->dnssec));
  if (answer->rcode >= 0)
    bulla_cli_json_number (builder, "rcode", (guint64)answer->rcode);
  else
    bulla_cli_json_string (builder, "rcode", NULL);
  bulla_cli_json_string (builder, "alias", answer->alias);
  bulla_cli_json_begin_array (builder, "records");
  for (guint i = 0; i < answer->records->len; i++) {
    const BullaCaaRecord *record = g_ptr_array_index (answer->records, i);
    g_autofree char *value = bulla_caa_value_dup_text (record->value);
    json_builder_begin_object (builder);
    bulla_cli_json_number (builder, "flags", record->flags);
    bulla_cli_json_string (builder, "tag", record->tag);
    bulla_cli_json_string (builder, "value", value);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/**
 * bulla_cli_caa_evidence_to_json: (skip)
 * @evidence: recorded DNS responses
 * @file: (nullable): the file that has them
 * @climb: the CAA lookups of the host that they answered
 *
 * Returns: (transfer full): an object with the file, the time of fetching, and the time in which
 *   the signatures are valid on which the answers of the host rest
 */
JsonNode *
bulla_cli_caa_evidence_to_json (BullaDnsEvidence *evidence, const char *file,
                                const BullaCaaClimb *climb)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  for (guint i = 0; i < climb->answers->len; i++)
    g_ptr_array_add (names, ((const BullaCaaAnswer *)climb->answers->pdata[i])->name);
  g_ptr_array_add (names, NULL);
  g_autoptr (BullaDnsEvidenceInfo) info =
      bulla_dns_evidence_describe (evidence, (const char *const *)names->pdata, BULLA_CAA_TYPE);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "file", file);
  bulla_cli_json_time (builder, "fetched", info->fetched);
  bulla_cli_json_time (builder, "valid_from", info->valid_from != 0 ? info->valid_from : -1);
  bulla_cli_json_time (builder, "valid_until", info->valid_until != 0 ? info->valid_until : -1);
  bulla_cli_json_begin_array (builder, "anchors");
  for (guint i = 0; i < info->key_tags->len; i++)
    json_builder_add_int_value (builder, g_array_index (info->key_tags, guint16, i));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}

/**
 * bulla_cli_caa_add_to_json: (skip)
 * @self: a host and its CAA lookups
 * @builder: receives an object
 */
void
bulla_cli_caa_add_to_json (const BullaCliCaa *self, JsonBuilder *builder)
{
  const BullaCaaJudgement *judgement = &self->judgement;

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "host", self->host);
  bulla_cli_json_boolean (builder, "wildcard", self->climb->wildcard);
  add_issuer (self, builder);
  bulla_cli_json_string (builder, "issue", bulla_caa_state_get_nick (judgement->issue));
  bulla_cli_json_string (builder, "exchanges", bulla_caa_state_get_nick (judgement->exchanges));
  bulla_cli_json_string (builder, "rule", judgement->rule);
  bulla_cli_json_string (builder, "reason", bulla_reason_get_nick (judgement->reason));
  bulla_cli_json_string (builder, "found_at", judgement->found_at);
  bulla_cli_json_string (builder, "dnssec", bulla_dnssec_get_nick (judgement->dnssec));
  bulla_cli_json_begin_array (builder, "climb");
  for (guint i = 0; i < self->climb->answers->len; i++)
    add_answer (g_ptr_array_index (self->climb->answers, i), builder);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "evidence");
  if (self->evidence != NULL)
    json_builder_add_value (builder, json_node_copy (self->evidence));
  else
    json_builder_add_null_value (builder);
  bulla_cli_json_string (builder, "error", self->error);
  json_builder_end_object (builder);
}
