/* bulla-cli-profile-set.c - the profiles that are compared, each with a name of its own
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-profile-set.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-loader.h"

#define MAX_PROFILES 16
#define DEFAULT_PROFILE "draft-b3"

/* @name: (transfer full) */
static gboolean
add_profile (BullaCliProfileSet *self, char *name, const char *profile, gboolean changed,
             GError **error)
{
  BullaProfile *loaded = bulla_cli_load_profile (profile, changed, error);

  g_ptr_array_add (self->names, name);
  if (loaded == NULL)
    return FALSE;
  g_ptr_array_add (self->profiles, loaded);
  return TRUE;
}

static gboolean
has_name (const BullaCliProfileSet *self, const char *name)
{
  return g_ptr_array_find_with_equal_func (self->names, name, g_str_equal, NULL);
}

/* Returns: (transfer full) (nullable): the profile and what is changed: "chromium outcome.fault=…";
 * NULL if nothing is */
static char *
dup_changed_name (const char *profile)
{
  const BullaCliLoaderOptions *options = &bulla_cli_loader_options;
  g_autoptr (GString) name = g_string_new (profile);

  for (guint i = 0; options->settings != NULL && options->settings[i] != NULL; i++)
    g_string_append_printf (name, " %s", options->settings[i]);
  if (options->check_validity != NULL)
    g_string_append_printf (name, " trust.validity=%s", options->check_validity);
  return name->len > strlen (profile) ? g_string_free (g_steal_pointer (&name), FALSE) : NULL;
}

/**
 * bulla_cli_profile_set_new: (skip)
 * @typed: (nullable) (array zero-terminated=1): names and files of profiles; those that are
 * repeated count once
 * @error: set if a profile cannot be loaded, if there are more than 16, or if fewer than two are
 *   typed and nothing is changed
 *
 * The changes of the command line apply to every profile. If @typed has only one, or none, that
 * one, or the default, is compared with itself as changed by the command line. One that is typed
 * twice, and not changed, is the only profile of the set, which differs on nothing.
 *
 * Returns: (transfer full) (nullable): the profiles
 */
BullaCliProfileSet *
bulla_cli_profile_set_new (char **typed, GError **error)
{
  g_autoptr (BullaCliProfileSet) self = g_new0 (BullaCliProfileSet, 1);
  guint n_typed = typed != NULL ? g_strv_length (typed) : 0;

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify)bulla_profile_unref);
  if (n_typed > MAX_PROFILES) {
    bulla_cli_usage_error (error, _ ("at most %d profiles can be compared"), MAX_PROFILES);
    return NULL;
  }
  const char *first = n_typed > 0 ? typed[0] : DEFAULT_PROFILE;
  gboolean single = TRUE;
  for (guint i = 1; i < n_typed; i++)
    single = single && g_str_equal (typed[i], first);
  g_autofree char *changed = single ? dup_changed_name (first) : NULL;
  if (n_typed < 2 && changed == NULL) {
    bulla_cli_usage_error (error, _ ("name two profiles with --profile, or change one with --set"));
    return NULL;
  }
  if (single) {
    if (!add_profile (self, g_strdup (first), first, FALSE, error)
        || (changed != NULL && !add_profile (self, g_steal_pointer (&changed), first, TRUE, error)))
      return NULL;
    return g_steal_pointer (&self);
  }
  for (guint i = 0; i < n_typed; i++)
    if (!has_name (self, typed[i])
        && !add_profile (self, g_strdup (typed[i]), typed[i], TRUE, error))
      return NULL;
  return g_steal_pointer (&self);
}

void
bulla_cli_profile_set_free (BullaCliProfileSet *self)
{
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->profiles);
  g_free (self);
}
