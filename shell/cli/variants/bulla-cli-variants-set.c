/* bulla-cli-variants-set.c - groups the responses of packages by URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-set.h"

#include <string.h>

#include "bulla-request-kind.h"
#include "bulla-variants-headers.h"

struct _BullaCliVariantsSet {
  const BullaSettings *settings; /* borrowed */
  GPtrArray *groups;             /* owned; of BullaCliGroup */
  GHashTable *exchanges;         /* owned; URL -> BullaCliGroup, borrowed */
  GHashTable *parsed;            /* owned; form and text of Variants -> BullaVariants */
};

void
bulla_cli_variant_free (gpointer variant)
{
  BullaCliVariant *self = variant;

  if (self == NULL)
    return;
  char *texts[] = {self->url,  self->file,   self->type,     self->language, self->coding,
                   self->etag, self->digest, self->variants, self->key};
  for (size_t i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
  g_free (self);
}

static void
group_free (gpointer data)
{
  BullaCliGroup *self = data;

  g_free (self->bundle);
  g_ptr_array_unref (self->variants);
  g_clear_pointer (&self->keys, bulla_variant_keys_free);
  g_free (self->variant_of_key);
  g_free (self->there);
  g_free (self->key_of_combination);
  g_free (self);
}

static void
free_parsed (gpointer parsed)
{
  if (parsed != NULL)
    bulla_variants_free (parsed);
}

BullaCliVariantsSet *
bulla_cli_variants_set_new (const BullaSettings *settings)
{
  BullaCliVariantsSet *self = g_new0 (BullaCliVariantsSet, 1);

  self->settings = settings;
  self->groups = g_ptr_array_new_with_free_func (group_free);
  self->exchanges = g_hash_table_new (g_str_hash, g_str_equal);
  self->parsed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_parsed);
  return self;
}

void
bulla_cli_variants_set_free (BullaCliVariantsSet *self)
{
  g_hash_table_unref (self->exchanges);
  g_ptr_array_unref (self->groups);
  g_hash_table_unref (self->parsed);
  g_free (self);
}

/* Parses each distinct field once. */
static const BullaVariants *
find_axes (BullaCliVariantsSet *self, const char *text, BullaVariantsSyntax syntax)
{
  g_autofree char *key = g_strdup_printf ("%d%s", syntax, text);
  gpointer parsed = NULL;

  if (!g_hash_table_lookup_extended (self->parsed, key, NULL, &parsed)) {
    parsed = bulla_variants_parse (text, syntax, &self->settings->variants, NULL);
    g_hash_table_insert (self->parsed, g_steal_pointer (&key), parsed);
  }
  return parsed;
}

static BullaCliGroup *
add_group (BullaCliVariantsSet *self, const char *bundle)
{
  BullaCliGroup *group = g_new0 (BullaCliGroup, 1);

  group->bundle = g_strdup (bundle);
  group->variants = g_ptr_array_new_with_free_func (bulla_cli_variant_free);
  group->state = BULLA_CLI_GROUP_ONLY;
  g_ptr_array_add (self->groups, group);
  return group;
}

/**
 * bulla_cli_variants_set_add_exchange: (skip)
 * @self: a set
 * @variant: (transfer full): an exchange
 */
void
bulla_cli_variants_set_add_exchange (BullaCliVariantsSet *self, BullaCliVariant *variant)
{
  BullaCliGroup *group = g_hash_table_lookup (self->exchanges, variant->url);

  if (group == NULL) {
    group = add_group (self, NULL);
    group->url = variant->url;
    g_hash_table_insert (self->exchanges, variant->url, group);
  }
  g_ptr_array_add (group->variants, variant);
}

/* --- exchanges */

static const BullaCliVariant *
find_newest (const BullaCliGroup *group)
{
  const BullaCliVariant *newest = NULL;

  for (guint i = 0; i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    if (newest == NULL || variant->signed_at >= newest->signed_at)
      newest = variant;
  }
  return newest;
}

/* Returns the number of the key among the first @n; @n if it is not there. */
static guint
find_key (const GPtrArray *values, guint n, const char *const *key, guint n_axes)
{
  for (guint i = 0; i < n; i++) {
    guint same = 0;
    while (same < n_axes && strcmp (values->pdata[i * n_axes + same], key[same]) == 0)
      same++;
    if (same == n_axes)
      return i;
  }
  return n;
}

