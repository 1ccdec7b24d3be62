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
#include "bulla-key-file-lines.h"

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

  if (bytes == NULL)
    bulla_cli_prefix_path (error, path);
  if (bytes == NULL || coding == NULL)
    return g_steal_pointer (&bytes);
  gboolean has_rest = FALSE;
  g_autoptr (GBytes) decoded = bulla_content_decode (coding, bytes, CONTENT_MAX, &has_rest, NULL);
  if (decoded != NULL && !has_rest)
    return g_steal_pointer (&decoded);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: the file is not in the content coding %s"), path, coding);
  return NULL;
}

/* A description that is being read. */
typedef struct {
  BullaCliResources *resources; /* borrowed */
  const char *path;             /* borrowed; that of the description */
  const char *base_url;         /* borrowed */
  const char *text;             /* borrowed */
  char *folder;                 /* owned; absolute; the folder of the description */
  GKeyFile *file;               /* owned */
} Description;

static void
description_clear (Description *self)
{
  g_free (self->folder);
  g_clear_pointer (&self->file, g_key_file_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Description, description_clear)

/* Puts the description and a line in front of an error; without a line if @line is 0. */
static void
prefix_place (const Description *self, guint line, GError **error)
{
  if (line > 0)
    g_prefix_error (error, _ ("%s, line %u: "), self->path, line);
  else
    g_prefix_error (error, "%s: ", self->path);
}

static gboolean
add_file (const Description *self, BullaCliVariantGroup *group, const char *name, const char *key,
          GError **error)
{
  g_autofree char *file = g_key_file_get_string (self->file, name, key, error);

  if (file == NULL)
    return FALSE;
  if (*file == '\0') {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("“%s” names no file"), key);
    return FALSE;
  }
  g_autofree char *path = g_canonicalize_filename (file, self->folder);
  return bulla_cli_variant_group_add (group, self->resources, key, path, error);
}

/* Returns: (transfer none) (nullable): the group of a URL, without representations */
static BullaCliVariantGroup *
add_empty_group (const Description *self, const char *name, GError **error)
{
  gboolean whole = g_str_has_prefix (name, "https://");
  g_autofree char *typed = g_strconcat (whole ? "" : self->base_url, name, NULL);
  g_autofree char *url = bulla_cli_normalise_url (typed);
  g_autofree char *axes = g_key_file_get_string (self->file, name, "variants", error);
  g_autoptr (BullaCliVariantGroup) made =
      axes != NULL ? bulla_cli_variant_group_new (url, axes, error) : NULL;

  return made != NULL
             ? bulla_cli_resources_add_group (self->resources, g_steal_pointer (&made), error)
             : NULL;
}

/* @name: a group of the key file */
static gboolean
add_group (const Description *self, const char *name, GError **error)
{
  guint head = bulla_key_file_find_line (self->text, name, NULL);
  guint axes = bulla_key_file_find_line (self->text, name, "variants");
  BullaCliVariantGroup *group = add_empty_group (self, name, error);
  guint n = 0;

  if (group == NULL) {
    prefix_place (self, axes > 0 ? axes : head, error);
    return FALSE;
  }
  g_auto (GStrv) keys = g_key_file_get_keys (self->file, name, NULL, NULL);
  for (guint i = 0; keys != NULL && keys[i] != NULL; i++) {
    if (strcmp (keys[i], "variants") == 0)
      continue;
    if (!add_file (self, group, name, keys[i], error)) {
      prefix_place (self, bulla_key_file_find_line (self->text, name, keys[i]), error);
      return FALSE;
    }
    n++;
  }
  if (n == 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("[%s] names no file"), name);
    prefix_place (self, head, error);
    return FALSE;
  }
  bulla_cli_variant_group_sort (group, self->resources);
  return TRUE;
}

/**
 * bulla_cli_resources_add_variant_file: (skip)
 * @self: resources
 * @path: a description, as the head of this file says
 * @base_url: what its groups are relative to; ends with a slash
 * @error: set if the description, or a file that it names, cannot be used; names the line
 *
 * Adds a group of representations for each URL.
 */
gboolean
bulla_cli_resources_add_variant_file (BullaCliResources *self, const char *path,
                                      const char *base_url, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, DESCRIPTION_MAX, error);
  g_autofree char *text = bytes != NULL ? bulla_bytes_dup_text (bytes) : NULL;
  g_auto (Description) description = {
      .resources = self,
      .path = path,
      .base_url = base_url,
      .text = text,
      .folder = g_path_get_dirname (absolute),
      .file = g_key_file_new (),
  };

  if (text == NULL) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  if (!g_key_file_load_from_data (description.file, text, strlen (text), 0, error)) {
    prefix_place (&description, bulla_key_file_find_error_line (text), error);
    return FALSE;
  }
  g_auto (GStrv) groups = g_key_file_get_groups (description.file, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    if (!add_group (&description, groups[i], error))
      return FALSE;
  g_hash_table_add (self->skipped, g_steal_pointer (&absolute));
  if (groups[0] != NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: describes no URL"), path);
  return FALSE;
}
