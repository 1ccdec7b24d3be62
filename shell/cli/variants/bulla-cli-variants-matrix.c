/* bulla-cli-variants-matrix.c - shows which clients reach each value and what each variant costs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-matrix.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-variants-text.h"
#include "bulla-json.h"
#include "bulla-printable.h"

/* The choices of a group, by @n_clients. */
typedef struct {
  const BullaCliGroup *group;
  const BullaCliChoices *choices;
  guint first, n_clients;
} Rows;

static const BullaCliChoice *
choice_of (const Rows *rows, guint client)
{
  return bulla_cli_choices_get (rows->choices, rows->first + client);
}

static BullaCliReach
reach_of (const BullaCliChoice *choice, guint axis)
{
  const BullaVariantsFacet *facet = &choice->ranking->facets[axis];
  guint rank = choice->selection.ranks[axis];

  if (choice->usable == BULLA_NO)
    return BULLA_CLI_REACH_UNUSABLE;
  if (rank < facet->n_ranked && facet->ranked[rank].because == BULLA_VARIANTS_BECAUSE_DEFAULT)
    return BULLA_CLI_REACH_DEFAULT;
  if (rank < facet->n_ranked && facet->ranked[rank].because == BULLA_VARIANTS_BECAUSE_WILDCARD)
    return BULLA_CLI_REACH_WILDCARD;
  return rank > 0 ? BULLA_CLI_REACH_LATER : BULLA_CLI_REACH_FIRST;
}

/* Lists the names of the clients that reach the value in that way. */
static GStrv
list_reaching (const Rows *rows, guint axis, const char *value, BullaCliReach reach)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < rows->n_clients; i++) {
    const BullaCliChoice *choice = choice_of (rows, i);
    if (choice->key >= 0 && strcmp (bulla_cli_choice_get_value (choice, axis), value) == 0
        && reach_of (choice, axis) == reach)
      g_strv_builder_add (names, choice->client->name);
  }
  return g_strv_builder_end (names);
}

static void
tell_cell (const Rows *rows, guint number, const char *value, BullaCliCellFunc func,
           gpointer user_data)
{
  BullaCliCell cell = {rows->group, &rows->group->axes->axes[number], value, {NULL}};

  for (int i = 0; i < BULLA_CLI_REACH_N; i++)
    cell.clients[i] = list_reaching (rows, number, value, (BullaCliReach)i);
  func (&cell, user_data);
  for (int i = 0; i < BULLA_CLI_REACH_N; i++)
    g_strfreev (cell.clients[i]);
}

static void
tell_axis (const Rows *rows, guint number, BullaCliCellFunc func, gpointer user_data)
{
  const BullaVariantsAxis *axis = &rows->group->axes->axes[number];
  gboolean implicit = axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING;

  for (guint i = 0; i < axis->n_values; i++) {
    implicit = implicit && strcmp (axis->values[i], "identity") != 0;
    tell_cell (rows, number, axis->values[i], func, user_data);
  }
  if (implicit)
    tell_cell (rows, number, "identity", func, user_data);
}

static Rows
rows_of (const BullaCliChoices *choices, guint first, guint n_clients)
{
  return (Rows){bulla_cli_choices_get (choices, first)->group, choices, first, n_clients};
}

/**
 * bulla_cli_variants_foreach_cell: (skip)
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 * @func: receives each value of each axis of each URL
 * @user_data: for @func
 */
void
bulla_cli_variants_foreach_cell (const BullaCliChoices *choices, guint n_clients,
                                 BullaCliCellFunc func, gpointer user_data)
{
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i += n_clients) {
    Rows rows = rows_of (choices, i, n_clients);
    for (guint j = 0; rows.group->axes != NULL && j < rows.group->axes->n_axes; j++)
      tell_axis (&rows, j, func, user_data);
  }
}

/* Returns: the sign of a way to reach a value */
const char *
bulla_cli_reach_get_sign (BullaCliReach reach)
{
  static const char *const signs[BULLA_CLI_REACH_N] = {"◆", "◇", "○", "△", "✗"};

  return signs[reach];
}

/* Returns: the way to reach a value, in words */
const char *
bulla_cli_reach_get_words (BullaCliReach reach)
{
  static const char *const words[BULLA_CLI_REACH_N] = {N_ ("first choice"), N_ ("later choice"),
                                                       N_ ("by wildcard"), N_ ("default"),
                                                       N_ ("unusable")};

  return _ (words[reach]);
}

/* Where lines of text or JSON go. */
typedef struct {
  gboolean json;
  BullaCliLineFunc func;
  gpointer user_data;
  const BullaVariantsAxis *last; /* borrowed; the axis of the last line of text */
  const BullaCliGroup *group;    /* borrowed; the URL of that line; URLs may share their axes */
} Lines;

