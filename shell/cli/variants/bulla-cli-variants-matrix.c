/* bulla-cli-variants-matrix.c - shows which clients reach each value and what each variant costs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-matrix.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-variants-text.h"
#include "bulla-json.h"
#include "bulla-printable.h"

/* How clients reach a value; a client that cannot use it counts only there. */
typedef enum {
  REACH_FIRST,
  REACH_LATER,
  REACH_WILDCARD,
  REACH_DEFAULT,
  REACH_UNUSABLE,
  REACH_N
} Reach;

/* The choices of a group, by @n_clients. */
typedef struct {
  const BullaCliGroup *group;
  const BullaCliChoices *choices;
  guint first, n_clients;
  gboolean json;
  BullaCliLineFunc func;
  gpointer user_data;
} Rows;

static const BullaCliChoice *
choice_of (const Rows *rows, guint client)
{
  return bulla_cli_choices_get (rows->choices, rows->first + client);
}

static Reach
reach_of (const BullaCliChoice *choice, guint axis)
{
  const BullaVariantsFacet *facet = &choice->ranking->facets[axis];
  guint rank = choice->selection.ranks[axis];

  if (choice->usable == BULLA_NO)
    return REACH_UNUSABLE;
  if (rank < facet->n_ranked && facet->ranked[rank].because == BULLA_VARIANTS_BECAUSE_DEFAULT)
    return REACH_DEFAULT;
  if (rank < facet->n_ranked && facet->ranked[rank].because == BULLA_VARIANTS_BECAUSE_WILDCARD)
    return REACH_WILDCARD;
  return rank > 0 ? REACH_LATER : REACH_FIRST;
}

/* Lists the names of the clients that reach the value in that way. */
static GStrv
list_reaching (const Rows *rows, guint axis, const char *value, Reach reach)
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
print_json_cell (const Rows *rows, guint axis, const char *value)
{
  static const char *const members[REACH_N] = {"first_choice", "later_choice", "wildcard",
                                               "default", "unusable"};
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "cell");
  bulla_cli_json_string (builder, "url", rows->group->url);
  bulla_cli_json_string (builder, "bundle", rows->group->bundle);
  bulla_cli_json_string (builder, "axis", rows->group->axes->axes[axis].name);
  bulla_cli_json_string (builder, "value", value);
  for (int i = 0; i < REACH_N; i++) {
    g_auto (GStrv) names = list_reaching (rows, axis, value, (Reach)i);
    bulla_json_add_names (builder, members[i], (const char *const *)names);
  }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  rows->func (line, rows->user_data);
}

static void
print_text_cell (const Rows *rows, guint axis, const char *value)
{
  static const char *const signs[REACH_N] = {"◆", "◇", "○", "△", "✗"};
  static const char *const words[REACH_N] = {N_ ("first choice"), N_ ("later choice"),
                                             N_ ("by wildcard"), N_ ("default"), N_ ("unusable")};
  g_autofree char *shown = bulla_printable_dup (value);
  g_autoptr (GString) line = g_string_new (NULL);
  gboolean any = FALSE;

  g_string_append_printf (line, "  %-16s", shown);
  for (int i = 0; i < REACH_N; i++) {
    g_auto (GStrv) names = list_reaching (rows, axis, value, (Reach)i);
    g_autofree char *list = g_strjoinv (", ", names);
    g_autofree char *printable = bulla_printable_dup (list);
    if (names[0] == NULL)
      continue;
    g_string_append_printf (line, " %s %s: %s", signs[i], _ (words[i]), printable);
    any = TRUE;
  }
  if (!any)
    g_string_append_printf (line, " – %s", _ ("no client"));
  rows->func (line->str, rows->user_data);
}

static void
print_axis (const Rows *rows, guint number)
{
  const BullaVariantsAxis *axis = &rows->group->axes->axes[number];
  gboolean implicit = axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING;

  if (!rows->json) {
    g_autofree char *heading = bulla_cli_group_to_heading (rows->group);
    g_autofree char *line = g_strdup_printf ("%s  %s", heading, axis->name);
    rows->func (line, rows->user_data);
  }
  for (guint i = 0; i < axis->n_values; i++) {
    implicit = implicit && strcmp (axis->values[i], "identity") != 0;
    (rows->json ? print_json_cell : print_text_cell) (rows, number, axis->values[i]);
  }
  if (implicit)
    (rows->json ? print_json_cell : print_text_cell) (rows, number, "identity");
}

static Rows
rows_of (const BullaCliChoices *choices, guint first, guint n_clients, gboolean json,
         BullaCliLineFunc func, gpointer user_data)
{
  return (Rows){bulla_cli_choices_get (choices, first)->group,
                choices,
                first,
                n_clients,
                json,
                func,
                user_data};
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
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i += n_clients) {
    Rows rows = rows_of (choices, i, n_clients, json, func, user_data);
    for (guint j = 0; rows.group->axes != NULL && j < rows.group->axes->n_axes; j++)
      print_axis (&rows, j);
  }
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

