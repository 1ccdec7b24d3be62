/* bulla-cli-next.c - words of the next command that a verb shows, to be copied into a terminal
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-next.h"

#include <string.h>

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
