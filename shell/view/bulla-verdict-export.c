/* bulla-verdict-export.c - writes a page's verdict as a JSON document
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Members that “bulla verify --json=full” has, too, have its names and values. */
#include "bulla-verdict-export.h"

#include "bulla-json.h"
#include "bulla-verdict-json.h"

static void
add_steps (JsonBuilder *builder, BullaVerdict *verdict, BullaVerdict *deciding)
{
  json_builder_set_member_name (builder, "steps");
  json_builder_begin_array (builder);
  bulla_verdict_add_json_steps (verdict, builder);
  if (deciding != verdict)
    bulla_verdict_add_json_steps (deciding, builder);
  json_builder_end_array (builder);
}

/**
 * bulla_verdict_export:
 * @provenance: provenance of a page
 *
 * Returns: (transfer full) (nullable): a JSON object, with indents: the page's URL, the badge, the
 *   package, the outcome for the request, and all steps; %NULL without a verdict
 */
char *
bulla_verdict_export (BullaProvenance *provenance)
{
  BullaVerdict *verdict = bulla_provenance_get_verdict (provenance);
  BullaVerdict *deciding = bulla_provenance_get_deciding_verdict (provenance);
  BullaOuter *outer = bulla_provenance_get_outer (provenance);
  BullaLoad *load = bulla_provenance_get_load (provenance);
  g_autoptr (JsonBuilder) builder = NULL;

  if (verdict == NULL)
    return NULL;
  BullaReason reason = bulla_verdict_get_reason (deciding);
  builder = json_builder_new ();
  json_builder_begin_object (builder);
  bulla_json_add_text_or_null (builder, "page", bulla_provenance_get_url (provenance));
  bulla_json_add_text_or_null (builder, "badge", bulla_provenance_get_label (provenance));
  bulla_json_add_text_or_null (builder, "delivered_from",
                               outer != NULL ? bulla_outer_get_url (outer) : NULL);
  bulla_json_add_text_or_null (builder, "url", load != NULL ? bulla_load_get_url (load) : NULL);
  bulla_json_add_text_or_null (builder, "profile", bulla_verdict_get_profile_name (verdict));
  bulla_json_add_number (builder, "at", bulla_verdict_get_time (verdict));
  bulla_json_add_text_or_null (builder, "outcome",
                               bulla_outcome_get_nick (bulla_verdict_get_outcome (deciding)));
  bulla_json_add_text_or_null (builder, "reason",
                               reason != BULLA_REASON_NONE ? bulla_reason_get_nick (reason) : NULL);
  add_steps (builder, verdict, deciding);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *json = json_to_string (root, TRUE);
  return g_strconcat (json, "\n", NULL);
}