/* Collects the keys of the exchanges that share the Variants of the newest. Of two exchanges with
 * one key the one that was signed last counts. */
static gboolean
collect_keys (BullaCliVariantsSet *self, BullaCliGroup *group, const BullaCliVariant *newest)
{
  g_autoptr (GPtrArray) all =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_variant_keys_free);
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  g_autoptr (GArray) owners = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n_axes = group->axes->n_axes;

  for (guint i = 0; i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    if (g_strcmp0 (variant->variants, newest->variants) != 0) {
      group->disagree = TRUE;
      continue;
    }
    if (variant->key == NULL)
      continue;
    BullaVariantKeys *keys =
        bulla_variant_keys_parse (variant->key, group->axes, &self->settings->variants, NULL);
    if (keys == NULL) {
      group->unreadable = variant;
      continue;
    }
    g_ptr_array_add (all, keys);
    for (guint j = 0; j < keys->n_keys; j++) {
      const char *const *key = keys->values + (gsize)j * n_axes;
      guint place = find_key (values, owners->len, key, n_axes);
      if (place == owners->len) {
        for (guint k = 0; k < n_axes; k++)
          g_ptr_array_add (values, (gpointer)key[k]);
        g_array_append_val (owners, i);
      } else {
        const BullaCliVariant *former =
            group->variants->pdata[g_array_index (owners, guint, place)];
        if (variant->signed_at > former->signed_at)
          g_array_index (owners, guint, place) = i;
      }
    }
  }
  group->keys =
      bulla_variant_keys_new (group->axes, (const char *const *)values->pdata, owners->len);
  group->variant_of_key = g_memdup2 (owners->data, owners->len * sizeof (guint));
  return owners->len > 0;
}

static void
finish_exchanges (BullaCliVariantsSet *self, BullaCliGroup *group)
{
  const BullaCliVariant *newest = find_newest (group);
  const BullaVariantsNames *names = bulla_variants_names_get (self->settings->variants_headers);

  for (guint i = 0; i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    if (g_strcmp0 (variant->variants, newest->variants) != 0)
      group->disagree = TRUE;
    if ((variant->variants == NULL) != (variant->key == NULL))
      group->half = variant;
  }
  if (newest->variants == NULL) {
    group->state = newest->key != NULL ? BULLA_CLI_GROUP_HALF : BULLA_CLI_GROUP_ONLY;
    return;
  }
  group->axes = find_axes (self, newest->variants, names->syntax);
  group->state = BULLA_CLI_GROUP_UNREADABLE;
  if (group->axes != NULL && collect_keys (self, group, newest))
    group->state = BULLA_CLI_GROUP_NEGOTIATED;
  else if (group->axes != NULL && group->unreadable == NULL)
    group->state = BULLA_CLI_GROUP_HALF;
}

/* --- bundles */

/* Decodes the place of a combination, the first axis slowest. */
static void
add_combination (const BullaVariants *axes, guint combination, GPtrArray *values)
{
  guint first = values->len;

  g_ptr_array_set_size (values, (gint)(first + axes->n_axes));
  for (guint i = axes->n_axes; i-- > 0; combination /= axes->axes[i].n_values)
    values->pdata[first + i] = (gpointer)axes->axes[i].values[combination % axes->axes[i].n_values];
}

static void
fill_combinations (BullaCliGroup *group)
{
  g_autoptr (GPtrArray) values = g_ptr_array_new ();
  guint n_keys = 0;

  group->n_there = group->variants->len;
  group->there = g_new0 (gboolean, group->n_there);
  group->key_of_combination = g_new0 (guint, group->n_there);
  group->variant_of_key = g_new0 (guint, group->n_there);
  for (guint i = 0; i < group->n_there; i++) {
    if (group->variants->pdata[i] == NULL)
      continue;
    group->there[i] = TRUE;
    group->key_of_combination[i] = n_keys;
    group->variant_of_key[n_keys++] = i;
    add_combination (group->axes, i, values);
  }
  group->keys = bulla_variant_keys_new (group->axes, (const char *const *)values->pdata, n_keys);
}