static void
print_json_cost (const Rows *rows, guint key, guint64 total)
{
  const BullaCliGroup *group = rows->group;
  const BullaCliVariant *variant = group->variants->pdata[group->variant_of_key[key]];
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) reached = list_getting (rows, key, FALSE);
  g_auto (GStrv) hurt = list_getting (rows, key, TRUE);
  const char *values[BULLA_VARIANTS_AXES_MAX + 1] = {NULL};

  for (guint i = 0; i < group->keys->n_axes; i++)
    values[i] = group->keys->values[(gsize)key * group->keys->n_axes + i];
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "cost");
  bulla_cli_json_string (builder, "url", group->url);
  bulla_cli_json_string (builder, "bundle", group->bundle);
  bulla_json_add_names (builder, "key", values);
  bulla_cli_json_number (builder, "bytes", variant->bytes);
  bulla_cli_json_number (builder, "overhead", variant->bytes - MIN (variant->body, variant->bytes));
  bulla_cli_json_number (builder, "signature", variant->signature);
  bulla_cli_json_number (builder, "link", variant->link);
  bulla_json_add_names (builder, "reached_by", (const char *const *)reached);
  bulla_cli_json_number (builder, "total_without", total - variant->bytes);
  bulla_json_add_names (builder, "hurt", (const char *const *)hurt);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  g_autofree char *line = json_to_string (node, FALSE);
  rows->func (line, rows->user_data);
}

static void
print_text_cost (const Rows *rows, guint key, guint64 total)
{
  const BullaCliGroup *group = rows->group;
  const BullaCliVariant *variant = group->variants->pdata[group->variant_of_key[key]];
  g_auto (GStrv) reached = list_getting (rows, key, FALSE);
  g_auto (GStrv) hurt = list_getting (rows, key, TRUE);
  g_autoptr (GString) values = g_string_new (NULL);

  for (guint i = 0; i < group->keys->n_axes; i++)
    g_string_append_printf (values, "%s%s", i > 0 ? " " : "",
                            group->keys->values[(gsize)key * group->keys->n_axes + i]);
  g_autofree char *shown = bulla_printable_dup (values->str);
  g_autofree char *list = g_strjoinv (", ", hurt);
  g_autofree char *names = bulla_printable_dup (list);
  g_autofree char *bytes = bulla_cli_variants_dup_bytes (variant->bytes);
  g_autofree char *overhead =
      bulla_cli_variants_dup_bytes (variant->bytes - MIN (variant->body, variant->bytes));
  guint n_clients = g_strv_length (reached);
  g_autofree char *clients =
      g_strdup_printf (ngettext ("%u client", "%u clients", n_clients), n_clients);
  g_autofree char *rest = bulla_cli_variants_dup_bytes (total - variant->bytes);
  /* Translators: a variant, its size, how much of that is overhead, the number of clients that
   * get it; then the size of all others, and the names of the clients that need this one */
  g_autofree char *line = g_strdup_printf (
      _ ("  %-24s %s, overhead %s; %s; %s without it; clients that need it: %s"), shown, bytes,
      overhead, clients, rest, hurt[0] != NULL ? names : C_ ("clients", "none"));
  rows->func (line, rows->user_data);
}

static char *
download_to_json (const char *client, guint64 loaded, guint64 unused)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "record", "cost");
  bulla_cli_json_string (builder, "client", client);
  bulla_cli_json_number (builder, "downloaded", loaded);
  bulla_cli_json_number (builder, "unused", unused);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) node = json_builder_get_root (builder);
  return json_to_string (node, FALSE);
}

/* Prints what each client downloads and never uses: a bundle is downloaded whole, an exchange
 * alone. */
static void
print_downloads (const BullaCliChoices *choices, guint n_clients, gboolean json,
                 BullaCliLineFunc func, gpointer user_data)
{
  for (guint i = 0; i < n_clients; i++) {
    guint64 loaded = 0, used = 0;
    const char *name = bulla_cli_choices_get (choices, i)->client->name;
    for (guint j = i; j < bulla_cli_choices_get_n (choices); j += n_clients) {
      const BullaCliChoice *choice = bulla_cli_choices_get (choices, j);
      guint64 bytes = choice->chosen != NULL ? choice->chosen->bytes : 0;
      loaded += choice->group->bundle != NULL ? bytes_of (choice->group) : bytes;
      used += choice->usable != BULLA_NO ? bytes : 0;
    }
    g_autofree char *shown = bulla_printable_dup (name);
    g_autofree char *bytes = bulla_cli_variants_dup_bytes (loaded);
    g_autofree char *unused = bulla_cli_variants_dup_bytes (loaded - used);
    g_autofree char *line =
        json ? download_to_json (name, loaded, loaded - used)
             : g_strdup_printf (_ ("  %-22s downloads %s and never uses %s"), shown, bytes, unused);
    func (line, user_data);
  }
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
  for (guint i = 0; i < bulla_cli_choices_get_n (choices); i += n_clients) {
    Rows rows = rows_of (choices, i, n_clients, json, func, user_data);
    if (rows.group->keys == NULL)
      continue;
    guint64 total = total_of (choices, n_clients, rows.group);
    if (!json) {
      g_autofree char *heading = bulla_cli_group_to_heading (rows.group);
      func (heading, user_data);
    }
    for (guint j = 0; j < rows.group->keys->n_keys; j++)
      (json ? print_json_cost : print_text_cost) (&rows, j, total);
  }
  print_downloads (choices, n_clients, json, func, user_data);
}
