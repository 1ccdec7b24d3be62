/* bulla-verdict-json.c - writes the steps of a verdict as JSON
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-verdict-json.h"

#include "bulla-json.h"

static void
add_step (const BullaVerdict *verdict, guint step, JsonBuilder *builder)
{
  g_autofree char *observed = bulla_verdict_dup_observed (verdict, step);
  g_autofree char *required = bulla_verdict_dup_required (verdict, step);
  BullaRange range;

  bulla_verdict_get_range (verdict, step, &range);
  json_builder_begin_object (builder);
  bulla_json_add_text_or_null (builder, "rule", bulla_verdict_get_rule (verdict, step));
  bulla_json_add_text_or_null (builder, "title", bulla_verdict_get_title (verdict, step));
  bulla_json_add_text_or_null (builder, "state",
                               bulla_state_get_nick (bulla_verdict_get_state (verdict, step)));
  bulla_json_add_text_or_null (builder, "observed", observed);
  bulla_json_add_text_or_null (builder, "required", required);
  bulla_json_add_text_or_null (builder, "anchor", bulla_verdict_get_anchor (verdict, step));
  bulla_json_add_number (builder, "offset", (gint64)range.offset);
  bulla_json_add_number (builder, "length", (gint64)range.length);
  json_builder_end_object (builder);
}

/**
 * bulla_verdict_add_json_steps: (skip)
 * @verdict: a verdict
 * @builder: has an open array
 *
 * Adds an object for each step: the id of its rule and the title in English, the state, what was
 * observed and required, the specification, and which bytes of the package it is about.
 */
void
bulla_verdict_add_json_steps (const BullaVerdict *verdict, JsonBuilder *builder)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    add_step (verdict, i, builder);
}
