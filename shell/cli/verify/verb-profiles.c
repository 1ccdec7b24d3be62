/* verb-profiles.c - bulla profiles: lists profiles, shows their settings, and compares two of them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bulla-cli-explain-setting.h"
#include "bulla-cli-json.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-json.h"
#include "bulla-printable.h"
#include "bulla-profile-origin.h"
#include "bulla-settings.h"

#define COMMAND_LINE "--set"

static gboolean option_json;

#define JSON_ENTRY                                                                                 \
  {                                                                                                \
    "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_ ("Print one JSON object per line"), NULL   \
  }
#define SET_ENTRY                                                                                  \
  {                                                                                                \
    "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &bulla_cli_loader_options.settings,                    \
        N_ ("Change a setting of the profile; may be repeated"), N_ ("SETTING=VALUE")              \
  }

static const GOptionEntry LIST_OPTIONS[] = {JSON_ENTRY, {NULL}};
static const GOptionEntry SHOW_OPTIONS[] = {SET_ENTRY, JSON_ENTRY, {NULL}};

/* Returns: (transfer full) (nullable): all settings of a profile, as a key file */
static GKeyFile *
load_settings (const char *name, char **changes, GError **error)
{
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with (name, NULL, NULL, (const char *const *)changes, error);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (profile == NULL)
    return NULL;
  g_autofree char *text = bulla_profile_to_text (profile);
  return g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, error)
             ? g_steal_pointer (&file)
             : NULL;
}

static void
print_json (JsonBuilder *builder)
{
  g_autofree char *line = bulla_json_end (builder, FALSE);

  bulla_cli_print ("%s\n", line);
}

static BullaCliExit
run_list (char **arguments, GError **error)
{
  g_auto (GStrv) names = bulla_profile_list ();

  if (!bulla_cli_require_arguments (arguments, 0, "", error))
    return BULLA_EXIT_FAILED;
  if (!option_json)
    bulla_cli_print_heading ("%-18s%-12s%s\n", _ ("Profile"), _ ("Date"), _ ("Description"));
  for (guint i = 0; names[i] != NULL; i++) {
    g_autoptr (BullaProfile) profile = bulla_profile_load (names[i], error);
    if (profile == NULL)
      return BULLA_EXIT_FAILED;
    if (!option_json) {
      bulla_cli_print ("%-18s%-12s%s\n", names[i], bulla_profile_get_date (profile),
                       bulla_profile_get_description (profile));
      continue;
    }
    g_autoptr (JsonBuilder) builder = json_builder_new ();
    json_builder_begin_object (builder);
    bulla_json_add_text (builder, "profile", names[i]);
    bulla_json_add_text (builder, "date", bulla_profile_get_date (profile));
    bulla_json_add_text (builder, "description", bulla_profile_get_description (profile));
    print_json (builder);
  }
  return BULLA_EXIT_FINE;
}

/* a column of a setting: its name in JSON, and its text */
typedef struct {
  const char *name, *text;
} Column;

static void
print_row (const char *setting, const char *first, const char *second)
{
  g_autofree char *shown_first = bulla_printable_dup (first);
  g_autofree char *shown_second = bulla_printable_dup (second);

  bulla_cli_print ("%-37s %-28s %s\n", setting, shown_first, shown_second);
}

/* Prints a row of the table, or a JSON object. */
static void
print_setting (const char *setting, const Column columns[2])
{
  if (!option_json) {
    print_row (setting, columns[0].text, columns[1].text);
    return;
  }
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  bulla_json_add_text (builder, "setting", setting);
  for (guint i = 0; i < 2; i++)
    bulla_json_add_text (builder, columns[i].name, columns[i].text);
  print_json (builder);
}

