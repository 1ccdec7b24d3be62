/* bulla-variants-choices.c - finds which variant of each resource of a package a client gets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-variants-choices.h"

#include <glib/gi18n.h>

#include "bulla-address.h"
#include "bulla-alternates.h"
#include "bulla-bundle-internal.h"
#include "bulla-load-internal.h"
#include "bulla-panel-row.h"
#include "bulla-printable.h"
#include "bulla-request-kind.h"
#include "bulla-variants-choose.h"
#include "bulla-variants-headers.h"
#include "bulla-variants-trace.h"

#define RESOURCES_MAX 500 /* most resources that are listed */
#define HEADS_MAX 4       /* most responses of a resource whose media types are read */

/* one resource and the client that asks for it */
typedef struct {
  const BullaClient *client;     /* borrowed */
  const BullaSettings *settings; /* borrowed */
  BullaRequestFacts request;     /* as the client sends it */
  gboolean asks;                 /* whether the client asks for such resources */
} Asking;

static const char *
translate (const char *text)
{
  return _ (text);
}

static const char *
name_grade (BullaVariantsGrade grade)
{
  switch (grade) {
  case BULLA_VARIANTS_GRADE_FIRST_CHOICE:
    return _ ("◆ first choice");
  case BULLA_VARIANTS_GRADE_LATER_CHOICE:
    return _ ("◇ later choice");
  case BULLA_VARIANTS_GRADE_WILDCARD:
    return _ ("○ by wildcard");
  case BULLA_VARIANTS_GRADE_DEFAULT:
    return _ ("△ default: nothing matched");
  case BULLA_VARIANTS_GRADE_NOTHING:
  default:
    return _ ("✗ nothing");
  }
}

/* Returns: (nullable): why the client or its reader cannot use the value of an axis */
static const char *
find_obstacle (const Asking *asking, const BullaVariantsAxis *axis, const char *value)
{
  if (axis->mechanism == BULLA_VARIANTS_MECHANISM_LANGUAGE
      && bulla_client_reads (asking->client, value) == BULLA_NO)
    return _ ("does not read its language");
  if (axis->mechanism == BULLA_VARIANTS_MECHANISM_ACCEPT && g_str_has_prefix (value, "image/")
      && bulla_client_decodes (asking->client, value) == BULLA_NO)
    return _ ("cannot decode its media type");
  return NULL;
}

/* Appends the chosen values, and what keeps the client from using them. */
static void
append_chosen (GString *text, const Asking *asking, const BullaVariantsRanking *ranking,
               const BullaVariantsSelection *selection)
{
  const char *obstacle = NULL;

  g_string_append (text, name_grade (selection->grade));
  for (guint i = 0; selection->grade != BULLA_VARIANTS_GRADE_NOTHING && i < ranking->n_axes; i++) {
    const BullaVariantsFacet *facet = &ranking->facets[i];
    const char *value = facet->ranked[selection->ranks[i]].value;
    gboolean secret = facet->axis->mechanism == BULLA_VARIANTS_MECHANISM_COOKIE;
    g_string_append_printf (text, "%s%s", i == 0 ? ": " : " ",
                            secret ? _ ("(the value of a cookie)") : value);
    obstacle = obstacle != NULL ? obstacle : find_obstacle (asking, facet->axis, value);
  }
  if (obstacle != NULL)
    g_string_append_printf (text, _ ("; unusable: %s"), obstacle);
  g_string_append_c (text, '\n');
}

/* Returns: (transfer full): the choice with the trace of each axis. @keys: (nullable): the keys of
 * @n responses; @there: (nullable): which of @n combinations of an index exist */
