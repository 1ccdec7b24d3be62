/* bulla-cli-variant-file.c - reads a description of representations, and their coded files
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * A key file: each group is a URL, whole or below the base URL; its key `variants` has the axes,
 * and every other key is a Variant-Key, whose value is a file beside the description. */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-cli-files.h"
#include "bulla-cli-variant-group.h"
#include "bulla-content-decoder.h"

#define DESCRIPTION_MAX (1 << 20) /* bytes */
#define CONTENT_MAX (256 << 20)   /* most bytes of a representation that is decoded */

/**
 * bulla_cli_read_coded_file: (skip)
 * @path: a file
 * @coding: (nullable): its content coding; %NULL if it has none
 * @error: set if the file cannot be read, or is not in that coding
 *
 * Returns: (transfer full) (nullable): the decoded bytes, at most 256 MiB
 */
GBytes *
bulla_cli_read_coded_file (const char *path, const char *coding, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, CONTENT_MAX, error);

  if (bytes == NULL && error != NULL && strstr ((*error)->message, path) == NULL)
    g_prefix_error (error, "%s: ", path);
  if (bytes == NULL || coding == NULL)
    return g_steal_pointer (&bytes);
  g_autoptr (GBytes) decoded = bulla_content_decode (coding, bytes, CONTENT_MAX, NULL);
  if (decoded != NULL)
    return g_steal_pointer (&decoded);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: the file is not in the content coding %s"), path, coding);
  return NULL;
}

/* @group: a group of the key file */
static gboolean
add_group (BullaCliResources *self, GKeyFile *file, const char *group, const char *folder,
           const char *base_url, GError **error)
{
  gboolean whole = g_str_has_prefix (group, "https://");
  g_autofree char *typed = g_strconcat (whole ? "" : base_url, group, NULL);
  g_autofree char *url = bulla_cli_normalise_url (typed);
  g_autofree char *axes = g_key_file_get_string (file, group, "variants", error);
  g_auto (GStrv) keys = axes != NULL ? g_key_file_get_keys (file, group, NULL, error) : NULL;
  g_autoptr (BullaCliVariantGroup) made =
      keys != NULL ? bulla_cli_variant_group_new (url, axes, error) : NULL;
  BullaCliVariantGroup *added =
      made != NULL ? bulla_cli_resources_add_group (self, g_steal_pointer (&made), error) : NULL;
  guint n = 0;

  for (guint i = 0; added != NULL && keys[i] != NULL; i++) {
    if (strcmp (keys[i], "variants") == 0)
      continue;
    g_autofree char *name = g_key_file_get_string (file, group, keys[i], error);
    g_autofree char *path =
        name != NULL && *name != '\0' ? g_canonicalize_filename (name, folder) : NULL;
    if (path == NULL || !bulla_cli_variant_group_add (added, self, keys[i], path, error)) {
      if (error != NULL && *error == NULL)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” names no file"), keys[i]);
      return FALSE;
    }
    n++;
  }
  if (added != NULL && n == 0)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("[%s] names no file"), group);
  if (added != NULL)
    bulla_cli_variant_group_sort (added, self);
  return added != NULL && n > 0;
}

/**
 * bulla_cli_resources_add_variant_file: (skip)
 * @self: resources
 * @path: a description, as the head of this file says
 * @base_url: what its groups are relative to; ends with a slash
 * @error: set if the description, or a file that it names, cannot be used
 *
 * Adds a group of representations for each URL.
 */
gboolean
bulla_cli_resources_add_variant_file (BullaCliResources *self, const char *path,
                                      const char *base_url, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *folder = g_path_get_dirname (absolute);
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, DESCRIPTION_MAX, error);
  g_autofree char *text = bytes != NULL ? bulla_bytes_dup_text (bytes) : NULL;

  if (text == NULL || !g_key_file_load_from_data (file, text, strlen (text), 0, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!add_group (self, file, groups[i], folder, base_url, error)) {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  g_hash_table_add (self->skipped, g_steal_pointer (&absolute));
  if (groups[0] != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: describes no URL"), path);
  return FALSE;
}
