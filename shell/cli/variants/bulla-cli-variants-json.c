/* bulla-cli-variants-json.c - formats choices as JSON records
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-json.h"

#include "bulla-cli-json.h"
#include "bulla-json.h"

#define TRIED_MAX 32

static void
add_values (JsonBuilder *builder, const char *member, const char *const *values, guint n)
{
  g_autofree const char **list = g_new0 (const char *, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = values[i];
  bulla_json_add_names (builder, member, list);
}

static void
add_requested (JsonBuilder *builder, const BullaRequestFacts *request)
{
  bulla_cli_json_begin (builder, "requested");
  bulla_cli_json_string (builder, "accept", request->accept);
  bulla_cli_json_string (builder, "accept-language", request->accept_language);
  bulla_cli_json_string (builder, "accept-encoding", request->accept_encoding);
  bulla_cli_json_string (builder, "cookie", request->cookie);
  json_builder_end_object (builder);
}

static void
add_offer (JsonBuilder *builder, const BullaCliVariant *variant, const char *const *key, guint n)
{
  json_builder_begin_object (builder);
  add_values (builder, "key", key, n);
  bulla_cli_json_string (builder, "file", variant->file);
  bulla_cli_json_number (builder, "offset", variant->offset);
  bulla_cli_json_number (builder, "bytes", variant->bytes);
  json_builder_end_object (builder);
}

static void
add_offered (JsonBuilder *builder, const BullaCliGroup *group)
{
  const BullaVariantKeys *keys = group->keys;

  bulla_cli_json_begin_array (builder, "offered");
  for (guint i = 0; keys != NULL && i < keys->n_keys; i++)
    add_offer (builder, group->variants->pdata[group->variant_of_key[i]],
               keys->values + (gsize)i * keys->n_axes, keys->n_axes);
  for (guint i = 0; keys == NULL && i < group->variants->len; i++)
    if (group->variants->pdata[i] != NULL)
      add_offer (builder, group->variants->pdata[i], NULL, 0);
  json_builder_end_array (builder);
}

static void
add_chosen (JsonBuilder *builder, const BullaCliChoice *choice)
{
  const BullaVariantKeys *keys = choice->group->keys;
  gboolean keyed = choice->key >= 0;

  if (choice->chosen == NULL) {
    bulla_cli_json_string (builder, "chosen", NULL);
    return;
  }
  bulla_cli_json_begin (builder, "chosen");
  add_values (builder, "key", keyed ? keys->values + (gsize)choice->key * keys->n_axes : NULL,
              keyed ? keys->n_axes : 0);
  bulla_cli_json_string (builder, "file", choice->chosen->file);
  bulla_cli_json_number (builder, "bytes", choice->chosen->bytes);
  json_builder_end_object (builder);
}

static void
add_known (JsonBuilder *builder, const char *member, BullaKnown known)
{
  if (known == BULLA_UNKNOWN)
    bulla_cli_json_string (builder, member, NULL);
  else
    bulla_cli_json_boolean (builder, member, known == BULLA_YES);
}

static const char *
because_nick (BullaVariantsBecause because)
{
  static const char *const nicks[] = {"range", "wildcard", "default", "added"};

  return nicks[because];
}

/* Weights have few decimals; the nearest double of 0.9 is not written with 17 digits. */
static void
add_weight (JsonBuilder *builder, double weight)
{
  json_builder_set_member_name (builder, "q");
  if (weight >= 1 || weight <= 0)
    json_builder_add_int_value (builder, weight >= 1);
  else
    json_builder_add_double_value (builder, weight);
}

static void
add_ranked (JsonBuilder *builder, const BullaVariantsFacet *facet,
            const BullaPreferences *preferences)
{
  bulla_cli_json_begin_array (builder, "ranked");
  for (guint i = 0; i < facet->n_ranked; i++) {
    const BullaVariantsRanked *ranked = &facet->ranked[i];
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "value", ranked->value);
    bulla_cli_json_string (builder, "because", because_nick (ranked->because));
    if (ranked->preference >= 0)
      bulla_cli_json_string (builder, "range", preferences->entries[ranked->preference].range);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
}

