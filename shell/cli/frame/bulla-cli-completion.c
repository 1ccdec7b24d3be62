/* bulla-cli-completion.c - writes completion scripts for bash, zsh and fish from the verb tables
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-loader-clients.h"
#include "bulla-loader.h"
#include "bulla-settings.h"

/* The values of options that take one of a few words; those of --client, --profile and --set are
 * asked for. */
static const struct {
  const char *option;
  const char *words;
} VALUES[] = {
    {"caa", "off report require"},
    {"check-validity", "never parallel blocking"},
    {"completion", "bash fish zsh"},
    {"dnssec", "ignore require"},
    {"fail-on", "later-choice wildcard default null lint-error lint-warning"},
    {"format", "b1 b2"},
    {"generate", "ed25519 p256"},
    {"index", "redirect alias file"},
    {"launch", "firefox chromium"},
    {"lint", "google-cache"},
    {"method", "post get"},
    {"ocsp", "fetch"},
    {"part", "headers body signature message cbor chain integrity-block bundle"},
    {"require", "substitute"},
    {"resolver", "recursive"},
    {"sct-in", "chain certificate ocsp"},
    {"sign-subset", "all"},
    {"status", "good revoked unknown"},
};

/* Profiles that follow a text or a browser complete an empty word; bash offers the others as soon
 * as their name is begun, or the possible words are listed. zsh and fish offer all at once. */
static const char *const OFFERED_LATER[] = {"mozilla", NULL};

#define HELP " help" /* the place behind which any verb may follow */

static gboolean
takes_value (const GOptionEntry *entry)
{
  return entry->arg != G_OPTION_ARG_NONE
         && !(entry->arg == G_OPTION_ARG_CALLBACK && (entry->flags & G_OPTION_FLAG_NO_ARG));
}

static gboolean
takes_file (const GOptionEntry *entry)
{
  return entry->arg == G_OPTION_ARG_FILENAME || entry->arg == G_OPTION_ARG_FILENAME_ARRAY;
}

static char *
dup_profiles (gboolean later)
{
  g_auto (GStrv) names = bulla_profile_list ();
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    if (g_strv_contains (OFFERED_LATER, names[i]) == later)
      g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", names[i]);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static char *
dup_settings (void)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (guint i = 0; i < bulla_settings_get_n (); i++) {
    g_autofree char *allowed = NULL;
    const char *group, *key;
    bulla_settings_describe (i, &group, &key, &allowed);
    g_string_append_printf (words, "%s%s.%s=", words->len > 0 ? " " : "", group, key);
  }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static char *
dup_clients (void)
{
  g_auto (GStrv) names = bulla_client_list ();

  return g_strjoinv (" ", names);
}

/* Returns: (transfer full): the values of an option, separated by spaces; empty if any is possible
 */
static char *
dup_values (const GOptionEntry *entry)
{
  if (entry->arg == G_OPTION_ARG_INT)
    return g_strdup ("");
  if (strcmp (entry->long_name, "client") == 0)
    return dup_clients ();
  if (strcmp (entry->long_name, "profile") == 0)
    return dup_profiles (FALSE);
  if (strcmp (entry->long_name, "set") == 0)
    return dup_settings ();
  for (size_t i = 0; i < G_N_ELEMENTS (VALUES); i++)
    if (strcmp (VALUES[i].option, entry->long_name) == 0)
      return g_strdup (VALUES[i].words);
  return g_strdup ("");
}

/* Returns: (transfer full): a space and each word that may follow a verb, besides files */
static char *
dup_arguments (const BullaVerb *verb)
{
  g_autoptr (GString) words = g_string_new (NULL);

  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++)
    g_string_append_printf (words, " %s", verb->verbs[i]->name);
  if (verb->list_words != NULL) {
    g_autofree char *more = verb->list_words ();
    g_string_append_printf (words, " %s", more);
  }
  return g_string_free (g_steal_pointer (&words), FALSE);
}

