/* bulla-cli-key.h - reads private keys named on the command line, and their passphrases
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

#include "bulla-cli-pem.h"
#include "write/bulla-credential.h"

G_BEGIN_DECLS

extern char *bulla_cli_passphrase_file;

#define BULLA_CLI_PASSPHRASE_ENTRY                                                                 \
  {                                                                                                \
    "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &bulla_cli_passphrase_file,                    \
        N_ ("The first line of this file is the passphrase of the private key"), N_ ("FILE")       \
  }

char *bulla_cli_read_key_pem (const char *path, gboolean may_be_public, char **passphrase,
                              GError **error);
BullaCredential *bulla_cli_read_credential (const char *certificate, const char *private_key,
                                            GError **error);

G_END_DECLS
