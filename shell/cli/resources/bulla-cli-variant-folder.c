/* bulla-cli-variant-folder.c - reads folders whose files are representations of URLs
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The files are called NAME[.LANGUAGE].EXTENSION[.CODING]: article.fr.html.br is HTML in French,
 * in brotli. There is an axis for what the files differ in, with the safest value first. Either all
 * files of a folder are representations of one URL, or those that have the same NAME. */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-variant-group.h"
#include "bulla-error.h"
#include "bulla-field.h"

#define FILES_MAX 4096

/* what the name of a file says */
typedef struct {
  char *path;         /* owned */
  char *stem;         /* owned; what is left of the name */
  char *type;         /* owned; media type */
  char *language;     /* owned; nullable */
  const char *coding; /* static; content coding; "identity" if there is none */
} Named;

static void
named_free (gpointer data)
{
  Named *self = data;

  g_free (self->path);
  g_free (self->stem);
  g_free (self->type);
  g_free (self->language);
  g_free (self);
}

/* Cuts the suffix of a content coding off, which follows a type. */
static const char *
take_coding (char *name)
{
  static const struct {
    const char *suffix;
    const char *coding;
  } CODINGS[] = {{".br", "br"}, {".gz", "gzip"}, {".zst", "zstd"}};

  for (size_t i = 0; i < G_N_ELEMENTS (CODINGS); i++)
    if (g_str_has_suffix (name, CODINGS[i].suffix) && strchr (name, '.') != strrchr (name, '.')) {
      name[strlen (name) - strlen (CODINGS[i].suffix)] = '\0';
      return CODINGS[i].coding;
    }
  return "identity";
}

/* Says whether text has the form of a language tag: letters, then subtags. */
static gboolean
is_language (const char *text)
{
  g_auto (GStrv) subtags = g_strsplit (text, "-", 8);

  for (guint i = 0; subtags[i] != NULL; i++) {
    size_t length = strlen (subtags[i]);
    if (length < 2 || length > (i == 0 ? 3 : 8))
      return FALSE;
    for (const char *c = subtags[i]; *c != '\0'; c++)
      if (!(i == 0 ? g_ascii_isalpha (*c) : g_ascii_isalnum (*c)))
        return FALSE;
  }
  return subtags[0] != NULL;
}

/* Returns the place of a language in the list; -1 if it is not there, or if no list was given. */
static gint
find_language (const char *const *languages, const char *tag)
{
  for (gint i = 0; languages != NULL && languages[i] != NULL; i++)
    if (g_ascii_strcasecmp (languages[i], tag) == 0)
      return i;
  return -1;
}

/* Cuts the language off, if the name has one. With a list of languages, a part that only looks like
 * a tag belongs to the name, as in jquery.min.js, unless it has two letters. */
static gboolean
take_language (Named *self, const char *const *languages, GError **error)
{
  char *dot = strrchr (self->stem, '.');
  const char *tag = dot != NULL && dot > self->stem ? dot + 1 : NULL;

  if (tag == NULL || !is_language (tag))
    return TRUE;
  if (languages != NULL && find_language (languages, tag) < 0) {
    if (strcspn (tag, "-") != 2)
      return TRUE;
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                 _ ("%s: “%s” is not among the languages of --languages"), self->path, tag);
    return FALSE;
  }
  self->language = g_strdup (tag);
  *dot = '\0';
  return TRUE;
}

/* Returns: (transfer full) (nullable): what the name of a file says */
static Named *
read_name (const char *folder, const char *name, const char *const *languages, GError **error)
{
  Named *self = g_new0 (Named, 1);

  self->path = g_build_filename (folder, name, NULL);
  self->stem = g_strdup (name);
  self->coding = take_coding (self->stem);
  g_autofree char *type = bulla_cli_guess_type_of_text (self->stem, "", 0);
  self->type = bulla_field_dup_essence (type);
  char *dot = strrchr (self->stem, '.');
  if (dot != NULL && dot > self->stem)
    *dot = '\0';
  if (take_language (self, languages, error))
    return self;
  named_free (self);
  return NULL;
}

/* Returns how safe a value is: what more clients can use comes first. @value: a type, a language
 * or a coding */
static guint
rank_value (const char *value, const char *const *languages)
{
  static const char *const SAFEST[] = {"text/html", "text/plain", "image/jpeg", "image/png",
                                       "image/gif", "image/webp", "image/avif", "image/jxl",
                                       "br",        "zstd",       "gzip",       "identity"};
  gint place = find_language (languages, value);

  if (place >= 0)
    return (guint)place;
  for (guint i = 0; i < G_N_ELEMENTS (SAFEST); i++)
    if (strcmp (value, SAFEST[i]) == 0)
      return FILES_MAX + i;
  return FILES_MAX + G_N_ELEMENTS (SAFEST);
}

static int
compare_values_cb (gconstpointer a, gconstpointer b, gpointer languages)
{
  const char *one = *(const char *const *)a, *other = *(const char *const *)b;
  guint rank_one = rank_value (one, languages), rank_other = rank_value (other, languages);

  return rank_one != rank_other ? (rank_one < rank_other ? -1 : 1) : strcmp (one, other);
}

