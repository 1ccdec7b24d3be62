/* verb-create-site.c - bulla create site: makes exchanges of a whole folder
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "bulla-cli-create.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-next.h"
#include "bulla-cli-print.h"
#include "bulla-cli-review.h"
#include "bulla-cli-site-folder.h"
#include "bulla-cli-site.h"
#include "bulla-cli-verify-command.h"
#include "bulla-cli-write.h"
#include "bulla-printable.h"
#include "bulla-url.h"
#include "write/bulla-merkle-writer.h"

#define SYNOPSIS N_ ("DIR [OUT]")

static BullaCliExchangeOptions option_sign = {.signer.record_size =
                                                  BULLA_MERKLE_RECORD_SIZE_DEFAULT};
static char *option_base_url;
static char *option_variants;
static char *option_languages;
static char *option_out;
static char **option_headers;
static gboolean option_hidden;
static gboolean option_index_as_file;
static gboolean option_force;
static gboolean option_ignore_errors;

static const GOptionEntry OPTIONS[] = {
    {"base-url", 'b', 0, G_OPTION_ARG_STRING, &option_base_url, N_ ("The https URL of the folder"),
     N_ ("URL")},
    BULLA_CLI_EXCHANGE_SIGN_ENTRIES (option_sign),
    {"header", 'H', 0, G_OPTION_ARG_STRING_ARRAY, &option_headers,
     N_ ("Set this header, as “Name: value”, in every response; may be repeated"), N_ ("HEADER")},
    BULLA_CLI_VARIANTS_ENTRIES (&option_variants, &option_languages),
    {"index-as-file", 0, 0, G_OPTION_ARG_NONE, &option_index_as_file,
     N_ ("Sign index.html for its own URL, not for the URL of its folder"), NULL},
    {"hidden", 0, 0, G_OPTION_ARG_NONE, &option_hidden,
     N_ ("Include files whose names begin with a dot"), NULL},
    {"out", 'o', 0, G_OPTION_ARG_FILENAME, &option_out,
     N_ ("Write this folder (default: DIR-signed)"), N_ ("FOLDER")},
    {"force", 'f', 0, G_OPTION_ARG_NONE, &option_force,
     N_ ("Replace a folder that this command wrote"), NULL},
    BULLA_CLI_REVIEW_ENTRIES (&option_ignore_errors),
    {NULL},
};

/* Says whether the server of the site serves the chain, too. */
static gboolean
is_on_site (const char *cert_url)
{
  return bulla_url_same_origin (option_base_url, cert_url);
}

/* Says whether every parser reads the URL alike; if not, names the one to use instead. */
static gboolean
check_parsers (const char *base, GError **error)
{
  g_auto (BullaUrl) url = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  if (bulla_url_parse (&url, base, strlen (base), &reason, &detail))
    return TRUE;
  g_autofree char *better = bulla_cli_dup_url_replacement (base);
  if (better != NULL)
    bulla_cli_usage_error (error, _ ("--base-url: “%s” could be read differently; use %s instead"),
                           base, better);
  else
    bulla_cli_usage_error (error, _ ("“%s” is not an https URL"), base);
  return FALSE;
}

static gboolean
check_base_url (GError **error)
{
  const char *base = option_base_url;
  const char *authority = base != NULL ? strstr (base, "://") : NULL;

  if (!bulla_cli_require_option (base, "base-url", error))
    return FALSE;
  if (!g_str_has_suffix (base, "/"))
    bulla_cli_usage_error (error, _ ("--base-url must end with “/”"));
  else if (strpbrk (base, "?#%") != NULL
           || (authority != NULL && strstr (authority + 3, "//") != NULL)
           || strstr (base, "/./") != NULL || strstr (base, "/../") != NULL)
    bulla_cli_usage_error (error, _ ("“%s”: use a URL without query and escapes"), base);
  else
    return check_parsers (base, error);
  return FALSE;
}

/* Says whether the name has no character that means something in the configuration of a server. */
static gboolean
check_plain (const char *path, GError **error)
{
  if (bulla_cli_site_is_plain (path))
    return TRUE;
  bulla_cli_usage_error (error,
                         _ ("“%s”: the name contains a character that configurations of servers "
                            "cannot quote; choose another folder with --out"),
                         path);
  return FALSE;
}

