/* test-caa-recipes.c - judges the recipes about CAA records, which make no package
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Argument: the folder of the recipes. Those with [caa] and without [package]:
 *
 *   [caa]
 *   host=www.site.example
 *   wildcard=true               about "*." and the host
 *   issuer=ca.example           domains, separated by commas; empty: the issuer is not known;
 *                               missing: judges for any CA
 *   records=site.example CAA 0 issue "ca.example" | …   lines of a records file
 *   dnssec=insecure             state of all answers; default: secure
 *   offline=true                no look-ups
 *   [expect]
 *   issue=permitted
 *   exchanges=forbidden
 *   reason=caa.no-property      why exchanges are not permitted
 *   secure=caa.insecure         why answers are not secure; empty if they are
 *
 * A recipe is in the folder of one of its two reasons. */
#include <gio/gio.h>
#include <string.h>

#include "bulla-caa-judge.h"
#include "bulla-caa-records.h"

static char *
dup_value (GKeyFile *recipe, const char *group, const char *key)
{
  char *value = g_key_file_get_value (recipe, group, key, NULL);

  return value != NULL ? value : g_strdup ("");
}

static void
make_insecure (BullaCaaClimb *climb)
{
  for (guint i = 0; i < climb->answers->len; i++) {
    BullaCaaAnswer *answer = g_ptr_array_index (climb->answers, i);
    answer->dnssec = MIN (answer->dnssec, BULLA_DNSSEC_INSECURE);
  }
}

static BullaCaaClimb *
make_climb (GKeyFile *recipe)
{
  g_autofree char *host = dup_value (recipe, "caa", "host");
  g_autofree char *text = dup_value (recipe, "caa", "records");
  g_autofree char *dnssec = dup_value (recipe, "caa", "dnssec");
  BullaCaaClimb *climb =
      bulla_caa_climb_new (host, g_key_file_get_boolean (recipe, "caa", "wildcard", NULL));
  g_autoptr (GError) error = NULL;

  if (g_key_file_get_boolean (recipe, "caa", "offline", NULL))
    return climb;
  g_strdelimit (text, "|", '\n');
  g_autoptr (BullaCaaRecords) records = bulla_caa_records_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  bulla_caa_records_climb (records, climb);
  if (strcmp (dnssec, "insecure") == 0)
    make_insecure (climb);
  else
    g_assert_cmpstr (dnssec, ==, "");
  return climb;
}

static void
check (GKeyFile *recipe, const char *key, const char *found)
{
  g_autofree char *expected = dup_value (recipe, "expect", key);

  g_assert_cmpstr (expected, ==, found != NULL ? found : "");
}

static void
test_recipe (gconstpointer data)
{
  const char *path = data;
  g_autoptr (GKeyFile) recipe = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  BullaCaaJudgement judgement;

  g_key_file_load_from_file (recipe, path, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  g_autoptr (BullaCaaClimb) climb = make_climb (recipe);
  g_autofree char *issuer = g_key_file_get_value (recipe, "caa", "issuer", NULL);
  g_auto (GStrv) issuers = issuer != NULL ? g_strsplit (issuer, ",", -1) : NULL;
  bulla_caa_judge (&judgement, climb, (const char *const *)issuers);
  const char *secure = bulla_reason_get_nick (bulla_caa_judge_dnssec (climb));
  const char *reason = bulla_reason_get_nick (judgement.reason);
  check (recipe, "issue", bulla_caa_state_get_nick (judgement.issue));
  check (recipe, "exchanges", bulla_caa_state_get_nick (judgement.exchanges));
  check (recipe, "reason", reason);
  check (recipe, "secure", secure);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *nick = g_path_get_basename (folder);
  g_assert_true (g_strcmp0 (nick, reason) == 0 || g_strcmp0 (nick, secure) == 0);
}

static gboolean
is_question (const char *path)
{
  g_autoptr (GKeyFile) recipe = g_key_file_new ();

  return g_str_has_suffix (path, ".ini")
         && g_key_file_load_from_file (recipe, path, G_KEY_FILE_NONE, NULL)
         && g_key_file_has_group (recipe, "caa") && !g_key_file_has_group (recipe, "package");
}

static void
add_folder (GPtrArray *paths, const char *recipes, const char *nick)
{
  g_autofree char *folder = g_build_filename (recipes, nick, NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, file, NULL);
    if (!is_question (path))
      continue;
    g_autofree char *name = g_strdup_printf ("/vectors/%s/%s", nick, file);
    g_test_add_data_func (name, path, test_recipe);
    g_ptr_array_add (paths, g_steal_pointer (&path));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_return_val_if_fail (argc == 2, 2);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (argv[1], 0, NULL);
  const char *nick;

  while (dir != NULL && (nick = g_dir_read_name (dir)) != NULL)
    add_folder (paths, argv[1], nick);
  g_assert_cmpuint (paths->len, >=, 14);
  return g_test_run ();
}
