/* bulla-cli-exchange-signer.c - signs exchanges as the options require, and judges them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-exchange-signer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-print.h"
#include "bulla-cli-review.h"
#include "bulla-cli-signing-dates.h"
#include "bulla-cli-write.h"
#include "bulla-url.h"
#include "write/bulla-authority.h"
#include "write/bulla-chain-writer.h"

#define LIFETIME_DEFAULT 604800 /* seconds of validity: 7 days, the most allowed */
#define EXPIRES_MAX (3650 * G_GINT64_CONSTANT (86400)) /* most seconds with --ignore-errors */
#define LEAF_DAYS 90
#define OCSP_SECONDS (6 * 86400)
#define CHAIN_FILE_MAX 102400 /* most bytes of a certificate chain file */

void
bulla_cli_exchange_signer_clear (BullaCliExchangeSigner *self)
{
  g_clear_object (&self->credential);
  g_clear_pointer (&self->chain, g_bytes_unref);
}

static gboolean
wants_data_url (const BullaCliExchangeOptions *options)
{
  return options->cert_url != NULL && strcmp (options->cert_url, "data") == 0;
}

/* Returns: (transfer full) (nullable): the host of an https URL */
static char *
parse_host (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || strcmp (g_uri_get_scheme (uri), "https") != 0) {
    bulla_cli_usage_error (error, _ ("“%s” is not an https URL"), url);
    return NULL;
  }
  return g_strdup (g_uri_get_host (uri));
}

static gboolean
issue_certificate (BullaCliExchangeSigner *self, const char *url, GError **error)
{
  int64_t from = self->date - BULLA_CLI_BACKDATE;
  g_autofree char *host = parse_host (url, error);
  g_autoptr (BullaAuthority) authority =
      host != NULL ? bulla_authority_load (self->options->authority, error) : NULL;

  if (authority == NULL)
    return FALSE;
  const char *const hosts[] = {host, NULL};
  self->credential =
      bulla_authority_issue (authority, hosts, from, LEAF_DAYS, BULLA_ISSUE_SIGN_EXCHANGES, error);
  if (self->credential == NULL)
    return FALSE;
  self->chain = bulla_authority_write_chain (authority, self->credential, from, from + OCSP_SECONDS,
                                             BULLA_RESPOND_GOOD, error);
  return self->chain != NULL;
}

static gboolean
read_certificate (BullaCliExchangeSigner *self, GError **error)
{
  const BullaCliExchangeOptions *options = self->options;
  g_autofree char *chain = NULL;
  gsize chain_size;

  if (!bulla_cli_require_option (options->certificate, "certificate", error)
      || !bulla_cli_require_option (options->private_key, "private-key", error)
      || !bulla_cli_require_option (options->cert_url, "cert-url", error)
      || (wants_data_url (options) && !bulla_cli_require_option (options->chain, "chain", error)))
    return FALSE;
  if (options->chain != NULL) {
    if (!g_file_get_contents (options->chain, &chain, &chain_size, error))
      return FALSE;
    if (chain_size > CHAIN_FILE_MAX) {
      bulla_cli_usage_error (error, _ ("the chain is longer than %d bytes"), CHAIN_FILE_MAX);
      return FALSE;
    }
    self->chain = g_bytes_new_take (g_steal_pointer (&chain), chain_size);
  }
  self->credential = bulla_cli_read_credential (options->certificate, options->private_key, error);
  return self->credential != NULL;
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
  if (!bulla_cli_parse_date (options->date, &self->date, error))
    return FALSE;
  self->expires = self->date + LIFETIME_DEFAULT;
  if (options->expires != NULL
      && !bulla_cli_parse_end ("expires", options->expires, self->date, 1, self->date + EXPIRES_MAX,
                               &self->expires, error))
    return FALSE;
  if (options->authority == NULL)
    return read_certificate (self, error);
  if (options->certificate != NULL || options->private_key != NULL || options->chain != NULL) {
    bulla_cli_usage_error (
        error, _ ("--authority cannot be combined with --certificate, --private-key or --chain"));
    return FALSE;
  }
  return issue_certificate (self, url, error);
}

/* Says whether the chain is embedded in the package; otherwise it is served at --cert-url. */
gboolean
bulla_cli_exchange_signer_encloses_chain (const BullaCliExchangeSigner *self)
{
  return wants_data_url (self->options) || (self->chain != NULL && self->options->cert_url == NULL);
}

/* Returns: (transfer full) (nullable): the chain to judge with, if the exchange lacks one. The
 * OCSP response that cert-url serves is not known: an empty one takes its place. */
GBytes *
bulla_cli_exchange_signer_dup_review_chain (const BullaCliExchangeSigner *self, GError **error)
{
  g_autofree char *certificates = bulla_credential_dup_certificates_pem (self->credential);
  g_autoptr (GBytes) placeholder = g_bytes_new_static ("", 1);

  return self->chain != NULL ? g_bytes_ref (self->chain)
                             : bulla_chain_write (certificates, placeholder, NULL, error);
}

static void
set_cert_url (const BullaCliExchangeSigner *self, BullaExchangeWriter *writer)
{
  if (!bulla_cli_exchange_signer_encloses_chain (self)) {
    bulla_exchange_writer_set_cert_url (writer, self->options->cert_url);
    return;
  }
  g_autofree char *base64 =
      g_base64_encode (g_bytes_get_data (self->chain, NULL), g_bytes_get_size (self->chain));
  g_autofree char *url = g_strconcat ("data:" BULLA_CLI_CHAIN_TYPE ";base64,", base64, NULL);
  bulla_exchange_writer_set_cert_url (writer, url);
}

static gboolean
set_validity_url (const BullaCliExchangeSigner *self, BullaExchangeWriter *writer, const char *url,
                  GError **error)
{
  if (self->options->validity_url != NULL) {
    bulla_exchange_writer_set_validity_url (writer, self->options->validity_url);
    return TRUE;
  }
  g_autofree char *host = parse_host (url, error);
  if (host == NULL)
    return FALSE;
  g_autofree char *validity =
      g_uri_resolve_relative (url, "/resource.validity", G_URI_FLAGS_ENCODED, error);
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
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, self->credential);

  bulla_exchange_writer_set_checked (writer, FALSE); /* the engine judges what was written */
  bulla_exchange_writer_set_record_size (writer, MAX (self->options->record_size, 0));
  bulla_exchange_writer_set_validity (writer, self->date, self->expires);
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
                 .skipped = self->chain != NULL ? BULLA_REVIEW_ALL : BULLA_REVIEW_NO_STAPLES,
                 .at = MAX (now, self->date),
                 .ignore_errors = output->ignore_errors},
  };
  return bulla_cli_write_checked (output->path, BULLA_CLI_PUBLIC_MODE, output->force, write_cb,
                                  check_cb, &writing, error);
}
