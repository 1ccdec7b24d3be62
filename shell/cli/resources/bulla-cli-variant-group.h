/* bulla-cli-variant-group.h - the representations of one URL that a package will contain
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-bundle-resources.h"
#include "bulla-variants-field.h"
#include "bulla-variants-headers.h"
#include "write/bulla-exchange-writer.h"

G_BEGIN_DECLS

#define BULLA_CLI_COMBINATIONS_MAX 4096 /* most combinations of values of one URL */

struct _BullaCliVariantGroup {
  char *url;               /* owned */
  BullaVariants *variants; /* owned */
  GPtrArray *resources;    /* owned; of borrowed BullaCliResource, or NULL; one for each combination
                            * of values, where the first axis varies slowest */
};

BullaCliVariantGroup *bulla_cli_variant_group_new (const char *url, const char *variants,
                                                   GError **error);
void bulla_cli_variant_group_free (BullaCliVariantGroup *self);
gboolean bulla_cli_variant_group_add (BullaCliVariantGroup *self, BullaCliResources *resources,
                                      const char *key, const char *path, GError **error);
char *bulla_cli_variant_group_dup_variants (const BullaCliVariantGroup *self,
                                            BullaVariantsSyntax syntax);
char *bulla_cli_variant_group_dup_key (const BullaCliVariantGroup *self,
                                       const BullaCliResource *resource,
                                       BullaVariantsSyntax syntax);
void bulla_cli_variant_group_sort (const BullaCliVariantGroup *self, BullaCliResources *resources);
void bulla_cli_variant_group_print_absent (const BullaCliVariantGroup *self);
void bulla_cli_resource_fill_writer (const BullaCliResource *resource,
                                     const BullaVariantsNames *names, BullaExchangeWriter *writer);
char *bulla_cli_quote_variant (const char *value);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaCliVariantGroup, bulla_cli_variant_group_free)

gboolean bulla_cli_resources_add_variant_file (BullaCliResources *self, const char *path,
                                               const char *base_url, GError **error);
gboolean bulla_cli_resources_add_variant_folder (BullaCliResources *self, const char *folder,
                                                 const char *url, const char *const *languages,
                                                 GError **error);
gboolean bulla_cli_resources_add_named_files (BullaCliResources *self, const char *folder,
                                              const char *base_url, const char *const *languages,
                                              GError **error);

GBytes *bulla_cli_read_coded_file (const char *path, const char *coding, GError **error);

G_END_DECLS
