/* bulla-cli-variants-junit.c - writes choices as JUnit XML, a case for each
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-junit.h"

#include <glib/gi18n.h>

#include "bulla-cli-junit.h"
#include "bulla-cli-variants-text.h"

static void
append_ranked (GString *text, const BullaVariantsFacet *facet, const BullaPreferences *preferences)
{
  static const char *const because[] = {N_ ("range"), N_ ("wildcard"), N_ ("default"),
                                        N_ ("added")};

  for (guint i = 0; i < facet->n_ranked; i++) {
    const BullaVariantsRanked *ranked = &facet->ranked[i];
    g_string_append_printf (text, "%s%s (%s", i > 0 ? ", " : "", ranked->value,
                            _ (because[ranked->because]));
    if (ranked->preference >= 0)
      g_string_append_printf (text, " %s", preferences->entries[ranked->preference].range);
    g_string_append_c (text, ')');
  }
  if (facet->n_ranked == 0)
    g_string_append (text, _ ("nothing"));
}

/* Returns: (transfer full): a line for each axis: what was asked, what is offered, the ranking */
char *
bulla_cli_choice_dup_trace (const BullaCliChoice *choice)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; choice->ranking != NULL && i < choice->ranking->n_axes; i++) {
    const BullaVariantsFacet *facet = &choice->ranking->facets[i];
    const BullaPreferences *asked =
        bulla_variants_request_get_preferences (choice->fields, facet->axis->mechanism);
    g_string_append_printf (text, _ ("%s: asked "), facet->axis->name);
    for (guint j = 0; asked != NULL && j < asked->n; j++) {
      char digits[G_ASCII_DTOSTR_BUF_SIZE];
      g_string_append_printf (
          text, "%s%s;q=%s", j > 0 ? ", " : "", asked->entries[j].range,
          g_ascii_formatd (digits, sizeof digits, "%.4g", asked->entries[j].weight));
    }
    if (asked == NULL || asked->n == 0)
      g_string_append (text, _ ("nothing"));
    g_string_append (text, _ ("; offered "));
    for (guint j = 0; j < facet->axis->n_values; j++)
      g_string_append_printf (text, "%s%s", j > 0 ? ", " : "", facet->axis->values[j]);
    g_string_append (text, _ ("; ranked "));
    append_ranked (text, facet, asked);
    g_string_append_c (text, '\n');
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_case (BullaCliJunit *suite, const BullaCliChoice *choice)
{
  const BullaCliGroup *group = choice->group;
  gboolean fails = bulla_cli_choice_is_left_out (choice);
  gboolean skipped = choice->grade == BULLA_CLI_GRADE_NOT_ASKED;
  g_autofree char *name = group->bundle != NULL
                              ? g_strdup_printf ("%s in %s", group->url, group->bundle)
                              : g_strdup (group->url);
  g_autofree char *line = bulla_cli_choice_to_text (choice);
  g_autofree char *trace = bulla_cli_choice_dup_trace (choice);
  g_autofree char *message = g_strdup_printf ("%s\n%s", g_strstrip (line), trace);

  bulla_cli_junit_add (suite, name, choice->client->name,
                       skipped ? BULLA_JUNIT_SKIPPED
                       : fails ? BULLA_JUNIT_FAILED
                               : BULLA_JUNIT_PASSED,
                       choice->unusable_cause != NULL ? choice->unusable_cause : "nothing",
                       skipped ? NULL : message);
}

/**
 * bulla_cli_choices_to_junit: (skip)
 * @choices: the choices
 * @n_clients: the number of clients, not 0
 *
 * Returns: (transfer full): an XML document: a suite for each client, a case for each URL
 */
char *
bulla_cli_choices_to_junit (const BullaCliChoices *choices, guint n_clients)
{
  g_autoptr (GPtrArray) suites =
      g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_cli_junit_free);

  for (guint i = 0; i < n_clients && bulla_cli_choices_get_n (choices) > 0; i++) {
    BullaCliJunit *suite = bulla_cli_junit_new (bulla_cli_choices_get (choices, i)->client->name);
    g_ptr_array_add (suites, suite);
    for (guint j = i; j < bulla_cli_choices_get_n (choices); j += n_clients)
      add_case (suite, bulla_cli_choices_get (choices, j));
  }
  return bulla_cli_junit_join ("bulla variants", suites);
}
