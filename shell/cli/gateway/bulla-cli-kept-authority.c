/* bulla-cli-kept-authority.c - keeps the gateway's authority in a file, for later gateways
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-kept-authority.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bulla-cli-curl-config.h"
#include "bulla-gateway-internal.h"

#define SIZE_MAX_BYTES 65536

/* A key that others can read or replace would let them speak for every site. */
static gboolean
is_private (const struct stat *status)
{
  return S_ISREG (status->st_mode) && status->st_uid == geteuid ()
         && (status->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

/* Returns: (transfer full) (nullable): the content of @file, a private file */
static char *
read_private (int file, const char *path, GError **error)
{
  g_autofree char *text = g_malloc0 (SIZE_MAX_BYTES + 1);
  struct stat status;
  ssize_t got = 0;

  if (fstat (file, &status) != 0 || !is_private (&status)) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                 _ ("%s: not a file of yours that only you can read (mode 0600)"), path);
    return NULL;
  }
  for (gsize n = 0; n < SIZE_MAX_BYTES; n += (gsize)got) {
    got = read (file, text + n, SIZE_MAX_BYTES - n);
    if (got == 0)
      return g_steal_pointer (&text);
    if (got < 0 && errno == EINTR)
      got = 0;
    else if (got < 0)
      break;
  }
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("%s: cannot be read, or is too long"),
               path);
  return NULL;
}

/**
 * bulla_cli_keep_authority: (skip)
 * @gateway: a gateway that does not listen yet
 * @path: the file with the authority and its private key, as PEM
 * @error: set if the file cannot be used or written
 *
 * Makes the gateway use the authority in the file; if the file does not exist, it is written with
 * mode 0600, and has the gateway's new authority.
 */
gboolean
bulla_cli_keep_authority (BullaGateway *gateway, const char *path, GError **error)
{
  int file = g_open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0);
  int code = errno;

  if (file < 0 && code == ENOENT) {
    g_autofree char *made = bulla_gateway_dup_authority_and_key (gateway);
    return bulla_cli_write_private (path, made, error);
  }
  if (file < 0) {
    g_set_error (error, G_IO_ERROR, (int)g_io_error_from_errno (code), "%s: %s", path,
                 g_strerror (code));
    return FALSE;
  }
  g_autofree char *text = read_private (file, path, error);
  close (file);
  if (text != NULL && bulla_gateway_use_authority (gateway, text, error))
    return TRUE;
  if (text != NULL)
    g_prefix_error (error, "%s: ", path);
  return FALSE;
}
