/* bulla-cli-help.c - writes help to the terminal, and suggests verbs and options for typing slips
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

#include <glib/gi18n.h>
#include <string.h>

#define COLUMNS 78
#define TYPED_MAX 64 /* longest word for which suggestions are made, bytes */

/**
 * bulla_cli_append_wrapped: (skip)
 * @out: receives @text with wrapped paragraphs
 * @text: paragraphs, a line each
 * @indent: number of spaces before each line
 */
void
bulla_cli_append_wrapped (GString *out, const char *text, size_t indent)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (size_t i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
    size_t column = 0;
    for (size_t w = 0; words[w] != NULL; w++) {
      size_t width = g_utf8_strlen (words[w], -1);
      if (column > 0 && column + 1 + width > COLUMNS) {
        g_string_append_c (out, '\n');
        column = 0;
      }
      if (column == 0)
        g_string_append_printf (out, "%*s", (int)indent, "");
      else
        g_string_append_c (out, ' ');
      g_string_append (out, words[w]);
      column = (column == 0 ? indent : column + 1) + width;
    }
    g_string_append_c (out, '\n');
  }
}

static void
append_verbs (GString *out, const BullaVerb *family)
{
  g_string_append_printf (out, "%s\n", _ ("Commands:"));
  for (size_t i = 0; family->verbs[i] != NULL; i++)
    g_string_append_printf (out, "  %-10s %s\n", family->verbs[i]->name,
                            _ (family->verbs[i]->summary));
}

static void
append_examples (GString *out, const BullaExample *examples)
{
  g_string_append_printf (out, "%s\n", _ ("Examples:"));
  for (size_t i = 0; examples[i].command != NULL; i++) {
    bulla_cli_append_wrapped (out, _ (examples[i].meaning), 2);
    g_string_append_printf (out, "    %s\n", examples[i].command);
  }
}

/**
 * bulla_cli_option_context:
 * @verb: a verb or a family
 * @help: (out): set by parsing if --help was given; must outlive the context
 *
 * Returns: (transfer full): a parser of the options of @verb and of --help
 */
GOptionContext *
bulla_cli_option_context (const BullaVerb *verb, gboolean *help)
{
  const GOptionEntry help_entries[] = {
      {"help", 'h', 0, G_OPTION_ARG_NONE, help, N_ ("Show this help"), NULL},
      {NULL},
  };
  gboolean is_mere_family = verb->verbs != NULL && verb->synopsis == NULL;
  const char *synopsis = is_mere_family ? N_ ("COMMAND …") : verb->synopsis;
  GOptionContext *context = g_option_context_new (synopsis != NULL ? _ (synopsis) : NULL);

  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if (verb->options != NULL)
    bulla_cli_add_entries (context, verb->options);
  g_option_context_add_main_entries (context, help_entries, GETTEXT_PACKAGE);
  return context;
}

/**
 * bulla_cli_help_text:
 * @verb: a verb or a family
 * @path: as typed, "bulla create exchange"
 *
 * Returns: (transfer full): the output of --help
 */
char *
bulla_cli_help_text (const BullaVerb *verb, const char *path)
{
  gboolean help = FALSE;
  g_autoptr (GOptionContext) context = bulla_cli_option_context (verb, &help);
  g_autoptr (GString) before = g_string_new (NULL);
  g_autoptr (GString) after = g_string_new (NULL);

  const char *summary = _ (verb->summary);
  g_string_append_printf (before, "%s%s\n", summary, g_str_has_suffix (summary, "?") ? "" : ".");
  if (verb->description != NULL) {
    g_string_append_c (before, '\n');
    bulla_cli_append_wrapped (before, _ (verb->description), 0);
  }
  if (verb->verbs != NULL) {
    g_string_append_c (before, '\n');
    append_verbs (before, verb);
  }
  if (verb->examples != NULL)
    append_examples (after, verb->examples);
  g_strchomp (before->str);
  g_strchomp (after->str);
  /* already translated: the context must not translate them again */
  g_option_context_set_translate_func (context, NULL, NULL, NULL);
  g_option_context_set_summary (context, before->str);
  if (*after->str != '\0')
    g_option_context_set_description (context, after->str);

  g_autofree char *program = g_strdup (g_get_prgname ());
  g_set_prgname (path); /* GOption begins the usage line with it */
  char *text = g_option_context_get_help (context, TRUE, NULL);
  g_set_prgname (program);
  return text;
}

/* Returns the Levenshtein distance: letters to insert, delete or replace. */
static size_t
distance (const char *a, const char *b)
{
  size_t length = strlen (b);
  size_t row[TYPED_MAX + 1];

  if (length > TYPED_MAX || strlen (a) > TYPED_MAX)
    return G_MAXSIZE;
  for (size_t j = 0; j <= length; j++)
    row[j] = j;
  for (size_t i = 0; a[i] != '\0'; i++) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < length; j++) {
      size_t changed = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = MIN (changed, MIN (row[j], row[j + 1]) + 1);
    }
  }
  return row[length];
}

/* Says whether the distance is small enough for a typing slip. */
static gboolean
is_near (size_t steps, const char *typed)
{
  return steps <= 1 + strlen (typed) / 3;
}

/**
 * bulla_cli_closest_verb:
 * @family: the family to search
 * @typed: a word that is not a verb of @family
 *
 * Returns: (nullable) (transfer none): the verb most like @typed, if one is like it
 */
const BullaVerb *
bulla_cli_closest_verb (const BullaVerb *family, const char *typed)
{
  const BullaVerb *closest = NULL;
  size_t least = G_MAXSIZE;

  for (size_t i = 0; family->verbs[i] != NULL; i++) {
    size_t steps = distance (typed, family->verbs[i]->name);
    if (g_str_has_prefix (family->verbs[i]->name, typed))
      steps = 0;
    if (steps < least) {
      least = steps;
      closest = family->verbs[i];
    }
  }
  return is_near (least, typed) ? closest : NULL;
}

static const char *
closest_entry (const GOptionEntry *entries, const char *typed)
{
  const char *closest = NULL;
  size_t least = G_MAXSIZE;

  for (size_t i = 0; entries[i].long_name != NULL; i++) {
    size_t steps = distance (typed, entries[i].long_name);
    if (steps < least) {
      least = steps;
      closest = entries[i].long_name;
    }
  }
  /* an exact match cannot be the reason of the complaint */
  return least > 0 && is_near (least, typed) ? closest : NULL;
}

/**
 * bulla_cli_closest_option:
 * @verb: the verb whose options are searched
 * @arguments: (array zero-terminated=1): what was typed after the verb
 *
 * Returns: (nullable) (transfer none): the option most like the first long one that @verb lacks
 */
const char *
bulla_cli_closest_option (const BullaVerb *verb, char **arguments)
{
  for (size_t i = 0; verb->options != NULL && arguments[i] != NULL; i++) {
    if (!g_str_has_prefix (arguments[i], "--"))
      continue;
    g_autofree char *typed = g_strndup (arguments[i] + 2, strcspn (arguments[i] + 2, "="));
    const char *closest = closest_entry (verb->options, typed);
    if (closest != NULL)
      return closest;
  }
  return NULL;
}
