/* bulla-cli-site.c - makes exchanges of a whole folder
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-site.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>

#include "bulla-cli-json.h"
#include "bulla-cli-loader.h"
#include "bulla-cli-print.h"
#include "bulla-cli-site-links.h"
#include "bulla-cli-variant-group.h"
#include "bulla-field.h"
#include "bulla-json.h"
#include "bulla-printable.h"

#define STATUS_OK 200

static void
item_free (gpointer data)
{
  BullaCliSiteItem *self = data;

  g_free (self->path);
  g_free (self->integrity);
  g_ptr_array_unref (self->links);
  g_free (self);
}

static gboolean
is_page (const BullaCliResource *resource)
{
  const char *type = bulla_cli_resource_get_header (resource, "content-type");
  g_autofree char *essence = type != NULL ? bulla_field_dup_essence (type) : NULL;

  return g_strcmp0 (essence, "text/html") == 0 || g_strcmp0 (essence, "application/xhtml+xml") == 0;
}

/**
 * bulla_cli_site_dup_path: (skip)
 * @url: an absolute URL
 * @error: set if its path is not UTF-8
 *
 * Returns: (transfer full) (nullable): the path of the URL, decoded
 */
char *
bulla_cli_site_dup_path (const char *url, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_ENCODED, error);
  g_autofree char *path = uri != NULL ? g_uri_unescape_string (g_uri_get_path (uri), "/") : NULL;

  if (path != NULL && g_utf8_validate (path, -1, NULL))
    return g_steal_pointer (&path);
  if (uri != NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _ ("%s: the path is not UTF-8"),
                 url);
  return NULL;
}

/* Gives the item the path of its file, or that path with a number, if another item has it. */
static void
choose_path (BullaCliSite *self, BullaCliSiteItem *item, GFile *root, const char *above)
{
  g_autofree char *inside = g_file_get_relative_path (root, item->resource->file);
  g_autofree char *relative =
      inside != NULL ? g_steal_pointer (&inside) : g_file_get_basename (item->resource->file);

  item->path = g_strconcat (above, relative, ".sxg", NULL);
  for (guint n = 2; g_hash_table_contains (self->paths, item->path); n++) {
    g_free (item->path);
    item->path = g_strdup_printf ("%s%s-%u.sxg", above, relative, n);
  }
  g_hash_table_add (self->paths, item->path);
}

/* Chooses the paths: servers find the exchange of a URL by its path, unless it has
 * representations, so those come last. */
static void
choose_paths (BullaCliSite *self, GFile *root, const char *above)
{
  for (int grouped = 0; grouped <= 1; grouped++)
    for (guint i = 0; i < self->items->len; i++) {
      BullaCliSiteItem *item = self->items->pdata[i];
      if ((item->resource->group != NULL) == grouped)
        choose_path (self, item, root, above);
    }
}

static void
add_item (BullaCliSite *self, const BullaCliResource *resource)
{
  BullaCliSiteItem *item = g_new0 (BullaCliSiteItem, 1);
  BullaCliSiteItem *known = g_hash_table_lookup (self->by_url, resource->url);

  item->resource = resource;
  item->is_page = is_page (resource);
  item->links = g_ptr_array_new_with_free_func (bulla_cli_site_link_free);
  self->n_pages += item->is_page;
  g_ptr_array_add (self->items, item);
  if (known != NULL) {
    item->next = known->next;
    known->next = item;
  } else {
    g_hash_table_insert (self->by_url, resource->url, item);
  }
}

/* Says whether servers can deliver an exchange in place of the resource: Apache and Caddy rewrite
 * the request to the name of its file, in which a question mark would begin a query. */
static gboolean
is_servable (const BullaCliResource *resource)
{
  if (strstr (resource->url, "%3F") == NULL && strstr (resource->url, "%3f") == NULL)
    return TRUE;
  g_autofree char *shown = bulla_printable_dup (resource->url);
  bulla_cli_print_error (_ ("Left out: %s: the name of the file has a question mark, so servers "
                            "cannot deliver its exchange\n"),
                         shown);
  return FALSE;
}

