/* bulla-cli-list-folder.c - lists a folder, without links that lead out of the folder to publish
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * What is signed, or bundled, is what somebody put into the folder: a link to ../secrets or to
 * /etc/passwd, which may have come with an archive, publishes nothing. */
#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-print.h"
#include "bulla-printable.h"

#define DEPTH_MAX 32 /* most nested folders; below the system's limit for loops of links */

static int
compare_names_cb (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

/**
 * bulla_cli_resources_set_root: (skip)
 * @self: resources
 * @folder: the folder whose files are added next
 *
 * Links in it may lead anywhere below it.
 */
void
bulla_cli_resources_set_root (BullaCliResources *self, const char *folder)
{
  g_free (self->root);
  self->root = realpath (folder, NULL); /* NULL: cannot be read, which its listing reports */
}

static gboolean
is_below (const char *root, const char *path)
{
  size_t length = strlen (root);

  return strcmp (root, "/") == 0
         || (g_str_has_prefix (path, root) && (path[length] == '/' || path[length] == '\0'));
}

/* Says whether it is a link that leads out of the root, and reports it once. A link that leads
 * nowhere is left to its reader. */
static gboolean
leads_out (BullaCliResources *self, const char *path)
{
  GStatBuf status;

  if (g_lstat (path, &status) != 0 || !S_ISLNK (status.st_mode))
    return FALSE;
  g_autofree char *target = realpath (path, NULL);
  if (target == NULL || (self->root != NULL && is_below (self->root, target)))
    return FALSE;
  /* its folder may be reached in several ways */
  char *link = g_strdup_printf ("%" G_GUINT64_FORMAT ":%" G_GUINT64_FORMAT, (guint64)status.st_dev,
                                (guint64)status.st_ino);
  if (g_hash_table_add (self->outside, link)) {
    g_autofree char *shown = bulla_printable_dup (path);
    g_autofree char *shown_target = bulla_printable_dup (target);
    bulla_cli_print_error (_ ("Left out: %s: a link to %s, which is outside of the folder; copy it "
                              "into the folder to publish it\n"),
                           shown, shown_target);
  }
  return TRUE;
}

/**
 * bulla_cli_list_folder: (skip)
 * @self: resources; see bulla_cli_resources_set_root()
 * @folder: a folder below the root
 * @depth: number of folders around @folder
 * @error: set if it cannot be read, or is nested too deep
 *
 * Links that lead out of the root are left out, and reported on stderr.
 *
 * Returns: (transfer full) (nullable): file names, sorted alike on every machine
 */
GPtrArray *
bulla_cli_list_folder (BullaCliResources *self, const char *folder, guint depth, GError **error)
{
  if (depth > DEPTH_MAX) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_LINKS,
                 _ ("%s: folders are nested more than %d levels deep; does a link form a loop?"),
                 folder, DEPTH_MAX);
    return NULL;
  }
  g_autoptr (GDir) dir = g_dir_open (folder, 0, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    if (!leads_out (self, path))
      g_ptr_array_add (names, g_strdup (name));
  }
  g_ptr_array_sort (names, compare_names_cb);
  return g_steal_pointer (&names);
}