/**
 * bulla_cli_variants_set_add_resource: (skip)
 * @self: a set
 * @bundle: the file of the bundle
 * @version: `b1` or `b2`; static
 * @url: the URL; the first response of @responses that exists owns it
 * @variants: (nullable): Variants of the index, in either form
 * @responses: (transfer full) (element-type BullaCliVariant): the responses in the order of the
 *   index; %NULL where a combination is absent
 */
void
bulla_cli_variants_set_add_resource (BullaCliVariantsSet *self, const char *bundle,
                                     const char *version, const char *url, const char *variants,
                                     GPtrArray *responses)
{
  BullaCliGroup *group = add_group (self, bundle);

  g_ptr_array_unref (group->variants);
  group->variants = responses;
  group->version = version;
  group->url = g_intern_string (url);
  if (variants == NULL || *variants == '\0')
    return;
  group->axes = find_axes (self, variants, BULLA_VARIANTS_SYNTAX_LISTS);
  if (group->axes == NULL)
    group->axes = find_axes (self, variants, BULLA_VARIANTS_SYNTAX_DICTIONARY);
  if (group->axes == NULL || bulla_variants_get_product (group->axes) != responses->len) {
    group->axes = NULL;
    group->state = BULLA_CLI_GROUP_UNREADABLE;
    return;
  }
  group->state = BULLA_CLI_GROUP_NEGOTIATED;
  fill_combinations (group);
}

/* --- all */

/* Adds up the responses of each bundle and of each URL of exchanges. Keys and URLs may share one.
 */
static void
fill_totals (BullaCliVariantsSet *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) firsts = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->groups->len; i++) {
    BullaCliGroup *group = self->groups->pdata[i], *first = group;
    if (group->bundle != NULL && !g_hash_table_contains (firsts, group->bundle))
      g_hash_table_insert (firsts, group->bundle, group);
    else if (group->bundle != NULL)
      first = g_hash_table_lookup (firsts, group->bundle);
    for (guint j = 0; j < group->variants->len; j++) {
      const BullaCliVariant *variant = group->variants->pdata[j];
      if (variant != NULL
          && g_hash_table_add (
              seen, g_strdup_printf ("%" G_GUINT64_FORMAT " %s", variant->offset, variant->file)))
        first->total += variant->bytes;
    }
  }
  for (guint i = 0; i < self->groups->len; i++) {
    BullaCliGroup *group = self->groups->pdata[i];
    if (group->bundle != NULL)
      group->total = ((BullaCliGroup *)g_hash_table_lookup (firsts, group->bundle))->total;
  }
}

/* The kind is that of documents if any response is one, otherwise that of the first. */
static const char *
find_kind (const BullaCliGroup *group)
{
  const char *first = NULL;

  for (guint i = 0; i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    const char *kind = variant != NULL ? bulla_request_kind_of (variant->type) : NULL;
    if (g_strcmp0 (kind, "document") == 0)
      return kind;
    first = first != NULL ? first : kind;
  }
  return first != NULL ? first : "fetch";
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const BullaCliGroup *one = *(BullaCliGroup *const *)a, *other = *(BullaCliGroup *const *)b;
  int order = strcmp (one->url, other->url);

  return order != 0 ? order : g_strcmp0 (one->bundle, other->bundle);
}

/**
 * bulla_cli_variants_set_finish: (skip)
 * @self: a set to which everything was added
 *
 * Sorts the groups by URL, collects the keys of exchanges, and adds up the bytes.
 */
void
bulla_cli_variants_set_finish (BullaCliVariantsSet *self)
{
  for (guint i = 0; i < self->groups->len; i++) {
    BullaCliGroup *group = self->groups->pdata[i];
    if (group->bundle == NULL)
      finish_exchanges (self, group);
    group->kind = find_kind (group);
  }
  fill_totals (self);
  g_ptr_array_sort (self->groups, compare_groups);
}

/* Returns: (transfer none) (element-type BullaCliGroup): the groups */
const GPtrArray *
bulla_cli_variants_set_get_groups (const BullaCliVariantsSet *self)
{
  return self->groups;
}
