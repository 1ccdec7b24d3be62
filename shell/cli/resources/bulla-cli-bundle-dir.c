/* bulla-cli-bundle-dir.c - adds the files of a folder to a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle-resources.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variant-group.h"
#include "bulla-cli.h"
#include "bulla-printable.h"

#define INDEX_NAME "index.html"
#define VARIANTS_SUFFIX ".variants"

/* Small files whose type depends on their content are kept, so that they are read once. */
#define KEPT_MAX 4096      /* most bytes of such a file */
#define KEPT_ALL (8 << 20) /* most bytes of all of them */

typedef struct {
  BullaCliResources *resources;         /* borrowed */
  const BullaCliFolderOptions *options; /* borrowed */
  GStrv languages;                      /* borrowed; nullable; those of representations */
  guint n_hidden;                       /* number of hidden files that were left out */
} Walk;

/* Escapes the path percent-encode set of the URL Standard, separators, and characters that
 * readers refuse. Returns: (transfer full) */
char *
bulla_cli_encode_segment (const char *name)
{
  GString *out = g_string_new (NULL);

  for (const char *c = name; *c != '\0'; c++)
    if (g_ascii_isgraph (*c) && strchr ("\"#<>?^`{|}%\\", *c) == NULL)
      g_string_append_c (out, *c);
    else
      g_string_append_printf (out, "%%%02X", (guchar)*c);
  return g_string_free (out, FALSE);
}

/* A folder that is read. */
typedef struct {
  const char *path;  /* borrowed; as messages show it */
  const char *whole; /* borrowed; the absolute path */
  const char *url;   /* borrowed; it ends with a slash */
  guint depth;
} Folder;

/* Says whether a URL is free for a file of a folder: no description of representations has it. */
static gboolean
check_url (const Walk *walk, const char *url, GError **error)
{
  const BullaCliResource *known = bulla_cli_resources_find (walk->resources, url);

  if (known == NULL || known->group == NULL)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _ ("%s: the URL has two responses"), url);
  return FALSE;
}

/* @whole: the absolute path */
static gboolean
add_file (Walk *walk, const char *whole, guint64 size, const char *url, BullaCliResource **resource,
          GError **error)
{
  if (!check_url (walk, url, error)
      || !bulla_cli_resources_reserve (walk->resources, url, size, error))
    return FALSE;
  *resource = bulla_cli_resources_add (walk->resources, url, 200, NULL);
  (*resource)->file = g_file_new_for_path (whole);
  (*resource)->file_size = size;
  return TRUE;
}

/* @content: (nullable): of the file. @most: most bytes to keep; 0: keep the file. Returns: the
 * bytes of @content, if it is kept instead of the file; 0 */
static gsize
keep_content (BullaCliResource *resource, GBytes *content, gsize most)
{
  gsize size = content != NULL ? g_bytes_get_size (content) : 0;

  if (content == NULL || most == 0 || resource->group != NULL || size != resource->file_size
      || size > most)
    return 0;
  resource->body = g_bytes_ref (content);
  g_clear_object (&resource->file);
  return size;
}

/* Sets the types of the files, some of which are read for that; all of them have been found.
 * @left: bytes of content that may be kept */
static gboolean
add_types (BullaCliResources *self, gsize left, GError **error)
{
  for (guint i = 0; i < self->list->len; i++) {
    BullaCliResource *resource = g_ptr_array_index (self->list, i);
    if (resource->file == NULL || bulla_cli_resource_get_header (resource, "content-type") != NULL)
      continue;
    g_autoptr (GBytes) content = NULL;
    g_autofree char *type = bulla_cli_guess_media_type (g_file_peek_path (resource->file),
                                                        resource->file_size, &content, error);
    if (type == NULL)
      return FALSE;
    bulla_cli_resource_set_header (resource, "content-type", type);
    left -= keep_content (resource, content, MIN (left, KEPT_MAX));
  }
  return TRUE;
}

/* Says whether the file is index.html, which a folder's own URL returns. */
static gboolean
add_index (Walk *walk, const char *whole, guint64 size, const char *base_url, GError **error)
{
  g_autofree char *named = g_strconcat (base_url, INDEX_NAME, NULL);
  BullaCliResource *resource = NULL;

  if (walk->options->rule == BULLA_INDEX_FILE)
    return add_file (walk, whole, size, named, &resource, error);
  if (!check_url (walk, named, error) || !add_file (walk, whole, size, base_url, &resource, error)
      || !bulla_cli_resources_reserve (walk->resources, named, 0, error))
    return FALSE;
  if (walk->options->rule == BULLA_INDEX_ALIAS) {
    resource->alias = g_steal_pointer (&named);
  } else {
    BullaCliResource *redirect = bulla_cli_resources_add (walk->resources, named, 301, NULL);
    bulla_cli_resource_set_header (redirect, "location", "./");
  }
  return TRUE;
}

