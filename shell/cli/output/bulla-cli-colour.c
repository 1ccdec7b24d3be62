/* bulla-cli-colour.c - colours verdicts where a terminal shows them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: ECMA-48 SGR; https://no-color.org */
#include "bulla-cli-colour.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "bulla-verdict.h"

#define RED "\033[31m"
#define GREEN "\033[32m"
#define YELLOW "\033[33m"
#define CYAN "\033[36m"
#define PLAIN "\033[0m"

static const char *const COLOURS[] = {
    [BULLA_OUTCOME_SUBSTITUTE] = GREEN,
    [BULLA_OUTCOME_SEPARATE_ORIGIN] = CYAN,
    [BULLA_OUTCOME_FALL_BACK] = YELLOW,
    [BULLA_OUTCOME_REFUSE] = RED,
};

/**
 * bulla_cli_can_colour: (skip)
 *
 * Returns: whether standard output is a terminal with colours, and the environment variable
 * NO_COLOR is unset or empty
 */
gboolean
bulla_cli_can_colour (void)
{
  const char *no_color = g_getenv ("NO_COLOR"), *term = g_getenv ("TERM");

  return isatty (STDOUT_FILENO) && (no_color == NULL || *no_color == '\0') && term != NULL
         && strcmp (term, "dumb") != 0;
}

/* Says whether the line begins with these words, and a space. */
static gboolean
begins_with (const char *line, const char *words)
{
  size_t length = strlen (words);

  return strncmp (line, words, length) == 0 && line[length] == ' ';
}

/**
 * bulla_cli_colour_line: (skip)
 * @line: a line of a verdict, whose control characters are escaped
 *
 * Returns: (transfer full): @line, with colours if it begins with an outcome or is a broken rule
 */
char *
bulla_cli_colour_line (const char *line)
{
  g_autofree char *broken = g_strconcat ("  ", _ ("broken"), NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (COLOURS); i++) {
    const char *nick = bulla_outcome_get_nick ((BullaOutcome)i);
    if (COLOURS[i] != NULL && begins_with (line, nick))
      return g_strconcat (COLOURS[i], nick, PLAIN, line + strlen (nick), NULL);
  }
  if (begins_with (line, broken))
    return g_strconcat ("  ", RED, broken + 2, PLAIN, line + strlen (broken), NULL);
  return g_strdup (line);
}