/* Calls a function for the verb and all below it; @path is " bundle list". */
typedef void (*PlaceFunc) (GString *out, const BullaVerb *verb, const char *path);

static void
foreach_place (GString *out, const BullaVerb *verb, const char *path, PlaceFunc func)
{
  func (out, verb, path);
  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++) {
    g_autofree char *inner = g_strconcat (path, " ", verb->verbs[i]->name, NULL);
    foreach_place (out, verb->verbs[i], inner, func);
  }
}

/* --- bash and zsh */

static void
append_path (GString *out, const BullaVerb *verb, const char *path)
{
  if (path[0] != '\0')
    g_string_append_printf (out, "%s\"%s\"", out->len > 0 ? "|" : "", path);
}

/* Appends a branch for each option with a value. */
static void
append_options (GString *out, const BullaVerb *verb, const char *path)
{
  for (size_t i = 0; verb->options != NULL && verb->options[i].long_name != NULL; i++) {
    const GOptionEntry *entry = &verb->options[i];
    if ((entry->flags & G_OPTION_FLAG_HIDDEN) != 0 || !takes_value (entry))
      continue;
    g_autofree char *values = dup_values (entry);
    g_autofree char *later =
        strcmp (entry->long_name, "profile") == 0 ? dup_profiles (TRUE) : g_strdup ("");
    const char *kind = takes_file (entry) ? "files" : values[0] != '\0' ? "values" : "text";
    g_string_append_printf (out, "    \"%s --%s\"", path, entry->long_name);
    if (entry->short_name != '\0')
      g_string_append_printf (out, "|\"%s -%c\"", path, entry->short_name);
    g_string_append_printf (out, ") offer=\"%s\"; later=\"%s\"; kind=%s; return;;\n", values, later,
                            kind);
  }
}

/* Returns: (nullable): the words that may follow “=” behind --json, perhaps none; NULL for another
 * option */
static const char *
find_words_behind (const BullaVerb *verb, const GOptionEntry *entry)
{
  if (strcmp (entry->long_name, "json") != 0)
    return NULL;
  for (size_t i = 0; verb->options[i].long_name != NULL; i++)
    if (strcmp (verb->options[i].long_name, "json-full") == 0)
      return "full";
  return "";
}

/* Appends a branch for each option that may have a value behind “=”. */
static void
append_words_behind (GString *out, const BullaVerb *verb, const char *path)
{
  for (size_t i = 0; verb->options != NULL && verb->options[i].long_name != NULL; i++) {
    const char *words = find_words_behind (verb, &verb->options[i]);
    if (words != NULL)
      g_string_append_printf (out, "    \"%s --%s=\") offer=\"%s\"; kind=values; return;;\n", path,
                              verb->options[i].long_name, words);
  }
}

/* Appends a branch for the help on the verb: the words of its family. */
static void
append_help_words (GString *out, const BullaVerb *verb, const char *path)
{
  g_autoptr (GString) words = g_string_new (NULL);

  if (strcmp (path, HELP) == 0)
    return; /* the branch of the verb itself */
  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++)
    g_string_append_printf (words, "%s%s", i > 0 ? " " : "", verb->verbs[i]->name);
  g_string_append_printf (out, "    \"%s\") offer=\"%s\"; kind=values;;\n", path, words->str);
}

/* Returns: (transfer full): the places of all verbs, and of the help on them, between “|” */
static char *
dup_paths (const BullaVerb *root)
{
  g_autoptr (GString) paths = g_string_new (NULL);

  foreach_place (paths, root, "", append_path);
  foreach_place (paths, root, HELP, append_path);
  return g_string_free (g_steal_pointer (&paths), FALSE);
}

/* Appends a branch for the verb: the words that may follow it. */
static void
append_words (GString *out, const BullaVerb *verb, const char *path)
{
  g_autofree char *arguments = dup_arguments (verb);

  g_string_append_printf (out, "    \"%s\") offer=\"--help", path);
  for (size_t i = 0; verb->options != NULL && verb->options[i].long_name != NULL; i++)
    if ((verb->options[i].flags & G_OPTION_FLAG_HIDDEN) == 0)
      g_string_append_printf (out, " --%s", verb->options[i].long_name);
  g_string_append_printf (out, "%s\";;\n", arguments);
}

