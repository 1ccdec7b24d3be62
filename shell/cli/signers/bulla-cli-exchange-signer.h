/* bulla-cli-exchange-signer.h - signs exchanges as the options require, and judges them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-signer.h"
#include "write/bulla-exchange-writer.h"

G_BEGIN_DECLS

#define BULLA_CLI_CHAIN_TYPE "application/cert-chain+cbor"

/* values of BULLA_CLI_EXCHANGE_SIGN_ENTRIES; NULL where an option was not given */
typedef struct {
  BullaCliSignerOptions signer;
  char *cert_url; /* "data" puts the chain into the package */
} BullaCliExchangeOptions;

/* Certificate, chain and dates, for any number of exchanges of one host. */
typedef struct {
  const BullaCliExchangeOptions *options; /* borrowed */
  BullaCliSigner signer;
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
GBytes *bulla_cli_exchange_signer_dup_known_chain (const BullaCliExchangeSigner *self,
                                                   const char *written, char **path);
BullaExchangeWriter *bulla_cli_exchange_signer_new_writer (const BullaCliExchangeSigner *self,
                                                           const char *url, GError **error);
gboolean bulla_cli_exchange_signer_write (const BullaCliExchangeSigner *self,
                                          const BullaCliExchangeOutput *output, GError **error);

#define BULLA_CLI_EXCHANGE_SIGN_ENTRIES(options)                                                   \
  BULLA_CLI_SIGNER_ENTRIES ((options).signer, 'c', 'k'), BULLA_CLI_PASSPHRASE_ENTRY,               \
  {                                                                                                \
    "cert-url", 0, 0, G_OPTION_ARG_STRING, &(options).cert_url,                                    \
        N_ ("The URL of the certificate chain; “data” puts the chain into the package"),           \
        N_ ("URL")                                                                                 \
  }

G_END_DECLS
