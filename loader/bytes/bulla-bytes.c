/* bulla-bytes.c - reads files into GBytes, and converts GBytes to text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bytes.h"

#include "bulla-error.h"

/**
 * bulla_bytes_read_file: (skip)
 * @path: (type filename): a file
 * @max: the maximum size in bytes
 * @error: a file error; %BULLA_ERROR_LIMIT if the file is larger than @max
 *
 * Returns: (transfer full) (nullable): the contents of the file
 */
GBytes *
bulla_bytes_read_file (const char *path, gsize max, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);

  if (file == NULL)
    return NULL;
  if (g_mapped_file_get_length (file) > max) {
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_LIMIT, "%s: larger than %" G_GSIZE_FORMAT " bytes",
                 path, max);
    return NULL;
  }
  return g_mapped_file_get_bytes (file);
}

/**
 * bulla_bytes_dup_text: (skip)
 * @bytes: any bytes; if there are none, g_bytes_get_data() returns %NULL, but this returns ""
 *
 * Returns: (transfer full): the text up to the first NUL
 */
char *
bulla_bytes_dup_text (GBytes *bytes)
{
  gsize size = 0;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strndup (data != NULL ? data : "", size);
}
