/* replay.c - runs a fuzz target with every file of the given folders, and reports in TAP
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include <stdlib.h>

static GPtrArray *
list_files (int n, char **folders)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < n; i++) {
    g_autoptr (GDir) dir = g_dir_open (folders[i], 0, NULL);
    for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
      g_ptr_array_add (files, g_build_filename (folders[i], name, NULL));
  }
  g_ptr_array_sort (files, (GCompareFunc)(void (*) (void))g_strcmp0);
  return files;
}

/* passes a heap copy of the exact size, so that a read beyond the end is detected */
static void
replay (const char *path)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, &size, &error);
  g_assert_no_error (error);
  uint8_t *copy = calloc (1, size);
  memcpy (copy, text, size);
  LLVMFuzzerTestOneInput (copy, size);
  free (copy);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) files = list_files (argc - 1, argv + 1);

  g_print ("1..%u\n", files->len + 1);
  LLVMFuzzerTestOneInput ((const uint8_t *)"", 0);
  g_print ("ok 1 nothing\n");
  for (guint i = 0; i < files->len; i++) {
    g_autofree char *name = g_path_get_basename (files->pdata[i]);
    replay (files->pdata[i]);
    g_print ("ok %u %s\n", i + 2, name);
  }
  return files->len > 0 ? 0 : 1;
}
