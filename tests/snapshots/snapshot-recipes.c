/* snapshot-recipes.c - writes the decision on every recipe: a line for each recipe, a file for each
 * profile
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Arguments: the folder of the recipes and that of the snapshots; --update rewrites the
 * snapshots. */
#include "bulla-loader.h"
#include "vector.h"

#include <string.h>

typedef struct {
  const char *recipes;
  const char *snapshots;
  const char *profile;
  gboolean update;
  VectorWorld *world;
  GPtrArray *vectors; /* of Vector; created for the first profile, used for all */
} Case;

/* Writes a range relative to its part, "headers+12:10", so that earlier parts do not change it. */
static void
append_place (GString *line, const Forge *forge, const VectorResult *result)
{
  const char *nick = bulla_reason_get_nick (result->reason);
  guint64 offset = result->range.offset;
  guint part = 0;

  if (nick == NULL || (offset == 0 && result->range.length == 0))
    return;
  while (part + 1 < forge->n_parts && forge->parts[part + 1].offset <= offset)
    part++;
  gboolean in_chain = g_str_has_prefix (nick, "chain.");
  g_string_append_printf (line, " %s+%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT,
                          in_chain ? "chain" : forge->parts[part].name,
                          offset - (in_chain ? 0 : forge->parts[part].offset),
                          result->range.length);
}

static gsize
family_length (const char *rule)
{
  return strcspn (rule, ".");
}

/* checks whether all rules of the family that begins at @from have that state */
static gboolean
is_whole_family (const BullaVerdict *verdict, guint from, BullaState state)
{
  const char *rule = bulla_verdict_get_rule (verdict, from);
  gsize length = family_length (rule) + 1;

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    if (strncmp (bulla_verdict_get_rule (verdict, i), rule, length) == 0
        && (i < from || bulla_verdict_get_state (verdict, i) != state))
      return FALSE;
  return TRUE;
}

/* A family without any checked rule is listed in one entry. */
static void
append_rules (GString *line, const BullaVerdict *verdict, BullaState state)
{
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    const char *rule = bulla_verdict_get_rule (verdict, i);
    if (bulla_verdict_get_state (verdict, i) != state)
      continue;
    g_autofree char *family = g_strdup_printf (" %.*s.*", (int)family_length (rule), rule);
    if (strstr (line->str, family) != NULL)
      continue;
    if (state == BULLA_STATE_UNASKED && is_whole_family (verdict, i, state))
      g_string_append (line, family);
    else
      g_string_append_printf (line, " %s", rule);
  }
}

static void
append_result (GString *text, const Vector *vector, const VectorResult *result)
{
  const char *nick = bulla_reason_get_nick (result->reason);

  g_string_append_printf (text, "%s: %s %s", vector->name, bulla_outcome_get_nick (result->outcome),
                          nick != NULL ? nick : "-");
  append_place (text, vector->forge, result);
  if (result->resources != NULL)
    g_string_append_printf (text, " [%s]", result->resources);
  for (BullaState state = BULLA_STATE_BROKEN; state <= BULLA_STATE_UNASKED; state++) {
    g_autoptr (GString) rules = g_string_new (NULL);
    append_rules (rules, result->verdict, state);
    if (result->request != NULL)
      append_rules (rules, result->request, state);
    if (rules->len > 0)
      g_string_append_printf (text, "; %s%s", bulla_state_get_nick (state), rules->str);
  }
  g_string_append_c (text, '\n');
}

static void
make_vectors (const Case *self)
{
  g_auto (GStrv) names = vector_list (self->recipes);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; names[i] != NULL; i++) {
    Vector *vector = vector_new (self->world, self->recipes, names[i], &error);
    g_assert_no_error (error);
    g_ptr_array_add (self->vectors, vector);
  }
}

static char *
describe_all (const Case *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (self->vectors->len == 0)
    make_vectors (self);
  /* a profile that requires CAA records would ask real servers for them */
  gboolean offline = !g_strv_contains (VECTOR_PROFILES, self->profile);
  for (guint i = 0; i < self->vectors->len; i++) {
    Vector *vector = g_ptr_array_index (self->vectors, i);
    if (offline && vector_uses_network (vector))
      continue;
    g_autoptr (VectorResult) result = vector_judge (self->world, vector, self->profile, &error);
    g_assert_no_error (error);
    append_result (text, vector, result);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
report_missing (const char *from, const char *in, char mark)
{
  g_auto (GStrv) lines = g_strsplit (from, "\n", -1);
  g_auto (GStrv) others = g_strsplit (in, "\n", -1);

  for (gsize i = 0; lines[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)others, lines[i]))
      g_test_message ("%c %s", mark, lines[i]);
}

static void
test_profile (gconstpointer data)
{
  const Case *self = data;
  g_autofree char *file = g_strconcat (self->profile, ".txt", NULL);
  g_autofree char *path = g_build_filename (self->snapshots, file, NULL);
  g_autofree char *kept = NULL;
  g_autofree char *found = describe_all (self);
  g_autoptr (GError) error = NULL;

  if (self->update)
    g_file_set_contents (path, found, -1, &error);
  else
    g_file_get_contents (path, &kept, NULL, &error);
  g_assert_no_error (error);
  if (self->update || strcmp (kept, found) == 0)
    return;
  report_missing (kept, found, '-');
  report_missing (found, kept, '+');
  g_test_message ("if all of this is meant: %s --update %s %s", g_get_prgname (), self->recipes,
                  self->snapshots);
  g_test_fail ();
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gboolean update = argc > 1 && strcmp (argv[1], "--update") == 0;
  g_return_val_if_fail (argc == (update ? 4 : 3), 2);
  g_autoptr (VectorWorld) world = vector_world_new ();
  g_autoptr (GPtrArray) vectors = g_ptr_array_new_with_free_func ((GDestroyNotify)vector_free);
  g_auto (GStrv) profiles = bulla_profile_list ();
  g_autofree Case *cases = g_new0 (Case, g_strv_length (profiles));

  for (gsize i = 0; profiles[i] != NULL; i++) {
    g_autofree char *name = g_strdup_printf ("/snapshots/recipes/%s", profiles[i]);
    cases[i] = (Case){argv[argc - 2], argv[argc - 1], profiles[i], update, world, vectors};
    g_test_add_data_func (name, &cases[i], test_profile);
  }
  return g_test_run ();
}
