/* bulla-cli-report-caa.c - adds the CAA judgement of a package to its report
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-internal.h"
#include "bulla-cli-caa-json.h"
#include "bulla-cli-json.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-report.h"
#include "bulla-load-internal.h"

static gboolean
has_caa (const BullaFacts *facts)
{
  return facts != NULL && facts->caa.climbs != NULL && facts->caa.climbs->len > 0;
}

/* Returns: (transfer full) (nullable): the evidence that answered for the name */
static JsonNode *
dup_evidence (const BullaCliReport *self, const char *name, const BullaCaaClimb *climb)
{
  const char *file = NULL;
  BullaDnsEvidence *evidence =
      self->caa != NULL ? bulla_caa_finder_find_evidence (self->caa, name, &file) : NULL;

  return evidence != NULL
             ? bulla_cli_caa_evidence_to_json (evidence, bulla_cli_name_input (file), climb)
             : NULL;
}

/* Adds an object for each name of one certificate. */
static void
add_names (const BullaCliReport *self, JsonBuilder *builder, const BullaFacts *facts)
{
  const BullaCaaFacts *caa = &facts->caa;

  for (guint i = 0; i < caa->climbs->len; i++) {
    BullaCliCaa host = {.host = caa->hosts[i],
                        .climb = g_ptr_array_index (caa->climbs, i),
                        .domains = (const char *const *)caa->issuers,
                        .issuer_name = caa->issuer,
                        .matched_by = caa->matched_by};
    bulla_facts_judge_caa (facts, host.climb, &host.judgement);
    g_autofree char *error = bulla_cli_caa_dup_error (&host);
    host.error = error;
    g_autoptr (JsonNode) evidence = dup_evidence (self, host.host, host.climb);
    host.evidence = evidence;
    bulla_cli_caa_add_to_json (&host, builder);
  }
}

/* Returns: (transfer container): the facts with CAA records: of the exchange, or of every
 * certificate that vouches for a part of the bundle */
static GPtrArray *
list_caa (const BullaCliReport *self)
{
  GPtrArray *list = g_ptr_array_new ();
  const BullaBundleSignatures *signatures =
      self->bundle != NULL ? bulla_bundle_get_signatures (self->bundle) : NULL;

  if (self->load != NULL && has_caa (bulla_load_get_facts (self->load)))
    g_ptr_array_add (list, (gpointer)bulla_load_get_facts (self->load));
  for (guint i = 0; signatures != NULL && i < signatures->n_authorities; i++)
    if (has_caa (bulla_bundle_get_caa (self->bundle, i)))
      g_ptr_array_add (list, (gpointer)bulla_bundle_get_caa (self->bundle, i));
  return list;
}

/* Adds the CAA judgement; null if DNS was not asked. */
void
bulla_cli_report_add_caa (const BullaCliReport *self, JsonBuilder *builder)
{
  g_autoptr (GPtrArray) list = list_caa (self);

  if (list->len == 0) {
    bulla_cli_json_string (builder, "caa", NULL);
    return;
  }
  bulla_cli_json_begin_array (builder, "caa");
  for (guint i = 0; i < list->len; i++)
    add_names (self, builder, g_ptr_array_index (list, i));
  json_builder_end_array (builder);
}