/**
 * bulla_cli_site_new: (skip)
 * @resources: the files of a folder, with their headers; must outlive the site
 * @folder: that folder; must outlive the site
 * @base_url: the folder's URL, which ends with a slash; must outlive the site
 * @error: set if a file cannot be read
 *
 * Plans an exchange for each file, and finds the subresources of each page. Redirects are left
 * out, because no exchange may contain one, and files with a question mark in their names.
 *
 * Returns: (transfer full) (nullable): the site
 */
BullaCliSite *
bulla_cli_site_new (const BullaCliResources *resources, const char *folder, const char *base_url,
                    GError **error)
{
  g_autoptr (BullaCliSite) self = g_new0 (BullaCliSite, 1);
  g_autoptr (GFile) root = g_file_new_for_path (folder);
  g_autofree char *above = bulla_cli_site_dup_path (base_url, error);
  g_autoptr (BullaProfile) profile = bulla_profile_load_with (
      bulla_cli_loader_options.profile, NULL, NULL, NULL, above != NULL ? error : NULL);

  self->resources = resources;
  self->folder = folder;
  self->base_url = base_url;
  self->items = g_ptr_array_new_with_free_func (item_free);
  self->by_url = g_hash_table_new (g_str_hash, g_str_equal);
  self->paths = g_hash_table_new (g_str_hash, g_str_equal);
  if (above == NULL || profile == NULL)
    return NULL;
  self->names = bulla_variants_names_get (bulla_profile_get_settings (profile)->variants_headers);
  for (guint i = 0; i < resources->list->len; i++) {
    const BullaCliResource *resource = resources->list->pdata[i];
    if (resource->status == STATUS_OK && is_servable (resource))
      add_item (self, resource);
  }
  choose_paths (self, root, above);
  return bulla_cli_site_find_links (self, error) ? g_steal_pointer (&self) : NULL;
}

void
bulla_cli_site_free (BullaCliSite *self)
{
  g_clear_pointer (&self->by_url, g_hash_table_unref);
  g_clear_pointer (&self->paths, g_hash_table_unref);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_free (self);
}

static BullaExchangeWriter *
prepare_writer (const BullaCliSite *self, const BullaCliSiteItem *item,
                const BullaCliExchangeSigner *signer, GError **error)
{
  const BullaCliResource *resource = item->resource;
  BullaExchangeWriter *writer = bulla_cli_exchange_signer_new_writer (signer, resource->url, error);
  g_autofree char *links = bulla_cli_site_write_links (self, item);

  if (writer != NULL)
    bulla_cli_resource_fill_writer (resource, self->names, writer);
  if (writer != NULL && links != NULL)
    bulla_exchange_writer_add_header (writer, "link", links);
  return writer;
}

static gboolean
write_item (const BullaCliSite *self, BullaCliSiteItem *item, const BullaCliExchangeSigner *signer,
            const char *folder, gboolean ignore_errors, GError **error)
{
  g_autofree char *path = g_build_filename (folder, item->path, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (BullaExchangeWriter) writer = prepare_writer (self, item, signer, error);

  if (writer == NULL)
    return FALSE;
  if (g_mkdir_with_parents (parent, 0777) != 0) {
    int code = errno;
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), "%s: %s", parent,
                 g_strerror (code));
    return FALSE;
  }
  g_autoptr (GFileInputStream) content = g_file_read (item->resource->file, NULL, error);
  /* the path begins with a slash */
  const BullaCliExchangeOutput output = {
      writer, G_INPUT_STREAM (content), path, item->path + 1, FALSE, ignore_errors,
  };
  if (content == NULL || !bulla_cli_exchange_signer_write (signer, &output, error))
    return FALSE;
  item->integrity = bulla_exchange_writer_dup_header_integrity (writer);
  return TRUE;
}