/* Returns: (transfer full) (nullable): the languages of a list such as “en, fr” */
static GStrv
split_languages (const char *list)
{
  g_auto (GStrv) parts = g_strsplit (list != NULL ? list : "", ",", 64);
  g_autoptr (GStrvBuilder) languages = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (languages, parts[i]);
  return list != NULL ? g_strv_builder_end (languages) : NULL;
}

/* Skips hidden names: they begin with a dot, except for .well-known; --hidden includes them. */
static gboolean
is_left_out (Walk *walk, const char *name)
{
  if (walk->options->hidden || name[0] != '.' || strcmp (name, ".well-known") == 0)
    return FALSE;
  walk->n_hidden++;
  return TRUE;
}

/* Says why a file cannot be looked at, and where it leads, if it is a link. Returns: FALSE */
static gboolean
fail_to_stat (const char *path, int code, GError **error)
{
  g_autofree char *target = g_file_read_link (path, NULL);
  g_autofree char *shown = target != NULL ? bulla_printable_dup (target) : NULL;

  if (target != NULL)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _ ("%s: a link to %s: %s"), path,
                 shown, g_strerror (code));
  else
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path,
                 g_strerror (code));
  return FALSE;
}

static gboolean add_folder (Walk *walk, const Folder *folder, GError **error);

static gboolean
add_entry (Walk *walk, const Folder *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder->path, name, NULL);
  g_autofree char *whole = g_build_filename (folder->whole, name, NULL);
  g_autofree char *segment = bulla_cli_encode_segment (name);
  BullaCliResource *resource = NULL;
  GStatBuf status;

  /* what a description of representations names is skipped */
  if (is_left_out (walk, name) || g_hash_table_contains (walk->resources->skipped, whole))
    return TRUE;
  if (g_stat (path, &status) != 0)
    return fail_to_stat (path, errno, error);
  if (S_ISDIR (status.st_mode) && walk->options->variants
      && g_str_has_suffix (name, VARIANTS_SUFFIX)) {
    g_autofree char *stem = g_strndup (segment, strlen (segment) - strlen (VARIANTS_SUFFIX));
    g_autofree char *url = g_strconcat (folder->url, stem, NULL);
    return bulla_cli_resources_add_variant_folder (walk->resources, path, url,
                                                   (const char *const *)walk->languages, error);
  }
  if (S_ISDIR (status.st_mode)) {
    g_autofree char *url = g_strconcat (folder->url, segment, "/", NULL);
    const Folder inner = {path, whole, url, folder->depth + 1};
    return add_folder (walk, &inner, error);
  }
  if (!S_ISREG (status.st_mode)) {
    g_autofree char *shown = bulla_printable_dup (path);
    bulla_cli_print_error (_ ("Left out: %s: not a regular file\n"), shown);
    return TRUE;
  }
  if (strcmp (name, INDEX_NAME) == 0)
    return add_index (walk, whole, (guint64)status.st_size, folder->url, error);
  g_autofree char *url = g_strconcat (folder->url, segment, NULL);
  return add_file (walk, whole, (guint64)status.st_size, url, &resource, error);
}

static gboolean
add_folder (Walk *walk, const Folder *folder, GError **error)
{
  g_autoptr (GPtrArray) names =
      bulla_cli_list_folder (walk->resources, folder->path, folder->depth, error);

  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++)
    if (!add_entry (walk, folder, g_ptr_array_index (names, i), error))
      return FALSE;
  return TRUE;
}

/**
 * bulla_cli_resources_add_folder: (skip)
 * @self: resources
 * @folder: a folder; links that lead out of it are left out and reported on stderr
 * @base_url: the folder's URL, which ends with a slash; a path makes relative URLs
 * @options: how its files become responses
 * @error: set if a file cannot be read
 *
 * Returns: whether all files were added
 */
gboolean
bulla_cli_resources_add_folder (BullaCliResources *self, const char *folder, const char *base_url,
                                const BullaCliFolderOptions *options, GError **error)
{
  g_auto (GStrv) languages = split_languages (options->languages);
  /* made absolute once, because that asks the system for the current folder */
  g_autofree char *whole = g_canonicalize_filename (folder, NULL);
  const Folder root = {folder, whole, base_url, 0};
  Walk walk = {self, options, languages, 0};

  bulla_cli_resources_set_root (self, folder);
  if (!add_folder (&walk, &root, error)
      || !add_types (self, options->keeps_content ? KEPT_ALL : 0, error))
    return FALSE;
  if (walk.n_hidden > 0)
    bulla_cli_print_error (
        ngettext ("Left out: %u hidden file or folder; --hidden includes it\n",
                  "Left out: %u hidden files or folders; --hidden includes them\n", walk.n_hidden),
        walk.n_hidden);
  /* the start page; an isolated app begins at “/” and must not name one */
  g_autofree char *index = g_strconcat (base_url, INDEX_NAME, NULL);
  if (base_url[0] != '/' && self->primary == NULL) {
    if (bulla_cli_resources_find (self, base_url) != NULL)
      self->primary = g_strdup (base_url);
    else if (bulla_cli_resources_find (self, index) != NULL)
      self->primary = g_strdup (index);
  }
  return TRUE;
}

