/* bulla-cli-caa-issuer.c - determines the issuer of a CAA question from domains or certificates
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-print.h"
#include "bulla-cli-trust.h"
#include "bulla-dns-name.h"
#include "bulla-issuer-certificate.h"
#include "bulla-store-folder.h"

/* endings of certificate files, none of which is a top-level domain */
static const char *const FILE_ENDINGS[] = {".pem", ".crt", ".cer", ".der", ".cbor"};

/* state while the arguments are read */
typedef struct {
  BullaIssuerStore *store; /* owned; NULL before it is needed */
  GPtrArray *domains;      /* owned; CAA domains, of char * */
  GPtrArray *hosts;        /* owned; names of leaf certificates, of char * */
} Reading;

static void
reading_clear (Reading *self)
{
  g_clear_pointer (&self->store, bulla_issuer_store_free);
  g_ptr_array_unref (self->domains);
  g_ptr_array_unref (self->hosts);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Reading, reading_clear)

/**
 * bulla_cli_open_issuers: (skip)
 * @folder: (out) (optional) (transfer full): the folder of the imported issuers
 * @error: set if a file there cannot be read
 *
 * Reports on stderr if a damaged file was set aside.
 *
 * Returns: (transfer full) (nullable): the table of issuers
 */
BullaIssuerStore *
bulla_cli_open_issuers (char **folder, GError **error)
{
  g_autofree char *path = bulla_store_dup_folder (bulla_cli_store_folder);
  BullaIssuerStore *store = bulla_issuer_store_open (path, error);

  if (store != NULL && store->damaged != NULL)
    bulla_cli_print_error (_ ("The imported issuers were damaged, and are now in %s.\n"),
                           store->damaged);
  if (folder != NULL)
    *folder = g_steal_pointer (&path);
  return store;
}

static void
add_once (GPtrArray *texts, const char *text)
{
  if (!g_ptr_array_find_with_equal_func (texts, text, g_str_equal, NULL))
    g_ptr_array_add (texts, g_strdup (text));
}

static void
add_all (GPtrArray *texts, char **more)
{
  for (size_t i = 0; more[i] != NULL; i++)
    add_once (texts, more[i]);
}

static gboolean
add_file (BullaCliCaaIssuer *self, Reading *reading, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = bulla_cli_read_file (path, BULLA_ISSUER_CERTIFICATE_SIZE_MAX, error);
  g_autoptr (BullaIssuerCertificate) certificate =
      bytes != NULL ? bulla_issuer_certificate_read (bytes, error) : NULL;

  if (certificate == NULL) {
    bulla_cli_prefix_path (error, path);
    return FALSE;
  }
  if (reading->store == NULL)
    reading->store = bulla_cli_open_issuers (NULL, error);
  if (reading->store == NULL)
    return FALSE;
  const BullaIssuer *found = bulla_issuers_find (reading->store->issuers, &certificate->names);
  if (found != NULL)
    add_all (reading->domains, found->domains);
  if (self->matched_by == NULL && found != NULL)
    self->matched_by = bulla_issuer_kind_get_nick (found->kind);
  if (self->name == NULL)
    self->name = g_strdup (certificate->names.dn);
  add_all (reading->hosts, certificate->hosts);
  return TRUE;
}

static gboolean
is_called_like_a_file (const char *argument)
{
  for (size_t i = 0; i < G_N_ELEMENTS (FILE_ENDINGS); i++)
    if (g_str_has_suffix (argument, FILE_ENDINGS[i]))
      return TRUE;
  return strchr (argument, '/') != NULL;
}

static gboolean
add_argument (BullaCliCaaIssuer *self, Reading *reading, const char *argument, GError **error)
{
  if (strcmp (argument, "-") == 0 || g_file_test (argument, G_FILE_TEST_EXISTS))
    return add_file (self, reading, argument, error);
  if (is_called_like_a_file (argument)) {
    bulla_cli_usage_error (error, _ ("--issuer: there is no file “%s”"), argument);
    return FALSE;
  }
  gboolean wildcard = FALSE;
  g_autofree char *domain = bulla_dns_name_dup_host (argument, &wildcard);
  if (domain == NULL || wildcard) {
    bulla_cli_usage_error (
        error, _ ("--issuer: “%s” is neither a file nor the domain of an authority"), argument);
    return FALSE;
  }
  add_once (reading->domains, domain);
  return TRUE;
}

/* Returns: (transfer full): the strings, ended by NULL */
static char **
end (GPtrArray **texts)
{
  g_ptr_array_add (*texts, NULL);
  g_autoptr (GPtrArray) all = *texts;
  *texts = g_ptr_array_new ();
  gsize length = 0;
  return (char **)g_ptr_array_steal (all, &length);
}

/**
 * bulla_cli_caa_issuer_new: (skip)
 * @arguments: (nullable): the values of --issuer: files with certificates, or CAA domains
 * @error: set if a file cannot be read, or is not a certificate; a #BULLA_CLI_ERROR if an argument
 *   is neither a file nor a domain
 *
 * Returns: (transfer full) (nullable): one issuer with the domains of all arguments
 */
BullaCliCaaIssuer *
bulla_cli_caa_issuer_new (char **arguments, GError **error)
{
  g_autoptr (BullaCliCaaIssuer) self = g_new0 (BullaCliCaaIssuer, 1);
  g_auto (Reading) reading = {NULL, g_ptr_array_new_with_free_func (g_free),
                              g_ptr_array_new_with_free_func (g_free)};

  self->any = arguments == NULL || arguments[0] == NULL;
  for (size_t i = 0; !self->any && arguments[i] != NULL; i++)
    if (!add_argument (self, &reading, arguments[i], error))
      return NULL;
  self->domains = end (&reading.domains);
  self->hosts = end (&reading.hosts);
  return g_steal_pointer (&self);
}

void
bulla_cli_caa_issuer_free (BullaCliCaaIssuer *self)
{
  g_strfreev (self->domains);
  g_strfreev (self->hosts);
  g_free (self->name);
  g_free (self);
}
