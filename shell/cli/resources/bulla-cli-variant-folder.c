/* bulla-cli-variant-folder.c - reads a folder whose files are representations of one URL
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The files are called NAME[.LANGUAGE].EXTENSION[.CODING]: article.fr.html.br is HTML in French,
 * in brotli. There is an axis for what the files differ in, with the safest value first. */
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-variant-group.h"
#include "bulla-error.h"
#include "bulla-field.h"

#define FILES_MAX 4096

/* what the name of a file says */
typedef struct {
  char *path;         /* owned */
  char *type;         /* owned; media type */
  char *language;     /* owned; nullable */
  const char *coding; /* static; content coding; "identity" if there is none */
} Named;

static void
named_free (gpointer data)
{
  Named *self = data;

  g_free (self->path);
  g_free (self->type);
  g_free (self->language);
  g_free (self);
}

/* Cuts the suffix of a content coding off. */
static const char *
take_coding (char *name)
{
  static const struct {
    const char *suffix;
    const char *coding;
  } CODINGS[] = {{".br", "br"}, {".gz", "gzip"}, {".zst", "zstd"}};

  for (size_t i = 0; i < G_N_ELEMENTS (CODINGS); i++)
    if (g_str_has_suffix (name, CODINGS[i].suffix)) {
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

static Named *
read_name (const char *folder, const char *name)
{
  g_autofree char *rest = g_strdup (name);
  Named *self = g_new0 (Named, 1);

  self->path = g_build_filename (folder, name, NULL);
  self->coding = take_coding (rest);
  g_autofree char *type = bulla_cli_guess_type_of_text (rest, "", 0);
  self->type = bulla_field_dup_essence (type);
  char *dot = strrchr (rest, '.');
  if (dot != NULL)
    *dot = '\0';
  dot = strrchr (rest, '.');
  if (dot != NULL && dot > rest && is_language (dot + 1))
    self->language = g_strdup (dot + 1);
  return self;
}

/* Returns how safe a value is: what more clients can use comes first. @value: a type, a language
 * or a coding */
static guint
rank_value (const char *value, const char *language)
{
  static const char *const SAFEST[] = {"identity",  "text/html", "image/jpeg", "image/png",
                                       "image/gif", "gzip",      "br"};

  if (g_strcmp0 (value, language) == 0)
    return 0;
  for (guint i = 0; i < G_N_ELEMENTS (SAFEST); i++)
    if (strcmp (value, SAFEST[i]) == 0)
      return i + 1;
  return G_N_ELEMENTS (SAFEST) + 1;
}

static int
compare_values_cb (gconstpointer a, gconstpointer b, gpointer language)
{
  const char *one = *(const char *const *)a, *other = *(const char *const *)b;
  guint rank_one = rank_value (one, language), rank_other = rank_value (other, language);

  /* WebP before AVIF: the older format has more clients */
  if (rank_one == rank_other && g_str_has_prefix (one, "image/")
      && g_str_has_prefix (other, "image/"))
    return strcmp (other, one);
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
list_values (const GPtrArray *files, GetFunc get, const char *language)
{
  GPtrArray *values = g_ptr_array_new ();

  for (guint i = 0; i < files->len; i++) {
    const char *value = get (files->pdata[i]);
    if (value != NULL && !g_ptr_array_find_with_equal_func (values, value, g_str_equal, NULL))
      g_ptr_array_add (values, (gpointer)value);
  }
  g_ptr_array_sort_with_data (values, compare_values_cb, (gpointer)language);
  return values;
}

/* Says whether the values make an axis: there are several, or the only value must be
 * stated: a language, or a coding other than identity. */
static gboolean
is_axis (const GPtrArray *values, GetFunc get)
{
  return values->len > 1
         || (values->len == 1
             && (get == get_language
                 || (get == get_coding && strcmp (values->pdata[0], "identity") != 0)));
}

/* Returns: (transfer full): Variants of the files. @used: (out): which axes it has */
static char *
write_variants (const GPtrArray *files, const char *language, gboolean *used)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (size_t i = 0; i < G_N_ELEMENTS (AXES); i++) {
    const char *first = AXES[i].get == get_language ? language : NULL;
    g_autoptr (GPtrArray) values = list_values (files, AXES[i].get, first);
    used[i] = is_axis (values, AXES[i].get);
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
  if (error != NULL && strstr ((*error)->message, named->path) == NULL)
    g_prefix_error (error, "%s: ", named->path);
  return FALSE;
}

/* Returns: (transfer full) (nullable) (element-type Named): the files, sorted by name */
static GPtrArray *
list_files (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) names = bulla_cli_list_folder (folder, error);
  GPtrArray *files = names != NULL ? g_ptr_array_new_with_free_func (named_free) : NULL;

  if (names != NULL && names->len > FILES_MAX) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: more than %d files"), folder,
                 FILES_MAX);
    g_clear_pointer (&files, g_ptr_array_unref);
  }
  for (guint i = 0; files != NULL && i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (name[0] != '.' && g_file_test (path, G_FILE_TEST_IS_REGULAR))
      g_ptr_array_add (files, read_name (folder, name));
  }
  return files;
}

/**
 * bulla_cli_resources_add_variant_folder: (skip)
 * @self: resources
 * @folder: a folder with the representations, as the head of this file says
 * @url: the URL that they share
 * @language: (nullable): the language for clients that ask for none of the others; %NULL for the
 *   first in the order of the alphabet
 * @error: set if a file cannot be read, or two have the same key
 */
gboolean
bulla_cli_resources_add_variant_folder (BullaCliResources *self, const char *folder,
                                        const char *url, const char *language, GError **error)
{
  gboolean used[G_N_ELEMENTS (AXES)];
  g_autoptr (GPtrArray) files = list_files (folder, error);

  if (files == NULL)
    return FALSE;
  g_autofree char *variants = write_variants (files, language, used);
  if (*variants == '\0') {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: the files do not differ in type, language or coding"), folder);
    return FALSE;
  }
  g_autoptr (BullaCliVariantGroup) made = bulla_cli_variant_group_new (url, variants, error);
  BullaCliVariantGroup *group =
      made != NULL ? bulla_cli_resources_add_group (self, g_steal_pointer (&made), error) : NULL;
  for (guint i = 0; group != NULL && i < files->len; i++)
    if (!add_file (self, group, files->pdata[i], used, error))
      return FALSE;
  return group != NULL;
}
