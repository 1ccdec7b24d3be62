/* bulla-cli-variants-junit.c - writes choices as JUnit XML, a case for each
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variants-junit.h"

#include <glib/gi18n.h>

#include "bulla-cli-junit.h"
#include "bulla-cli-variants-text.h"
#include "bulla-variants-trace.h"

static const char *
translate (const char *text)
{
  return _ (text);
}

/* Returns: (transfer full): a line for each axis: what was asked, what is offered, the ranking */
char *
bulla_cli_choice_dup_trace (const BullaCliChoice *choice)
{
  if (choice->ranking == NULL)
    return g_strdup ("");
  return bulla_variants_describe_ranking (choice->ranking, choice->fields, translate);
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

  bulla_cli_junit_add (suite, name, choice->client->name,
                       skipped ? BULLA_JUNIT_SKIPPED
                       : fails ? BULLA_JUNIT_FAILED
                               : BULLA_JUNIT_PASSED,
                       choice->unusable_cause != NULL ? choice->unusable_cause : "nothing",
                       skipped ? NULL : g_strstrip (line), skipped ? NULL : trace);
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
