/* bulla-cli-completion.c - writes the bash completion script from the verb tables
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

/* Appends " a|" for every verb below @family: the paths the script follows. */
static void
append_paths (GString *out, const BullaVerb *family, const char *path)
{
  for (size_t i = 0; family->verbs != NULL && family->verbs[i] != NULL; i++) {
    g_autofree char *inner = g_strconcat (path, " ", family->verbs[i]->name, NULL);
    g_string_append_printf (out, "%s\"%s\"", out->len > 0 ? "|" : "", inner);
    append_paths (out, family->verbs[i], inner);
  }
}

static gboolean
takes_value (const GOptionEntry *entry)
{
  return entry->arg != G_OPTION_ARG_NONE
         && !(entry->arg == G_OPTION_ARG_CALLBACK && (entry->flags & G_OPTION_FLAG_NO_ARG));
}

/* Writes one branch of the script's case statement: the words that may follow. */
static void
append_place (GString *out, const BullaVerb *verb, const char *path)
{
  g_autoptr (GString) words = g_string_new ("--help");
  g_autoptr (GString) values = g_string_new ("-");

  for (size_t i = 0; verb->options != NULL && verb->options[i].long_name != NULL; i++) {
    if (verb->options[i].flags & G_OPTION_FLAG_HIDDEN)
      continue;
    g_string_append_printf (words, " --%s", verb->options[i].long_name);
    if (takes_value (&verb->options[i]))
      g_string_append_printf (values, "|--%s", verb->options[i].long_name);
  }
  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++)
    g_string_append_printf (words, " %s", verb->verbs[i]->name);
  g_string_append_printf (out, "    \"%s\") words=\"%s\"; values=\"%s\";;\n", path, words->str,
                          values->str);
  for (size_t i = 0; verb->verbs != NULL && verb->verbs[i] != NULL; i++) {
    g_autofree char *inner = g_strconcat (path, " ", verb->verbs[i]->name, NULL);
    append_place (out, verb->verbs[i], inner);
  }
}

/**
 * bulla_cli_completion_text:
 * @root: the table of the whole command
 *
 * Returns: (transfer full): a bash script; it completes file names where no verb or option is
 *   possible
 */
char *
bulla_cli_completion_text (const BullaVerb *root)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GString) paths = g_string_new (NULL);

  append_paths (paths, root, "");
  g_string_append_printf (out, "# bash completion for %s\n_%s ()\n{\n", root->name, root->name);
  g_string_append (out, "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                        "  local path= words= values= i\n"
                        "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                        "    case \"$path ${COMP_WORDS[i]}\" in\n");
  g_string_append_printf (out, "      %s) path=\"$path ${COMP_WORDS[i]}\";;\n", paths->str);
  g_string_append (out, "    esac\n  done\n  case \"$path\" in\n");
  append_place (out, root, "");
  g_string_append (out, "  esac\n"
                        "  COMPREPLY=()\n"
                        "  [[ \"|$values|\" == *\"|$prev|\"* ]] && return\n"
                        "  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\n");
  g_string_append_printf (out, "complete -o default -F _%s %s\n", root->name, root->name);
  return g_string_free (out, FALSE);
}
