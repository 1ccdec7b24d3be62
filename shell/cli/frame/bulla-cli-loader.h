/* bulla-cli-loader.h - the options that say how packages are judged, alike for all verbs
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "bulla-cli-store.h"
#include "bulla-cli.h"

G_BEGIN_DECLS

typedef struct {
  char *profile;
  char *at;
  char **trust;
  gboolean trust_system;
  char **ct_logs;
  char **resolve;
  gboolean offline;
} BullaCliLoaderOptions;

extern BullaCliLoaderOptions bulla_cli_loader_options;

/* clang-format off: one option a line is what a reader looks for */

/* trusted roots and logs, for TLS connections and packages */
#define BULLA_CLI_TRUST_ENTRIES                                                                    \
  {"trust",                                                                                        \
   't',                                                                                            \
   0,                                                                                              \
   G_OPTION_ARG_FILENAME_ARRAY,                                                                    \
   &bulla_cli_loader_options.trust,                                                                \
   N_ ("Trust the roots in this file instead of the system's"),                                    \
   N_ ("PEM")},                                                                                    \
  {                                                                                                \
    "trust-system", 0, 0, G_OPTION_ARG_NONE, &bulla_cli_loader_options.trust_system,               \
        N_ ("Trust the system's roots as well"), NULL                                              \
  }

/* what to make of packages, and at what time */
#define BULLA_CLI_JUDGE_ENTRIES                                                                    \
  {"profile",                                                                                      \
   'p',                                                                                            \
   0,                                                                                              \
   G_OPTION_ARG_STRING,                                                                            \
   &bulla_cli_loader_options.profile,                                                              \
   N_ ("Judge by this profile: a name or a file (default: draft-b3)"),                             \
   N_ ("PROFILE")},                                                                                \
      {"at",                                                                                       \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &bulla_cli_loader_options.at,                                                               \
       N_ ("Judge as of this time: Unix seconds or ISO 8601 (default: now)"),                      \
       N_ ("TIME")},                                                                               \
      BULLA_CLI_TRUST_ENTRIES,                                                                     \
      {"ct-logs",                                                                                  \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME_ARRAY,                                                                \
       &bulla_cli_loader_options.ct_logs,                                                          \
       N_ ("Accept logs from this list instead of the kept one"),                                  \
       N_ ("JSON")},                                                                               \
      BULLA_CLI_STORE_ENTRY

#define BULLA_CLI_NETWORK_ENTRIES                                                                  \
  {                                                                                                \
    "resolve", 0, 0, G_OPTION_ARG_STRING_ARRAY, &bulla_cli_loader_options.resolve,                 \
        N_ ("Connect to this address for that host and port"), N_ ("HOST:PORT:ADDRESS")            \
  }

#define BULLA_CLI_OFFLINE_ENTRY                                                                    \
  {                                                                                                \
    "offline", 0, 0, G_OPTION_ARG_NONE, &bulla_cli_loader_options.offline,                         \
        N_ ("Do not use the network"), NULL                                                        \
  }

/* clang-format on */

BullaTrust *bulla_cli_new_trust (GError **error);
BullaLoader *bulla_cli_new_loader (BullaTrust *trust, GError **error);

G_END_DECLS
