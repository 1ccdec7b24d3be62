/* bulla-profile.c - reads profiles: named and dated sets of choices where specifications or
 * browsers disagree
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-profile.h"

#include <string.h>

#include "bulla-key-file-lines.h"
#include "bulla-settings.h"

#define SIMILAR_MAX 3 /* most settings that a message suggests */

struct _BullaProfile {
  char *name;        /* owned */
  char *date;        /* owned; date, ISO 8601 */
  char *description; /* owned */
  BullaSettings settings;
  GHashTable *keys; /* owned; web bundle id -> BullaPinnedKey */
};

static const char *const about_keys[] = {"name", "date", "description", "inherits", NULL};

G_DEFINE_QUARK (bulla - profile - error - quark, bulla_profile_error)
G_DEFINE_BOXED_TYPE (BullaProfile, bulla_profile, bulla_profile_ref, bulla_profile_unref)

static gboolean
read_pinned_keys (GKeyFile *file, const char *text, GHashTable *into, GError **error)
{
  g_auto (GStrv) ids = g_key_file_get_keys (file, BULLA_PINNED_KEYS_GROUP, NULL, NULL);

  for (int i = 0; ids != NULL && ids[i] != NULL; i++) {
    g_autofree char *value = g_key_file_get_string (file, BULLA_PINNED_KEYS_GROUP, ids[i], NULL);
    guint line = bulla_key_file_find_line (text, BULLA_PINNED_KEYS_GROUP, ids[i]);
    if (!bulla_pinned_key_is_id (ids[i])) {
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                   "line %u: “%s” in [%s] is not a web bundle id", line, ids[i],
                   BULLA_PINNED_KEYS_GROUP);
      return FALSE;
    }
    if (value == NULL || !bulla_pinned_keys_add (into, ids[i], g_strstrip (value))) {
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_VALUE,
                   "line %u: “%s” in [%s] takes %s, not “%s”", line, ids[i],
                   BULLA_PINNED_KEYS_GROUP, BULLA_PINNED_KEYS_WANT, value != NULL ? value : "");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
read_group (GKeyFile *file, const char *text, const char *group, BullaSettings *into,
            gboolean *seen, GError **error)
{
  if (!bulla_settings_has_group (group)) {
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                 "line %u: unknown group “%s”", bulla_key_file_find_line (text, group, NULL),
                 group);
    return FALSE;
  }
  g_auto (GStrv) keys = g_key_file_get_keys (file, group, NULL, NULL);
  for (int i = 0; keys != NULL && keys[i] != NULL; i++) {
    if (strcmp (group, "profile") == 0 && g_strv_contains (about_keys, keys[i]))
      continue;
    gint setting = bulla_settings_find (group, keys[i]);
    if (setting < 0) {
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                   "line %u: unknown key “%s” in [%s]",
                   bulla_key_file_find_line (text, group, keys[i]), keys[i], group);
      return FALSE;
    }
    g_autofree char *value = g_key_file_get_string (file, group, keys[i], NULL);
    if (value == NULL || !bulla_settings_read (into, (guint)setting, g_strstrip (value))) {
      const char *in, *key;
      g_autofree char *allowed = NULL;
      bulla_settings_describe ((guint)setting, &in, &key, &allowed);
      g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_VALUE,
                   "line %u: “%s” in [%s] takes %s, not “%s”",
                   bulla_key_file_find_line (text, group, keys[i]), keys[i], group, allowed,
                   value != NULL ? value : "");
      return FALSE;
    }
    seen[setting] = TRUE;
  }
  return TRUE;
}

