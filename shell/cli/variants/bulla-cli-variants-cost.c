/* bulla-cli-variants-cost.c - shows what each variant costs, and what clients download
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-cost.h"

#include <glib/gi18n.h>

#include "bulla-cli-json.h"
#include "bulla-cli-variants-text.h"
#include "bulla-json.h"
#include "bulla-printable.h"

/* Where lines of text or JSON go. */
typedef struct {
  gboolean json;
  BullaCliLineFunc func;
  gpointer user_data;
} Lines;

/* Lists the clients that get the response of the key; with @hurt those that would lose their first
 * choice without it, or get nothing that they can use. */
static GStrv
list_getting (const BullaCliChoices *choices, guint first, guint n_clients, guint key,
              gboolean hurt)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < n_clients; i++) {
    const BullaCliChoice *choice = bulla_cli_choices_get (choices, first + i);
    if (hurt ? bulla_cli_choices_needs (choices, choice, key) : choice->key == (gint)key)
      g_strv_builder_add (names, choice->client->name);
  }
  return g_strv_builder_end (names);
}

/**
 * bulla_cli_variants_foreach_cost: (skip)
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 * @func: receives each variant of each URL that has variants
 * @user_data: for @func
 */
void
bulla_cli_variants_foreach_cost (const BullaCliChoices *choices, guint n_clients,
                                 BullaCliCostFunc func, gpointer user_data)
{
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i += n_clients) {
    const BullaCliGroup *group = bulla_cli_choices_get (choices, i)->group;
    for (guint j = 0; group->keys != NULL && j < group->keys->n_keys; j++) {
      const BullaCliVariant *variant = group->variants->pdata[group->variant_of_key[j]];
      g_auto (GStrv) reached = list_getting (choices, i, n_clients, j, FALSE);
      g_auto (GStrv) hurt = list_getting (choices, i, n_clients, j, TRUE);
      const BullaCliCost cost = {group, j, variant, reached, hurt, group->total - variant->bytes};
      func (&cost, user_data);
    }
  }
}

/**
 * bulla_cli_variants_foreach_download: (skip)
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 * @func: receives what each client downloads, and never uses; a bundle is downloaded whole, an
 *   exchange alone
 * @user_data: for @func
 */
void
bulla_cli_variants_foreach_download (const BullaCliChoices *choices, guint n_clients,
                                     BullaCliDownloadFunc func, gpointer user_data)
{
  for (guint i = 0; i < n_clients && bulla_cli_choices_get_n (choices) > 0; i++) {
    BullaCliDownload download = {bulla_cli_choices_get (choices, i)->client->name, 0, 0};
    g_autoptr (GHashTable) bundles = g_hash_table_new (g_str_hash, g_str_equal);
    g_autoptr (GHashTable) uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
    guint64 used = 0;
    for (guint j = i; j < bulla_cli_choices_get_n (choices); j += n_clients) {
      const BullaCliChoice *choice = bulla_cli_choices_get (choices, j);
      const BullaCliVariant *chosen = choice->chosen;
      if (choice->group->bundle == NULL)
        download.loaded += chosen != NULL ? chosen->bytes : 0;
      else if (g_hash_table_add (bundles, choice->group->bundle))
        download.loaded += choice->group->total;
      if (chosen != NULL && choice->usable != BULLA_NO
          && g_hash_table_add (
              uses, g_strdup_printf ("%" G_GUINT64_FORMAT " %s", chosen->offset, chosen->file)))
        used += chosen->bytes;
    }
    download.unused = download.loaded - used;
    func (&download, user_data);
  }
}

/* Returns: (transfer full): the values of the key, separated by blanks */
char *
bulla_cli_cost_dup_key (const BullaCliCost *cost)
{
  const BullaVariantKeys *keys = cost->group->keys;
  g_autoptr (GString) values = g_string_new (NULL);

  for (guint i = 0; i < keys->n_axes; i++)
    g_string_append_printf (values, "%s%s", i > 0 ? " " : "",
                            keys->values[(gsize)cost->key * keys->n_axes + i]);
  return bulla_printable_dup (values->str);
}

/* Returns: the bytes of the variant that are not its body */
guint64
bulla_cli_cost_get_overhead (const BullaCliCost *cost)
{
  return cost->variant->bytes - MIN (cost->variant->body, cost->variant->bytes);
}