typedef const char *(*GetFunc) (const Named *named);

static const char *
get_type (const Named *named)
{
  return named->type;
}

static const char *
get_language (const Named *named)
{
  return named->language;
}

static const char *
get_coding (const Named *named)
{
  return named->coding;
}

/* An axis that the files may differ in. */
static const struct {
  const char *name;
  GetFunc get;
} AXES[] = {
    {"accept", get_type},
    {"accept-language", get_language},
    {"accept-encoding", get_coding},
};

/* Returns: (transfer full) (element-type utf8): the different values, in their order; borrowed */
static GPtrArray *
list_values (const GPtrArray *files, GetFunc get, const char *const *languages)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < files->len; i++) {
    const char *value = get (files->pdata[i]);
    if (value != NULL && !g_ptr_array_find_with_equal_func (values, value, g_str_equal, NULL))
      g_ptr_array_add (values, (gpointer)value);
  }
  g_ptr_array_sort_with_data (values, compare_values_cb, (gpointer)languages);
  return values;
}

/* Says whether the values make an axis: there are several, or the only value of a folder with one
 * URL must be stated: a language, or a coding other than identity. */
static gboolean
is_axis (const GPtrArray *values, GetFunc get, gboolean whole)
{
  return values->len > 1
         || (whole && values->len == 1
             && (get == get_language
                 || (get == get_coding && strcmp (values->pdata[0], "identity") != 0)));
}

/* Returns: (transfer full) (nullable): Variants of the files; "" without a difference. @whole:
 * whether they are all of the folder; @used: (out): which axes they have */
static char *
write_variants (const GPtrArray *files, const char *const *languages, gboolean whole,
                gboolean *used, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (AXES); i++) {
    const char *const *first = AXES[i].get == get_language ? languages : NULL;
    g_autoptr (GPtrArray) values = list_values (files, AXES[i].get, first);
    used[i] = is_axis (values, AXES[i].get, whole);
    if (values->len > 1 && AXES[i].get == get_language && languages == NULL) {
      g_set_error (
          error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
          _ ("%s: --languages has to say which language is for clients that accept none of "
             "them, as in --languages %s,%s"),
          ((Named *)files->pdata[0])->path, (const char *)values->pdata[0],
          (const char *)values->pdata[1]);
      return NULL;
    }
    if (!used[i])
      continue;
    g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", AXES[i].name);
    for (guint j = 0; j < values->len; j++) {
      g_autofree char *value = bulla_cli_quote_variant (values->pdata[j]);
      g_string_append_printf (text, ";%s", value);
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
add_file (BullaCliResources *self, BullaCliVariantGroup *group, const Named *named,
          const gboolean *used, GError **error)
{
  g_autoptr (GString) key = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (AXES); i++) {
    const char *text = used[i] ? AXES[i].get (named) : NULL;
    if (used[i] && text == NULL) {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   _ ("%s: the name lacks a language, as in article.en.html"), named->path);
      return FALSE;
    }
    if (!used[i])
      continue;
    g_autofree char *value = bulla_cli_quote_variant (text);
    g_string_append_printf (key, "%s%s", key->len > 0 ? ";" : "", value);
  }
  if (bulla_cli_variant_group_add (group, self, key->str, named->path, error))
    return TRUE;
  bulla_cli_prefix_path (error, named->path);
  return FALSE;
}

/* Adds a group for the files. */
static gboolean
add_group (BullaCliResources *self, const GPtrArray *files, const char *url, const char *variants,
           const gboolean *used, GError **error)
{
  g_autoptr (BullaCliVariantGroup) made = bulla_cli_variant_group_new (url, variants, error);
  BullaCliVariantGroup *group =
      made != NULL ? bulla_cli_resources_add_group (self, g_steal_pointer (&made), error) : NULL;

  for (guint i = 0; group != NULL && i < files->len; i++)
    if (!add_file (self, group, files->pdata[i], used, error))
      return FALSE;
  if (group != NULL)
    bulla_cli_variant_group_sort (group, self);
  return group != NULL;
}

/* Returns: (transfer full) (nullable) (element-type Named): the files, sorted by name */
static GPtrArray *
list_files (BullaCliResources *self, const char *folder, guint depth, const char *const *languages,
            GError **error)
{
  g_autoptr (GPtrArray) names = bulla_cli_list_folder (self, folder, depth, error);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func (named_free);

  if (names != NULL && names->len > FILES_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: more than %d files"), folder,
                 FILES_MAX);
    g_clear_pointer (&files, g_ptr_array_unref);
  }
  for (guint i = 0; files != NULL && i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (name[0] == '.' || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
      continue;
    Named *named = read_name (folder, name, languages, error);
    if (named == NULL)
      return NULL;
    g_ptr_array_add (files, named);
  }
  return names != NULL ? g_steal_pointer (&files) : NULL;
}