/* @path: absolute. Returns: (transfer full): the path without links, as far as it exists */
static char *
resolve_links (const char *path)
{
  char *real = realpath (path, NULL);
  char *copy = g_strdup (real);

  free (real);
  if (copy != NULL)
    return copy;
  g_autofree char *parent = g_path_get_dirname (path);
  if (strcmp (parent, path) == 0)
    return g_strdup (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *above = resolve_links (parent);
  return g_build_filename (above, name, NULL);
}

/* Says whether one folder is the other, or below it. */
static gboolean
is_inside (const char *inner, const char *outer)
{
  g_autofree char *one = resolve_links (inner);
  g_autofree char *other = resolve_links (outer);
  g_autofree char *below = g_strconcat (other, g_str_has_suffix (other, "/") ? "" : "/", NULL);

  return strcmp (one, other) == 0 || g_str_has_prefix (one, below);
}

/* Returns: (transfer full) (nullable): the absolute path of the folder to be written */
static char *
choose_out (char **arguments, GError **error)
{
  g_autofree char *folder = g_canonicalize_filename (arguments[0], NULL);
  const char *given = option_out != NULL ? option_out : arguments[1];
  g_autofree char *standard = g_strconcat (folder, "-signed", NULL);

  if (g_strcmp0 (given, "-") == 0) {
    bulla_cli_usage_error (error, _ ("a folder is written, not standard output; name it with "
                                     "--out"));
    return NULL;
  }
  g_autofree char *out = g_canonicalize_filename (given != NULL ? given : standard, NULL);

  if (is_inside (folder, out)) {
    bulla_cli_usage_error (
        error,
        _ ("the folder to be signed is inside “%s”, which would be replaced; choose another "
           "one with --out"),
        out);
    return NULL;
  }
  if (is_inside (out, folder)) {
    bulla_cli_usage_error (error, _ ("“%s” is inside the folder to be signed; choose another one"),
                           out);
    return NULL;
  }
  return check_plain (out, error) ? g_steal_pointer (&out) : NULL;
}

static gboolean
write_text (const char *folder, const char *name, const char *text, gsize length, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return g_file_set_contents_full (path, text, (gssize)length, G_FILE_SET_CONTENTS_NONE,
                                   BULLA_CLI_PUBLIC_MODE, error);
}

/* Writes the chain, unless the exchanges contain it, or it is not known. */
static gboolean
write_chain (const BullaCliExchangeSigner *signer, const char *folder, GError **error)
{
  gsize size = 0;

  if (signer->signer.chain == NULL || bulla_cli_exchange_signer_encloses_chain (signer))
    return TRUE;
  const void *data = g_bytes_get_data (signer->signer.chain, &size);
  return write_text (folder, BULLA_CLI_SITE_CHAIN, data, size, error);
}

/* Writes the configurations, which name the folder by its final place @out. */
static gboolean
write_servers (const BullaCliSite *site, const BullaCliExchangeSigner *signer, const char *folder,
               const char *out, GError **error)
{
  static const struct {
    const char *name;
    char *(*write) (const BullaCliSiteServer *self);
  } SERVERS[] = {
      {"nginx.conf", bulla_cli_site_write_nginx},
      {"apache.conf", bulla_cli_site_write_apache},
      {"Caddyfile", bulla_cli_site_write_caddy},
  };
  g_autofree char *packages = g_build_filename (out, BULLA_CLI_SITE_PACKAGES, NULL);
  g_autofree char *chain = g_build_filename (out, BULLA_CLI_SITE_CHAIN, NULL);
  g_autofree char *expires = bulla_cli_format_utc (signer->signer.expires);
  gboolean serves = signer->signer.chain != NULL
                    && !bulla_cli_exchange_signer_encloses_chain (signer)
                    && is_on_site (option_sign.cert_url);
  g_autofree char *chain_path =
      serves ? bulla_cli_site_dup_path (option_sign.cert_url, error) : NULL;
  BullaCliSiteServer server = {site, packages, chain_path != NULL ? chain : NULL, chain_path,
                               expires};

  if (serves && (chain_path == NULL || !check_plain (chain_path, error)))
    return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS (SERVERS); i++) {
    g_autofree char *text = SERVERS[i].write (&server);
    if (!write_text (folder, SERVERS[i].name, text, strlen (text), error))
      return FALSE;
  }
  return TRUE;
}

/* what is written, and where it will be */
typedef struct {
  BullaCliSite *site;                   /* borrowed */
  const BullaCliExchangeSigner *signer; /* borrowed */
  const char *out;                      /* borrowed */
} Filling;

