/* bulla-cli-forge-package.c - writes the package of a recipe, and describes it in a manifest
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-forge-package.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-write.h"
#include "bulla-json.h"
#include "forge.h"

#define FOLDER_MODE 0777

/* Groups of a recipe that describe the delivery, the request and the settings. Those in @words can
 * be passed to a verifier as options; others need more than the files. */
static const struct {
  const char *group, *words;
} SURROUNDINGS[] = {
    {"outer", "url headers"}, {"request", "headers"}, {"loader", "settings"}, {"cert-response", ""},
    {"prefetch", ""},         {"part", ""},           {"validity", ""},       {"store", ""},
};

/* Writes a file, and adds its path below the folder to the manifest. */
static gboolean
write_file (const BullaCliRecipe *recipe, const char *folder, const char *member,
            const char *suffix, GBytes *bytes, gboolean force, JsonBuilder *manifest,
            GError **error)
{
  g_autofree char *file = g_strconcat (recipe->name, suffix, NULL) /* REASON/NAME.SUFFIX */;
  g_autofree char *path = g_build_filename (folder, file, NULL);

  bulla_cli_json_string (manifest, member, file);
  return bulla_cli_write_bytes (path, bytes, force, error);
}

static gboolean
write_text (const BullaCliRecipe *recipe, const char *folder, const char *member,
            const char *suffix, const char *text, gboolean force, JsonBuilder *manifest,
            GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return write_file (recipe, folder, member, suffix, bytes, force, manifest, error);
}

/* Adds the first comment of the recipe, which says what is special about the package. */
static void
add_about (const BullaCliRecipe *recipe, JsonBuilder *manifest)
{
  g_autoptr (GString) about = g_string_new (NULL);
  const char *at = recipe->text;

  while (*at == '#') {
    size_t length = strcspn (at, "\n");
    g_autofree char *line = g_strndup (at + 1, length - 1);
    g_string_append_printf (about, "%s%s", about->len > 0 ? " " : "", g_strstrip (line));
    at += length + (at[length] == '\n' ? 1 : 0);
  }
  bulla_cli_json_string (manifest, "about", about->len > 0 ? about->str : NULL);
}

static void
add_verdicts (const BullaCliRecipe *recipe, JsonBuilder *manifest)
{
  g_auto (GStrv) lines = g_strsplit (recipe->verdicts, "\n", -1);

  bulla_json_begin (manifest, "expected");
  for (gsize i = 0; lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 3);
    bulla_json_begin (manifest, words[0]);
    bulla_cli_json_string (manifest, "outcome", words[1]);
    bulla_cli_json_string (manifest, "reason", g_str_equal (words[2], "-") ? NULL : words[2]);
    json_builder_end_object (manifest);
  }
  json_builder_end_object (manifest);
}

static gboolean
needs_more_than (GKeyFile *recipe, const char *group, const char *words)
{
  g_auto (GStrv) keys = g_key_file_get_keys (recipe, group, NULL, NULL);
  g_auto (GStrv) passed = g_strsplit (words, " ", -1);

  if (keys == NULL)
    return FALSE;
  for (gsize i = 0; keys[i] != NULL; i++)
    if (!g_strv_contains ((const char *const *)passed, keys[i]))
      return TRUE;
  return words[0] == '\0';
}

/* A request asks for one response of a bundle, and a verifier judges the whole file. */
static gboolean
asks_bundle (const Forge *forge, const char *group)
{
  return g_str_equal (group, "request") && g_key_file_has_group (forge->recipe, group);
}

/* Keys of bundles are a group of the profile, and no setting that an option can change. */
static gboolean
names_bundle_keys (const Forge *forge, const char *group)
{
  g_autofree char *settings = g_key_file_get_value (forge->recipe, group, "settings", NULL);

  return settings != NULL && strstr (settings, "web-bundle-keys/") != NULL;
}

/* Adds the surroundings that files and options cannot express: a request of a page, a store. */
static void
add_needs (const Forge *forge, JsonBuilder *manifest)
{
  g_autoptr (GPtrArray) needs = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (SURROUNDINGS); i++)
    if (needs_more_than (forge->recipe, SURROUNDINGS[i].group, SURROUNDINGS[i].words)
        || (forge->bundle != NULL && asks_bundle (forge, SURROUNDINGS[i].group))
        || names_bundle_keys (forge, SURROUNDINGS[i].group))
      g_ptr_array_add (needs, (gpointer)SURROUNDINGS[i].group);
  g_ptr_array_add (needs, NULL);
  bulla_json_add_names (manifest, "needs", (const char *const *)needs->pdata);
}

