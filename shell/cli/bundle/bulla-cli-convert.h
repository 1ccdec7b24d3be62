/* bulla-cli-convert.h - a bundle written anew in another format
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-writer.h"
#include "bulla-cli-bundle-layout.h"
#include "bulla-cli-bundle.h"

G_BEGIN_DECLS

typedef struct {
  BullaBundleFormat format;
  const char *primary;  /* nullable: the one it has */
  const char *base_url; /* nullable */
  gboolean relative;    /* URLs of the base's origin become paths */
} BullaCliConvertOptions;

BullaBundleWriter *bulla_cli_convert (BullaCliBundleLayout *layout,
                                      const BullaCliConvertOptions *options, GPtrArray *losses,
                                      GError **error);

G_END_DECLS
