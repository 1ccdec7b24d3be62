/* bulla-cli-sign-key.c - reads keys named on the command line, to sign bundles or to identify them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>

#include "bulla-cli-files.h"
#include "bulla-cli-key.h"
#include "bulla-cli-sign-file.h"
#include "bulla-cli.h"

/**
 * bulla_cli_read_key: (skip)
 * @path: a private or public key in PEM
 * @must_sign: whether a private key is required
 * @error: set if it cannot be read or used
 *
 * The passphrase of an encrypted key comes from a file, from an environment variable or from the
 * terminal.
 *
 * Returns: (transfer full) (nullable): a key
 */
BullaSigningKey *
bulla_cli_read_key (const char *path, gboolean must_sign, GError **error)
{
  char *passphrase = NULL;
  char *pem = bulla_cli_read_key_pem (path, TRUE, &passphrase, error);

  if (pem == NULL)
    return NULL;
  g_autoptr (BullaSigningKey) key = bulla_signing_key_new_from_pem (pem, passphrase, error);
  bulla_cli_wipe (pem);
  bulla_cli_wipe (passphrase);
  if (key == NULL) {
    bulla_cli_prefix_path (error, path);
    return NULL;
  }
  if (must_sign && !bulla_signing_key_is_private (key)) {
    bulla_cli_usage_error (error, _ ("%s is a public key; signing needs the private key"), path);
    return NULL;
  }
  return g_steal_pointer (&key);
}
