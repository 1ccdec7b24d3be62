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
 * bulla_store_folder_set_aside: (skip)
 * @file: a damaged file
 * @now: Unix seconds
 *
 * Returns: (transfer full) (nullable): the new path of @file, with ".damaged-" and @now appended;
 *   %NULL if it could not be renamed
 */
char *
bulla_store_folder_set_aside (const char *file, gint64 now)
{
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%" G_GINT64_FORMAT, file, now);

  return g_rename (file, aside) == 0 ? g_steal_pointer (&aside) : NULL;
}
