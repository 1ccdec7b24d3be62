/* bulla-cli-names.c - finds the packages that arguments name, in folders too
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-names.h"

#include <glib/gi18n.h>
#include <sys/stat.h>

#include "bulla-cli-files.h"
#include "bulla-error.h"

#define MAX_DEPTH 64
#define MAX_NAMES 1000000

typedef struct {
  GPtrArray *names; /* borrowed; char * */
  guint n_skipped;
} Search;

/* @name: (transfer full) */
static gboolean
add_name (Search *self, char *name, GError **error)
{
  if (self->names->len >= MAX_NAMES) {
    g_free (name);
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("more than %d packages"), MAX_NAMES);
    return FALSE;
  }
  g_ptr_array_add (self->names, name);
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(char *const *)a, *(char *const *)b);
}

/* Says whether a file is judged: packages are, and also files that are named like one, and
 * unreadable files, which must be reported. */
static gboolean
is_package (const char *path)
{
  static const char *const suffixes[] = {".sxg", ".wbn", ".swbn"};
  BullaPackageKind kind = BULLA_PACKAGE_UNKNOWN;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (path, suffixes[i]))
      return TRUE;
  g_autoptr (GInputStream) stream = bulla_cli_open_package (path, &kind, NULL, NULL);
  return stream == NULL || kind != BULLA_PACKAGE_UNKNOWN;
}

/* Identifies what a name of a folder stands for. @mode: (out): type of what it is, or what it links
 * to; 0 if that does not exist. Returns: whether it is a link */
static gboolean
look_at (const char *path, mode_t *mode)
{
  struct stat status;

  *mode = lstat (path, &status) == 0 ? status.st_mode : 0;
  if (!S_ISLNK (*mode))
    return FALSE;
  *mode = stat (path, &status) == 0 ? status.st_mode : 0;
  return TRUE;
}

/* Walks a folder; links to folders are not followed, so that the walk ends. */
static gboolean
add_folder (Search *self, const char *path, guint depth, GError **error)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);

  if (folder == NULL) /* opening it as a file will report the error */
    return add_name (self, g_strdup (path), error);
  if (depth > MAX_DEPTH) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, _ ("%s: folders are nested too deeply"),
                 path);
    return FALSE;
  }
  g_autoptr (GPtrArray) children = g_ptr_array_new_with_free_func (g_free);
  const char *child = NULL;
  while ((child = g_dir_read_name (folder)) != NULL)
    g_ptr_array_add (children, g_build_filename (path, child, NULL));
  g_ptr_array_sort (children, compare_names);
  for (guint i = 0; i < children->len; i++) {
    const char *name = children->pdata[i];
    mode_t mode = 0;
    gboolean is_link = look_at (name, &mode);
    if (S_ISDIR (mode)) {
      if (!is_link && !add_folder (self, name, depth + 1, error))
        return FALSE;
    } else if (S_ISREG (mode) && is_package (name)) {
      if (!add_name (self, g_steal_pointer (&children->pdata[i]), error))
        return FALSE;
    } else {
      self->n_skipped++;
    }
  }
  return TRUE;
}

/**
 * bulla_cli_names_collect: (skip)
 * @names: (array zero-terminated=1): files, folders and URLs; folders are searched to the bottom
 * @into: (element-type utf8): receives the names of packages, in the order of @names and sorted
 *   within folders
 * @n_skipped: (out): number of files in folders that are not packages
 * @error: set if there are too many packages, or folders are nested too deeply
 *
 * Returns: whether all names were collected
 */
gboolean
bulla_cli_names_collect (char **names, GPtrArray *into, guint *n_skipped, GError **error)
{
  Search search = {.names = into};

  for (int i = 0; names[i] != NULL; i++) {
    gboolean is_folder = !bulla_cli_is_url (names[i]) && g_file_test (names[i], G_FILE_TEST_IS_DIR);
    if (!(is_folder ? add_folder (&search, names[i], 0, error)
                    : add_name (&search, g_strdup (names[i]), error)))
      return FALSE;
  }
  *n_skipped = search.n_skipped;
  return TRUE;
}