static char *
describe_choice (const Asking *asking, const BullaVariants *axes, GPtrArray *keys,
                 const gboolean *there, guint n)
{
  const BullaVariantsReadings *readings = &asking->settings->variants;
  BullaRequestFacts matched = there != NULL
                                  ? asking->request
                                  : bulla_variants_request_for (&asking->request, asking->settings);
  g_autoptr (BullaVariantsRequest) request = bulla_variants_request_new (&matched, readings);
  g_autoptr (BullaVariantsRanking) ranking = bulla_variants_rank (axes, request, readings);
  BullaVariantsSelection selection = {.grade = BULLA_VARIANTS_GRADE_NOTHING};
  g_autoptr (GString) text = g_string_new (NULL);

  if (there != NULL)
    bulla_variants_ranking_choose_combination (ranking, there, n, readings->absent_combination,
                                               &selection);
  else
    bulla_variants_ranking_choose_key (ranking, (const BullaVariantKeys *const *)keys->pdata,
                                       keys->len, &selection);
  append_chosen (text, asking, ranking, &selection);
  g_autofree char *trace = bulla_variants_describe_ranking (ranking, request, translate);
  g_string_append (text, g_strchomp (trace));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static Asking
ask_as (const BullaClient *client, const BullaSettings *settings, const char *kind, const char *url)
{
  Asking asking = {.client = client, .settings = settings};

  asking.asks = bulla_client_fill_request (client, kind, url, &asking.request);
  return asking;
}

static void
add_row (GListStore *store, const char *url, const char *value)
{
  g_autofree char *shown = bulla_address_for_display (url);
  g_autofree char *printable = bulla_printable_dup_lines (value);
  g_autoptr (BullaPanelRow) row = bulla_panel_row_new (shown, printable);

  g_list_store_append (store, row);
}

/* Adds the choice among responses that share Variants. @variants, @keys: (nullable): their fields,
 * or parameters of links; both are missing if nothing was negotiated */
static void
add_choice (GListStore *store, const Asking *asking, const char *url, const char *variants,
            const char *const *keys, BullaVariantsSyntax syntax)
{
  const BullaVariantsReadings *readings = &asking->settings->variants;
  gboolean any_key = keys != NULL && keys[0] != NULL;
  g_autoptr (GPtrArray) parsed =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_variant_keys_free);

  if (!asking->asks) {
    add_row (store, url, _ ("– not requested by this client"));
    return;
  }
  if (variants == NULL && !any_key) {
    add_row (store, url, _ ("● the only one: nothing was negotiated"));
    return;
  }
  g_autoptr (BullaVariants) axes =
      variants != NULL ? bulla_variants_parse (variants, syntax, readings, NULL) : NULL;
  for (guint i = 0; axes != NULL && any_key && keys[i] != NULL; i++) {
    BullaVariantKeys *key = bulla_variant_keys_parse (keys[i], axes, readings, NULL);
    if (key != NULL)
      g_ptr_array_add (parsed, key);
  }
  g_autofree char *text = parsed->len > 0
                              ? describe_choice (asking, axes, parsed, NULL, 0)
                              : g_strdup (_ ("✗ nothing: Variants or Variant-Key cannot be read"));
  add_row (store, url, text);
}

/* Lists what the page preloads and its publisher allows as exchanges. A destination that the client
 * file does not have is asked for as fetch() asks. */
static void
add_parts (GListStore *store, const BullaFacts *facts, const BullaClient *client,
           const BullaSettings *settings)
{
  g_autoptr (GPtrArray) parts = bulla_alternates_list (facts, settings);

  for (guint i = 0; i < parts->len; i++) {
    const BullaAllowedPart *part = parts->pdata[i];
    Asking asking = ask_as (client, settings, part->destination, part->url);
    if (!asking.asks)
      asking = ask_as (client, settings, "fetch", part->url);
    add_choice (store, &asking, part->url, part->variants, (const char *const *)part->keys,
                bulla_variants_names_get (settings->variants_headers)->syntax);
  }
}

/* Lists the page of an exchange, and its parts. */
static void
add_load (GListStore *store, BullaLoad *load, const BullaClient *client,
          const BullaSettings *settings)
{
  const BullaFacts *facts = bulla_load_get_facts (load);
  const BullaHeader *type = bulla_facts_find_header (facts, "content-type");
  const char *url = bulla_load_get_url (load);
  BullaVariantsFields fields = bulla_variants_fields_of (facts, settings);
  const char *const keys[] = {fields.variant_key, NULL};

  if (url == NULL) /* not an exchange that can be read */
    return;
  Asking asking =
      ask_as (client, settings, bulla_request_kind_of (type != NULL ? type->value : NULL), url);
  add_choice (store, &asking, url, fields.variants, keys, fields.syntax);
  add_parts (store, facts, client, settings);
}

/* Returns: (nullable): the Fetch destination of a response; %NULL while its head has not arrived */
static const char *
read_kind (BullaBundle *bundle, guint resource, guint variant)
{
  BullaRange range;
  g_autoptr (BullaLoad) load =
      bulla_bundle_get_range (bundle, resource, variant, &range)
          ? bulla_bundle_load_there (bundle, resource, variant, NULL) /* faults are of no type */
          : NULL;
  const BullaFacts *facts = load != NULL ? bulla_load_get_facts (load) : NULL;
  const BullaHeader *type = facts != NULL && facts->headers.read == BULLA_YES
                                ? bulla_facts_find_header (facts, "content-type")
                                : NULL;

  return facts != NULL ? bulla_request_kind_of (type != NULL ? type->value : NULL) : NULL;
}

