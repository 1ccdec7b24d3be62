/* test-vectors.c - judges every recipe with every profile, and checks outcome, reason and faulty
 * bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Argument: the folder of the recipes. [expect PROFILE] overrides keys of [expect]. If it
 * expects another reason, or substitution, the bytes in [expect] are not checked. */
#include "vector.h"

#include <string.h>

#define GOOD "good"

typedef struct {
  const char *folder;
  VectorWorld *world;
  Vector *vector; /* the latest; all profiles are tried before the next one */
} Suite;

typedef struct {
  Suite *suite;
  const char *name;
  const char *profile;
} Case;

/* Returns: (transfer none) (nullable): NULL after a failure of the test */
static Vector *
need_vector (Suite *suite, const char *name)
{
  g_autoptr (GError) error = NULL;

  if (suite->vector != NULL && strcmp (suite->vector->name, name) == 0)
    return suite->vector;
  g_clear_pointer (&suite->vector, vector_free);
  suite->vector = vector_new (suite->world, suite->folder, name, &error);
  if (suite->vector == NULL)
    g_test_fail_printf ("%s", error->message);
  return suite->vector;
}

/* Returns "" if no fault is expected. */
static char *
dup_expected_reason (const Vector *vector, const char *profile)
{
  g_autofree char *outcome = forge_dup_expected (vector->forge, profile, "outcome");
  char *reason = forge_dup_expected (vector->forge, profile, "reason");

  if (g_strcmp0 (outcome, "substitute") != 0 && reason != NULL)
    return reason;
  g_free (reason);
  return g_strdup ("");
}

/* checks whether the bytes in [expect] also apply to the profile */
static gboolean
has_number (const Vector *vector, const char *profile, const char *key)
{
  g_autofree char *group = g_strdup_printf ("expect %s", profile);
  g_autofree char *reason = dup_expected_reason (vector, profile);
  g_autofree char *usual = dup_expected_reason (vector, NULL);

  return g_key_file_has_key (vector->forge->recipe, group, key, NULL)
         || (strcmp (reason, usual) == 0
             && g_key_file_has_key (vector->forge->recipe, "expect", key, NULL));
}

static void
check_number (const Vector *vector, const char *profile, const char *key, guint64 found)
{
  if (!has_number (vector, profile, key))
    return;
  gssize expected = forge_get_expected (vector->forge, profile, key);
  if (expected < 0 || found != (guint64)expected) {
    g_test_message ("%s: %" G_GUINT64_FORMAT ", expected %" G_GSSIZE_FORMAT, key, found, expected);
    g_test_fail ();
  }
}

static void
check_text (const char *key, const char *expected, const char *found)
{
  if (g_strcmp0 (expected, found) == 0)
    return;
  g_test_message ("%s: %s, expected %s", key, found, expected != NULL ? expected : "to be said");
  g_test_fail ();
}

static void
check_report (const Vector *vector, const char *profile, const VectorResult *result)
{
  g_autofree char *report = forge_dup_expected (vector->forge, profile, "report");

  if (report != NULL && result->reason != BULLA_REASON_NONE)
    check_text ("report", report, result->report);
}

static void
check_resources (const Vector *vector, const char *profile, const VectorResult *result)
{
  g_autofree char *resources = forge_dup_expected (vector->forge, profile, "resources");

  if (resources != NULL)
    check_text ("resources", resources, result->resources);
}

