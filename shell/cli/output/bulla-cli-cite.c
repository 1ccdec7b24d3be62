/* bulla-cli-cite.c - links to the specifications, in terminals that support them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A link is the escape sequence OSC 8. Its URL comes from Bulla's own table and never from the
 * printed text, so a package cannot insert links. */
#include "bulla-cli-cite.h"

#include <string.h>
#include <unistd.h>

#include "bulla-citation.h"
#include "bulla-cli-colour.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"
#include "bulla-rule-catalogue.h"

#define OPENING "  (spec: "

static void
take_place (const char *text, const char *url, gpointer user_data)
{
  if (url != NULL)
    g_hash_table_replace (user_data, g_strdup (text), g_strdup (url));
}

/* Returns: (element-type utf8 utf8): place in a specification -> its address */
static GHashTable *
list_places (void)
{
  GHashTable *places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++) {
    const char *in_bundles = bulla_catalogue_get_bundle_anchor (i);
    bulla_citation_foreach (bulla_catalogue_get_anchor (i), take_place, places);
    if (in_bundles != NULL)
      bulla_citation_foreach (in_bundles, take_place, places);
  }
  return places;
}

/* Recognises terminals that support OSC 8 by their environment variables. */
static gboolean
can_link (void)
{
  static const char *const marks[] = {"KITTY_WINDOW_ID", "KONSOLE_VERSION", "WEZTERM_EXECUTABLE",
                                      "WT_SESSION", "ALACRITTY_WINDOW_ID"};
  static const char *const names[] = {"foot", "ghostty", "xterm-kitty", "alacritty"};
  const char *vte = g_getenv ("VTE_VERSION"), *term = g_getenv ("TERM");

  if (!isatty (STDOUT_FILENO) || g_strcmp0 (term, "dumb") == 0)
    return FALSE;
  if (vte != NULL && g_ascii_string_to_signed (vte, 10, 5000, G_MAXINT64, NULL, NULL))
    return TRUE;
  for (size_t i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_getenv (marks[i]) != NULL)
      return TRUE;
  for (size_t i = 0; i < G_N_ELEMENTS (names); i++)
    if (term != NULL && g_str_has_prefix (term, names[i]))
      return TRUE;
  return FALSE;
}

static void
append_linked (GString *out, const char *line, GHashTable *places)
{
  const char *opening = g_strrstr (line, OPENING);

  if (opening == NULL || !g_str_has_suffix (line, ")")) {
    g_string_append (out, line);
    return;
  }
  const char *first = opening + strlen (OPENING);
  g_string_append_len (out, line, first - line);
  g_autofree char *all = g_strndup (first, strlen (first) - 1);
  g_auto (GStrv) list = g_strsplit (all, "; ", -1);
  for (size_t i = 0; list[i] != NULL; i++) {
    const char *url = g_hash_table_lookup (places, list[i]);
    g_string_append (out, i > 0 ? "; " : "");
    if (url != NULL)
      g_string_append_printf (out, "\033]8;;%s\033\\%s\033]8;;\033\\", url, list[i]);
    else
      g_string_append (out, list[i]);
  }
  g_string_append_c (out, ')');
}

/**
 * bulla_cli_print_cited: (skip)
 * @text: lines; those of steps end with “(spec: …)”
 *
 * Prints to standard output like bulla_cli_print(). On a terminal, outcomes and failed steps have
 * colours; if it supports links, references to specifications become links.
 */
void
bulla_cli_print_cited (const char *text)
{
  g_autofree char *escaped = bulla_printable_dup_lines (text);
  g_autofree char *printable = bulla_cli_dup_for_charset (escaped);
  gboolean link = can_link (), colour = bulla_cli_can_colour ();

  if (!link && !colour) {
    g_print ("%s", printable);
    return;
  }
  g_autoptr (GHashTable) places = list_places ();
  g_autoptr (GString) out = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (printable, "\n", -1);
  for (size_t i = 0; lines[i] != NULL; i++) {
    g_string_append (out, i > 0 ? "\n" : "");
    g_autofree char *line = colour ? bulla_cli_colour_line (lines[i]) : g_strdup (lines[i]);
    if (link)
      append_linked (out, line, places);
    else
      g_string_append (out, line);
  }
  g_print ("%s", out->str);
}
