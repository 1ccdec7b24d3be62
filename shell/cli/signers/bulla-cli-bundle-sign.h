/* bulla-cli-bundle-sign.h - passes the subsets to be signed to the bundle writer, as the options
 * require
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-signer.h"

G_BEGIN_DECLS

typedef struct {
  BullaCliSignerOptions signer;
  char **prefixes;
} BullaCliBundleSignOptions;

gboolean bulla_cli_has_sign_options (const BullaCliBundleSignOptions *options);
gboolean bulla_cli_check_sign_options (const BullaCliBundleSignOptions *options, GError **error);
void bulla_cli_print_bundle_next (const BullaCliBundleSignOptions *options, const char *path,
                                  int64_t date);
gboolean bulla_cli_sign_subsets (const BullaCliResources *resources, BullaBundleWriter *writer,
                                 const BullaCliBundleSignOptions *options, GString *report,
                                 GError **error);

/* The letters are those of the short options; 0 for none. */
#define BULLA_CLI_SUBSET_SIGN_ENTRIES(options, subset_letter, certificate_letter, key_letter)      \
  {"sign-subset",                                                                                  \
   subset_letter,                                                                                  \
   0,                                                                                              \
   G_OPTION_ARG_STRING_ARRAY,                                                                      \
   &(options).prefixes,                                                                            \
   N_ ("Sign the responses whose URLs begin with this, or “all”; may be repeated, one "        \
       "signature each"),                                                                          \
   N_ ("URL")},                                                                                    \
      BULLA_CLI_SIGNER_ENTRIES ((options).signer, certificate_letter, key_letter)

G_END_DECLS
