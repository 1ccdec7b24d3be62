/* bulla-cli-next.c - words of the next command that a verb shows, to be copied into a terminal
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-next.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-print.h"
#include "bulla-printable.h"

#define NAMES_MAX 1000 /* most names that are tried for a new file */

/* what no shell treats specially */
#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+"

/**
 * bulla_cli_dup_word: (skip)
 * @text: a path, or another argument
 *
 * Returns: (transfer full): @text, such that a shell passes exactly that to a command, as an
 *   argument and not as an option; unchanged where nothing in it is special
 */
char *
bulla_cli_dup_word (const char *text)
{
  g_autofree char *argument =
      text[0] == '-' && text[1] != '\0' ? g_strconcat ("./", text, NULL) : g_strdup (text);

  if (argument[0] != '\0' && argument[strspn (argument, PLAIN)] == '\0')
    return g_steal_pointer (&argument);
  return g_shell_quote (argument);
}

/**
 * bulla_cli_dup_trust_words: (skip)
 * @authority: (nullable): the folder of a test authority
 *
 * Returns: (transfer full): the options that trust @authority, each word with a blank before it;
 *   empty without one
 */
char *
bulla_cli_dup_trust_words (const char *authority)
{
  if (authority == NULL)
    return g_strdup ("");

  g_autofree char *root_path = g_build_filename (authority, "root.pem", NULL);
  g_autofree char *logs_path = g_build_filename (authority, "ctlogs.json", NULL);
  g_autofree char *root = bulla_cli_dup_word (root_path);
  g_autofree char *logs = bulla_cli_dup_word (logs_path);

  return g_strdup_printf (" --trust %s --ct-logs %s", root, logs);
}

/* Says whether none of the files that consist of @stem and a suffix exists. */
static gboolean
is_unused (const char *stem, const char *const *suffixes)
{
  for (gsize i = 0; suffixes[i] != NULL; i++) {
    g_autofree char *path = g_strconcat (stem, suffixes[i], NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS) || g_file_test (path, G_FILE_TEST_IS_SYMLINK))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_cli_dup_unused_name: (skip)
 * @stem: the begin of the names of new files in the working directory
 * @suffixes: the ends of their names; ended by %NULL
 *
 * Returns: (transfer full) (nullable): @stem, with a number if one of the files exists
 */
char *
bulla_cli_dup_unused_name (const char *stem, const char *const *suffixes)
{
  for (guint i = 1; i <= NAMES_MAX; i++) {
    g_autofree char *name = i == 1 ? g_strdup (stem) : g_strdup_printf ("%s-%u", stem, i);
    if (is_unused (name, suffixes))
      return g_steal_pointer (&name);
  }
  return NULL;
}

/* Says whether the charset of the locale has all characters of @text. */
static gboolean
is_in_charset (const char *text)
{
  const char *charset = NULL;

  if (g_get_charset (&charset))
    return TRUE;
  g_autofree char *converted = g_convert (text, -1, charset, "UTF-8", NULL, NULL, NULL);
  g_autofree char *shown = bulla_cli_dup_for_charset (text);
  return converted != NULL && g_str_equal (shown, text);
}

/**
 * bulla_cli_print_next: (skip)
 * @command: (nullable): a command line for a shell
 *
 * Prints the command that a user may run next, exactly as it works. Prints nothing without one, or
 * if the line contains what is escaped on terminals, such as a newline in the name of a file.
 */
void
bulla_cli_print_next (const char *command)
{
  if (command == NULL || !g_utf8_validate (command, -1, NULL))
    return;
  g_autofree char *printable = bulla_printable_dup (command);

  if (g_str_equal (printable, command) && is_in_charset (command))
    bulla_cli_print ("%s\n  %s\n", _ ("Next:"), command);
}
