/* write-docs.c - generates the tables in docs/ from those in the code, or checks them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 *   write-docs --write FILE…    replaces the text between the marks of each file
 *   write-docs --check FILE…    in TAP: whether a file would change, or lacks a rule or setting
 *
 * The marks are lines: "<!-- begin rules trust -->" or "<!-- begin settings outcome -->", and
 * "<!-- end -->". Text outside the marks is written by hand. */
#include <stdio.h>
#include <string.h>

#include "bulla-loader.h"
#include "bulla-rule-catalogue.h"
#include "bulla-settings.h"

#define END "<!-- end -->"

static const char *const shipped[] = {"draft-b3", "loading", "chromium", "separate-origin",
                                      "mozilla"};

typedef struct {
  GKeyFile *profiles[G_N_ELEMENTS (shipped)]; /* owned; with inherited settings */
  GHashTable *blocks;                         /* owned; set of the blocks found so far */
  GString *all;                               /* owned; text of all pages */
} Writer;

static GKeyFile *
load_profile (const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile = bulla_profile_load (name, &error);

  g_assert_no_error (error);
  g_autofree char *text = bulla_profile_to_text (profile);
  GKeyFile *file = g_key_file_new ();
  g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  return file;
}

static char *
dup_code (const char *words)
{
  if (words == NULL)
    return g_strdup ("");
  g_auto (GStrv) list = g_strsplit (words, " ", -1);
  g_autofree char *joined = g_strjoinv ("`, `", list);
  return g_strdup_printf ("`%s`", joined);
}

/* Returns: (transfer full): the reasons of the rule if broken, and if it could not be checked */
static char *
dup_reasons (guint rule, gboolean broken)
{
  g_autoptr (GString) nicks = g_string_new (NULL);

  for (int reason = BULLA_REASON_NONE + 1; reason < BULLA_N_REASONS; reason++)
    if (broken ? bulla_catalogue_gives (rule, reason)
               : bulla_catalogue_gives_unknown (rule, reason))
      g_string_append_printf (nicks, "%s%s", nicks->len > 0 ? " " : "",
                              bulla_reason_get_nick (reason));
  return dup_code (nicks->len > 0 ? nicks->str : NULL);
}

static guint
append_rules (GString *out, const char *part)
{
  guint n = 0;

  g_string_append (
      out, "| rule | title | required | reason if it fails | reason if it cannot be checked | "
           "text | concerns | settings |\n|---|---|---|---|---|---|---|---|\n");
  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++) {
    if (strcmp (bulla_catalogue_get_part (i), part) != 0)
      continue;
    const char *concerns = bulla_catalogue_get_concerns (i);
    const char *bundles = bulla_catalogue_get_bundle_anchor (i);
    g_autofree char *broken = dup_reasons (i, TRUE);
    g_autofree char *silent = dup_reasons (i, FALSE);
    g_autofree char *settings = dup_code (bulla_catalogue_get_settings (i));
    g_string_append_printf (
        out, "| `%s` | %s | %s | %s | %s | %s%s%s | %s | %s |\n", bulla_catalogue_get_id (i),
        bulla_catalogue_get_title (i), bulla_catalogue_get_required (i), broken, silent,
        bulla_catalogue_get_anchor (i), bundles != NULL ? "; in bundles " : "",
        bundles != NULL ? bundles : "", concerns != NULL ? concerns : "", settings);
    n++;
  }
  return n;
}

static guint
append_settings (const Writer *self, GString *out, const char *group)
{
  const char *in = NULL, *key = NULL;
  guint n = 0;

  g_string_append (out, "| setting | takes |");
  for (size_t i = 0; i < G_N_ELEMENTS (shipped); i++)
    g_string_append_printf (out, " `%s` |", shipped[i]);
  g_string_append (out, "\n|---|---|");
  for (size_t i = 0; i < G_N_ELEMENTS (shipped); i++)
    g_string_append (out, "---|");
  g_string_append_c (out, '\n');
  char *allowed = NULL;
  for (guint i = 0; bulla_settings_describe (i, &in, &key, &allowed); i++) {
    if (strcmp (in, group) == 0) {
      g_string_append_printf (out, "| `%s` | %s |", key, allowed);
      for (size_t j = 0; j < G_N_ELEMENTS (shipped); j++) {
        g_autofree char *value = g_key_file_get_string (self->profiles[j], group, key, NULL);
        g_string_append_printf (out, " %s |", value);
      }
      g_string_append_c (out, '\n');
      n++;
    }
    g_clear_pointer (&allowed, g_free);
  }
  return n;
}

