/* verb-help.c - bulla help: help for people; man pages and completion for the build
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"
#include "bulla-cli-print.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean option_man;
static char *option_man_all;
static char *option_completion;

static const GOptionEntry OPTIONS[] = {
    {"man", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE, &option_man,
     N_ ("Print the man page in roff"), NULL},
    {"man-all", 0, G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_FILENAME, &option_man_all,
     N_ ("Write every man page into a folder"), N_ ("DIR")},
    {"completion", 0, 0, G_OPTION_ARG_STRING, &option_completion,
     N_ ("Print a completion script for bash, fish or zsh"), N_ ("SHELL")},
    {NULL},
};

/* Finds the verb whose page is @page ("create-exchange"; "" is the root); @path grows to match. */
static const BullaVerb *
find_page (const BullaVerb *verb, const char *page, GString *path)
{
  if (*page == '\0')
    return verb;
  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++) {
    const char *name = verb->verbs[i]->name;
    size_t length = strlen (name);
    if (strncmp (page, name, length) == 0 && (page[length] == '\0' || page[length] == '-')) {
      g_string_append_printf (path, " %s", name);
      return find_page (verb->verbs[i], page + length + (page[length] == '-'), path);
    }
  }
  return NULL;
}

static gboolean
write_pages (const BullaVerb *verb, const char *path, const char *folder, GError **error)
{
  g_autofree char *text = bulla_cli_man_text (verb, path);
  g_autofree char *page = g_strdelimit (g_strdup (path), " ", '-');
  g_autofree char *name = g_strconcat (page, ".1", NULL);
  g_autofree char *file = g_build_filename (folder, name, NULL);

  if (!g_file_set_contents (file, text, -1, error))
    return FALSE;
  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++) {
    g_autofree char *inner = g_strconcat (path, " ", verb->verbs[i]->name, NULL);
    if (!write_pages (verb->verbs[i], inner, folder, error))
      return FALSE;
  }
  return TRUE;
}

static BullaCliExit
print_completion (GError **error)
{
  g_autofree char *text = bulla_cli_completion_text (&bulla_cli_root, option_completion);

  if (text == NULL) {
    bulla_cli_usage_error (error, _ ("completion is available for bash, fish and zsh"));
    return BULLA_EXIT_FAILED;
  }
  bulla_cli_print ("%s", text);
  return BULLA_EXIT_FINE;
}

static BullaCliExit
run_help (char **arguments, GError **error)
{
  g_autofree char *page = g_strjoinv ("-", arguments);
  g_autoptr (GString) path = g_string_new (bulla_cli_root.name);

  if (option_completion != NULL)
    return print_completion (error);
  if (option_man_all != NULL)
    return write_pages (&bulla_cli_root, bulla_cli_root.name, option_man_all, error)
               ? BULLA_EXIT_FINE
               : BULLA_EXIT_FAILED;
  const BullaVerb *verb = find_page (&bulla_cli_root, page, path);
  if (verb == NULL) {
    bulla_cli_usage_error (error, _ ("the command “%s” does not exist"), page);
    return BULLA_EXIT_FAILED;
  }
  g_autofree char *text = (option_man ? bulla_cli_man_text : bulla_cli_help_text) (verb, path->str);
  bulla_cli_print ("%s", text);
  return BULLA_EXIT_FINE;
}

/* Returns: (transfer full): the names of all commands, the first words of each path */
static char *
list_commands (void)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (size_t i = 0; bulla_cli_root.verbs[i] != NULL; i++)
    g_string_append_printf (words, "%s%s", i > 0 ? " " : "", bulla_cli_root.verbs[i]->name);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static const BullaExample EXAMPLES[] = {
    {"bulla help --completion zsh", N_ ("Print a completion script for zsh:")},
    {"bulla help create exchange", N_ ("Show the help for signing a page:")},
    {NULL},
};

const BullaVerb bulla_verb_help = {
    .name = "help",
    .synopsis = N_ ("[COMMAND…]"),
    .summary = N_ ("Explain a command"),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .list_words = list_commands,
    .run = run_help,
};
