/* bulla-cli-signer.c - certificate, chain and dates with which the verbs sign
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-signer.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-signing-dates.h"
#include "bulla-cli.h"
#include "bulla-url-key.h"
#include "write/bulla-merkle-writer.h"

#define EXPIRES_MAX (3650 * G_GINT64_CONSTANT (86400)) /* most seconds from the date */
#define LEAF_DAYS 90
#define OCSP_SECONDS (6 * 86400)
#define CHAIN_READ_MAX (1 << 20) /* most bytes of its file that are read, to find out */

void
bulla_cli_signer_clear (BullaCliSigner *self)
{
  g_clear_object (&self->authority);
  g_clear_object (&self->credential);
  g_clear_pointer (&self->chain, g_bytes_unref);
}

/**
 * bulla_cli_parse_https_host: (skip)
 * @url: a URL
 * @error: set unless @url is an absolute https URL
 *
 * Returns: (transfer full) (nullable): its host
 */
char *
bulla_cli_parse_https_host (const char *url, GError **error)
{
  g_autofree char *escaped = bulla_url_escape_strays (url); /* GUri refuses them */
  g_autoptr (GUri) uri = g_uri_parse (escaped, G_URI_FLAGS_ENCODED, NULL);

  if (uri != NULL && g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0'
      && strchr (g_uri_get_host (uri), '%') == NULL
      && g_strcmp0 (g_uri_get_scheme (uri), "https") == 0)
    return g_strdup (g_uri_get_host (uri));
  g_autofree char *better = bulla_cli_dup_url_replacement (url);
  if (better != NULL && g_str_has_prefix (better, "https://"))
    bulla_cli_usage_error (error, _ ("“%s” is not a valid URL; use %s instead"), url, better);
  else
    bulla_cli_usage_error (error, _ ("“%s” is not an https URL"), url);
  return NULL;
}

/**
 * bulla_cli_signer_check_options: (skip)
 * @options: the options
 * @error: set if they contradict each other, or a size is out of range
 */
gboolean
bulla_cli_signer_check_options (const BullaCliSignerOptions *options, GError **error)
{
  if (options->record_size < 1 || options->record_size > BULLA_MERKLE_RECORD_SIZE_WRITTEN) {
    bulla_cli_usage_error (error, _ ("--record-size must be between 1 and %d"),
                           BULLA_MERKLE_RECORD_SIZE_WRITTEN);
    return FALSE;
  }
  if (options->authority == NULL
      || (options->certificate == NULL && options->private_key == NULL && options->chain == NULL))
    return TRUE;
  bulla_cli_usage_error (
      error, _ ("--authority cannot be combined with --certificate, --private-key or --chain"));
  return FALSE;
}

static gboolean
read_certificate (BullaCliSigner *self, const BullaCliSignerOptions *options, GError **error)
{
  if (options->chain != NULL) {
    self->chain = bulla_cli_read_file (options->chain, CHAIN_READ_MAX, error);
    if (self->chain == NULL)
      return FALSE;
    if (g_bytes_get_size (self->chain) > BULLA_CLI_CHAIN_MAX) {
      bulla_cli_usage_error (error, _ ("the chain is longer than %d bytes"), BULLA_CLI_CHAIN_MAX);
      return FALSE;
    }
  }
  self->credential = bulla_cli_read_credential (options->certificate, options->private_key, error);
  return self->credential != NULL;
}

/**
 * bulla_cli_signer_init: (skip)
 * @self: (out caller-allocates): the signer; to be cleared, also after a failure
 * @options: the options; certificate and private key, unless they name an authority
 * @error: set if the options contradict each other, or a file cannot be used
 *
 * Reads the certificate and the chain, or the authority, which bulla_cli_signer_issue() then uses.
 * The end may be before the date, or any time after it: what was signed is judged by the caller.
 */
gboolean
bulla_cli_signer_init (BullaCliSigner *self, const BullaCliSignerOptions *options, GError **error)
{
  *self = (BullaCliSigner){NULL};
  if (!bulla_cli_signer_check_options (options, error)
      || !bulla_cli_parse_date (options->date, &self->date, error))
    return FALSE;
  self->expires = self->date + BULLA_CLI_SIGNED_MAX;
  if (options->expires != NULL
      && !bulla_cli_parse_end ("expires", options->expires, self->date, 1, self->date + EXPIRES_MAX,
                               &self->expires, error))
    return FALSE;
  if (options->authority == NULL)
    return read_certificate (self, options, error);
  self->authority = bulla_authority_load (options->authority, error);
  return self->authority != NULL;
}

/**
 * bulla_cli_signer_issue: (skip)
 * @self: a signer with an authority
 * @host: a host name
 * @error: set if the authority cannot issue a certificate for it
 *
 * Replaces certificate and chain by new ones for @host.
 */
gboolean
bulla_cli_signer_issue (BullaCliSigner *self, const char *host, GError **error)
{
  const char *const hosts[] = {host, NULL};
  int64_t from = self->date - BULLA_CLI_BACKDATE;

  g_clear_object (&self->credential);
  g_clear_pointer (&self->chain, g_bytes_unref);
  self->credential = bulla_authority_issue (self->authority, hosts, from, LEAF_DAYS,
                                            BULLA_ISSUE_SIGN_EXCHANGES, error);
  if (self->credential == NULL)
    return FALSE;
  self->chain = bulla_authority_write_chain (self->authority, self->credential, from,
                                             from + OCSP_SECONDS, BULLA_RESPOND_GOOD, error);
  return self->chain != NULL;
}