static void
print_json_cell (const BullaCliCell *cell, const Lines *lines)
{
  static const char *const members[BULLA_CLI_REACH_N] = {"first_choice", "later_choice", "wildcard",
                                                         "default", "unusable"};
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "cell");
  bulla_cli_json_string (builder, "url", cell->group->url);
  bulla_cli_json_string (builder, "bundle", cell->group->bundle);
  bulla_cli_json_string (builder, "axis", cell->axis->name);
  bulla_cli_json_string (builder, "value", cell->value);
  for (int i = 0; i < BULLA_CLI_REACH_N; i++)
    bulla_json_add_names (builder, members[i], (const char *const *)cell->clients[i]);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  lines->func (line, lines->user_data);
}

static void
print_text_cell (const BullaCliCell *cell, Lines *lines)
{
  g_autofree char *shown = bulla_printable_dup (cell->value);
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean any = FALSE;

  if (lines->last != cell->axis || lines->group != cell->group) {
    g_autofree char *group = bulla_cli_group_to_heading (cell->group);
    g_autofree char *heading = g_strdup_printf ("%s  %s", group, cell->axis->name);
    lines->func (heading, lines->user_data);
    lines->last = cell->axis;
    lines->group = cell->group;
  }
  g_string_append_printf (line, "  %-16s", shown);
  for (int i = 0; i < BULLA_CLI_REACH_N; i++) {
    g_autofree char *list = g_strjoinv (", ", cell->clients[i]);
    g_autofree char *printable = bulla_printable_dup (list);
    if (cell->clients[i][0] == NULL)
      continue;
    g_string_append_printf (line, " %s %s: %s", bulla_cli_reach_get_sign ((BullaCliReach)i),
                            bulla_cli_reach_get_words ((BullaCliReach)i), printable);
    any = TRUE;
  }
  if (!any)
    g_string_append_printf (line, " – %s", _ ("no client"));
  lines->func (line->str, lines->user_data);
}

static void
print_cell_cb (const BullaCliCell *cell, gpointer user_data)
{
  Lines *lines = user_data;

  if (lines->json)
    print_json_cell (cell, lines);
  else
    print_text_cell (cell, lines);
}

/**
 * bulla_cli_variants_matrix: (skip)
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 * @json: whether to write records `cell`; otherwise a table for each URL and axis
 * @func: receives each line
 * @user_data: for @func
 */
void
bulla_cli_variants_matrix (const BullaCliChoices *choices, guint n_clients, gboolean json,
                           BullaCliLineFunc func, gpointer user_data)
{
  Lines lines = {.json = json, .func = func, .user_data = user_data};

  bulla_cli_variants_foreach_cell (choices, n_clients, print_cell_cb, &lines);
}

/* --- cost */

static guint64
bytes_of (const BullaCliGroup *group)
{
  guint64 total = 0;

  for (guint i = 0; i < group->variants->len; i++) {
    const BullaCliVariant *variant = group->variants->pdata[i];
    total += variant != NULL ? variant->bytes : 0;
  }
  return total;
}

/* Returns the bytes of all responses of the group's bundle; of an exchange those of its URL. */
static guint64
total_of (const BullaCliChoices *choices, guint n_clients, const BullaCliGroup *group)
{
  guint64 total = 0;

  if (group->bundle == NULL)
    return bytes_of (group);
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i += n_clients) {
    const BullaCliGroup *other = bulla_cli_choices_get (choices, i)->group;
    if (g_strcmp0 (other->bundle, group->bundle) == 0)
      total += bytes_of (other);
  }
  return total;
}

/* Lists the clients that get the key; with @hurt those that would lose their first choice, or get
 * nothing that they can use. */
static GStrv
list_getting (const Rows *rows, guint key, gboolean hurt)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (guint i = 0; i < rows->n_clients; i++) {
    const BullaCliChoice *choice = choice_of (rows, i);
    gboolean loses =
        choice->grade == BULLA_CLI_GRADE_FIRST_CHOICE || rows->group->keys->n_keys == 1;
    if (choice->key == (gint)key && (!hurt || loses))
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
    Rows rows = rows_of (choices, i, n_clients);
    const BullaCliGroup *group = rows.group;
    guint64 total = group->keys != NULL ? total_of (choices, n_clients, group) : 0;
    for (guint j = 0; group->keys != NULL && j < group->keys->n_keys; j++) {
      const BullaCliVariant *variant = group->variants->pdata[group->variant_of_key[j]];
      g_auto (GStrv) reached = list_getting (&rows, j, FALSE);
      g_auto (GStrv) hurt = list_getting (&rows, j, TRUE);
      const BullaCliCost cost = {group, j, variant, reached, hurt, total - variant->bytes};
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
    guint64 used = 0;
    for (guint j = i; j < bulla_cli_choices_get_n (choices); j += n_clients) {
      const BullaCliChoice *choice = bulla_cli_choices_get (choices, j);
      guint64 bytes = choice->chosen != NULL ? choice->chosen->bytes : 0;
      download.loaded += choice->group->bundle != NULL ? bytes_of (choice->group) : bytes;
      used += choice->usable != BULLA_NO ? bytes : 0;
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
  Lines lines = {json, func, user_data, NULL};

  bulla_cli_variants_foreach_cost (choices, n_clients, print_cost_cb, &lines);
  bulla_cli_variants_foreach_download (choices, n_clients, print_download_cb, &lines);
}