/* "signature/clock-skew=60 | …" as “signature.clock-skew=60” each */
static void
add_settings (const Forge *forge, JsonBuilder *manifest)
{
  g_autofree char *text = g_key_file_get_value (forge->recipe, "loader", "settings", NULL);
  g_auto (GStrv) settings = g_strsplit (text != NULL ? text : "", "|", -1);

  for (gsize i = 0; settings[i] != NULL; i++) {
    char *slash = strchr (g_strstrip (settings[i]), '/');
    if (slash != NULL)
      *slash = '.';
  }
  bulla_json_add_names (manifest, "settings", (const char *const *)settings);
}

static void
add_surroundings (const Forge *forge, JsonBuilder *manifest)
{
  gboolean local = forge->outer_url[0] == '\0';

  bulla_json_add_number (manifest, "at", forge->now);
  bulla_cli_json_string (manifest, "delivered_from", local ? NULL : forge->outer_url);
  bulla_json_add_boolean (manifest, "delivered_as_usual",
                          !g_key_file_has_group (forge->recipe, "outer"));
  bulla_json_add_names (manifest, "headers", (const char *const *)forge->outer_headers);
  bulla_json_add_names (manifest, "request_headers", (const char *const *)forge->request_headers);
  add_settings (forge, manifest);
  add_needs (forge, manifest);
}

/* Returns: the suffix of a file with the package */
static const char *
find_suffix (const Forge *forge)
{
  static const guint8 signed_bundle[] = {0x84, 0x48, 0xf0, 0x9f, 0x96, 0x8b};
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (forge_get_package (forge), &size);

  if (forge->bundle == NULL)
    return ".sxg";
  return size > sizeof signed_bundle && memcmp (data, signed_bundle, sizeof signed_bundle) == 0
             ? ".swbn"
             : ".wbn";
}

static gboolean
write_files (const BullaCliRecipe *recipe, const Forge *forge, const char *folder, gboolean force,
             JsonBuilder *manifest, GError **error)
{
  return write_file (recipe, folder, "file", find_suffix (forge), forge_get_package (forge), force,
                     manifest, error)
         && write_file (recipe, folder, "chain", ".chain.cbor", forge->chain, force, manifest,
                        error)
         && write_text (recipe, folder, "root", ".root.pem", forge->root_pem, force, manifest,
                        error)
         && write_text (recipe, folder, "ct_logs", ".ct-logs.json", forge->ct_logs, force, manifest,
                        error);
}

/**
 * bulla_cli_forge_package: (skip)
 * @recipe: a recipe
 * @folder: the folder that has, or will have, a folder for each reason
 * @force: whether files may be replaced
 * @manifest: a builder inside an array; receives an object
 * @error: set if a file cannot be written
 *
 * Writes the package, its chain, the root to trust and the list of logs. The same recipe always
 * makes the same bytes. Only one thread at a time may call this.
 *
 * Returns: whether all was written
 */
gboolean
bulla_cli_forge_package (const BullaCliRecipe *recipe, const char *folder, gboolean force,
                         JsonBuilder *manifest, GError **error)
{
  g_autoptr (Forge) forge = forge_from_text (recipe->text, error);
  g_autofree char *path = g_build_filename (folder, recipe->name, NULL);
  g_autofree char *place = g_path_get_dirname (path);

  if (forge == NULL)
    return FALSE;
  if (g_mkdir_with_parents (place, FOLDER_MODE) != 0) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", place,
                 g_strerror (code));
    return FALSE;
  }
  json_builder_begin_object (manifest);
  bulla_cli_json_string (manifest, "name", recipe->name);
  add_about (recipe, manifest);
  if (!write_files (recipe, forge, folder, force, manifest, error))
    return FALSE;
  bulla_cli_json_string (manifest, "url", forge->url);
  add_surroundings (forge, manifest);
  add_verdicts (recipe, manifest);
  json_builder_end_object (manifest);
  return TRUE;
}