static gboolean
has_all (const gboolean *seen, GError **error)
{
  const char *group, *key;

  for (guint i = 0; i < bulla_settings_get_n (); i++) {
    g_autofree char *allowed = NULL;
    if (seen[i] || !bulla_settings_describe (i, &group, &key, &allowed))
      continue;
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_MISSING,
                 "[%s] has no “%s”, and the profile inherits from none", group, key);
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_about (BullaProfile *self, GKeyFile *file, const BullaProfile *parent, GError **error)
{
  self->name = g_key_file_get_string (file, "profile", "name", NULL);
  self->date = g_key_file_get_string (file, "profile", "date", NULL);
  self->description = g_key_file_get_string (file, "profile", "description", NULL);
  if (self->name == NULL || self->name[0] == '\0') {
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_MISSING,
                 "[profile] has no “name”");
    return FALSE;
  }
  if (self->date == NULL)
    self->date = g_strdup (parent != NULL ? parent->date : "");
  if (self->description == NULL)
    self->description = g_strdup ("");
  return TRUE;
}

/**
 * bulla_profile_parse:
 * @text: a key file, in UTF-8; see docs/profiles.md
 * @parent: (nullable): the profile from which settings without a key are taken
 * @error: a %BULLA_PROFILE_ERROR that names the line
 *
 * Returns: (transfer full): the profile, or %NULL
 */
BullaProfile *
bulla_profile_parse (const char *text, const BullaProfile *parent, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) syntax = NULL;

  if (!g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, &syntax)) {
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_SYNTAX, "%s", syntax->message);
    return NULL;
  }
  g_autoptr (BullaProfile) self = g_atomic_rc_box_new0 (BullaProfile);
  self->keys = bulla_pinned_keys_new ();
  if (parent != NULL) {
    self->settings = parent->settings;
    bulla_pinned_keys_add_all (self->keys, parent->keys);
  }
  if (!read_about (self, file, parent, error))
    return NULL;

  g_autofree gboolean *seen = g_new0 (gboolean, bulla_settings_get_n ());
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (int i = 0; groups[i] != NULL; i++) {
    gboolean pins = strcmp (groups[i], BULLA_PINNED_KEYS_GROUP) == 0;
    if (pins ? !read_pinned_keys (file, text, self->keys, error)
             : !read_group (file, text, groups[i], &self->settings, seen, error))
      return NULL;
  }
  if (parent == NULL && !has_all (seen, error))
    return NULL;
  return g_steal_pointer (&self);
}

static BullaProfile *
profile_copy (const BullaProfile *self)
{
  BullaProfile *copy = g_atomic_rc_box_new0 (BullaProfile);

  copy->name = g_strdup (self->name);
  copy->date = g_strdup (self->date);
  copy->description = g_strdup (self->description);
  copy->settings = self->settings;
  copy->keys = bulla_pinned_keys_new ();
  bulla_pinned_keys_add_all (copy->keys, self->keys);
  return copy;
}

/* Sets an error that names the settings whose names have the typed text, or its key. */
static void
set_unknown_error (GError **error, const char *typed)
{
  const char *dot = strchr (typed, '.');
  g_autoptr (GString) similar = g_string_new (NULL);

  for (guint i = 0, n = 0; i < bulla_settings_get_n () && n < SIMILAR_MAX; i++) {
    g_autofree char *allowed = NULL;
    const char *group, *key;
    bulla_settings_describe (i, &group, &key, &allowed);
    g_autofree char *name = g_strconcat (group, ".", key, NULL);
    if (*typed == '\0'
        || (strstr (name, typed) == NULL && (dot == NULL || strcmp (key, dot + 1) != 0)))
      continue;
    g_string_append_printf (similar, "%s%s", n++ > 0 ? ", " : "", name);
  }
  if (similar->len > 0)
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                 "“%s” is not a setting; similar: %s", typed, similar->str);
  else
    g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_UNKNOWN_KEY,
                 "“%s” is not a setting; bulla profiles show draft-b3 lists all", typed);
}

/**
 * bulla_profile_with:
 * @self: a profile
 * @setting: the group and key of a setting, with a dot between them: `trust.caa`
 * @value: its new value, as written in a profile
 * @error: a %BULLA_PROFILE_ERROR if the setting does not exist, or the value is invalid
 *
 * Returns: (transfer full) (nullable): a copy of the profile with the new value
 */