/* Says whether a media type on the axis accept is that of a document. */
static gboolean
offers_document (const BullaVariants *axes)
{
  for (guint i = 0; axes != NULL && i < axes->n_axes; i++)
    for (guint j = 0; j < axes->axes[i].n_values; j++)
      if (axes->axes[i].mechanism == BULLA_VARIANTS_MECHANISM_ACCEPT
          && g_str_equal (bulla_request_kind_of (axes->axes[i].values[j]), "document"))
        return TRUE;
  return FALSE;
}

/* Returns: the Fetch destination of a resource: that of documents if a response is one, otherwise
 * that of the first; `document` is the destination of the primary URL while no head has arrived */
static const char *
find_kind (BullaBundle *bundle, guint resource, const char *url, const BullaVariants *axes)
{
  guint n = bulla_bundle_get_n_variants (bundle, resource);
  const char *first = NULL;

  if (offers_document (axes))
    return "document";
  for (guint i = 0, heads = 0; i < n && heads < HEADS_MAX; i++) {
    const char *kind = read_kind (bundle, resource, i);
    if (g_strcmp0 (kind, "document") == 0)
      return kind;
    first = first != NULL ? first : kind;
    heads += kind != NULL;
  }
  if (first != NULL)
    return first;
  return g_strcmp0 (url, bulla_bundle_get_primary_url (bundle)) == 0 ? "document" : "fetch";
}

static void
add_resource (GListStore *store, BullaBundle *bundle, guint resource, const BullaClient *client,
              const BullaSettings *settings)
{
  g_autofree char *url = bulla_bundle_dup_url (bundle, resource);
  const char *variants =
      bulla_bundle_index_get_variants (bulla_bundle_get_index (bundle), resource);
  guint n = bulla_bundle_get_n_variants (bundle, resource);
  BullaVariantsSyntax syntax;
  guint64 product = 0;
  gboolean negotiated = variants != NULL && *variants != '\0';
  g_autoptr (BullaVariants) axes =
      negotiated && bulla_variants_count (variants, &settings->variants, &syntax, &product)
              && product == n
          ? bulla_variants_parse (variants, syntax, &settings->variants, NULL)
          : NULL;
  Asking asking = ask_as (client, settings, find_kind (bundle, resource, url, axes), url);

  if (!asking.asks) {
    add_row (store, url, _ ("– not requested by this client"));
    return;
  }
  if (!negotiated) {
    add_row (store, url, _ ("● the only one: nothing was negotiated"));
    return;
  }
  g_autofree gboolean *there = g_new0 (gboolean, n);
  BullaRange range;
  for (guint i = 0; i < n; i++)
    there[i] = bulla_bundle_get_range (bundle, resource, i, &range);
  g_autofree char *text = axes != NULL ? describe_choice (&asking, axes, NULL, there, n)
                                       : g_strdup (_ ("✗ nothing: Variants cannot be read"));
  add_row (store, url, text);
}

/**
 * bulla_variants_list_choices:
 * @provenance: of a page; its package may have been set aside
 * @client: the client that asks
 * @settings: settings of the profile
 *
 * Returns: (transfer full): of #BullaPanelRow: a row for each resource of the package, and for each
 *   part that the page of an exchange allows as an exchange, with the grade of its choice, the key,
 *   and for each axis what was asked, offered and ranked; none if the page is not from a package
 */
GListModel *
bulla_variants_list_choices (BullaProvenance *provenance, const BullaClient *client,
                             const BullaSettings *settings)
{
  GListStore *store = g_list_store_new (BULLA_TYPE_PANEL_ROW);
  BullaBundle *bundle = bulla_provenance_get_bundle (provenance);
  BullaLoad *load = bulla_provenance_get_load (provenance);

  if (bundle == NULL && load != NULL)
    add_load (store, load, client, settings);
  for (guint i = 0;
       bundle != NULL && i < MIN (bulla_bundle_get_n_resources (bundle), RESOURCES_MAX); i++)
    add_resource (store, bundle, i, client, settings);
  return G_LIST_MODEL (store);
}