/**
 * bulla_cli_resources_add_variant_folder: (skip)
 * @self: resources
 * @folder: a folder whose files are the representations, as the head of this file says
 * @url: the URL that they share
 * @languages: (nullable): the languages, that for clients that accept none of the others first
 * @error: set if a file cannot be read, two have the same key, or there are several languages
 *   without @languages
 */
gboolean
bulla_cli_resources_add_variant_folder (BullaCliResources *self, const char *folder,
                                        const char *url, const char *const *languages,
                                        GError **error)
{
  gboolean used[G_N_ELEMENTS (AXES)];
  g_autoptr (GPtrArray) files = list_files (self, folder, 0, languages, error);
  g_autofree char *variants =
      files != NULL ? write_variants (files, languages, TRUE, used, error) : NULL;

  if (variants == NULL)
    return FALSE;
  if (*variants != '\0')
    return add_group (self, files, url, variants, used, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: the files do not differ in type, language or coding"), folder);
  return FALSE;
}

/* --- folders of many URLs */

/* Adds a file that is the only representation of its URL. */
static gboolean
add_alone (BullaCliResources *self, const Named *named, const char *url, GError **error)
{
  gboolean coded = strcmp (named->coding, "identity") != 0;
  g_autoptr (GBytes) bytes =
      bulla_cli_read_coded_file (named->path, coded ? named->coding : NULL, error);
  gsize length = 0;

  if (bytes == NULL)
    return FALSE;
  const char *text = g_bytes_get_data (bytes, &length);
  g_autofree char *name = g_path_get_basename (named->path);
  if (coded)
    *strrchr (name, '.') = '\0';
  g_autofree char *type = bulla_cli_guess_type_of_text (name, text, length);
  BullaCliResource *resource = bulla_cli_resources_add (self, url, 200, NULL);
  bulla_cli_resource_set_header (resource, "content-type", type);
  if (named->language != NULL)
    bulla_cli_resource_set_header (resource, "content-language", named->language);
  if (coded)
    bulla_cli_resource_set_header (resource, "content-encoding", named->coding);
  resource->file = g_file_new_for_path (named->path);
  return TRUE;
}

/* Adds the files that share a name. */
static gboolean
add_named (BullaCliResources *self, const GPtrArray *files, const char *base_url,
           const char *const *languages, GError **error)
{
  const Named *first = files->pdata[0];
  gboolean used[G_N_ELEMENTS (AXES)];
  g_autofree char *segment = bulla_cli_encode_segment (first->stem);
  g_autofree char *url = g_strconcat (base_url, segment, NULL);
  g_autofree char *variants = write_variants (files, languages, FALSE, used, error);

  if (variants == NULL)
    return FALSE;
  if (*variants != '\0')
    return add_group (self, files, url, variants, used, error);
  if (files->len == 1)
    return add_alone (self, first, url, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: differs from %s neither in type nor in language or coding"),
               ((Named *)files->pdata[1])->path, first->path);
  return FALSE;
}

/* Takes the files with the name of the first out of the list. */
static GPtrArray *
take_namesakes (GPtrArray *files)
{
  GPtrArray *same = g_ptr_array_new_with_free_func (named_free);
  g_autofree char *stem = g_strdup (((Named *)files->pdata[0])->stem);

  for (guint i = 0; i < files->len;)
    if (strcmp (((Named *)files->pdata[i])->stem, stem) == 0)
      g_ptr_array_add (same, g_ptr_array_steal_index (files, i));
    else
      i++;
  return same;
}

static gboolean
add_folder (BullaCliResources *self, const char *folder, const char *base_url,
            const char *const *languages, guint depth, GError **error)
{
  g_autoptr (GPtrArray) names = bulla_cli_list_folder (self, folder, depth, error);
  g_autoptr (GPtrArray) files =
      names != NULL ? list_files (self, folder, depth, languages, error) : NULL;

  if (files == NULL)
    return FALSE;
  while (files->len > 0) {
    g_autoptr (GPtrArray) same = take_namesakes (files);
    if (!add_named (self, same, base_url, languages, error))
      return FALSE;
  }
  for (guint i = 0; i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_autofree char *segment = bulla_cli_encode_segment (name);
    g_autofree char *url = g_strconcat (base_url, segment, "/", NULL);
    if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_DIR)
        && !add_folder (self, path, url, languages, depth + 1, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * bulla_cli_resources_add_named_files: (skip)
 * @self: resources
 * @folder: a folder; hidden files are left out
 * @base_url: the folder's URL, which ends with a slash
 * @languages: see bulla_cli_resources_add_variant_folder()
 * @error: set as there
 *
 * Adds a group of representations for each name that several files share, and a response for every
 * other file. The last part of a URL is the name, without an extension.
 */
gboolean
bulla_cli_resources_add_named_files (BullaCliResources *self, const char *folder,
                                     const char *base_url, const char *const *languages,
                                     GError **error)
{
  return add_folder (self, folder, base_url, languages, 0, error);
}
