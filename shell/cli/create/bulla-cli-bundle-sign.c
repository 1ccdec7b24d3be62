/* bulla-cli-bundle-sign.c - passes the subsets to be signed to the bundle writer, as the options
 * require
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle-sign.h"

#include "bulla-cli-key.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-create.h"
#include "write/bulla-authority.h"
#include "write/bulla-merkle-writer.h"
#include "bulla-cli-print.h"

#define LIFETIME_DEFAULT 604800 /* seconds of validity: 7 days, the most allowed */
#define LEAF_DAYS 90
#define OCSP_SECONDS (6 * 86400)
#define CHAIN_FILE_MAX 102400 /* most bytes of a certificate chain file */

/* the signer and the time of signing */
typedef struct {
  BullaAuthority *authority;   /* owned; NULL if the certificate is given */
  BullaCredential *credential; /* owned; certificate and key; NULL before they are made or read */
  GBytes *chain;               /* owned; certificate chain; NULL before it is made or read */
  int64_t date, expires;       /* Unix seconds */
} Signer;

static void
signer_clear (Signer *self)
{
  g_clear_object (&self->authority);
  g_clear_object (&self->credential);
  g_clear_pointer (&self->chain, g_bytes_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Signer, signer_clear)

gboolean
bulla_cli_check_sign_options (const BullaCliBundleSignOptions *options, GError **error)
{
  gboolean has_certificate =
      options->certificate != NULL || options->private_key != NULL || options->chain != NULL;

  if (options->prefixes == NULL) {
    if (options->authority == NULL && !has_certificate && options->validity_url == NULL
        && options->date == NULL && options->expires == NULL
        && options->record_size == BULLA_MERKLE_RECORD_SIZE_DEFAULT)
      return TRUE;
    bulla_cli_usage_error (error,
                           _ ("--sign-subset is missing: give the URL prefix to sign, or “all”"));
    return FALSE;
  }
  if (options->record_size < 1 || options->record_size > BULLA_MERKLE_RECORD_SIZE_MAX) {
    bulla_cli_usage_error (error, _ ("--record-size must be between 1 and %d"),
                           BULLA_MERKLE_RECORD_SIZE_MAX);
    return FALSE;
  }
  if (options->authority != NULL && has_certificate) {
    bulla_cli_usage_error (
        error, _ ("--authority cannot be combined with --certificate, --private-key or --chain"));
    return FALSE;
  }
  return options->authority != NULL
         || (bulla_cli_require_option (options->certificate, "certificate", error)
             && bulla_cli_require_option (options->private_key, "private-key", error)
             && bulla_cli_require_option (options->chain, "chain", error));
}

static gboolean
read_credential (Signer *self, const BullaCliBundleSignOptions *options, GError **error)
{
  g_autofree char *chain = NULL;
  gsize size;

  if (!g_file_get_contents (options->chain, &chain, &size, error))
    return FALSE;
  if (size > CHAIN_FILE_MAX) {
    bulla_cli_usage_error (error, _ ("the chain is longer than %d bytes"), CHAIN_FILE_MAX);
    return FALSE;
  }
  self->chain = g_bytes_new_take (g_steal_pointer (&chain), size);
  self->credential = bulla_cli_read_credential (options->certificate, options->private_key, error);
  return self->credential != NULL;
}

static gboolean
signer_init (Signer *self, const BullaCliBundleSignOptions *options, GError **error)
{
  if (!bulla_cli_parse_date (options->date, &self->date, error))
    return FALSE;
  self->expires = self->date + LIFETIME_DEFAULT;
  if (options->expires != NULL
      && !bulla_cli_parse_end ("expires", options->expires, self->date, self->date + 1,
                               self->date + BULLA_CLI_SIGNED_MAX, &self->expires, error))
    return FALSE;
  if (options->authority == NULL)
    return read_credential (self, options, error);
  self->authority = bulla_authority_load (options->authority, error);
  return self->authority != NULL;
}

/* Returns: (transfer full) (nullable): "https://host:port/" of a URL; @host: (out) (transfer
 * full) */
static char *
parse_origin (const char *url, char **host, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, NULL);

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || g_strcmp0 (g_uri_get_scheme (uri), "https") != 0) {
    bulla_cli_usage_error (error, _ ("“%s” is not an https URL"), url);
    return NULL;
  }
  *host = g_strdup (g_uri_get_host (uri));
  g_autofree char *root = g_uri_resolve_relative (url, "/", G_URI_FLAGS_ENCODED, error);
  return g_steal_pointer (&root);
}

