/* bulla-cli-exchange-signer.h - signs exchanges as the options require, and judges them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-key.h"
#include "write/bulla-exchange-writer.h"

G_BEGIN_DECLS

#define BULLA_CLI_CHAIN_TYPE "application/cert-chain+cbor"

/* values of BULLA_CLI_EXCHANGE_SIGN_ENTRIES; NULL where an option was not given */
typedef struct {
  char *certificate;
  char *private_key;
  char *authority;
  char *cert_url; /* "data" puts the chain into the package */
  char *chain;
  char *validity_url;
  char *date;
  char *expires;
  int record_size;
} BullaCliExchangeOptions;

/* Certificate, chain and dates, for any number of exchanges of one host. */
typedef struct {
  const BullaCliExchangeOptions *options; /* borrowed */
  BullaCredential *credential;            /* owned */
  GBytes *chain; /* owned; certificate chain; NULL if it is only served elsewhere */
  int64_t date, expires;
} BullaCliExchangeSigner;

/* an exchange that is about to be written */
typedef struct {
  BullaExchangeWriter *writer; /* borrowed */
  GInputStream *content;       /* borrowed; seekable */
  const char *path;            /* borrowed; the file; "-" is standard output */
  const char *name;            /* borrowed; the file, as messages call it */
  gboolean force;              /* whether to replace an existing file */
  gboolean ignore_errors;      /* whether to write what verification would refuse */
} BullaCliExchangeOutput;

gboolean bulla_cli_exchange_signer_init (BullaCliExchangeSigner *self,
                                         const BullaCliExchangeOptions *options, const char *url,
                                         GError **error);
void bulla_cli_exchange_signer_clear (BullaCliExchangeSigner *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaCliExchangeSigner, bulla_cli_exchange_signer_clear)

gboolean bulla_cli_exchange_signer_encloses_chain (const BullaCliExchangeSigner *self);
GBytes *bulla_cli_exchange_signer_dup_review_chain (const BullaCliExchangeSigner *self,
                                                    GError **error);
BullaExchangeWriter *bulla_cli_exchange_signer_new_writer (const BullaCliExchangeSigner *self,
                                                           const char *url, GError **error);
gboolean bulla_cli_exchange_signer_write (const BullaCliExchangeSigner *self,
                                          const BullaCliExchangeOutput *output, GError **error);

#define BULLA_CLI_EXCHANGE_SIGN_ENTRIES(options)                                                   \
  {"certificate",                                                                                  \
   'c',                                                                                            \
   0,                                                                                              \
   G_OPTION_ARG_FILENAME,                                                                          \
   &(options).certificate,                                                                         \
   N_ ("Sign with this certificate; its issuers may follow it"),                                   \
   N_ ("PEM")},                                                                                    \
      {"private-key",                                                                              \
       'k',                                                                                        \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).private_key,                                                                     \
       N_ ("The certificate's private key"),                                                       \
       N_ ("PEM")},                                                                                \
      BULLA_CLI_PASSPHRASE_ENTRY,                                                                  \
      {"authority",                                                                                \
       'a',                                                                                        \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).authority,                                                                       \
       N_ ("Sign with a new certificate of this authority instead"),                               \
       N_ ("FOLDER")},                                                                             \
      {"cert-url",                                                                                 \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &(options).cert_url,                                                                        \
       N_ ("The URL of the certificate chain; “data” puts the chain into the package"),            \
       N_ ("URL")},                                                                                \
      {"chain",                                                                                    \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_FILENAME,                                                                      \
       &(options).chain,                                                                           \
       N_ ("The chain to judge with, and to put into the package with --cert-url data"),           \
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
       N_ ("Size of a record in bytes, up to 16384 (default: 4096)"),                              \
       N_ ("N")},                                                                                  \
      {"date",                                                                                     \
       0,                                                                                          \
       0,                                                                                          \
       G_OPTION_ARG_STRING,                                                                        \
       &(options).date,                                                                            \
       N_ ("Valid from this time: Unix seconds or ISO 8601 (default: now)"),                       \
       N_ ("TIME")},                                                                               \
  {                                                                                                \
    "expires", 0, 0, G_OPTION_ARG_STRING, &(options).expires,                                      \
        N_ ("Valid until this time, or for this long: 12h, 2d (default: 7d, which is the "         \
            "maximum)"),                                                                           \
        N_ ("TIME|DURATION")                                                                       \
  }

G_END_DECLS
