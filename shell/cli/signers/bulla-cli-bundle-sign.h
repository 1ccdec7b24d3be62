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
  gboolean is_quiet; /* whether standard output has the bundle, so that nothing is printed there */
} BullaCliBundleSignOptions;

gboolean bulla_cli_check_sign_options (const BullaCliBundleSignOptions *options, GError **error);
gboolean bulla_cli_sign_subsets (const BullaCliResources *resources, BullaBundleWriter *writer,
                                 const BullaCliBundleSignOptions *options, GError **error);

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
      {"authority",                                                                                \
       'a',                                                                                        \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).authority,                                                                       \
       N_ ("Sign with new certificates of this authority"),                                        \
       N_ ("FOLDER")},                                                                             \
      {"certificate",                                                                              \
       certificate_letter,                                                                         \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).certificate,                                                                     \
       N_ ("Sign with this certificate instead; its issuers may follow it"),                       \
       N_ ("PEM")},                                                                                \
      {"private-key",                                                                              \
       key_letter,                                                                                 \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).private_key,                                                                     \
       N_ ("The certificate's private key"),                                                       \
       N_ ("PEM")},                                                                                \
      {"chain",                                                                                    \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).chain,                                                                           \
       N_ ("The certificate chain, as written by “bulla create chain”"),                           \
       N_ ("CBOR")},                                                                               \
      {"validity-url",                                                                             \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &(options).validity_url,                                                                    \
       N_ ("The URL of newer signatures (default: /resource.validity of the same origin)"),        \
       N_ ("URL")},                                                                                \
      {"record-size",                                                                              \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_INT,                                                                           \
       &(options).record_size,                                                                     \
       N_ ("Size of a record of signed bodies in bytes, up to 16384 (default: 4096)"),             \
       N_ ("N")},                                                                                  \
      {"date",                                                                                     \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &(options).date,                                                                            \
       N_ ("Signed from this time: Unix seconds or ISO 8601 (default: now)"),                      \
       N_ ("TIME")},                                                                               \
  {                                                                                                \
    "expires", 0, 0, G_OPTION_ARG_STRING, &(options).expires,                                      \
        N_ ("Sign until this time, or for this long: 12h, 2d (default: 7d, which is the "          \
            "maximum)"),                                                                           \
        N_ ("TIME|DURATION")                                                                       \
  }

G_END_DECLS
