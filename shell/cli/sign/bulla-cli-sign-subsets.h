/* bulla-cli-sign-subsets.h - signs responses in an existing web bundle for their origins
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-bundle-sign.h"

G_BEGIN_DECLS

typedef struct {
  const BullaCliBundleSignOptions *options; /* borrowed; checked */
  const char *out;                          /* borrowed; the new file; NULL to replace the bundle */
  gboolean force;                           /* whether @out may replace an existing file */
  gboolean replace;                         /* whether existing signatures are discarded */
  gboolean ignore_errors;                   /* whether to write what verification would refuse */
} BullaCliSignSubsets;

gboolean bulla_cli_sign_file_subsets (const char *path, const BullaCliSignSubsets *request,
                                      GError **error);

G_END_DECLS
