/* bulla-profiles.c - finds built-in profiles by name, and the user's profiles by file
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-error.h"
#include "bulla-loader.h"
#include "bulla-profile-origin.h"
#include "bulla-resources.h"

#define FOLDER "/org/bulla/profiles/"
#define MAX_FILE_SIZE 65536
#define MAX_PARENTS 8
#define DEFAULT_PROFILE "draft-b3"

static gboolean
is_file (const char *name_or_file)
{
  return strchr (name_or_file, '/') != NULL || g_str_has_suffix (name_or_file, ".ini");
}

/* Resolves the name of a parent profile relative to the profile file. */
static char *
resolve_parent (const char *child, const char *parent)
{
  if (!is_file (child) || !is_file (parent) || g_path_is_absolute (parent))
    return g_strdup (parent);
  g_autofree char *folder = g_path_get_dirname (child);
  while (g_str_has_prefix (parent, "./"))
    parent += 2;
  return g_build_filename (folder, parent, NULL);
}

static char *
read_text (const char *name_or_file, GError **error)
{
  if (is_file (name_or_file)) {
    g_autofree char *text = NULL;
    gsize length = 0;
    if (!g_file_get_contents (name_or_file, &text, &length, error))
      return NULL;
    if (length > MAX_FILE_SIZE) {
      g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "%s: larger than %d bytes", name_or_file,
                   MAX_FILE_SIZE);
      return NULL;
    }
    return g_steal_pointer (&text);
  }
  g_autofree char *path = g_strconcat (FOLDER, name_or_file, ".ini", NULL);
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (bulla_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  if (bytes != NULL)
    return bulla_bytes_dup_text (bytes);
  g_auto (GStrv) names = bulla_profile_list ();
  g_autofree char *list = g_strjoinv (", ", names);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               "the profile “%s” does not exist; use %s, or a file ending in .ini", name_or_file,
               list);
  return NULL;
}

static BullaProfile *
load (const char *name_or_file, guint depth, GError **error)
{
  if (depth > MAX_PARENTS) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT,
                 "%s: the profile inherits from itself, or has more than %d ancestors",
                 name_or_file, MAX_PARENTS);
    return NULL;
  }
  g_autofree char *text = read_text (name_or_file, error);
  if (text == NULL)
    return NULL;
  g_autofree char *parent_name = bulla_profile_dup_parent_name (text);
  g_autoptr (BullaProfile) parent = NULL;
  if (parent_name != NULL) {
    g_autofree char *path = resolve_parent (name_or_file, parent_name);
    parent = load (path, depth + 1, error);
    if (parent == NULL) {
      if (error != NULL && !g_error_matches (*error, BULLA_ERROR, BULLA_ERROR_LIMIT))
        g_prefix_error (error, "%s: ", name_or_file);
      return NULL;
    }
  }
  BullaProfile *profile = bulla_profile_parse (text, parent, error);
  if (profile == NULL)
    g_prefix_error (error, "%s: ", name_or_file);
  return profile;
}

/**
 * bulla_profile_load:
 * @name_or_file: the name of a shipped profile, or a file: a path with a slash, or a name ending in
 *   .ini
 * @error: what is wrong with it
 *
 * Returns: (transfer full): the profile, including the settings it inherits
 */
BullaProfile *
bulla_profile_load (const char *name_or_file, GError **error)
{
  return load (name_or_file, 0, error);
}

/**
 * bulla_profile_dup_origin: (skip)
 * @name_or_file: as for bulla_profile_load()
 * @group: a group of settings
 * @key: a key in that group
 * @error: set if a profile cannot be read
 *
 * Returns: (transfer full) (nullable): the profile that gives the setting its value: @name_or_file,
 *   or the nearest of those from which it inherits
 */
char *
bulla_profile_dup_origin (const char *name_or_file, const char *group, const char *key,
                          GError **error)
{
  g_autofree char *name = g_strdup (name_or_file);

  for (guint depth = 0; depth <= MAX_PARENTS; depth++) {
    g_autofree char *text = read_text (name, error);
    g_autoptr (GKeyFile) file = g_key_file_new ();
    if (text == NULL || !g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, error))
      return NULL;
    g_autofree char *parent = bulla_profile_dup_parent_name (text);
    if (parent == NULL || g_key_file_has_key (file, group, key, NULL))
      return g_steal_pointer (&name);
    g_autofree char *child = g_steal_pointer (&name);
    name = resolve_parent (child, parent);
  }
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "%s: the profile inherits from itself",
               name_or_file);
  return NULL;
}

/* @change: `GROUP.KEY=VALUE`. Returns: (transfer full) (nullable): the changed profile; NULL with
 * @error set */
static BullaProfile *
change_setting (BullaProfile *profile, const char *change, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (change, "=", 2);

  if (g_strv_length (parts) == 2)
    return bulla_profile_with (profile, g_strstrip (parts[0]), g_strstrip (parts[1]), error);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
               "“%s” is not a setting and its value; write GROUP.KEY=VALUE", change);
  return NULL;
}

/**
 * bulla_profile_load_with:
 * @name_or_file: (nullable): as for bulla_profile_load(); %NULL for `draft-b3`
 * @caa: (nullable): new value of `trust.caa`
 * @dnssec: (nullable): new value of `trust.dnssec`
 * @changes: (nullable) (array zero-terminated=1): `GROUP.KEY=VALUE` each: new values of other
 *   settings; the last value for a setting counts
 * @error: set if the profile cannot be loaded, or a value is invalid
 *
 * Returns: (transfer full) (nullable): the profile, with these changes
 */
BullaProfile *
bulla_profile_load_with (const char *name_or_file, const char *caa, const char *dnssec,
                         const char *const *changes, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BullaProfile) profile =
      bulla_profile_load (name_or_file != NULL ? name_or_file : DEFAULT_PROFILE, error);

  if (caa != NULL)
    g_ptr_array_add (all, g_strdup_printf ("trust.caa=%s", caa));
  if (dnssec != NULL)
    g_ptr_array_add (all, g_strdup_printf ("trust.dnssec=%s", dnssec));
  for (guint i = 0; changes != NULL && changes[i] != NULL; i++)
    g_ptr_array_add (all, g_strdup (changes[i]));
  for (guint i = 0; profile != NULL && i < all->len; i++) {
    g_autoptr (BullaProfile) before = g_steal_pointer (&profile);
    profile = change_setting (before, g_ptr_array_index (all, i), error);
  }
  return g_steal_pointer (&profile);
}

/**
 * bulla_profile_list:
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of the shipped profiles
 */
char **
bulla_profile_list (void)
{
  g_auto (GStrv) files = g_resource_enumerate_children (bulla_get_resource (), FOLDER,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();

  for (int i = 0; files != NULL && files[i] != NULL; i++)
    if (g_str_has_suffix (files[i], ".ini")) {
      g_autofree char *name = g_strndup (files[i], strlen (files[i]) - 4);
      g_strv_builder_add (names, name);
    }
  return g_strv_builder_end (names);
}
