/* bulla-cli.c - finds the verb, parses its options, runs it, and reports errors
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

#include <glib/gi18n.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"

G_DEFINE_QUARK (bulla - cli - error, bulla_cli_error)

/**
 * bulla_cli_usage_error:
 * @error: receives the error
 * @format: (not nullable): a translated message, without full stop
 *
 * Reports a mistake in the command line.
 */
void
bulla_cli_usage_error (GError **error, const char *format, ...)
{
  va_list list;

  va_start (list, format);
  g_propagate_error (error,
                     g_error_new_valist (BULLA_CLI_ERROR, BULLA_CLI_ERROR_USAGE, format, list));
  va_end (list);
}

static void
hint_at_help (const char *path)
{
  bulla_cli_print_error (_ ("Try “%s --help”.\n"), path);
}

static const BullaVerb *
find_verb (const BullaVerb *family, const char *name)
{
  for (size_t i = 0; family->verbs[i] != NULL; i++)
    if (strcmp (family->verbs[i]->name, name) == 0)
      return family->verbs[i];
  return NULL;
}

static void
blame_unknown_verb (const BullaVerb *family, const char *path, const char *typed)
{
  const BullaVerb *closest = bulla_cli_closest_verb (family, typed);

  bulla_cli_print_error (_ ("%s: the command “%s” does not exist.\n"), path, typed);
  if (closest != NULL)
    bulla_cli_print_error (_ ("Did you mean “%s %s”?\n"), path, closest->name);
  hint_at_help (path);
}

/* Removes a separating "--", which GOption leaves in place. */
static void
drop_separator (char **arguments)
{
  for (size_t i = 0; arguments[i] != NULL; i++)
    if (strcmp (arguments[i], "--") == 0) {
      g_free (arguments[i]);
      for (; arguments[i + 1] != NULL; i++)
        arguments[i] = arguments[i + 1];
      arguments[i] = NULL;
      return;
    }
}

/* Returns: (nullable): the option that has @length bytes of @name as its long name */
static const GOptionEntry *
find_option (const BullaVerb *verb, const char *name, size_t length)
{
  const GOptionEntry *entry = verb->options;

  for (; entry != NULL && entry->long_name != NULL; entry++)
    if (strlen (entry->long_name) == length && strncmp (entry->long_name, name, length) == 0)
      return entry;
  return NULL;
}

/* Rewrites --json=full, because GOption would take a file behind --json for an optional value. */
static void
replace_json_value (const BullaVerb *verb, char **arguments)
{
  if (find_option (verb, "json-full", strlen ("json-full")) == NULL)
    return;
  for (size_t i = 0; arguments[i] != NULL && strcmp (arguments[i], "--") != 0; i++)
    if (strcmp (arguments[i], "--json=full") == 0) {
      g_free (arguments[i]);
      arguments[i] = g_strdup ("--json-full");
    }
}

/* Refuses a value of an option that takes none, which GOption would pass over. */
static gboolean
check_values (const BullaVerb *verb, char **arguments, GError **error)
{
  for (size_t i = 1; arguments[i] != NULL && strcmp (arguments[i], "--") != 0; i++) {
    const char *name = arguments[i] + 2, *equals = strchr (arguments[i], '=');
    if (equals == NULL || !g_str_has_prefix (arguments[i], "--"))
      continue;
    const GOptionEntry *entry = find_option (verb, name, (size_t)(equals - name));
    if (entry == NULL || entry->arg != G_OPTION_ARG_NONE)
      continue;
    bulla_cli_usage_error (error, _ ("the option --%s takes no value such as “%s”"),
                           entry->long_name, equals + 1);
    return FALSE;
  }
  return TRUE;
}

static void
name_subcommands (const BullaVerb *family, const char *path)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (size_t i = 0; family->verbs[i] != NULL; i++)
    g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", family->verbs[i]->name);
  bulla_cli_print_error (_ ("%s: no subcommand given; choose one of: %s\n"), path, names->str);
  hint_at_help (path);
}

static int
run_verb (const BullaVerb *verb, const char *path, char **argv)
{
  gboolean help = FALSE;
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = bulla_cli_option_context (verb, &help);
  g_auto (GStrv) arguments = g_strdupv (argv); /* argv[0] is the verb, as GOption expects */

  replace_json_value (verb, arguments);
  if (!check_values (verb, arguments, &error)
      || !g_option_context_parse_strv (context, &arguments, &error)) {
    const char *closest = g_error_matches (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION)
                              ? bulla_cli_closest_option (verb, argv + 1)
                              : NULL;
    bulla_cli_print_error ("%s: %s\n", path, error->message);
    if (closest != NULL)
      bulla_cli_print_error (_ ("Did you mean “--%s”?\n"), closest);
    hint_at_help (path);
    return BULLA_EXIT_FAILED;
  }
  if (help) {
    g_autofree char *text = bulla_cli_help_text (verb, path);
    bulla_cli_print ("%s", text);
    return BULLA_EXIT_FINE;
  }
  if (verb->run == NULL) {
    name_subcommands (verb, path);
    return BULLA_EXIT_FAILED;
  }
  drop_separator (arguments);
  int code = verb->run (arguments + 1, &error);
  if (error != NULL) {
    g_autofree char *message = bulla_printable_dup (error->message);
    bulla_cli_print_error ("%s: %s\n", path, message);
    if (error->domain == BULLA_CLI_ERROR)
      hint_at_help (path);
    return BULLA_EXIT_FAILED;
  }
  return code;
}

static int
run_family (const BullaVerb *family, const char *path, char **argv)
{
  gboolean takes_arguments = family->synopsis != NULL;

  if (argv[1] == NULL && !takes_arguments) {
    g_autofree char *text = bulla_cli_help_text (family, path);
    bulla_cli_print_error ("%s", text);
    return BULLA_EXIT_FAILED;
  }
  if (argv[1] == NULL || argv[1][0] == '-')
    return run_verb (family, path, argv);

  const BullaVerb *verb = find_verb (family, argv[1]);
  if (verb == NULL && takes_arguments)
    return run_verb (family, path, argv);
  if (verb == NULL) {
    blame_unknown_verb (family, path, argv[1]);
    return BULLA_EXIT_FAILED;
  }
  g_autofree char *inner = g_strconcat (path, " ", verb->name, NULL);
  return (verb->verbs != NULL ? run_family : run_verb) (verb, inner, argv + 1);
}

/**
 * bulla_cli_main:
 * @root: the table of the whole command
 * @argv: (array zero-terminated=1): the arguments of `main`
 *
 * Returns: the exit status, a #BullaCliExit
 */
int
bulla_cli_main (const BullaVerb *root, char **argv)
{
  int code = run_family (root, root->name, argv);

  /* a full disk or a closed pipe must not look like success */
  if (fflush (stdout) != 0 || ferror (stdout)) {
    bulla_cli_print_error (_ ("%s: failed to write the output\n"), root->name);
    return BULLA_EXIT_FAILED;
  }
  return code;
}
