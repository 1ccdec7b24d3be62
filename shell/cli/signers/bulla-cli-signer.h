/* bulla-cli-signer.h - certificate, chain and dates with which the verbs sign
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-key.h"
#include "write/bulla-authority.h"

G_BEGIN_DECLS

#define BULLA_CLI_CHAIN_MAX 102400 /* most bytes of a certificate chain */

/* values of BULLA_CLI_SIGNER_ENTRIES; NULL where an option was not given */
typedef struct {
  char *certificate; /* file */
  char *private_key; /* file */
  char *authority;   /* folder */
  char *chain;       /* file */
  char *validity_url;
  char *date;
  char *expires;
  int record_size; /* bytes */
} BullaCliSignerOptions;

typedef struct {
  BullaAuthority *authority;   /* owned; NULL if the certificate is given */
  BullaCredential *credential; /* owned; certificate and key; NULL before they are made or read */
  GBytes *chain;               /* owned; certificate chain; NULL if it is only served elsewhere */
  int64_t date, expires;       /* Unix seconds */
} BullaCliSigner;

gboolean bulla_cli_signer_check_options (const BullaCliSignerOptions *options, GError **error);
gboolean bulla_cli_signer_init (BullaCliSigner *self, const BullaCliSignerOptions *options,
                                GError **error);
gboolean bulla_cli_signer_issue (BullaCliSigner *self, const char *host, GError **error);
void bulla_cli_signer_clear (BullaCliSigner *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliSigner, bulla_cli_signer_clear)

char *bulla_cli_parse_https_host (const char *url, GError **error);

/* The letters are those of the short options; 0 for none. */
#define BULLA_CLI_SIGNER_ENTRIES(options, certificate_letter, key_letter)                          \
  {"certificate",                                                                                  \
   certificate_letter,                                                                             \
   0,                                                                                              \
   G_OPTION_ARG_FILENAME,                                                                          \
   &(options).certificate,                                                                         \
   N_ ("Sign with this certificate; its issuers may follow it"),                                   \
   N_ ("PEM")},                                                                                    \
      {"private-key",                                                                              \
       key_letter,                                                                                 \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).private_key,                                                                     \
       N_ ("The certificate’s private key"),                                                       \
       N_ ("PEM")},                                                                                \
      {"authority",                                                                                \
       'a',                                                                                        \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).authority,                                                                       \
       N_ ("Sign with a new certificate of this authority instead"),                               \
       N_ ("FOLDER")},                                                                             \
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
       N_ ("Size of a record of signed bodies in bytes (default: 4096); readers take 16384 at "    \
           "most"),                                                                                \
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
            "maximum without --ignore-errors)"),                                                   \
        N_ ("TIME|DURATION")                                                                       \
  }

G_END_DECLS
