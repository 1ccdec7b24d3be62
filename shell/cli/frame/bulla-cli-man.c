/* bulla-cli-man.c - writes man pages from the verb tables
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli.h"

#include <glib/gi18n.h>

/* Appends @text so that roff prints it as it is. */
static void
append_text (GString *out, const char *text)
{
  gboolean line_start = TRUE;

  for (const char *at = text; *at != '\0'; at++) {
    if (line_start && (*at == '.' || *at == '\''))
      g_string_append (out, "\\&");
    if (*at == '\\')
      g_string_append (out, "\\e");
    else if (*at == '-')
      g_string_append (out, "\\-");
    else
      g_string_append_c (out, *at);
    line_start = *at == '\n';
  }
}

static void
append_paragraphs (GString *out, const char *text)
{
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n\n", -1);

  for (size_t i = 0; paragraphs[i] != NULL; i++) {
    g_string_append (out, i > 0 ? ".PP\n" : "");
    append_text (out, paragraphs[i]);
    g_string_append_c (out, '\n');
  }
}

static void
append_option (GString *out, const GOptionEntry *entry)
{
  if (entry->flags & G_OPTION_FLAG_HIDDEN)
    return;
  g_string_append (out, ".TP\n");
  if (entry->short_name != 0)
    g_string_append_printf (out, "\\fB\\-%c\\fR, ", entry->short_name);
  g_string_append (out, "\\fB\\-\\-");
  append_text (out, entry->long_name);
  g_string_append (out, "\\fR");
  if (entry->arg_description != NULL) {
    g_string_append (out, "=\\fI");
    append_text (out, _ (entry->arg_description));
    g_string_append (out, "\\fR");
  }
  g_string_append_c (out, '\n');
  append_text (out, _ (entry->description));
  g_string_append_c (out, '\n');
}

static void
append_options (GString *out, const GOptionEntry *entries)
{
  static const GOptionEntry help = {"help", 'h', 0, G_OPTION_ARG_NONE, NULL, N_ ("Show this help"),
                                    NULL};

  g_string_append (out, ".SH OPTIONS\n");
  for (size_t i = 0; entries != NULL && entries[i].long_name != NULL; i++)
    append_option (out, &entries[i]);
  append_option (out, &help);
}

static void
append_verbs (GString *out, const BullaVerb *family, const char *page)
{
  g_string_append (out, ".SH COMMANDS\n");
  for (size_t i = 0; family->verbs[i] != NULL; i++) {
    g_string_append_printf (out, ".TP\n\\fB%s\\-%s\\fR(1)\n", page, family->verbs[i]->name);
    append_text (out, _ (family->verbs[i]->summary));
    g_string_append_c (out, '\n');
  }
}

static void
append_examples (GString *out, const BullaExample *examples)
{
  g_string_append (out, ".SH EXAMPLES\n");
  for (size_t i = 0; examples[i].command != NULL; i++) {
    g_string_append (out, ".PP\n");
    append_text (out, _ (examples[i].meaning));
    g_string_append (out, "\n.PP\n.RS 4\n.nf\n");
    append_text (out, examples[i].command);
    g_string_append (out, "\n.fi\n.RE\n");
  }
}

/**
 * bulla_cli_man_text:
 * @verb: a verb or a family
 * @path: as typed, "bulla create exchange"
 *
 * Returns: (transfer full): the man page of @verb, section 1, in roff; it contains no date, so that
 *   every build produces the same page
 */
char *
bulla_cli_man_text (const BullaVerb *verb, const char *path)
{
  GString *out = g_string_new (NULL);
  g_autofree char *page = g_strdelimit (g_strdup (path), " ", '-');
  g_autofree char *title = g_ascii_strup (page, -1);
  gboolean is_mere_family = verb->verbs != NULL && verb->synopsis == NULL;
  const char *synopsis = is_mere_family ? N_ ("COMMAND …") : verb->synopsis;

  g_string_append_printf (out, ".TH \"%s\" 1 \"\" \"Bulla %s\" \"Bulla\"\n", title, BULLA_VERSION);
  g_string_append (out, ".SH NAME\n");
  append_text (out, page);
  g_string_append (out, " \\- ");
  append_text (out, _ (verb->summary));
  g_string_append_printf (out, "\n.SH SYNOPSIS\n\\fB%s\\fR [\\fIOPTION\\fR…] ", path);
  append_text (out, synopsis != NULL ? _ (synopsis) : "");
  g_string_append (out, "\n.SH DESCRIPTION\n");
  append_paragraphs (out, _ (verb->description != NULL ? verb->description : verb->summary));
  if (verb->verbs != NULL)
    append_verbs (out, verb, page);
  append_options (out, verb->options);
  if (verb->examples != NULL)
    append_examples (out, verb->examples);
  g_string_append (out, ".SH EXIT STATUS\n");
  append_paragraphs (out, _ ("0: success, and every verdict is positive. 1: success, but at least "
                             "one verdict is negative. 2: the command failed."));
  g_string_append_printf (out, ".SH SEE ALSO\n\\fBbulla\\fR(1)\n");
  return g_string_free (out, FALSE);
}
