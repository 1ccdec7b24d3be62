/* bulla-cli-bundle-sign.c - passes the subsets to be signed to the bundle writer, as the options
 * require
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-bundle-sign.h"

#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-next.h"
#include "bulla-cli-verify-command.h"
#include "bulla-cli.h"
#include "bulla-url-key.h"
#include "write/bulla-merkle-writer.h"

/* Returns: whether any option of subsets is given */
gboolean
bulla_cli_has_sign_options (const BullaCliBundleSignOptions *options)
{
  const BullaCliSignerOptions *signer = &options->signer;

  return options->prefixes != NULL || signer->authority != NULL || signer->certificate != NULL
         || signer->private_key != NULL || signer->chain != NULL || signer->validity_url != NULL
         || signer->date != NULL || signer->expires != NULL
         || signer->record_size != BULLA_MERKLE_RECORD_SIZE_DEFAULT;
}

gboolean
bulla_cli_check_sign_options (const BullaCliBundleSignOptions *options, GError **error)
{
  const BullaCliSignerOptions *signer = &options->signer;

  if (options->prefixes == NULL) {
    if (!bulla_cli_has_sign_options (options))
      return TRUE;
    bulla_cli_usage_error (error,
                           _ ("--sign-subset is missing: give the URL prefix to sign, or “all”"));
    return FALSE;
  }
  if (!bulla_cli_signer_check_options (signer, error))
    return FALSE;
  return signer->authority != NULL
         || (bulla_cli_require_option (signer->certificate, "certificate", error)
             && bulla_cli_require_option (signer->private_key, "private-key", error)
             && bulla_cli_require_option (signer->chain, "chain", error));
}

/* Returns: (transfer full) (nullable): "https://host:port/" of a URL; @host: (out) (transfer
 * full) */
static char *
parse_origin (const char *url, char **host, GError **error)
{
  *host = bulla_cli_parse_https_host (url, error);
  if (*host == NULL)
    return NULL;
  g_autofree char *escaped = bulla_url_escape_strays (url); /* its path does not matter */
  g_autofree char *root = g_uri_resolve_relative (escaped, "/", G_URI_FLAGS_ENCODED, error);
  return g_steal_pointer (&root);
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
sign_prefix (BullaCliSigner *self, const BullaCliResources *resources, BullaBundleWriter *writer,
             const BullaCliBundleSignOptions *options, const char *given, GHashTable *taken,
             GString *report, GError **error)
{
  g_autofree char *host = NULL;
  /* with its slash "https://example.com" does not match https://example.com.invalid/ */
  g_autofree char *prefix = bulla_cli_normalise_url (given);
  g_autofree char *origin = parse_origin (prefix, &host, error);

  if (origin == NULL || (self->authority != NULL && !bulla_cli_signer_issue (self, host, error)))
    return FALSE;
  g_autofree char *validity_url = options->signer.validity_url != NULL
                                      ? g_strdup (options->signer.validity_url)
                                      : g_strconcat (origin, "resource.validity", NULL);
  guint subset = bulla_bundle_writer_add_subset (writer, self->credential, self->chain);
  bulla_bundle_writer_set_subset_validity (writer, subset, validity_url, self->date, self->expires);
  guint n = cover (resources, writer, subset, prefix, taken);
  if (n == 0) {
    bulla_cli_usage_error (error, _ ("--sign-subset: no URL in the bundle begins with “%s”"),
                           prefix);
    return FALSE;
  }
  g_string_append_printf (
      report,
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
 * @report: receives a line about each signature, to be printed when the bundle has been written
 * @error: set if a file cannot be used, or no URL matches an option
 *
 * Each URL is signed once, by the first option that is a prefix of it.
 *
 * Returns: whether all subsets were added to @writer, even if the options request none
 */
gboolean
bulla_cli_sign_subsets (const BullaCliResources *resources, BullaBundleWriter *writer,
                        const BullaCliBundleSignOptions *options, GString *report, GError **error)
{
  g_auto (BullaCliSigner) signer = {NULL};
  g_autoptr (GHashTable) taken = g_hash_table_new (g_str_hash, g_str_equal);

  if (options->prefixes == NULL)
    return TRUE;
  if (!bulla_cli_signer_init (&signer, &options->signer, error))
    return FALSE;
  bulla_bundle_writer_set_signatures_checked (writer, FALSE); /* the engine judges the result */
  bulla_bundle_writer_set_record_size (writer, options->signer.record_size);
  for (size_t i = 0; options->prefixes[i] != NULL; i++) {
    if (strcmp (options->prefixes[i], "all") != 0) {
      if (!sign_prefix (&signer, resources, writer, options, options->prefixes[i], taken, report,
                        error))
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
                        report, error))
        return FALSE;
  }
  return TRUE;
}

/**
 * bulla_cli_print_bundle_next: (skip)
 * @options: the signing options
 * @path: the bundle that was written
 * @date: Unix seconds, from which on the signatures are valid
 *
 * Prints the command that verifies the bundle, if it succeeds.
 */
void
bulla_cli_print_bundle_next (const BullaCliBundleSignOptions *options, const char *path,
                             int64_t date)
{
  const BullaCliVerifyCommand made = {
      .authority = options->signer.authority,
      .files = {options->signer.certificate, options->signer.chain},
      .bundle = path,
      .is_plain = options->prefixes == NULL,
      .date = date,
  };
  g_autofree char *command = bulla_cli_dup_verify_command (&made);
  g_autofree char *word = bulla_cli_dup_word (path);
  g_autofree char *line = command != NULL ? g_strconcat (command, " ", word, NULL) : NULL;

  bulla_cli_print_next (line);
}