/* Says whether a folder in it is called NAME.variants, or cannot be listed, as an error says when
 * it is read again. */
static gboolean
has_variant_folder (BullaCliResources *self, const char *folder, guint depth)
{
  g_autoptr (GPtrArray) names = bulla_cli_list_folder (self, folder, depth, NULL);

  if (names == NULL)
    return TRUE;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);
    if (g_file_test (path, G_FILE_TEST_IS_DIR)
        && (g_str_has_suffix (names->pdata[i], VARIANTS_SUFFIX)
            || has_variant_folder (self, path, depth + 1)))
      return TRUE;
  }
  return FALSE;
}

/* Adds the representations in a folder: in its folders NAME.variants, if it has any, otherwise the
 * files that share a name. */
static gboolean
add_variants_of_folder (BullaCliResources *self, const char *folder, const char *base_url,
                        const BullaCliFolderOptions *options, GError **error)
{
  BullaCliFolderOptions grouping = *options;
  g_auto (GStrv) languages = split_languages (options->languages);

  grouping.variants = TRUE;
  bulla_cli_resources_set_root (self, folder);
  if (has_variant_folder (self, folder, 0))
    return bulla_cli_resources_add_folder (self, folder, base_url, &grouping, error);
  return bulla_cli_resources_add_named_files (self, folder, base_url,
                                              (const char *const *)languages, error);
}

static gboolean
is_same_folder (const char *a, const char *b)
{
  g_autofree char *one = g_canonicalize_filename (a, NULL);
  g_autofree char *other = g_canonicalize_filename (b, NULL);

  return strcmp (one, other) == 0;
}

static gboolean
has_language (const BullaCliVariantGroup *group, const char *language)
{
  for (guint i = 0; i < group->variants->n_axes; i++) {
    const BullaVariantsAxis *axis = &group->variants->axes[i];
    for (guint j = 0; axis->mechanism == BULLA_VARIANTS_MECHANISM_LANGUAGE && j < axis->n_values;
         j++)
      if (g_ascii_strcasecmp (axis->values[j], language) == 0)
        return TRUE;
  }
  return FALSE;
}

/* Says whether --languages has an effect, where it is given. */
static gboolean
check_languages (const BullaCliResources *self, const char *variants, const char *list,
                 GError **error)
{
  g_auto (GStrv) languages = split_languages (list);

  if (list == NULL)
    return TRUE;
  if (variants == NULL || !g_file_test (variants, G_FILE_TEST_IS_DIR)) {
    bulla_cli_usage_error (error, _ ("--languages requires --variants FOLDER"));
    return FALSE;
  }
  if (languages[0] == NULL) {
    bulla_cli_usage_error (error, _ ("--languages takes languages, as in --languages en,fr"));
    return FALSE;
  }
  for (guint i = 0; i < self->groups->len; i++)
    if (has_language (self->groups->pdata[i], languages[0]))
      return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _ ("%s: no file has the language “%s”, the first of --languages"), variants,
               languages[0]);
  return FALSE;
}

/**
 * bulla_cli_resources_add_source: (skip)
 * @self: resources
 * @folder: (nullable): a folder
 * @variants: (nullable): a description of representations, or a folder that has groups of them
 * @base_url: the URL of both, which ends with a slash
 * @options: how files become responses
 * @error: set if a file cannot be used, or no representation has the default language
 *
 * Adds the files of the folder and the representations; files that the description names are not
 * added a second time.
 */
gboolean
bulla_cli_resources_add_source (BullaCliResources *self, const char *folder, const char *variants,
                                const char *base_url, const BullaCliFolderOptions *options,
                                GError **error)
{
  if (variants != NULL && g_file_test (variants, G_FILE_TEST_IS_DIR)) {
    if (!add_variants_of_folder (self, variants, base_url, options, error))
      return FALSE;
    if (folder != NULL && is_same_folder (folder, variants))
      folder = NULL;
  } else if (variants != NULL
             && !bulla_cli_resources_add_variant_file (self, variants, base_url, error)) {
    return FALSE;
  }
  if (folder != NULL && !bulla_cli_resources_add_folder (self, folder, base_url, options, error))
    return FALSE;
  if (self->primary == NULL && self->groups->len > 0)
    self->primary = g_strdup (((BullaCliVariantGroup *)self->groups->pdata[0])->url);
  if (variants == NULL || self->groups->len > 0)
    return check_languages (self, variants, options->languages, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
               _ ("%s: no files in it have the same name, as article.en.html and article.fr.html"),
               variants);
  return FALSE;
}