/* Appends a branch for each setting that takes words: the place is then "=". */
static void
append_settings (GString *out)
{
  for (guint i = 0; i < bulla_settings_get_n (); i++) {
    g_autofree char *words = bulla_settings_dup_words (i);
    g_autofree char *allowed = NULL;
    const char *group, *key;
    bulla_settings_describe (i, &group, &key, &allowed);
    if (words != NULL)
      g_string_append_printf (out, "    \"= %s.%s\") offer=\"%s\"; kind=values; return;;\n", group,
                              key, words);
  }
  g_string_append (out, "    \"= \"*) kind=text; return;;\n");
}

/* Appends a function that both shells read: from $place and $prev it sets what may follow. */
static void
append_find (GString *out, const BullaVerb *root)
{
  g_string_append_printf (out,
                          "_%s_find ()\n{\n  kind=words offer= later=\n"
                          "  case \"$place $prev\" in\n",
                          root->name);
  foreach_place (out, root, "", append_options);
  foreach_place (out, root, "", append_words_behind);
  append_settings (out);
  g_string_append (out, "  esac\n  case \"$place\" in\n");
  foreach_place (out, root, "", append_words);
  foreach_place (out, root, HELP, append_help_words);
  g_string_append (out, "  esac\n}\n\n");
}

static char *
write_bash (const BullaVerb *root)
{
  GString *out = g_string_new (NULL);
  g_autofree char *paths = dup_paths (root);

  g_string_append_printf (out, "# bash completion for %s\n\n", root->name);
  append_find (out, root);
  g_string_append_printf (
      out,
      "_%s ()\n{\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
      "  local place= offer= later= kind= ended= stem= i\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    [[ ${COMP_WORDS[i]} == -- ]] && ended=1\n"
      "    case \"$place ${COMP_WORDS[i]}\" in\n"
      "      %s) place=\"$place ${COMP_WORDS[i]}\";;\n"
      "    esac\n  done\n"
      "  i=$((COMP_CWORD - 1))\n"
      "  [[ $ended ]] && return\n"
      "  if [[ $cur == ?*=* && $prev == --set ]]; then\n"
      "    place== prev=${cur%%%%=*} stem=${cur%%%%=*}= cur=${cur#*=}\n"
      "  elif [[ $cur == --?*=* ]]; then\n"
      "    prev=${cur%%%%=*} stem=${cur%%%%=*}= cur=${cur#*=}\n"
      "  fi\n"
      "  [[ $cur == = ]] && cur= && i=$((i + 1))\n"
      "  [[ ${COMP_WORDS[i]} == = ]] && ((i > 1)) && prev=${COMP_WORDS[i-1]}\n"
      "  [[ ${COMP_WORDS[i]} == = && ${COMP_WORDS[i-2]} == --set ]] && place==\n"
      "  [[ $prev == --json && ( -n $stem || ${COMP_WORDS[i]} == = ) ]] && prev=--json=\n"
      "  _%s_find\n"
      "  [[ -n $cur || ${COMP_TYPE:-9} != 9 ]] && offer=\"$offer $later\"\n"
      "  if [[ $kind == files && -n $offer ]]; then\n"
      "    mapfile -t COMPREPLY < <(compgen -W \"$offer\" -- \"$cur\"; compgen -f -- \"$cur\")\n"
      "    compopt -o filenames 2>/dev/null\n"
      "    return 0\n"
      "  fi\n"
      "  [[ $kind == files || $kind == text ]] && return\n"
      "  COMPREPLY=($(compgen -W \"$offer\" -- \"$cur\"))\n"
      "  [[ -n $stem ]] && COMPREPLY=(\"${COMPREPLY[@]/#/$stem}\")\n"
      "  [[ ${COMPREPLY[0]} == *= ]] && compopt -o nospace 2>/dev/null\n"
      "  return 0\n}\n"
      "complete -o default -F _%s %s\n",
      root->name, paths, root->name, root->name, root->name);
  return g_string_free (out, FALSE);
}