/**
 * bulla_cli_site_write: (skip)
 * @self: a site
 * @signer: signs its exchanges
 * @folder: a folder, which receives them
 * @ignore_errors: whether to write what verification would refuse, with warnings
 * @error: set if verification would refuse an exchange, or it cannot be written
 *
 * Signs the subresources before the pages, which name the digests of their headers.
 */
gboolean
bulla_cli_site_write (BullaCliSite *self, const BullaCliExchangeSigner *signer, const char *folder,
                      gboolean ignore_errors, GError **error)
{
  for (int pages = 0; pages <= 1; pages++)
    for (guint i = 0; i < self->items->len; i++) {
      BullaCliSiteItem *item = self->items->pdata[i];
      if (item->is_page == pages && !write_item (self, item, signer, folder, ignore_errors, error))
        return FALSE;
    }
  return TRUE;
}

/* Returns: (transfer full): the path at which the server delivers the exchange, percent-encoded */
char *
bulla_cli_site_dup_alternate (const BullaCliSiteItem *item)
{
  return g_uri_escape_string (item->path, "/!&'()*+,;=:@", FALSE);
}

/* Appends a parameter whose value is in quotes. */
static void
append_parameter (GString *link, const char *name, const char *value)
{
  g_string_append_printf (link, "; %s=\"", name);
  for (const char *c = value; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c (link, '\\');
    g_string_append_c (link, *c);
  }
  g_string_append_c (link, '"');
}

/**
 * bulla_cli_site_append_variants: (skip)
 * @link: receives the parameters that say which representation a link is about; nothing if there
 *   is only one
 * @self: a site
 * @item: one of its responses
 */
void
bulla_cli_site_append_variants (GString *link, const BullaCliSite *self,
                                const BullaCliSiteItem *item)
{
  const BullaCliVariantGroup *group = item->resource->group;

  if (group == NULL)
    return;
  g_autofree char *variants = bulla_cli_variant_group_dup_variants (group, self->names->syntax);
  g_autofree char *key =
      bulla_cli_variant_group_dup_key (group, item->resource, self->names->syntax);
  append_parameter (link, self->names->variants, variants);
  append_parameter (link, self->names->variant_key, key);
}

static void
add_item_to_json (JsonBuilder *builder, const BullaCliSiteItem *item)
{
  g_autofree char *file = g_strconcat (BULLA_CLI_SITE_PACKAGES, item->path, NULL);

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "url", item->resource->url);
  bulla_cli_json_string (builder, "file", file);
  bulla_cli_json_string (builder, "header-integrity", item->integrity);
  if (item->resource->group != NULL) {
    g_autofree char *key = bulla_cli_variant_group_dup_key (item->resource->group, item->resource,
                                                            BULLA_VARIANTS_SYNTAX_LISTS);
    bulla_cli_json_string (builder, "variant-key", key);
  }
  if (item->is_page) {
    g_autofree const char **urls = g_new0 (const char *, item->links->len + 1);
    for (guint i = 0; i < item->links->len; i++)
      urls[i] = ((const BullaCliSiteLink *)item->links->pdata[i])->url;
    bulla_json_add_names (builder, "parts", urls);
  }
  json_builder_end_object (builder);
}

/**
 * bulla_cli_site_write_manifest: (skip)
 * @self: a site whose exchanges are written
 * @signer: the signer of them
 *
 * Returns: (transfer full): JSON that lists them
 */
char *
bulla_cli_site_write_manifest (const BullaCliSite *self, const BullaCliExchangeSigner *signer)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonGenerator) generator = json_generator_new ();

  json_builder_begin_object (builder);
  bulla_cli_json_string (builder, "base-url", self->base_url);
  bulla_cli_json_string (
      builder, "cert-url",
      bulla_cli_exchange_signer_encloses_chain (signer) ? "data" : signer->options->cert_url);
  bulla_cli_json_time (builder, "date", signer->signer.date);
  bulla_cli_json_time (builder, "expires", signer->signer.expires);
  bulla_cli_json_begin_array (builder, "exchanges");
  for (guint i = 0; i < self->items->len; i++)
    add_item_to_json (builder, self->items->pdata[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  g_autofree char *text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}
