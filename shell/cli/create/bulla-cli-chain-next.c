/* bulla-cli-chain-next.c - the command that signs a page with a new certificate
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-chain-next.h"

#include <bulla.h>
#include <string.h>
#include <unistd.h>

#include "bulla-cli-loader.h"
#include "bulla-cli-next.h"
#include "bulla-url.h"

#define NAMES_MAX 1000 /* most names in the working directory that are looked at */

/* Returns: (transfer full) (nullable): an origin with its slash, for which a certificate for @host
 * is valid; a wildcard stands for “www”. %NULL if parsers read it differently */
static char *
dup_origin (const char *host)
{
  g_autofree char *lower = g_ascii_strdown (host, -1);
  g_autofree char *origin =
      g_str_has_prefix (lower, "*.") ? g_strconcat ("https://www.", lower + 2, "/", NULL)
      : strchr (lower, ':') != NULL  ? g_strconcat ("https://[", lower, "]/", NULL)
                                     : g_strconcat ("https://", lower, "/", NULL);
  g_auto (BullaUrl) parsed = {NULL};
  BullaReason reason = BULLA_REASON_NONE;
  const char *detail = NULL;

  return bulla_url_parse (&parsed, origin, strlen (origin), &reason, &detail)
             ? g_steal_pointer (&origin)
             : NULL;
}

static char *
find_origin (const char *const *hosts)
{
  char *origin = NULL;

  for (gsize i = 0; origin == NULL && hosts[i] != NULL; i++)
    origin = dup_origin (hosts[i]);
  return origin;
}

static gboolean
is_readable (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_REGULAR) && access (path, R_OK) == 0;
}

/* Returns: (transfer full) (nullable): a page in the working directory */
static char *
find_page (void)
{
  g_autoptr (GDir) folder = g_dir_open (".", 0, NULL);
  const char *name = NULL;

  if (is_readable ("index.html"))
    return g_strdup ("index.html");
  for (guint i = 0; folder != NULL && i < NAMES_MAX; i++) {
    name = g_dir_read_name (folder);
    if (name == NULL)
      break;
    if (g_str_has_suffix (name, ".html") && is_readable (name))
      return g_strdup (name);
  }
  return NULL;
}

/**
 * bulla_cli_print_chain_next: (skip)
 * @self: the certificate
 *
 * Prints the command that signs a page of the working directory, or a line of text if it has none.
 * Prints nothing if no URL can have any of the hosts.
 */
void
bulla_cli_print_chain_next (const BullaCliChainNext *self)
{
  static const char *const SUFFIXES[] = {".sxg", NULL};
  g_autofree char *origin = find_origin (self->hosts);
  g_autofree char *out = bulla_cli_dup_unused_name ("page", SUFFIXES);

  if (origin == NULL || out == NULL)
    return;
  g_autofree char *base = g_path_get_basename (self->chain);
  g_autofree char *name = g_uri_escape_string (base, NULL, FALSE);
  g_autofree char *cert_url = g_strconcat (origin, name, NULL);
  g_autofree char *found = find_page ();
  const char *const words[][2] = {
      {"--certificate", self->certificate},
      {"--private-key", self->key},
      {"--url", origin},
      {"--cert-url", cert_url},
  };
  GString *line = g_string_new (found == NULL ? "echo Hello | " : "");
  g_string_append (line, "bulla create exchange");
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree char *word = bulla_cli_dup_word (words[i][1]);
    g_string_append_printf (line, " %s %s", words[i][0], word);
  }
  g_autofree char *page = found != NULL ? bulla_cli_dup_word (found) : g_strdup ("-");
  g_string_append_printf (line, "%s --content %s",
                          found == NULL ? " --header 'Content-Type: text/html'" : "", page);
  if (self->date > g_get_real_time () / G_USEC_PER_SEC)
    g_string_append_printf (line, " --date %" G_GINT64_FORMAT, self->date);
  if (bulla_cli_loader_options.profile != NULL) {
    g_autofree char *profile = bulla_cli_dup_word (bulla_cli_loader_options.profile);
    g_string_append_printf (line, " --profile %s", profile);
  }
  g_string_append_printf (line, " %s.sxg", out);
  g_autofree char *command = g_string_free (line, FALSE);
  bulla_cli_print_next (command);
}