BullaProfile *
bulla_profile_with (const BullaProfile *self, const char *setting, const char *value,
                    GError **error)
{
  g_auto (GStrv) names = g_strsplit (setting, ".", 2);
  gint number = g_strv_length (names) == 2 ? bulla_settings_guess (names[0], names[1]) : -1;
  g_autoptr (BullaProfile) copy = profile_copy (self);
  const char *group, *key;
  g_autofree char *allowed = NULL;

  if (number < 0) {
    set_unknown_error (error, setting);
    return NULL;
  }
  if (bulla_settings_read (&copy->settings, (guint)number, value))
    return g_steal_pointer (&copy);
  bulla_settings_describe ((guint)number, &group, &key, &allowed);
  g_set_error (error, BULLA_PROFILE_ERROR, BULLA_PROFILE_ERROR_VALUE, "“%s” takes %s, not “%s”",
               setting, allowed, value);
  return NULL;
}

/**
 * bulla_profile_dup_parent_name:
 * @text: a profile's text
 *
 * Returns: (transfer full) (nullable): the name of the profile that it inherits from
 */
char *
bulla_profile_dup_parent_name (const char *text)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (strstr (text, "inherits") == NULL)
    return NULL; /* most profiles: they need not be parsed for this */
  if (!g_key_file_load_from_data (file, text, (gsize)-1, G_KEY_FILE_NONE, NULL))
    return NULL; /* bulla_profile_parse() reports the fault */
  return g_key_file_get_string (file, "profile", "inherits", NULL);
}

/**
 * bulla_profile_ref:
 * @self: a profile
 *
 * Returns: (transfer full): @self
 */
BullaProfile *
bulla_profile_ref (BullaProfile *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
profile_clear (gpointer data)
{
  BullaProfile *self = data;

  g_free (self->name);
  g_free (self->date);
  g_free (self->description);
  g_clear_pointer (&self->keys, g_hash_table_unref);
}

/**
 * bulla_profile_unref:
 * @self: (transfer full): a profile
 */
void
bulla_profile_unref (BullaProfile *self)
{
  g_atomic_rc_box_release_full (self, profile_clear);
}

/**
 * bulla_profile_get_name:
 * @self: a profile
 *
 * Returns: its name, such as `draft-b3`
 */
const char *
bulla_profile_get_name (const BullaProfile *self)
{
  return self->name;
}

/**
 * bulla_profile_get_date:
 * @self: a profile
 *
 * Returns: the date of the specifications that it describes, ISO 8601
 */
const char *
bulla_profile_get_date (const BullaProfile *self)
{
  return self->date;
}

/**
 * bulla_profile_get_description:
 * @self: a profile
 *
 * Returns: a description of the profile, one sentence
 */
const char *
bulla_profile_get_description (const BullaProfile *self)
{
  return self->description;
}

const BullaSettings *
bulla_profile_get_settings (const BullaProfile *self)
{
  return &self->settings;
}

/**
 * bulla_profile_find_web_bundle_key: (skip)
 * @self: a profile
 * @id: a web bundle id
 *
 * Returns: (transfer none) (nullable): the only key that may sign the bundle; %NULL if the profile
 *   pins none: then a key of the bundle must match the id
 */
const BullaPinnedKey *
bulla_profile_find_web_bundle_key (const BullaProfile *self, const char *id)
{
  return g_hash_table_lookup (self->keys, id);
}

/**
 * bulla_profile_to_text:
 * @self: a profile
 *
 * Returns: (transfer full): the profile as a key file with all settings, including inherited ones
 */
char *
bulla_profile_to_text (const BullaProfile *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, "profile", "name", self->name);
  g_key_file_set_string (file, "profile", "date", self->date);
  g_key_file_set_string (file, "profile", "description", self->description);
  for (guint i = 0; i < bulla_settings_get_n (); i++)
    bulla_settings_write (&self->settings, i, file);
  bulla_pinned_keys_write (self->keys, file);
  return g_key_file_to_data (file, NULL, NULL);
}
