/* bulla-cli-exchange-signer.c - signs exchanges as the options require, and judges them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-exchange-signer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-review.h"
#include "bulla-cli-write.h"
#include "bulla-url-key.h"
#include "bulla-url.h"
#include "write/bulla-chain-writer.h"

void
bulla_cli_exchange_signer_clear (BullaCliExchangeSigner *self)
{
  bulla_cli_signer_clear (&self->signer);
}

static gboolean
wants_data_url (const BullaCliExchangeOptions *options)
{
  return options->cert_url != NULL && strcmp (options->cert_url, "data") == 0;
}

/* Without an authority, certificate, key and a place for the chain are needed. */
static gboolean
check_certificate (const BullaCliExchangeOptions *options, GError **error)
{
  const BullaCliSignerOptions *signer = &options->signer;

  return bulla_cli_require_option (signer->certificate, "certificate", error)
         && bulla_cli_require_option (signer->private_key, "private-key", error)
         && bulla_cli_require_option (options->cert_url, "cert-url", error)
         && (!wants_data_url (options) || bulla_cli_require_option (signer->chain, "chain", error));
}

/**
 * bulla_cli_exchange_signer_init: (skip)
 * @self: (out caller-allocates): the signer; to be cleared, also after a failure
 * @options: the options, which must outlive @self
 * @url: a URL of the host that the exchanges are for
 * @error: set if the options contradict each other, or a file cannot be used
 *
 * Reads the certificate, or issues one for the host of @url.
 */
gboolean
bulla_cli_exchange_signer_init (BullaCliExchangeSigner *self,
                                const BullaCliExchangeOptions *options, const char *url,
                                GError **error)
{
  *self = (BullaCliExchangeSigner){.options = options};
  if ((options->signer.authority == NULL && !check_certificate (options, error))
      || !bulla_cli_signer_init (&self->signer, &options->signer, error))
    return FALSE;
  if (options->signer.authority == NULL)
    return TRUE;
  g_autofree char *host = bulla_cli_parse_https_host (url, error);
  return host != NULL && bulla_cli_signer_issue (&self->signer, host, error);
}

/* Says whether the chain is embedded in the package; otherwise it is served at --cert-url. */
gboolean
bulla_cli_exchange_signer_encloses_chain (const BullaCliExchangeSigner *self)
{
  return wants_data_url (self->options)
         || (self->signer.chain != NULL && self->options->cert_url == NULL);
}

/* Returns: (transfer full) (nullable): the chain to judge with, if the exchange lacks one. The
 * OCSP response that cert-url serves is not known: an empty one takes its place. */
GBytes *
bulla_cli_exchange_signer_dup_review_chain (const BullaCliExchangeSigner *self, GError **error)
{
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (self->signer.credential);
  g_autoptr (GBytes) placeholder = g_bytes_new_static ("", 1);

  return self->signer.chain != NULL ? g_bytes_ref (self->signer.chain)
                                    : bulla_chain_write (certificates, placeholder, NULL, error);
}

/**
 * bulla_cli_exchange_signer_dup_known_chain: (skip)
 * @self: a signer
 * @written: (nullable): the file to which the chain of a new certificate was written
 * @path: (out) (transfer full) (nullable): the file of the chain; %NULL if exchanges have it
 *
 * Returns: (transfer full) (nullable): the chain with which the exchanges can be verified: the one
 *   that they contain or that was given, or one beside the certificate
 */
GBytes *
bulla_cli_exchange_signer_dup_known_chain (const BullaCliExchangeSigner *self, const char *written,
                                           char **path)
{
  *path = NULL;
  if (bulla_cli_exchange_signer_encloses_chain (self))
    return g_bytes_ref (self->signer.chain);
  if (self->signer.chain != NULL) {
    *path = g_strdup (written != NULL ? written : self->options->signer.chain);
    return g_bytes_ref (self->signer.chain);
  }
  const char *certificate = self->options->signer.certificate;
  size_t length = strlen (certificate) - (g_str_has_suffix (certificate, ".pem") ? 4 : 0);
  g_autofree char *beside = g_strdup_printf ("%.*s.cbor", (int)length, certificate);
  GBytes *chain = bulla_cli_read_file (beside, BULLA_CLI_CHAIN_MAX, NULL);
  if (chain != NULL)
    *path = g_steal_pointer (&beside);
  return chain;
}

