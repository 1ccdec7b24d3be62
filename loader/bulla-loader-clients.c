/* bulla-loader-clients.c - finds client files: shipped ones, the user's, and files by path
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-loader-clients.h"

#include <stdlib.h>
#include <string.h>

#include "bulla-bytes.h"
#include "bulla-error.h"
#include "bulla-resources.h"

#define FOLDER "/org/bulla/clients/"
#define SUFFIX ".ini"
#define MAX_FILE_SIZE 65536
#define MAX_USER_FILES 1024 /* most files of the user's folder that are listed */

static gboolean
is_file (const char *name_or_file)
{
  return strchr (name_or_file, '/') != NULL || g_str_has_suffix (name_or_file, SUFFIX);
}

static char *
dup_user_path (const char *name)
{
  g_autofree char *file = g_strconcat (name, SUFFIX, NULL);

  return g_build_filename (g_get_user_config_dir (), "bulla", "clients", file, NULL);
}

static char *
read_file (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_bytes_read_file (path, MAX_FILE_SIZE, error);
  gsize length = 0;

  if (bytes == NULL)
    return NULL;
  const char *text = g_bytes_get_data (bytes, &length);
  if (length == 0 || g_utf8_validate (text, (gssize)length, NULL))
    return bulla_bytes_dup_text (bytes);
  g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT, "%s: not a text file", path);
  return NULL;
}

/* Returns the edit distance (Levenshtein), in bytes, for suggestions. */
static guint
distance (const char *one, const char *other)
{
  gsize n = strlen (other);
  g_autofree guint *row = g_new (guint, n + 1);

  for (gsize j = 0; j <= n; j++)
    row[j] = (guint)j;
  for (gsize i = 1; one[i - 1] != '\0'; i++) {
    guint diagonal = row[0];
    row[0] = (guint)i;
    for (gsize j = 1; j <= n; j++) {
      guint above = row[j];
      guint best = MIN (MIN (row[j], row[j - 1]) + 1, diagonal + (one[i - 1] != other[j - 1]));
      diagonal = above;
      row[j] = best;
    }
  }
  return row[n];
}

/* Returns the names that resemble @name most, or contain it. */
static char *
dup_nearest (const char *name)
{
  g_auto (GStrv) names = bulla_client_list ();
  g_autoptr (GString) text = g_string_new (NULL);
  guint least = G_MAXUINT;

  for (guint i = 0; strlen (name) < 256 && names[i] != NULL; i++)
    least = MIN (least, distance (name, names[i]));
  for (guint i = 0; least < G_MAXUINT && names[i] != NULL; i++)
    if (distance (name, names[i]) == least || g_str_has_prefix (names[i], name))
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", names[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns: (nullable): the text of a shipped client */
static char *
read_shipped (const char *name)
{
  g_autofree char *path = g_strconcat (FOLDER, name, SUFFIX, NULL);
  g_autoptr (GBytes) bytes =
      g_resource_lookup_data (bulla_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  return bytes != NULL ? bulla_bytes_dup_text (bytes) : NULL;
}

/* Reads the text of a client that is named: the user's, or else the shipped one. */
static char *
read_named (const char *name, GError **error)
{
  g_autofree char *own = dup_user_path (name);

  if (g_file_test (own, G_FILE_TEST_EXISTS))
    return read_file (own, error);
  char *text = read_shipped (name);
  if (text != NULL)
    return text;
  g_autofree char *nearest = dup_nearest (name);
  if (*nearest == '\0')
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "the client “%s” does not exist; bulla clients list shows all", name);
  else
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 "the client “%s” does not exist; similar: %s; bulla clients list shows all", name,
                 nearest);
  return NULL;
}

/**
 * bulla_client_load: (skip)
 * @name_or_file: the name of a client, or a file: a path with a slash, or a name ending in .ini
 * @error: what is wrong with it
 *
 * A file in the user's folder `bulla/clients` replaces the shipped one of the same name.
 *
 * Returns: (transfer full) (nullable): the client
 */
BullaClient *
bulla_client_load (const char *name_or_file, GError **error)
{
  gboolean file = is_file (name_or_file);
  g_autofree char *text = file ? read_file (name_or_file, error) : read_named (name_or_file, error);
  g_autofree char *name = g_path_get_basename (name_or_file);

  if (text == NULL)
    return NULL;
  if (g_str_has_suffix (name, SUFFIX))
    name[strlen (name) - strlen (SUFFIX)] = '\0';
  BullaClient *client = bulla_client_parse (name, text, error);
  g_autofree char *own = file ? g_strdup (name_or_file) : dup_user_path (name_or_file);
  if (client == NULL)
    g_prefix_error (error, "%s: ", own);
  return client;
}

/**
 * bulla_client_load_of_shell: (skip)
 * @error: what is wrong with it
 *
 * Files of the user do not count, so that none can keep a program from starting.
 *
 * Returns: (transfer full) (nullable): the shipped client %BULLA_CLIENT_OF_SHELL
 */
BullaClient *
bulla_client_load_of_shell (GError **error)
{
  g_autofree char *text = read_shipped (BULLA_CLIENT_OF_SHELL);

  return bulla_client_parse (BULLA_CLIENT_OF_SHELL, text != NULL ? text : "", error);
}

static void
add_name (GHashTable *names, const char *file)
{
  if (g_str_has_suffix (file, SUFFIX) && file[0] != '.')
    g_hash_table_add (names, g_strndup (file, strlen (file) - strlen (SUFFIX)));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/**
 * bulla_client_list: (skip)
 *
 * Returns: (transfer full) (array zero-terminated=1): the names of all known clients, sorted
 */
char **
bulla_client_list (void)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) files = g_resource_enumerate_children (bulla_get_resource (), FOLDER,
                                                        G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "bulla", "clients", NULL);
  g_autoptr (GDir) own = g_dir_open (folder, 0, NULL);
  const char *file = NULL;
  guint n = 0;

  for (guint i = 0; files != NULL && files[i] != NULL; i++)
    add_name (names, files[i]);
  for (guint i = 0; own != NULL && i < MAX_USER_FILES && (file = g_dir_read_name (own)) != NULL;
       i++)
    add_name (names, file);
  g_autofree char **keys = (char **)g_hash_table_get_keys_as_array (names, &n);
  GStrv list = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    list[i] = g_strdup (keys[i]);
  qsort (list, n, sizeof *list, compare_names);
  return list;
}

/**
 * bulla_client_dup_location: (skip)
 * @name: the name of a client
 *
 * Returns: (transfer full): the path of the user's file, or `built-in`
 */
char *
bulla_client_dup_location (const char *name)
{
  g_autofree char *own = dup_user_path (name);

  return g_file_test (own, G_FILE_TEST_EXISTS) ? g_steal_pointer (&own) : g_strdup ("built-in");
}
