/* bulla-cli-site-folder.c - writes the folder of a site, or replaces one that was written earlier
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-site-folder.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include <sys/stat.h>

#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-site.h"
#include "bulla-cli-unfinished.h"
#include "bulla-cli-write.h"
#include "bulla-json.h"

#define DEPTH_MAX 64 /* most nested folders that are removed */
#define MANIFEST_MAX (256 << 20)
#define MANIFEST_DEPTH_MAX 8

/* Says whether a manifest of this command is in the folder. */
static gboolean
has_manifest (const char *folder)
{
  static const char *const MEMBERS[] = {"base-url", "cert-url", "exchanges"};
  g_autofree char *path = g_build_filename (folder, BULLA_CLI_SITE_MANIFEST, NULL);
  g_autoptr (GBytes) bytes = g_file_test (path, G_FILE_TEST_IS_REGULAR)
                                 ? bulla_cli_read_file (path, MANIFEST_MAX, NULL)
                                 : NULL;
  gsize size = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  g_autoptr (JsonNode) node =
      size > 0 ? bulla_json_parse (text, size, MANIFEST_DEPTH_MAX, NULL) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS (MEMBERS); i++)
    if (!json_object_has_member (json_node_get_object (node), MEMBERS[i]))
      return FALSE;
  return TRUE;
}

/**
 * bulla_cli_site_folder_check: (skip)
 * @out: absolute path of a folder
 * @force: whether to replace one that was written earlier
 * @error: set if it may not be written
 *
 * Returns: whether nothing is there, or with @force what bulla_cli_site_folder_write() wrote,
 *   recognised by its manifest
 */
gboolean
bulla_cli_site_folder_check (const char *out, gboolean force, GError **error)
{
  if (!g_file_test (out, G_FILE_TEST_EXISTS) && !g_file_test (out, G_FILE_TEST_IS_SYMLINK))
    return TRUE;
  if (!force)
    return bulla_cli_check_absent (out, FALSE, error);
  if (g_file_test (out, G_FILE_TEST_IS_SYMLINK)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 _ ("“%s” is a symbolic link; name the folder itself"), out);
    return FALSE;
  }
  if (has_manifest (out))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _ ("“%s” was not written by this command, so it is not replaced"), out);
  return FALSE;
}

/* Removes a folder that this command made, which is not a link; links in it are not followed. */
static void
remove_folder (const char *path, guint depth)
{
  GDir *folder = depth < DEPTH_MAX ? g_dir_open (path, 0, NULL) : NULL;
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);
    GStatBuf status;
    if (g_lstat (inner, &status) == 0 && S_ISDIR (status.st_mode))
      remove_folder (inner, depth + 1);
    else
      g_unlink (inner);
  }
  g_clear_pointer (&folder, g_dir_close);
  if (g_rmdir (path) != 0 && depth == 0) {
    int code = errno;
    bulla_cli_print_error (_ ("Not removed: %s: %s\n"), path, g_strerror (code));
  }
}

static gboolean
fail_errno (const char *path, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", path, g_strerror (code));
  return FALSE;
}

static gboolean
rename_folder (const char *from, const char *to, GError **error)
{
  return g_rename (from, to) == 0 || fail_errno (to, errno, error);
}

/* Moves the finished folder to its place. @earlier: where a folder that it replaces is moved to */
static gboolean
place_folder (const char *temporary, const char *out, const char *earlier, gboolean replaces,
              GError **error)
{
  mode_t mask = umask (0);

  umask (mask);
  if (g_chmod (temporary, (int)(0777 & ~mask)) != 0)
    return fail_errno (temporary, errno, error);
  if (replaces && !rename_folder (out, earlier, error))
    return FALSE;
  if (rename_folder (temporary, out, error))
    return TRUE;
  if (replaces && !rename_folder (earlier, out, NULL))
    bulla_cli_print_error (_ ("The earlier folder is now %s\n"), earlier);
  return FALSE;
}

/* Moves the finished folder to its place, or removes it; an earlier one is removed afterwards. */
static gboolean
finish_folder (const char *temporary, const char *out, gboolean is_filled, gboolean force,
               GError **error)
{
  g_autofree char *earlier = g_strconcat (temporary, "-earlier", NULL);
  gboolean replaces = force && g_file_test (out, G_FILE_TEST_IS_DIR);
  const char *left = temporary;
  gboolean placed = FALSE;

  bulla_cli_unfinished_lock ();
  placed = is_filled && place_folder (temporary, out, earlier, replaces, error);
  if (placed) {
    bulla_cli_unfinished_remove (temporary);
    left = replaces ? earlier : NULL;
    if (replaces)
      bulla_cli_unfinished_add (earlier);
  }
  bulla_cli_unfinished_unlock ();
  if (left == NULL)
    return placed;
  remove_folder (left, 0);
  bulla_cli_unfinished_lock ();
  bulla_cli_unfinished_remove (left);
  bulla_cli_unfinished_unlock ();
  return placed;
}

/* Makes a folder that an interruption removes. @template: (inout): its name, as for mkdtemp() */
static gboolean
make_folder (char *template, const char *out, GError **error)
{
  bulla_cli_unfinished_lock ();
  gboolean made = g_mkdtemp (template) != NULL;
  int code = errno;
  if (made)
    bulla_cli_unfinished_add (template);
  bulla_cli_unfinished_unlock ();
  return made || fail_errno (out, code, error);
}

/**
 * bulla_cli_site_folder_write: (skip)
 * @out: absolute path of a folder, which bulla_cli_site_folder_check() allows
 * @force: whether to replace one that was written earlier
 * @fill: writes the files
 * @data: for @fill
 * @error: set if @fill fails, or the folder cannot be placed
 *
 * Writes everything or nothing, also if the command is interrupted: the files are written beside
 * the folder.
 *
 * Returns: whether the folder is in its place
 */
gboolean
bulla_cli_site_folder_write (const char *out, gboolean force, BullaCliSiteFillFunc fill,
                             gpointer data, GError **error)
{
  g_autofree char *temporary = g_strconcat (out, ".XXXXXX", NULL);

  return make_folder (temporary, out, error)
         && finish_folder (temporary, out, fill (temporary, data, error), force, error);
}