static void
print_json_cost (const BullaCliCost *cost, const Lines *lines)
{
  const BullaCliGroup *group = cost->group;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const char *values[BULLA_VARIANTS_AXES_MAX + 1] = {NULL};

  for (guint i = 0; i < group->keys->n_axes; i++)
    values[i] = group->keys->values[(gsize)cost->key * group->keys->n_axes + i];
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "cost");
  bulla_cli_json_string (builder, "url", group->url);
  bulla_cli_json_string (builder, "bundle", group->bundle);
  bulla_json_add_names (builder, "key", values);
  bulla_cli_json_number (builder, "bytes", cost->variant->bytes);
  bulla_cli_json_number (builder, "overhead", bulla_cli_cost_get_overhead (cost));
  bulla_cli_json_number (builder, "signature", cost->variant->signature);
  bulla_cli_json_number (builder, "link", cost->variant->link);
  bulla_json_add_names (builder, "reached_by", (const char *const *)cost->reached);
  bulla_cli_json_number (builder, "total_without", cost->without);
  bulla_json_add_names (builder, "hurt", (const char *const *)cost->hurt);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  lines->func (line, lines->user_data);
}

static void
print_text_cost (const BullaCliCost *cost, const Lines *lines)
{
  g_autofree char *shown = bulla_cli_cost_dup_key (cost);
  g_autofree char *list = g_strjoinv (", ", cost->hurt);
  g_autofree char *names = bulla_printable_dup (list);
  g_autofree char *bytes = bulla_cli_variants_dup_bytes (cost->variant->bytes);
  g_autofree char *overhead = bulla_cli_variants_dup_bytes (bulla_cli_cost_get_overhead (cost));
  guint n_clients = g_strv_length (cost->reached);
  g_autofree char *clients =
      g_strdup_printf (ngettext ("%u client", "%u clients", n_clients), n_clients);
  g_autofree char *rest = bulla_cli_variants_dup_bytes (cost->without);
  /* Translators: a variant, its size, how much of that is overhead, the number of clients that
   * get it; then the size of all others, and the names of the clients that need this one */
  g_autofree char *line = g_strdup_printf (
      _ ("  %-24s %s, overhead %s; %s; %s without it; clients that need it: %s"), shown, bytes,
      overhead, clients, rest, cost->hurt[0] != NULL ? names : C_ ("clients", "none"));

  if (cost->key == 0) {
    g_autofree char *heading = bulla_cli_group_to_heading (cost->group);
    lines->func (heading, lines->user_data);
  }
  lines->func (line, lines->user_data);
}

static void
print_cost_cb (const BullaCliCost *cost, gpointer user_data)
{
  const Lines *lines = user_data;

  if (lines->json)
    print_json_cost (cost, lines);
  else
    print_text_cost (cost, lines);
}

static char *
download_to_json (const BullaCliDownload *download)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "cost");
  bulla_cli_json_string (builder, "client", download->client);
  bulla_cli_json_number (builder, "downloaded", download->loaded);
  bulla_cli_json_number (builder, "unused", download->unused);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

static void
print_download_cb (const BullaCliDownload *download, gpointer user_data)
{
  const Lines *lines = user_data;
  g_autofree char *shown = bulla_printable_dup (download->client);
  g_autofree char *bytes = bulla_cli_variants_dup_bytes (download->loaded);
  g_autofree char *unused = bulla_cli_variants_dup_bytes (download->unused);
  g_autofree char *line =
      lines->json
          ? download_to_json (download)
          : g_strdup_printf (_ ("  %-22s downloads %s and never uses %s"), shown, bytes, unused);

  lines->func (line, lines->user_data);
}

/**
 * bulla_cli_variants_cost: (skip)
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 * @json: whether to write records `cost`
 * @func: receives each line
 * @user_data: for @func
 */
void
bulla_cli_variants_cost (const BullaCliChoices *choices, guint n_clients, gboolean json,
                         BullaCliLineFunc func, gpointer user_data)
{
  Lines lines = {json, func, user_data};

  bulla_cli_variants_foreach_cost (choices, n_clients, print_cost_cb, &lines);
  bulla_cli_variants_foreach_download (choices, n_clients, print_download_cb, &lines);
}
