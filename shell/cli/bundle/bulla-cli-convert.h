/* bulla-cli-convert.h - converts a bundle to another format
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-writer.h"
#include "bulla-cli-bundle-layout.h"
#include "bulla-cli-bundle.h"

G_BEGIN_DECLS

typedef struct {
  BullaBundleFormat format;
  const char *primary;  /* primary URL; NULL to keep that of the bundle */
  const char *base_url; /* nullable; base of relative URLs */
  gboolean relative;    /* whether URLs of the base's origin become paths */
} BullaCliConvertOptions;

BullaBundleWriter *bulla_cli_convert (BullaCliBundleLayout *layout,
                                      const BullaCliConvertOptions *options, GPtrArray *losses,
                                      GError **error);

G_END_DECLS
