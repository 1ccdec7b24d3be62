/* bulla-cli-explain-setting.c - explains a setting of profiles: its values, and what it changes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-explain-setting.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-print.h"
#include "bulla-explain.h"
#include "bulla-json.h"
#include "bulla-loader.h"
#include "bulla-rule-catalogue.h"
#include "bulla-settings.h"

#define INDENT "  "

/**
 * bulla_cli_find_setting: (skip)
 * @name: `group.key`, as --set takes it
 *
 * Returns: the number of the setting; -1 if it does not exist
 */
gint
bulla_cli_find_setting (const char *name)
{
  g_auto (GStrv) parts = g_strsplit (name, ".", 2);

  return parts[0] != NULL && parts[1] != NULL ? bulla_settings_guess (parts[0], parts[1]) : -1;
}

/* Returns: (transfer full) (nullable): the value in a profile */
static char *
dup_value (const char *profile_name, const char *group, const char *key, GError **error)
{
  g_autoptr (BullaProfile) profile = bulla_profile_load (profile_name, error);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (profile == NULL)
    return NULL;
  g_autofree char *text = bulla_profile_to_text (profile);
  if (!g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, error))
    return NULL;
  return g_key_file_get_value (file, group, key, error);
}

/* Says whether a rule depends on a setting. */
static gboolean
depends_on (guint rule, const char *name)
{
  const char *settings = bulla_catalogue_get_settings (rule);
  g_auto (GStrv) names = g_strsplit (settings != NULL ? settings : "", " ", -1);

  return g_strv_contains ((const char *const *)names, name);
}

static void
print_rules (const char *name)
{
  gboolean any = FALSE;

  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++) {
    if (!depends_on (i, name))
      continue;
    if (!any)
      bulla_cli_print ("\n%s\n", _ ("Rules that it changes"));
    any = TRUE;
    bulla_cli_print (INDENT "%s (%s)\n", bulla_explain_text (bulla_catalogue_get_title (i)),
                     bulla_catalogue_get_id (i));
  }
}

/**
 * bulla_cli_print_setting: (skip)
 * @setting: less than bulla_settings_get_n()
 * @error: set if a shipped profile cannot be read
 *
 * Prints the accepted values, the value in each shipped profile, and the rules that depend on it.
 */
gboolean
bulla_cli_print_setting (guint setting, GError **error)
{
  g_auto (GStrv) profiles = bulla_profile_list ();
  const char *group, *key;
  g_autofree char *allowed = NULL;

  bulla_settings_describe (setting, &group, &key, &allowed);
  g_autofree char *name = g_strconcat (group, ".", key, NULL);
  bulla_cli_print ("%s\n" INDENT "%s\n", name, _ ("A setting of profiles (docs/profiles.md)"));
  bulla_cli_print ("\n%s\n" INDENT "%s\n", _ ("Takes"), allowed);
  bulla_cli_print ("\n%s\n", _ ("Value in each profile"));
  for (guint i = 0; profiles[i] != NULL; i++) {
    g_autofree char *value = dup_value (profiles[i], group, key, error);
    if (value == NULL)
      return FALSE;
    bulla_cli_print (INDENT "%-20s%s\n", profiles[i], value);
  }
  print_rules (name);
  bulla_cli_print ("\n%s\n" INDENT "bulla verify --set %s=%s …\n", _ ("To change it"), name,
                   _ ("VALUE"));
  return TRUE;
}

/**
 * bulla_cli_setting_to_json: (skip)
 * @setting: less than bulla_settings_get_n()
 * @error: set if a shipped profile cannot be read
 *
 * Returns: (transfer full) (nullable): an object with `setting`, `takes`, `profiles` and `rules`
 */
JsonNode *
bulla_cli_setting_to_json (guint setting, GError **error)
{
  g_auto (GStrv) profiles = bulla_profile_list ();
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GStrvBuilder) rules = g_strv_builder_new ();
  const char *group, *key;
  g_autofree char *allowed = NULL;

  bulla_settings_describe (setting, &group, &key, &allowed);
  g_autofree char *name = g_strconcat (group, ".", key, NULL);
  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "setting", name);
  bulla_cli_json_string (builder, "takes", allowed);
  bulla_cli_json_begin (builder, "profiles");
  for (guint i = 0; profiles[i] != NULL; i++) {
    g_autofree char *value = dup_value (profiles[i], group, key, error);
    if (value == NULL)
      return NULL;
    bulla_cli_json_string (builder, profiles[i], value);
  }
  json_builder_end_object (builder);
  for (guint i = 0; i < bulla_catalogue_get_n_rules (); i++)
    if (depends_on (i, name))
      g_strv_builder_add (rules, bulla_catalogue_get_id (i));
  g_auto (GStrv) ids = g_strv_builder_end (rules);
  bulla_json_add_names (builder, "rules", (const char *const *)ids);
  json_builder_end_object (builder);
  return json_builder_get_root (builder);
}