static gboolean
fill_cb (const char *folder, gpointer data, GError **error)
{
  const Filling *self = data;
  g_autofree char *packages = g_build_filename (folder, BULLA_CLI_SITE_PACKAGES, NULL);

  if (!bulla_cli_site_write (self->site, self->signer, packages, option_ignore_errors, error)
      || !write_chain (self->signer, folder, error)
      || !write_servers (self->site, self->signer, folder, self->out, error))
    return FALSE;
  g_autofree char *manifest = bulla_cli_site_write_manifest (self->site, self->signer);
  return write_text (folder, BULLA_CLI_SITE_MANIFEST, manifest, strlen (manifest), error);
}

/* Returns: (transfer none): the path relative to the working directory, if it is in it */
static const char *
shorten (const char *path)
{
  g_autofree char *folder = g_get_current_dir ();
  size_t length = strlen (folder);

  return g_str_has_prefix (path, folder) && path[length] == '/' ? path + length + 1 : path;
}

/* Reports pages whose links the configurations cannot have. */
static void
report_unlinked (const BullaCliSite *site)
{
  for (guint i = 0; i < site->items->len; i++) {
    const BullaCliSiteItem *item = site->items->pdata[i];
    if (item->links->len == 0 || bulla_cli_site_is_plain (item->path))
      continue;
    g_autofree char *shown = bulla_printable_dup (item->resource->url);
    bulla_cli_print_error (_ ("Not linked by the servers: %s: the name of the file contains a "
                              "character that configurations cannot quote\n"),
                           shown);
  }
}

/* Prints the command that verifies the exchanges, if their chain is known. */
static void
print_next (const BullaCliSite *site, const BullaCliExchangeSigner *signer, const char *out)
{
  g_autofree char *packages_path = g_build_filename (out, BULLA_CLI_SITE_PACKAGES, NULL);
  g_autofree char *packages = bulla_cli_dup_word (packages_path);

  if (site->resources->groups->len > 0) { /* no request selects all variants */
    g_autofree char *next = g_strconcat ("bulla variants --client chromium-156 ", packages, NULL);
    if (!bulla_cli_review_has_warned ())
      bulla_cli_print_next (next);
    return;
  }

  g_autofree char *written = g_build_filename (out, BULLA_CLI_SITE_CHAIN, NULL);
  g_autofree char *known = NULL;
  g_autoptr (GBytes) chain = bulla_cli_exchange_signer_dup_known_chain (
      signer, signer->signer.chain != NULL ? written : NULL, &known);
  const BullaCliVerifyCommand made = {
      .authority = option_sign.signer.authority,
      .files = {option_sign.signer.certificate, option_sign.signer.chain},
      .chain = chain,
      .date = signer->signer.date,
  };
  g_autofree char *command = bulla_cli_dup_verify_command (&made);
  if (command == NULL)
    return;
  g_autoptr (GString) line = g_string_new (command);
  if (known != NULL) {
    g_autofree char *chain_word = bulla_cli_dup_word (known);
    g_string_append_printf (line, " --offline --chain %s", chain_word);
  }
  g_string_append_printf (line, " %s", packages);
  bulla_cli_print_next (line->str);
}

static void
print_outcome (const BullaCliSite *site, const BullaCliExchangeSigner *signer, const char *path)
{
  const char *out = shorten (path);

  bulla_cli_print (
      ngettext ("Wrote %s: %u exchange\n", "Wrote %s: %u exchanges\n", site->items->len), out,
      site->items->len);
  bulla_cli_print (_ ("Pages: %u; links to their subresources: %u\n"), site->n_pages,
                   site->n_links);
  bulla_cli_print (_ ("Include %s/nginx.conf, apache.conf or Caddyfile in the configuration of the "
                      "server.\n"),
                   out);
  if (signer->signer.chain == NULL)
    bulla_cli_print (_ ("Serve the chain as %s at %s\n"), BULLA_CLI_CHAIN_TYPE,
                     option_sign.cert_url);
  print_next (site, signer, out);
}