static gboolean
issue (Signer *self, const char *host, GError **error)
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

/* Adds the URLs that begin with @prefix and are not in @taken yet to the subset. */
static guint
cover (const BullaCliResources *resources, BullaBundleWriter *writer, guint subset,
       const char *prefix, GHashTable *taken)
{
  guint n = 0;

  for (guint i = 0; i < resources->list->len; i++) {
    const BullaCliResource *resource = g_ptr_array_index (resources->list, i);
    char *const urls[] = {resource->url, resource->alias};
    for (size_t u = 0; u < G_N_ELEMENTS (urls); u++) {
      if (urls[u] == NULL || !g_str_has_prefix (urls[u], prefix)
          || !g_hash_table_add (taken, urls[u]))
        continue;
      bulla_bundle_writer_cover (writer, subset, urls[u]);
      n++;
    }
  }
  return n;
}

static gboolean
sign_prefix (Signer *self, const BullaCliResources *resources, BullaBundleWriter *writer,
             const BullaCliBundleSignOptions *options, const char *given, GHashTable *taken,
             GError **error)
{
  g_autofree char *host = NULL;
  /* with its slash "https://example.com" does not match https://example.com.invalid/ */
  g_autofree char *prefix = bulla_cli_normalise_url (given);
  g_autofree char *origin = parse_origin (prefix, &host, error);

  if (origin == NULL || (self->authority != NULL && !issue (self, host, error)))
    return FALSE;
  g_autofree char *validity_url = options->validity_url != NULL
                                      ? g_strdup (options->validity_url)
                                      : g_strconcat (origin, "resource.validity", NULL);
  guint subset = bulla_bundle_writer_add_subset (writer, self->credential, self->chain);
  bulla_bundle_writer_set_subset_validity (writer, subset, validity_url, self->date, self->expires);
  guint n = cover (resources, writer, subset, prefix, taken);
  if (n == 0) {
    bulla_cli_usage_error (error, _ ("--sign-subset: no URL in the bundle begins with “%s”"),
                           prefix);
    return FALSE;
  }
  if (options->is_quiet)
    return TRUE;
  bulla_cli_print (
      ngettext ("Signing %u URL that begins with %s\n", "Signing %u URLs that begin with %s\n", n),
      n, prefix);
  return TRUE;
}

/* Returns: (transfer full): each https origin of the bundle, in the order of its responses */
static GPtrArray *
list_origins (const BullaCliResources *resources)
{
  GPtrArray *origins = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < resources->list->len; i++) {
    const BullaCliResource *resource = g_ptr_array_index (resources->list, i);
    g_autofree char *host = NULL;
    g_autofree char *origin = parse_origin (resource->url, &host, NULL);
    if (origin == NULL || g_hash_table_contains (seen, origin))
      continue;
    g_hash_table_add (seen, origin);
    g_ptr_array_add (origins, g_steal_pointer (&origin));
  }
  return origins;
}

/**
 * bulla_cli_sign_subsets: (skip)
 * @resources: the responses of the bundle
 * @writer: the writer that has received them
 * @options: the signing options, checked before
 * @error: set if a file cannot be used, or no URL matches an option
 *
 * Each URL is signed once, by the first option that is a prefix of it.
 *
 * Returns: whether all subsets were added to @writer, even if the options request none
 */
gboolean
bulla_cli_sign_subsets (const BullaCliResources *resources, BullaBundleWriter *writer,
                        const BullaCliBundleSignOptions *options, GError **error)
{
  g_auto (Signer) signer = {NULL};
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  if (options->prefixes == NULL)
    return TRUE;
  if (!signer_init (&signer, options, error))
    return FALSE;
  bulla_bundle_writer_set_record_size (writer, options->record_size);
  for (size_t i = 0; options->prefixes[i] != NULL; i++) {
    if (strcmp (options->prefixes[i], "all") != 0) {
      if (!sign_prefix (&signer, resources, writer, options, options->prefixes[i], taken, error))
        return FALSE;
      continue;
    }
    g_autoptr (GPtrArray) origins = list_origins (resources);
    if (origins->len == 0) {
      bulla_cli_usage_error (error, _ ("--sign-subset: the bundle contains no https URL"));
      return FALSE;
    }
    for (guint o = 0; o < origins->len; o++)
      if (!sign_prefix (&signer, resources, writer, options, g_ptr_array_index (origins, o), taken,
                        error))
        return FALSE;
  }
  return TRUE;
}