static char *
write_zsh (const BullaVerb *root)
{
  GString *out = g_string_new (NULL);
  g_autofree char *paths = dup_paths (root);

  g_string_append_printf (out, "#compdef %s\n# zsh completion for %s\n\n", root->name, root->name);
  append_find (out, root);
  g_string_append_printf (out,
                          "_%s ()\n{\n"
                          "  local cur=${words[CURRENT]} prev=${words[CURRENT-1]}\n"
                          "  local place= offer= later= kind= i\n"
                          "  for ((i = 2; i < CURRENT; i++)); do\n"
                          "    [[ ${words[i]} == -- ]] && { _files; return; }\n"
                          "    case \"$place ${words[i]}\" in\n"
                          "      %s) place=\"$place ${words[i]}\";;\n"
                          "    esac\n  done\n"
                          "  if [[ $cur == --*=* ]]; then\n"
                          "    prev=${cur%%%%=*} cur=${cur#*=}\n"
                          "    [[ $prev == --json ]] && prev=--json=\n"
                          "    compset -P 1 '*='\n"
                          "  fi\n"
                          "  if [[ $prev == --set && $cur == *=* ]]; then\n"
                          "    place== prev=${cur%%%%=*}\n"
                          "    compset -P '*='\n"
                          "  fi\n"
                          "  _%s_find\n"
                          "  case $kind in\n"
                          "    files) [[ -n $offer ]] && compadd -- ${=offer}; _files; return;;\n"
                          "    text) return;;\n"
                          "    words) [[ $cur == -* ]] || _files;;\n"
                          "  esac\n"
                          "  offer=\"$offer $later\"\n"
                          "  compadd -- ${=offer}\n}\n\n"
                          "[[ $funcstack[1] == _%s ]] && _%s \"$@\" || compdef _%s %s\n",
                          root->name, paths, root->name, root->name, root->name, root->name,
                          root->name);
  return g_string_free (out, FALSE);
}

/* --- fish */

/* Returns: (transfer full): @text between apostrophes, as fish reads it */
static char *
quote_for_fish (const char *text)
{
  g_autoptr (GString) quoted = g_string_new (text);

  g_string_replace (quoted, "\\", "\\\\", 0);
  g_string_replace (quoted, "'", "\\'", 0);
  return g_strdup_printf ("'%s'", quoted->str);
}

/* Returns: (transfer full): as dup_values(); each setting with each of its words */
static char *
dup_fish_values (const GOptionEntry *entry)
{
  g_autoptr (GString) pairs = g_string_new (NULL);

  if (strcmp (entry->long_name, "set") != 0)
    return dup_values (entry);
  for (guint i = 0; i < bulla_settings_get_n (); i++) {
    g_autofree char *words = bulla_settings_dup_words (i);
    g_auto (GStrv) list = g_strsplit (words != NULL ? words : "", " ", -1);
    g_autofree char *allowed = NULL;
    const char *group, *key;
    bulla_settings_describe (i, &group, &key, &allowed);
    if (words == NULL)
      g_string_append_printf (pairs, "%s%s.%s=", pairs->len > 0 ? " " : "", group, key);
    for (guint j = 0; list[j] != NULL; j++)
      g_string_append_printf (pairs, "%s%s.%s=%s", pairs->len > 0 ? " " : "", group, key, list[j]);
  }
  return g_string_free (g_steal_pointer (&pairs), FALSE);
}

