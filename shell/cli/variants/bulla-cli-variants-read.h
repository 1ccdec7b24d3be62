/* bulla-cli-variants-read.h - reads the responses of exchanges and bundles, without judging them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "bulla-cli-variants-set.h"

G_BEGIN_DECLS

gboolean bulla_cli_variants_report_failure (const char *name, const GError *failure);
gboolean bulla_cli_variants_read (BullaLoader *loader, const char *file, BullaCliVariantsSet *into,
                                  GError **error);

void bulla_cli_variants_normalise_urls (char **urls);

G_END_DECLS
