/* bulla-cli-variant-exchanges.c - writes an exchange of each representation of URLs into a folder
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-variant-exchanges.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>

#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variant-group.h"
#include "bulla-cli.h"
#include "bulla-error.h"
#include "bulla-settings.h"

/**
 * bulla_cli_variant_exchanges_gather: (skip)
 * @self: what is written
 * @error: set if the description or a file cannot be read, or a URL is not whole
 *
 * Returns: (transfer full) (nullable): the representations
 */
BullaCliResources *
bulla_cli_variant_exchanges_gather (const BullaCliVariantExchanges *self, GError **error)
{
  g_autoptr (BullaCliResources) resources = bulla_cli_resources_new ();
  const BullaCliFolderOptions options = {BULLA_INDEX_FILE, FALSE, FALSE, self->languages};

  if (self->base_url != NULL && !bulla_cli_check_folder_url (self->base_url, error))
    return NULL;
  g_autofree char *base =
      self->base_url != NULL ? bulla_cli_normalise_url (self->base_url) : g_strdup ("");
  if (!bulla_cli_resources_add_source (resources, NULL, self->description, base, &options, error)
      || !bulla_cli_resources_set_headers (resources, self->headers, error))
    return NULL;
  for (guint i = 0; i < resources->list->len; i++) {
    const char *url = ((BullaCliResource *)resources->list->pdata[i])->url;
    if (g_str_has_prefix (url, "https://"))
      continue;
    g_set_error (error, BULLA_ERROR, BULLA_ERROR_ARGUMENT,
                 _ ("“%s” is not a whole https URL; give --base-url"), url);
    return NULL;
  }
  return g_steal_pointer (&resources);
}

/* Returns: (transfer full): FILE.sxg; if that is in @taken, FILE-2.sxg, and so on */
static char *
choose_name (const char *file, GHashTable *taken)
{
  char *name = g_strconcat (file, ".sxg", NULL);

  for (guint n = 2; g_hash_table_contains (taken, name); n++) {
    g_free (name);
    name = g_strdup_printf ("%s-%u.sxg", file, n);
  }
  g_hash_table_add (taken, g_strdup (name));
  return name;
}

/* @taken: names of the exchanges before it */
static gboolean
write_one (const BullaCliVariantExchanges *self, const BullaCliResource *resource,
           const BullaVariantsNames *names, const BullaCliExchangeSigner *signer, GHashTable *taken,
           GError **error)
{
  g_autofree char *file = g_file_get_basename (resource->file);
  g_autofree char *name = choose_name (file, taken);
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (BullaExchangeWriter) writer =
      bulla_cli_exchange_signer_new_writer (signer, resource->url, error);
  g_autoptr (GFileInputStream) content =
      writer != NULL ? g_file_read (resource->file, NULL, error) : NULL;
  const BullaCliExchangeOutput output = {
      writer, G_INPUT_STREAM (content), path, path, self->force, self->ignore_errors,
  };

  if (content == NULL)
    return FALSE;
  bulla_cli_resource_fill_writer (resource, names, writer);
  if (!bulla_cli_exchange_signer_write (signer, &output, error))
    return FALSE;
  bulla_cli_print (_ ("Wrote %s\n"), path);
  return TRUE;
}

/**
 * bulla_cli_variant_exchanges_write: (skip)
 * @self: what is written
 * @resources: of bulla_cli_variant_exchanges_gather()
 * @signer: signs them
 * @error: set if one cannot be written; those before it are
 *
 * Each exchange is called like the file with its body, followed by .sxg; if several files have the
 * same name, the others get a number.
 */
gboolean
bulla_cli_variant_exchanges_write (const BullaCliVariantExchanges *self,
                                   const BullaCliResources *resources,
                                   const BullaCliExchangeSigner *signer, GError **error)
{
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with (bulla_cli_loader_options.profile, NULL, NULL, NULL, error);

  if (profile == NULL)
    return FALSE;
  if (g_mkdir_with_parents (self->folder, 0777) != 0) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", self->folder,
                 g_strerror (code));
    return FALSE;
  }
  const BullaVariantsNames *names =
      bulla_variants_names_get (bulla_profile_get_settings (profile)->variants_headers);
  for (guint i = 0; i < resources->groups->len; i++)
    bulla_cli_variant_group_print_absent (resources->groups->pdata[i]);
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < resources->list->len; i++)
    if (!write_one (self, resources->list->pdata[i], names, signer, taken, error))
      return FALSE;
  return TRUE;
}