static void
add_axis (JsonBuilder *builder, const BullaVariantsFacet *facet, const BullaVariantsRequest *fields)
{
  const BullaPreferences *preferences =
      bulla_variants_request_get_preferences (fields, facet->axis->mechanism);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "axis", facet->axis->name);
  bulla_cli_json_begin_array (builder, "asked");
  for (guint i = 0; preferences != NULL && i < preferences->n; i++) {
    json_builder_begin_object (builder);
    bulla_cli_json_string (builder, "range", preferences->entries[i].range);
    add_weight (builder, preferences->entries[i].weight);
    json_builder_end_object (builder);
  }
  json_builder_end_array (builder);
  add_ranked (builder, facet, preferences);
  bulla_cli_json_boolean (builder, "default_taken", facet->default_taken);
  json_builder_end_object (builder);
}

/* Says whether the key of these ranks is packed. */
static gboolean
is_offered (const BullaCliChoice *choice, const guint *ranks)
{
  const BullaVariantKeys *keys = choice->group->keys;

  for (guint i = 0; i < keys->n_keys; i++) {
    guint same = 0;
    while (same < keys->n_axes
           && g_str_equal (keys->values[(gsize)i * keys->n_axes + same],
                           choice->ranking->facets[same].ranked[ranks[same]].value))
      same++;
    if (same == keys->n_axes)
      return TRUE;
  }
  return FALSE;
}

static void
add_tried (JsonBuilder *builder, const BullaCliChoice *choice)
{
  const BullaVariantsRanking *ranking = choice->ranking;
  guint64 n = 0, tried = 0;
  guint ranks[BULLA_VARIANTS_AXES_MAX];

  bulla_cli_json_begin_array (builder, "tried");
  if (ranking != NULL && bulla_variants_ranking_begin (ranking, ranks)) {
    n = bulla_variants_ranking_count_before (ranking, &choice->selection);
    n += choice->selection.grade != BULLA_VARIANTS_GRADE_NOTHING && n < G_MAXUINT64;
    do {
      const char *values[BULLA_VARIANTS_AXES_MAX];
      for (guint i = 0; i < ranking->n_axes; i++)
        values[i] = ranking->facets[i].ranked[ranks[i]].value;
      json_builder_begin_object (builder);
      add_values (builder, "key", values, ranking->n_axes);
      bulla_cli_json_boolean (builder, "offered", is_offered (choice, ranks));
      json_builder_end_object (builder);
    } while (++tried < MIN (n, TRIED_MAX) && bulla_variants_ranking_advance (ranking, ranks));
  }
  json_builder_end_array (builder);
  if (n > tried)
    bulla_cli_json_number (builder, "tried_more", n - tried);
}

/**
 * bulla_cli_choice_to_json: (skip)
 * @choice: a choice
 *
 * Returns: (transfer full): a record `choice`, in one line
 */
char *
bulla_cli_choice_to_json (const BullaCliChoice *choice)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const BullaCliGroup *group = choice->group;

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "choice");
  bulla_cli_json_string (builder, "client", choice->client->name);
  bulla_cli_json_string (builder, "url", group->url);
  bulla_cli_json_string (builder, "bundle", group->bundle);
  bulla_cli_json_string (builder, "kind", group->kind);
  add_requested (builder, choice->request);
  add_offered (builder, group);
  add_chosen (builder, choice);
  bulla_cli_json_string (builder, "grade", bulla_cli_grade_get_nick (choice->grade));
  add_known (builder, "usable", choice->usable);
  bulla_cli_json_string (builder, "unusable_because", choice->unusable_cause);
  bulla_cli_json_begin_array (builder, "axes");
  for (guint i = 0; choice->ranking != NULL && i < choice->ranking->n_axes; i++)
    add_axis (builder, &choice->ranking->facets[i], choice->fields);
  json_builder_end_array (builder);
  add_tried (builder, choice);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}