/* Says whether --set changes the setting. */
static gboolean
is_changed (guint setting)
{
  char **changes = bulla_cli_loader_options.settings;

  for (guint i = 0; changes != NULL && changes[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (changes[i], "=", 2);

    if (parts[0] != NULL && bulla_cli_find_setting (g_strstrip (parts[0])) == (gint)setting)
      return TRUE;
  }
  return FALSE;
}

static BullaCliExit
run_show (char **arguments, GError **error)
{
  if (!bulla_cli_require_arguments (arguments, 1, N_ ("PROFILE"), error))
    return BULLA_EXIT_FAILED;
  g_autoptr (GKeyFile) file =
      load_settings (arguments[0], bulla_cli_loader_options.settings, error);
  if (file == NULL)
    return BULLA_EXIT_FAILED;
  if (!option_json)
    print_row (_ ("Setting"), _ ("Value"), _ ("From"));
  for (guint i = 0; i < bulla_settings_get_n (); i++) {
    const char *group, *key;
    g_autofree char *allowed = NULL;
    bulla_settings_describe (i, &group, &key, &allowed);
    g_autofree char *setting = g_strconcat (group, ".", key, NULL);
    g_autofree char *value = g_key_file_get_value (file, group, key, error);
    g_autofree char *origin = is_changed (i)
                                  ? g_strdup (COMMAND_LINE)
                                  : bulla_profile_dup_origin (arguments[0], group, key, error);
    if (value == NULL || origin == NULL)
      return BULLA_EXIT_FAILED;
    const Column columns[] = {{"value", value}, {"from", origin}};
    print_setting (setting, columns);
  }
  return BULLA_EXIT_FINE;
}

static BullaCliExit
run_diff (char **arguments, GError **error)
{
  BullaCliExit exit = BULLA_EXIT_FINE;

  if (!bulla_cli_require_arguments (arguments, 2, N_ ("PROFILE PROFILE"), error))
    return BULLA_EXIT_FAILED;
  g_autoptr (GKeyFile) one = load_settings (arguments[0], NULL, error);
  g_autoptr (GKeyFile) other = one != NULL ? load_settings (arguments[1], NULL, error) : NULL;
  if (other == NULL)
    return BULLA_EXIT_FAILED;
  for (guint i = 0; i < bulla_settings_get_n (); i++) {
    const char *group, *key;
    g_autofree char *allowed = NULL;
    bulla_settings_describe (i, &group, &key, &allowed);
    g_autofree char *a = g_key_file_get_value (one, group, key, error);
    g_autofree char *b = a != NULL ? g_key_file_get_value (other, group, key, error) : NULL;
    if (b == NULL)
      return BULLA_EXIT_FAILED;
    if (strcmp (a, b) == 0)
      continue;
    g_autofree char *setting = g_strconcat (group, ".", key, NULL);
    if (exit == BULLA_EXIT_FINE && !option_json)
      print_row (_ ("Setting"), arguments[0], arguments[1]);
    exit = BULLA_EXIT_JUDGED;
    const Column columns[] = {{"first", a}, {"second", b}};
    print_setting (setting, columns);
  }
  return exit;
}

static char *
list_profiles (void)
{
  g_auto (GStrv) names = bulla_profile_list ();

  return g_strjoinv (" ", names);
}

static const BullaExample LIST_EXAMPLES[] = {
    {"bulla profiles list", N_ ("List the profiles that are shipped:")},
    {NULL},
};

static const BullaExample SHOW_EXAMPLES[] = {
    {"bulla profiles show chromium", N_ ("Show every setting, and where its value comes from:")},
    {"bulla profiles show ./day.ini --set certificate.ocsp-max-age=1d",
     N_ ("Show your own profile with one setting changed:")},
    {NULL},
};

static const BullaExample DIFF_EXAMPLES[] = {
    {"bulla profiles diff draft-b3 chromium", N_ ("Show the settings that differ:")},
    {NULL},
};

static const BullaVerb verb_list = {
    .name = "list",
    .summary = N_ ("List the profiles that are shipped"),
    .examples = LIST_EXAMPLES,
    .options = LIST_OPTIONS,
    .run = run_list,
};

static const BullaVerb verb_show = {
    .name = "show",
    .synopsis = N_ ("PROFILE"),
    .summary = N_ ("Show the settings of a profile, and where each comes from"),
    .description = N_ ("PROFILE is a name or a file. The last column is the profile that gives the "
                       "setting its value: the profile itself, one from which it inherits, or "
                       "--set."),
    .examples = SHOW_EXAMPLES,
    .options = SHOW_OPTIONS,
    .list_words = list_profiles,
    .run = run_show,
};

static const BullaVerb verb_diff = {
    .name = "diff",
    .synopsis = N_ ("PROFILE PROFILE"),
    .summary = N_ ("Show the settings in which two profiles differ"),
    .description = N_ ("Exit status: 0 if no setting differs, 1 if one does, 2 if a profile could "
                       "not be read."),
    .examples = DIFF_EXAMPLES,
    .options = LIST_OPTIONS,
    .list_words = list_profiles,
    .run = run_diff,
};

static const BullaVerb *const VERBS[] = {&verb_list, &verb_show, &verb_diff, NULL};

const BullaVerb bulla_verb_profiles = {
    .name = "profiles",
    .summary = N_ ("List, show and compare profiles"),
    .verbs = VERBS,
};