static void
set_cert_url (const BullaCliExchangeSigner *self, BullaExchangeWriter *writer)
{
  if (!bulla_cli_exchange_signer_encloses_chain (self)) {
    bulla_exchange_writer_set_cert_url (writer, self->options->cert_url);
    return;
  }
  g_autofree char *base64 = g_base64_encode (g_bytes_get_data (self->signer.chain, NULL),
                                             g_bytes_get_size (self->signer.chain));
  g_autofree char *url = g_strconcat ("data:" BULLA_CLI_CHAIN_TYPE ";base64,", base64, NULL);
  bulla_exchange_writer_set_cert_url (writer, url);
}

static gboolean
set_validity_url (const BullaCliExchangeSigner *self, BullaExchangeWriter *writer, const char *url,
                  GError **error)
{
  if (self->options->signer.validity_url != NULL) {
    bulla_exchange_writer_set_validity_url (writer, self->options->signer.validity_url);
    return TRUE;
  }
  g_autofree char *host = bulla_cli_parse_https_host (url, error);
  if (host == NULL)
    return FALSE;
  g_autofree char *base = bulla_url_escape_strays (url); /* its path does not matter */
  g_autofree char *validity =
      g_uri_resolve_relative (base, "/resource.validity", G_URI_FLAGS_ENCODED, error);
  bulla_exchange_writer_set_validity_url (writer, validity);
  return validity != NULL;
}

/**
 * bulla_cli_exchange_signer_new_writer: (skip)
 * @self: a signer
 * @url: the URL at which the response is published
 * @error: set if @url is not https
 *
 * Returns: (transfer full) (nullable): a writer that lacks only status, headers and body
 */
BullaExchangeWriter *
bulla_cli_exchange_signer_new_writer (const BullaCliExchangeSigner *self, const char *url,
                                      GError **error)
{
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, self->signer.credential);

  bulla_exchange_writer_set_checked (writer, FALSE); /* the engine judges what was written */
  bulla_exchange_writer_set_record_size (writer, MAX (self->options->signer.record_size, 0));
  bulla_exchange_writer_set_validity (writer, self->signer.date, self->signer.expires);
  set_cert_url (self, writer);
  return set_validity_url (self, writer, url, error) ? g_steal_pointer (&writer) : NULL;
}

/* what is needed to write and to judge the exchange */
typedef struct {
  const BullaCliExchangeOutput *output; /* borrowed */
  BullaCliReview review;
} Writing;

/* Streams the body, so that its size does not matter. */
static gboolean
write_cb (GOutputStream *out, gpointer user_data, GError **error)
{
  const BullaCliExchangeOutput *output = ((const Writing *)user_data)->output;

  return bulla_exchange_writer_write_stream (output->writer, output->content, out, NULL, error);
}

static gboolean
check_cb (const char *path, gpointer user_data, GError **error)
{
  return bulla_cli_review_package (&((const Writing *)user_data)->review, path, error);
}

/**
 * bulla_cli_exchange_signer_write: (skip)
 * @self: the signer that made the writer
 * @output: the exchange and its file
 * @error: set if verification would refuse the exchange whoever is trusted, and errors are not
 *   ignored; the broken rules are printed on stderr. Set also if the file cannot be written
 *
 * Signs, judges and writes the exchange; the file is written whole or not at all.
 */
gboolean
bulla_cli_exchange_signer_write (const BullaCliExchangeSigner *self,
                                 const BullaCliExchangeOutput *output, GError **error)
{
  int64_t now = g_get_real_time () / G_USEC_PER_SEC;
  g_autoptr (GBytes) chain = bulla_cli_exchange_signer_dup_review_chain (self, error);

  if (chain == NULL)
    return FALSE;
  Writing writing = {
      .output = output,
      .review = {.name = output->name,
                 .chain = chain,
                 .skipped = self->signer.chain != NULL ? BULLA_REVIEW_ALL : BULLA_REVIEW_NO_STAPLES,
                 .at = MAX (now, self->signer.date),
                 .ignore_errors = output->ignore_errors},
  };
  return bulla_cli_write_checked (output->path, BULLA_CLI_PUBLIC_MODE, output->force, write_cb,
                                  check_cb, &writing, error);
}
