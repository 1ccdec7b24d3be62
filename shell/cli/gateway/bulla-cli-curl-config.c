/* bulla-cli-curl-config.c - writes the files of a running gateway: its password and its authority
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-curl-config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER "# Written by bulla gateway, which removes it at its end.\n"

/* Creates a folder that only its owner may access, because the files grant use of the gateway. */
static char *
make_folder (GError **error)
{
  const char *runtime = g_getenv ("XDG_RUNTIME_DIR");

  if (runtime != NULL && g_path_is_absolute (runtime)) {
    g_autofree char *base = g_build_filename (runtime, "bulla", NULL);
    g_autofree char *folder = g_build_filename (base, "gateway-XXXXXX", NULL);
    if (g_mkdir_with_parents (base, 0700) == 0 && g_mkdtemp (folder) != NULL)
      return g_steal_pointer (&folder);
  }
  return g_dir_make_tmp ("bulla-gateway-XXXXXX", error);
}

/* Removes the file of an earlier gateway, which may have been killed. A path that is not an
 * ordinary file is left alone: reading it might never end. */
static void
remove_left_over (const char *path)
{
  int file = g_open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
  char start[sizeof HEADER - 1];
  struct stat status;

  if (file < 0)
    return;
  if (fstat (file, &status) == 0 && S_ISREG (status.st_mode)
      && read (file, start, sizeof start) == (ssize_t)sizeof start
      && memcmp (start, HEADER, sizeof start) == 0)
    g_unlink (path);
  close (file);
}

/* Creates the file, readable by its owner only from the start; never overwrites an existing one. */
gboolean
bulla_cli_write_private (const char *path, const char *text, GError **error)
{
  int file = g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gssize length = (gssize)strlen (text);

  if (file >= 0 && write (file, text, (size_t)length) == length)
    return g_close (file, error);
  int code = errno;
  if (file >= 0) {
    close (file);
    g_unlink (path);
  }
  g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code), _ ("%s: failed to write: %s"),
               path, g_strerror (code));
  return FALSE;
}

static void
append_setting (GString *text, const char *name, const char *value)
{
  g_string_append_printf (text, "%s = \"", name);
  for (; *value != '\0'; value++)
    if (*value == '\n')
      g_string_append (text, "\\n");
    else if (*value == '\r')
      g_string_append (text, "\\r");
    else {
      if (*value == '"' || *value == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *value);
    }
  g_string_append (text, "\"\n");
}

/* Returns curl's configuration. @proxy: http://USER:PASSWORD@HOST:PORT */
static char *
dup_config (const char *proxy, const char *authority)
{
  const char *start = proxy + strlen ("http://");
  const char *at = strrchr (proxy, '@');
  g_autofree char *user = g_strndup (start, (gsize)(at - start));
  g_autofree char *place = g_strconcat ("http://", at + 1, NULL);
  g_autofree char *working = g_get_current_dir ();
  g_autofree char *absolute = g_canonicalize_filename (authority, working);
  GString *text = g_string_new (HEADER);

  append_setting (text, "proxy", place);
  append_setting (text, "proxy-user", user);
  append_setting (text, "cacert", absolute);
  g_string_append (text, "location\n");
  return g_string_free (text, FALSE);
}

/**
 * bulla_cli_gateway_files_write: (skip)
 * @self: @config and @authority are the file names that the user chose, or %NULL
 * @proxy: the gateway's address, with user and password
 * @pem: the certificate of its authority
 * @error: set if a file could not be written, or @config exists and was not written by a gateway
 *
 * Writes both files, the configuration with mode 0600. A file that the user did not name is created
 * in a private folder. An existing configuration is replaced only if an earlier gateway wrote it.
 */
gboolean
bulla_cli_gateway_files_write (BullaCliGatewayFiles *self, const char *proxy, const char *pem,
                               GError **error)
{
  self->authority_kept = self->authority != NULL;
  if ((self->config == NULL || self->authority == NULL)
      && (self->folder = make_folder (error)) == NULL)
    return FALSE;
  if (self->authority == NULL)
    self->authority = g_build_filename (self->folder, "authority.pem", NULL);
  if (self->config == NULL)
    self->config = g_build_filename (self->folder, "curl.conf", NULL);
  if (!g_file_set_contents (self->authority, pem, -1, error)) {
    g_clear_pointer (&self->config, g_free);
    return FALSE;
  }
  g_autofree char *text = dup_config (proxy, self->authority);
  remove_left_over (self->config);
  if (bulla_cli_write_private (self->config, text, error))
    return TRUE;
  g_clear_pointer (&self->config, g_free); /* the file belongs to another process */
  return FALSE;
}

/**
 * bulla_cli_gateway_files_remove: (skip)
 * @self: files written by bulla_cli_gateway_files_write(), whether it succeeded or not
 *
 * Removes the files that only a running gateway needs.
 */
void
bulla_cli_gateway_files_remove (BullaCliGatewayFiles *self)
{
  if (self->config != NULL)
    g_unlink (self->config);
  if (self->authority != NULL && !self->authority_kept)
    g_unlink (self->authority);
  if (self->folder != NULL)
    g_rmdir (self->folder);
  g_clear_pointer (&self->config, g_free);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->folder, g_free);
}