/* Appends the generated block for the mark @line. Returns: FALSE if it is not a mark */
static gboolean
append_block (Writer *self, GString *out, const char *line)
{
  char kind[16] = "", name[16] = "";

  if (sscanf (line, "<!-- begin %15[a-z] %15[a-z-] -->", kind, name) != 2)
    return FALSE;
  guint n = strcmp (kind, "rules") == 0      ? append_rules (out, name)
            : strcmp (kind, "settings") == 0 ? append_settings (self, out, name)
                                             : 0;
  if (n == 0)
    g_error ("“%s” stands for nothing", line);
  g_hash_table_add (self->blocks, g_strdup_printf ("%s %s", kind, name));
  return TRUE;
}

static char *
expand (Writer *self, const char *text)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean inside = FALSE;

  for (int i = 0; lines[i] != NULL; i++) {
    inside = inside && strcmp (lines[i], END) != 0;
    if (inside)
      continue;
    g_string_append_printf (out, "%s%s", lines[i], lines[i + 1] != NULL ? "\n" : "");
    inside = append_block (self, out, lines[i]);
  }
  if (inside)
    g_error ("a mark without “%s”", END);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static gboolean
report (guint number, gboolean fine, const char *what)
{
  g_print ("%sok %u %s\n", fine ? "" : "not ", number, what);
  return fine;
}

/* checks that every rule is in a table, and every setting is in a table and explained beside it */
static gboolean
is_whole (const Writer *self)
{
  gboolean whole = TRUE;
  const char *group = NULL, *key = NULL;
  char *allowed = NULL;

  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++) {
    g_autofree char *block = g_strdup_printf ("rules %s", bulla_catalogue_get_part (i));
    if (!g_hash_table_contains (self->blocks, block)) {
      g_print ("# no table has %s\n", bulla_catalogue_get_id (i));
      whole = FALSE;
    }
  }
  for (guint i = 0; bulla_settings_describe (i, &group, &key, &allowed); i++) {
    g_autofree char *block = g_strdup_printf ("settings %s", group);
    g_autofree char *mention = g_strdup_printf ("\n- `%s.%s` ", group, key);
    g_clear_pointer (&allowed, g_free);
    if (!g_hash_table_contains (self->blocks, block) || strstr (self->all->str, mention) == NULL) {
      g_print ("# nothing explains %s.%s\n", group, key);
      whole = FALSE;
    }
  }
  return whole;
}

int
main (int argc, char **argv)
{
  gboolean check = argc > 2 && strcmp (argv[1], "--check") == 0;

  if (!check && (argc < 3 || strcmp (argv[1], "--write") != 0)) {
    g_printerr ("write-docs: --write FILE… or --check FILE…\n");
    return 2;
  }
  Writer self = {.blocks = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
                 .all = g_string_new (NULL)};
  for (size_t i = 0; i < G_N_ELEMENTS (shipped); i++)
    self.profiles[i] = load_profile (shipped[i]);
  gboolean fine = TRUE;
  if (check)
    g_print ("1..%d\n", argc - 1);
  for (int i = 2; i < argc; i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *text = NULL;
    if (!g_file_get_contents (argv[i], &text, NULL, &error))
      g_error ("%s", error->message);
    g_autofree char *fresh = expand (&self, text);
    g_autofree char *name = g_path_get_basename (argv[i]);
    g_autofree char *what = g_strdup_printf ("%s is what ./dev docs makes of it", name);
    g_string_append (self.all, fresh);
    if (check)
      fine = report ((guint)i - 1, strcmp (text, fresh) == 0, what) && fine;
    else if (strcmp (text, fresh) != 0 && !g_file_set_contents (argv[i], fresh, -1, &error))
      g_error ("%s", error->message);
  }
  if (check)
    fine = report ((guint)argc - 1, is_whole (&self), "every rule and setting is in docs/") && fine;
  for (size_t i = 0; i < G_N_ELEMENTS (shipped); i++)
    g_key_file_unref (self.profiles[i]);
  g_hash_table_unref (self.blocks);
  g_string_free (self.all, TRUE);
  return fine ? 0 : 1;
}