static gboolean
create_site (const char *folder, const char *out, GError **error)
{
  g_auto (BullaCliExchangeSigner) signer = {NULL};
  g_autoptr (BullaCliResources) resources = bulla_cli_resources_new ();
  g_autofree char *base = bulla_cli_normalise_url (option_base_url);
  g_autofree char *standard = g_strconcat (base, BULLA_CLI_SITE_CHAIN, NULL);
  const BullaCliFolderOptions options = {
      .rule = option_index_as_file ? BULLA_INDEX_FILE : BULLA_INDEX_REDIRECT,
      .hidden = option_hidden,
      .languages = option_languages,
  };

  if (option_sign.signer.authority != NULL && option_sign.cert_url == NULL)
    option_sign.cert_url = g_steal_pointer (&standard);
  if (!bulla_cli_exchange_signer_init (&signer, &option_sign, base, error)
      || !bulla_cli_resources_add_source (resources, folder, option_variants, base, &options, error)
      || !bulla_cli_resources_set_headers (resources, option_headers, error))
    return FALSE;
  g_autoptr (BullaCliSite) site = bulla_cli_site_new (resources, folder, base, error);
  if (site == NULL)
    return FALSE;
  if (site->items->len == 0) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s: the folder is empty"), folder);
    return FALSE;
  }
  report_unlinked (site);
  Filling filling = {site, &signer, out};
  if (!bulla_cli_site_folder_write (out, option_force, fill_cb, &filling, error))
    return FALSE;
  print_outcome (site, &signer, out);
  return TRUE;
}

static BullaCliExit
run_create_site (char **arguments, GError **error)
{
  guint n = g_strv_length (arguments);

  if (!bulla_cli_require_arguments (arguments, n == 2 && option_out == NULL ? 2 : 1, SYNOPSIS,
                                    error)
      || !check_base_url (error))
    return BULLA_EXIT_FAILED;
  g_autofree char *out = choose_out (arguments, error);
  if (out == NULL || !bulla_cli_site_folder_check (out, option_force, error))
    return BULLA_EXIT_FAILED;
  return create_site (arguments[0], out, error) ? BULLA_EXIT_FINE : BULLA_EXIT_FAILED;
}

static const BullaExample EXAMPLES[] = {
    {"bulla create site public --base-url https://example.com/ --certificate chain.pem"
     " --private-key chain.key --cert-url https://example.com/chain.cbor --chain chain.cbor",
     N_ ("Sign a folder with a certificate from “bulla create chain”:")},
    {"bulla create site public --base-url https://example.com/ --authority my-authority"
     " --header 'Cache-Control: max-age=600' --expires 3d --out signed",
     N_ ("Sign it for three days with a new certificate of a test authority:")},
    {"bulla create site public --variants public --languages en,fr"
     " --base-url https://example.com/ --authority my-authority",
     N_ ("Sign article.variants/article.en.html and article.fr.html for one URL, article:")},
    {NULL},
};

const BullaVerb bulla_verb_create_site = {
    .name = "site",
    .synopsis = SYNOPSIS,
    .summary = N_ ("Sign every file of a folder, and write what its server needs"),
    .description = N_ (
        "Writes a folder: packages/ has an exchange of each file of DIR whose name has no question "
        "mark, without links that lead out of DIR; chain.cbor is the certificate chain, site.json "
        "lists the exchanges, and nginx.conf, apache.conf and "
        "Caddyfile let a server deliver them: with their media types, X-Content-Type-Options: "
        "nosniff, and Vary: Accept. A client that prefers exchanges in its Accept header receives "
        "the exchange at the URL of the page; the exchange of PATH is also at PATH.sxg. An "
        "exchange "
        "of a URL with several representations is only at the path that site.json names, to which "
        "the links of pages lead.\n\n"
        "Stylesheets, scripts, pictures and fonts that a page loads are preloaded by its signed "
        "Link header, which names the header-integrity of their exchanges (allowed-alt-sxg), so "
        "that they can be prefetched with the page. The server names those exchanges in the Link "
        "header of its response. The markup and the stylesheets are searched, not what scripts "
        "load; at most 20 subresources of a page are linked, the limit of distributors.\n\n"
        "With --variants, URLs have several representations. Each becomes an exchange with "
        "Variants and Variant-Key, and the links of pages name all of them. A description is a key "
        "file: [PATH] is a URL below the base URL, variants=accept-language;en;fr lists the axes "
        "and their values, the default first, and en=FILE names the file of each combination. In a "
        "folder, a group NAME.variants is the URL NAME; its files are called "
        "NAME[.LANGUAGE].EXTENSION[.br|.gz|.zst].\n\n"
        "Every exchange is judged before anything is written. An exchange that fails verification, "
        "whatever authorities are trusted, is not written: the failed rules are listed, and the "
        "exit status is 2. With --ignore-errors it is written with warnings."),
    .examples = EXAMPLES,
    .options = OPTIONS,
    .run = run_create_site,
};
