/* bulla-cli-variants-matrix.c - shows which clients reach each value of each axis
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
emit_cell (const Rows *rows, guint number, const char *value, BullaCliCellFunc func,
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
emit_axis (const Rows *rows, guint number, BullaCliCellFunc func, gpointer user_data)
{
  const BullaVariantsAxis *axis = &rows->group->axes->axes[number];
  gboolean implicit = axis->mechanism == BULLA_VARIANTS_MECHANISM_ENCODING;

  for (guint i = 0; i < axis->n_values; i++) {
    implicit = implicit && strcmp (axis->values[i], "identity") != 0;
    emit_cell (rows, number, axis->values[i], func, user_data);
  }
  if (implicit)
    emit_cell (rows, number, "identity", func, user_data);
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
      emit_axis (&rows, j, func, user_data);
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
