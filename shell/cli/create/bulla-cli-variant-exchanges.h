/* bulla-cli-variant-exchanges.h - writes an exchange of each representation of URLs into a folder
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-exchange-signer.h"

G_BEGIN_DECLS

/* what is written, and how; all pointers are borrowed */
typedef struct {
  const char *description; /* a description, or a folder */
  const char *base_url;    /* nullable if the description has whole URLs */
  const char *languages;   /* nullable; those of a folder, the default first */
  char **headers;          /* nullable; further headers of all exchanges */
  const char *folder;      /* the folder that is written */
  gboolean force;          /* whether to replace existing files */
  gboolean ignore_errors;  /* whether to write what verification would refuse */
} BullaCliVariantExchanges;

BullaCliResources *bulla_cli_variant_exchanges_gather (const BullaCliVariantExchanges *self,
                                                       GError **error);
gboolean bulla_cli_variant_exchanges_write (const BullaCliVariantExchanges *self,
                                            const BullaCliResources *resources,
                                            const BullaCliExchangeSigner *signer, GError **error);

G_END_DECLS