static void
append_fish_option (GString *out, const GOptionEntry *entry, const char *path)
{
  g_autofree char *values = dup_fish_values (entry);
  g_autofree char *later =
      strcmp (entry->long_name, "profile") == 0 ? dup_profiles (TRUE) : g_strdup ("");
  g_autofree char *summary = quote_for_fish (_ (entry->description));

  g_string_append_printf (out, "complete -c bulla -n '__bulla_at \"%s\"' -l %s", path,
                          entry->long_name);
  if (entry->short_name != '\0')
    g_string_append_printf (out, " -s %c", entry->short_name);
  if (takes_value (entry))
    g_string_append (out, takes_file (entry) ? " -r" : " -x");
  if (values[0] != '\0')
    g_string_append_printf (out, " -a '%s%s%s'", values, later[0] != '\0' ? " " : "", later);
  g_string_append_printf (out, " -d %s\n", summary);
}

/* Appends the words of the family, for the help on it. */
static void
append_fish_help (GString *out, const BullaVerb *verb, const char *path)
{
  for (size_t i = 0; strcmp (path, HELP) != 0 && verb->verbs != NULL && verb->verbs[i] != NULL; i++)
    g_string_append_printf (out, "complete -c bulla -n '__bulla_at \"%s\"' -f -a %s\n", path,
                            verb->verbs[i]->name);
}

/* Appends an option whose value follows “=”, as a name of its own. */
static void
append_fish_words_behind (GString *out, const BullaVerb *verb, const char *path)
{
  for (size_t i = 0; verb->options != NULL && verb->options[i].long_name != NULL; i++) {
    const char *words = find_words_behind (verb, &verb->options[i]);
    if (words != NULL && words[0] != '\0')
      g_string_append_printf (out, "complete -c bulla -n '__bulla_at \"%s\"' -l %s=%s\n", path,
                              verb->options[i].long_name, words);
  }
}

static void
append_fish_place (GString *out, const BullaVerb *verb, const char *path)
{
  g_autofree char *arguments = dup_arguments (verb);

  for (size_t i = 0; verb->options != NULL && verb->options[i].long_name != NULL; i++)
    if ((verb->options[i].flags & G_OPTION_FLAG_HIDDEN) == 0)
      append_fish_option (out, &verb->options[i], path);
  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++) {
    g_autofree char *summary = quote_for_fish (_ (verb->verbs[i]->summary));
    g_string_append_printf (out, "complete -c bulla -n '__bulla_at \"%s\"' -f -a %s -d %s\n", path,
                            verb->verbs[i]->name, summary);
  }
  if (verb->verbs == NULL && arguments[0] != '\0')
    g_string_append_printf (out, "complete -c bulla -n '__bulla_at \"%s\"' -f -a '%s'\n", path,
                            g_strchug (arguments));
}

static char *
write_fish (const BullaVerb *root)
{
  GString *out = g_string_new (NULL);
  g_autofree char *paths = dup_paths (root);

  g_strdelimit (paths, "|", ' ');
  g_string_append_printf (out,
                          "# fish completion for %s\n\n"
                          "function __bulla_at\n"
                          "  set -l place ''\n"
                          "  for word in (commandline -opc)[2..-1]\n"
                          "    switch \"$place $word\"\n"
                          "      case %s\n"
                          "        set place \"$place $word\"\n"
                          "    end\n  end\n"
                          "  test \"$place\" = $argv[1]\n"
                          "end\n\n",
                          root->name, paths);
  foreach_place (out, root, "", append_fish_place);
  foreach_place (out, root, "", append_fish_words_behind);
  foreach_place (out, root, HELP, append_fish_help);
  return g_string_free (out, FALSE);
}

/**
 * bulla_cli_completion_text:
 * @root: the table of the whole command
 * @shell: bash, zsh or fish
 *
 * Returns: (transfer full) (nullable): a script for the shell; it completes verbs, options and
 * their values, and file names where none of them is possible; %NULL for another shell
 */
char *
bulla_cli_completion_text (const BullaVerb *root, const char *shell)
{
  if (strcmp (shell, "bash") == 0)
    return write_bash (root);
  if (strcmp (shell, "zsh") == 0)
    return write_zsh (root);
  return strcmp (shell, "fish") == 0 ? write_fish (root) : NULL;
}
