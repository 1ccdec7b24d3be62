/* bulla-store-folder.c - manages the folder of stored data, and finds damaged files in it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-store-folder.h"

#include <errno.h>
#include <glib/gstdio.h>

#define FOLDER_MODE 0700

/**
 * bulla_store_folder_make: (skip)
 * @path: a folder, which need not exist
 * @error: a #GIOErrorEnum, if the folder cannot be created
 *
 * A new folder gets mode 0700; an existing one keeps its permissions.
 */
gboolean
bulla_store_folder_make (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, FOLDER_MODE) == 0)
    return TRUE;
  int code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

/**
 * bulla_store_folder_dup_damaged_name: (skip)
 * @path: (type filename): of a damaged file
 *
 * Returns: (transfer full) (type filename): an unused path, `NAME.damaged-TIME` with the UTC time
 *   as in 20261130T065138Z, and a number if several are needed in one second
 */
char *
bulla_store_folder_dup_damaged_name (const char *path)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  char *name = g_strconcat (path, ".damaged-", time, NULL);

  for (guint i = 2; g_file_test (name, G_FILE_TEST_EXISTS); i++) {
    g_free (name);
    name = g_strdup_printf ("%s.damaged-%s-%u", path, time, i);
  }
  return name;
}

/**
 * bulla_store_folder_set_aside: (skip)
 * @file: a damaged file
 *
 * Returns: (transfer full) (nullable): the new path of @file, see
 * bulla_store_folder_dup_damaged_name(); %NULL if it could not be renamed
 */
char *
bulla_store_folder_set_aside (const char *file)
{
  g_autofree char *aside = bulla_store_folder_dup_damaged_name (file);

  return g_rename (file, aside) == 0 ? g_steal_pointer (&aside) : NULL;
}
