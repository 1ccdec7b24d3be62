/* bulla-cli-bundle-sign.h - passes the subsets to be signed to the bundle writer, as the options
 * require
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-bundle-resources.h"

G_BEGIN_DECLS

typedef struct {
  char **prefixes;
  char *authority;
  char *certificate;
  char *private_key;
  char *chain;
  char *validity_url;
  char *date;
  char *expires;
  int record_size;
} BullaCliBundleSignOptions;

gboolean bulla_cli_check_sign_options (const BullaCliBundleSignOptions *options, GError **error);
gboolean bulla_cli_sign_subsets (const BullaCliResources *resources, BullaBundleWriter *writer,
                                 const BullaCliBundleSignOptions *options, GError **error);

G_END_DECLS
