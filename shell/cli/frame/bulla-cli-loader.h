/* bulla-cli-loader.h - the options shared by the verbs that judge packages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "bulla-cli-store.h"
#include "bulla-cli.h"

G_BEGIN_DECLS

typedef struct {
  char *profile;
  char **settings; /* SETTING=VALUE each; they replace values of the profile */
  char *at;
  char **trust;
  gboolean trust_system;
  char **ct_logs;
  char **resolve;
  char **send_headers;
  gboolean offline;
  char *caa, *dnssec; /* replace trust.caa and trust.dnssec of the profile */
  char **resolvers;
  char *trust_anchor;
  char **caa_evidence;
  char *check_validity; /* replaces trust.validity of the profile */
  char *ledger;
  double timeout; /* seconds, for all network waits of the command together */
} BullaCliLoaderOptions;

extern BullaCliLoaderOptions bulla_cli_loader_options;

/* clang-format off: one option per line is easier to find */

/* options for trusted roots and logs, used for TLS connections and packages */
#define BULLA_CLI_TRUST_ENTRIES                                                                    \
  {"trust",                                                                                        \
   't',                                                                                            \
   0,                                                                                              \
   G_OPTION_ARG_FILENAME_ARRAY,                                                                    \
   &bulla_cli_loader_options.trust,                                                                \
   N_ ("Trust the roots in this file instead of the system’s"),                                    \
   N_ ("PEM")},                                                                                    \
  {                                                                                                \
    "trust-system", 0, 0, G_OPTION_ARG_NONE, &bulla_cli_loader_options.trust_system,               \
        N_ ("Trust the system’s roots as well"), NULL                                              \
  }

/* options for changed rules and the time of a judgement */
#define BULLA_CLI_JUDGE_CHANGE_ENTRIES                                                             \
  {"set",                                                                                          \
   0,                                                                                              \
   0,                                                                                              \
   G_OPTION_ARG_STRING_ARRAY,                                                                      \
   &bulla_cli_loader_options.settings,                                                             \
   N_ ("Change a setting of the profile; may be repeated"),                                        \
   N_ ("SETTING=VALUE")},                                                                          \
      {"at",                                                                                       \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &bulla_cli_loader_options.at,                                                               \
       N_ ("Judge as of this time: Unix seconds or ISO 8601 (default: now)"),                      \
       N_ ("TIME")},                                                                               \
      BULLA_CLI_TRUST_ENTRIES,                                                                     \
  {                                                                                                \
    "ct-logs", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &bulla_cli_loader_options.ct_logs,               \
        N_ ("Accept logs from this list instead of the kept one"), N_ ("JSON")                     \
  }

/* the same, with one profile */
#define BULLA_CLI_JUDGE_ENTRIES                                                                    \
  {"profile",                                                                                      \
   'p',                                                                                            \
   0,                                                                                              \
   G_OPTION_ARG_STRING,                                                                            \
   &bulla_cli_loader_options.profile,                                                              \
   N_ ("Judge by this profile: a name or a file (default: draft-b3)"),                             \
   N_ ("PROFILE")},                                                                                \
      BULLA_CLI_JUDGE_CHANGE_ENTRIES

#define BULLA_CLI_NETWORK_ENTRIES                                                                  \
  {                                                                                                \
    "resolve", 0, 0, G_OPTION_ARG_STRING_ARRAY, &bulla_cli_loader_options.resolve,                 \
        N_ ("Connect to this address for that host and port"), N_ ("HOST:PORT:ADDRESS")            \
  }

/* for verbs that fetch URLs that the user names */
#define BULLA_CLI_SEND_HEADER_ENTRY                                                                \
  {                                                                                                \
    "send-header", 0, 0, G_OPTION_ARG_STRING_ARRAY, &bulla_cli_loader_options.send_headers,        \
        N_ ("Send this header to the hosts of the named URLs, and to no other host; may be "       \
            "repeated"),                                                                           \
        N_ ("“NAME: VALUE”")                                                                       \
  }

#define BULLA_CLI_OFFLINE_ENTRY                                                                    \
  {                                                                                                \
    "offline", 0, 0, G_OPTION_ARG_NONE, &bulla_cli_loader_options.offline,                         \
        N_ ("Do not use the network"), NULL                                                        \
  }

/* options for DNS lookups of CAA records */
#define BULLA_CLI_DNS_ENTRIES                                                                      \
  {"caa",                                                                                          \
   0,                                                                                              \
   0,                                                                                              \
   G_OPTION_ARG_STRING,                                                                            \
   &bulla_cli_loader_options.caa,                                                                  \
   N_ ("Check CAA records: off, report or require"),                                               \
   N_ ("MODE")},                                                                                   \
      {"dnssec",                                                                                   \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &bulla_cli_loader_options.dnssec,                                                           \
       N_ ("Check DNSSEC for CAA records: ignore or require"),                                     \
       N_ ("MODE")},                                                                               \
      {"resolver",                                                                                 \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING_ARRAY,                                                                  \
       &bulla_cli_loader_options.resolvers,                                                        \
       N_ ("Ask this DNS resolver for CAA records, or “recursive” to ask from the root"),          \
       N_ ("ADDRESS[@PORT]")},                                                                     \
      {"trust-anchor",                                                                             \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &bulla_cli_loader_options.trust_anchor,                                                     \
       N_ ("Start DNSSEC at the DS or DNSKEY records in this file"),                               \
       N_ ("FILE")},                                                                               \
  {                                                                                                \
    "caa-evidence", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &bulla_cli_loader_options.caa_evidence,     \
        N_ ("Take CAA records from this file, saved by “bulla caa --save”"), N_ ("FILE")           \
  }

#define BULLA_CLI_VALIDITY_ENTRY                                                                   \
  {                                                                                                \
    "check-validity", 0, 0, G_OPTION_ARG_STRING, &bulla_cli_loader_options.check_validity,         \
        N_ ("Ask the publisher whether a package is current: never, parallel or blocking"),        \
        N_ ("MODE")                                                                                \
  }

#define BULLA_CLI_TIMEOUT_ENTRY                                                                    \
  {                                                                                                \
    "timeout", 0, 0, G_OPTION_ARG_DOUBLE, &bulla_cli_loader_options.timeout,                       \
        N_ ("End all waits for the network after this time (default: 10)"), N_ ("SECONDS")         \
  }

#define BULLA_CLI_LEDGER_ENTRY                                                                     \
  {                                                                                                \
    "ledger", 0, 0, G_OPTION_ARG_FILENAME, &bulla_cli_loader_options.ledger,                       \
        N_ ("Write every contact to this file, as JSON lines"), N_ ("FILE")                        \
  }

/* clang-format on */

const char *bulla_cli_name_input (const char *path);
BullaTrust *bulla_cli_new_trust (GError **error);
BullaProfile *bulla_cli_load_profile (const char *name, gboolean changed, GError **error);
BullaLoader *bulla_cli_new_loader (BullaTrust *trust, GError **error);
BullaLoader *bulla_cli_new_loader_for (BullaProfile *profile, BullaTrust *trust, GError **error);
BullaLoader *bulla_cli_new_timed_loader (BullaTrust *trust, GError **error);
BullaLoader *bulla_cli_new_timed_loader_for (BullaProfile *profile, BullaTrust *trust,
                                             GError **error);
gboolean bulla_cli_check_timeout (double seconds, GError **error);
gboolean bulla_cli_find_deadline (gint64 *deadline, GError **error);

G_END_DECLS