/* checks whether a step has the expected result */
static gboolean
is_noted (const BullaVerdict *verdict, const char *note)
{
  g_auto (GStrv) pair = g_strsplit (note, ": ", 2);

  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++) {
    g_autofree char *observed = bulla_verdict_dup_observed (verdict, i);
    if (strcmp (bulla_verdict_get_rule (verdict, i), pair[0]) == 0 && observed != NULL
        && strstr (observed, pair[1]) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
check_note (const Vector *vector, const char *profile, const VectorResult *result)
{
  g_autofree char *note = forge_dup_expected (vector->forge, profile, "note");

  if (note != NULL && !is_noted (result->verdict, note)
      && (result->request == NULL || !is_noted (result->request, note))) {
    g_test_message ("not noted: %s", note);
    g_test_fail ();
  }
}

static void
test_case (gconstpointer data)
{
  const Case *self = data;
  Suite *suite = self->suite;
  Vector *vector = need_vector (suite, self->name);
  g_autoptr (GError) error = NULL;

  if (vector == NULL)
    return;
  g_autoptr (VectorResult) result = vector_judge (suite->world, vector, self->profile, &error);
  g_assert_no_error (error);
  g_autofree char *outcome = forge_dup_expected (vector->forge, self->profile, "outcome");
  g_autofree char *reason = dup_expected_reason (vector, self->profile);
  const char *nick = bulla_reason_get_nick (result->reason);
  check_text ("outcome", outcome, bulla_outcome_get_nick (result->outcome));
  check_text ("reason", reason, nick != NULL ? nick : "");
  check_report (vector, self->profile, result);
  check_resources (vector, self->profile, result);
  check_note (vector, self->profile, result);
  check_number (vector, self->profile, "offset", result->range.offset);
  check_number (vector, self->profile, "length", result->range.length);
  check_number (vector, self->profile, "released", result->released);
  check_number (vector, self->profile, "fetches", result->fetches);
  if (g_test_failed ()) {
    g_autofree char *steps =
        bulla_verdict_describe (result->request != NULL ? result->request : result->verdict, FALSE);
    g_test_message ("%s", steps);
  }
}

/* A recipe is in the folder of a reason that it provokes under at least one profile. A recipe
 * with a note breaks no rule, and its name says so. */
static void
test_place (gconstpointer data)
{
  const Case *self = data;
  const Vector *vector = need_vector (self->suite, self->name);

  if (vector == NULL)
    return;
  g_autofree char *folder = g_path_get_dirname (self->name);
  g_autofree char *usual = dup_expected_reason (vector, NULL);
  g_autofree char *note = forge_dup_expected (vector->forge, NULL, "note");
  g_autofree char *noted = g_strconcat (folder, ":", NULL);
  gboolean found = strcmp (folder, GOOD) == 0 ? *usual == '\0' : strcmp (folder, usual) == 0;

  found |= note != NULL && g_str_has_prefix (note, noted);

  for (size_t i = 0; VECTOR_PROFILES[i] != NULL && !found; i++) {
    g_autofree char *reason = dup_expected_reason (vector, VECTOR_PROFILES[i]);
    found = strcmp (folder, reason) == 0;
  }
  g_assert_true (found);
}

static void
test_every_reason (gconstpointer data)
{
  const Suite *suite = data;

  for (guint reason = 1; reason < BULLA_N_REASONS; reason++) {
    g_autofree char *path = g_build_filename (suite->folder, bulla_reason_get_nick (reason), NULL);
    if (!g_file_test (path, G_FILE_TEST_IS_DIR)) {
      g_test_message ("nothing provokes %s", bulla_reason_get_nick (reason));
      g_test_fail ();
    }
  }
}

/* Reasons that never lead to substitution on purpose are checked only if the recipe requests it;
 * the snapshots cover the rest. */
static gboolean
is_asked (const Suite *suite, const char *name, const char *profile)
{
  g_autoptr (GKeyFile) recipe = g_key_file_new ();
  g_autofree char *file = g_strconcat (name, ".ini", NULL);
  g_autofree char *path = g_build_filename (suite->folder, file, NULL);

  return strcmp (profile, "separate-origin") != 0
         || !g_key_file_load_from_file (recipe, path, G_KEY_FILE_NONE, NULL)
         || g_key_file_has_group (recipe, "expect separate-origin");
}

static void
add (Suite *suite, const char *name, const char *profile)
{
  Case *self = g_new (Case, 1);
  g_autofree char *path = g_strdup_printf ("/vectors/%s/%s", name, profile ? profile : "place");

  *self = (Case){suite, name, profile};
  g_test_add_data_func_full (path, self, profile != NULL ? test_case : test_place, g_free);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_return_val_if_fail (argc == 2, 2);
  g_autoptr (VectorWorld) world = vector_world_new ();
  Suite suite = {argv[1], world, NULL};
  g_auto (GStrv) names = vector_list (suite.folder);

  g_test_add_data_func ("/vectors/every-reason", &suite, test_every_reason);
  for (size_t i = 0; names[i] != NULL; i++) {
    add (&suite, names[i], NULL);
    for (size_t j = 0; VECTOR_PROFILES[j] != NULL; j++)
      if (is_asked (&suite, names[i], VECTOR_PROFILES[j]))
        add (&suite, names[i], VECTOR_PROFILES[j]);
  }
  int status = g_test_run ();
  g_clear_pointer (&suite.vector, vector_free);
  return status;
}
