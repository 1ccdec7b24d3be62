/* bulla-cli-site-links.c - finds which exchanges of a site each page may load, and links them
 * SPDX-License-Identifier: LGPL-2.1-or-later
 * Spec: SUB, the explainer of subresource substitution; LOAD, "Link" */
#include "bulla-cli-site-links.h"

#include <bulla.h>
#include <glib/gi18n.h>
#include <string.h>

#include "bulla-cli-files.h"
#include "bulla-cli-page-parts.h"
#include "bulla-cli-print.h"
#include "bulla-cli-variant-group.h"
#include "bulla-field.h"
#include "bulla-printable.h"

#define TEXT_MAX (16 << 20) /* most bytes of a page or a stylesheet that is searched */

/* the subresources of one page */
typedef struct {
  BullaCliSite *site;     /* borrowed */
  BullaCliSiteItem *page; /* borrowed */
  GHashTable *seen;       /* owned; set of borrowed URLs that were looked at */
  GPtrArray *kept;        /* owned; lists of parts, which own the URLs */
  guint n_left_out;       /* number of those above the limit */
} Search;

void
bulla_cli_site_link_free (gpointer link)
{
  BullaCliSiteLink *self = link;

  g_free (self->url);
  g_free (self->srcset);
  g_free (self->sizes);
  g_ptr_array_unref (self->items);
  g_free (self);
}

static char *
dup_type (const BullaCliSiteItem *item)
{
  const char *type = bulla_cli_resource_get_header (item->resource, "content-type");
  char *essence = type != NULL ? bulla_field_dup_essence (type) : NULL;

  return essence != NULL ? essence : g_strdup (""); /* also if the header is malformed */
}

/* Returns: (nullable): the destination of a font or a picture that a stylesheet names */
static const char *
get_destination_of_type (const char *type, gboolean *is_cors)
{
  *is_cors = g_str_has_prefix (type, "font/");
  if (*is_cors)
    return "font";
  return g_str_has_prefix (type, "image/") ? "image" : NULL;
}

/* Returns: (transfer full): the exchanges that may answer the part; pages are not among them */
static GPtrArray *
list_items (const BullaCliSite *site, const BullaCliPagePart *part, const char *base)
{
  GPtrArray *items = g_ptr_array_new ();
  g_autoptr (GPtrArray) urls = bulla_cli_page_parts_list_candidates (part, base);

  for (guint i = 0; i < urls->len; i++) {
    BullaCliSiteItem *item = g_hash_table_lookup (site->by_url, urls->pdata[i]);
    for (; item != NULL; item = item->next)
      if (!item->is_page)
        g_ptr_array_add (items, item);
  }
  return items;
}

/* Returns: (transfer full) (nullable): the file of a URL below the site's URL, if its path is UTF-8
 */
static char *
dup_file (const BullaCliSite *site, const char *url)
{
  g_autofree char *above = bulla_cli_site_dup_path (site->base_url, NULL);
  g_autofree char *path = bulla_cli_site_dup_path (url, NULL);

  return path != NULL && above != NULL && g_str_has_prefix (path, above)
             ? g_build_filename (site->folder, path + strlen (above), NULL)
             : NULL;
}

/* @shown: the URL, printable. Returns: (transfer full): that the site has no exchange of a URL
 * below its own, and why; translated */
static char *
dup_reason (const BullaCliSite *site, const char *url, const char *shown)
{
  static const char *const CODED[] = {".gz", ".br", ".zst"};
  g_autofree char *file = dup_file (site, url);

  if (file != NULL && g_file_test (file, G_FILE_TEST_EXISTS))
    return strchr (url, '?') != NULL
               ? g_strdup_printf (
                   _ ("%s: the file is in the folder, but its exchange has a URL without a query"),
                   shown)
               : g_strdup_printf (_ ("%s: the file is in the folder, but was left out"), shown);
  for (gsize i = 0; file != NULL && i < G_N_ELEMENTS (CODED); i++) {
    g_autofree char *coded = g_strconcat (file, CODED[i], NULL);
    if (g_file_test (coded, G_FILE_TEST_EXISTS))
      return g_strdup_printf (
          _ ("%s: the folder has it only in a compressed form; add the file itself"), shown);
  }
  return g_strdup_printf (_ ("%s is not in the folder"), shown);
}

static void
report_missing (const Search *search, const char *url)
{
  if (!g_str_has_prefix (url, search->site->base_url)
      || g_hash_table_contains (search->site->by_url, url))
    return;
  g_autofree char *page = bulla_printable_dup (search->page->resource->url);
  g_autofree char *shown = bulla_printable_dup (url);
  g_autofree char *why = dup_reason (search->site, url, shown);
  bulla_cli_print_error (_ ("Not linked: %s: %s\n"), page, why);
}

static gboolean search_styles (Search *search, GPtrArray *items, GError **error);

/* Adds a link for the part, if the site has an exchange of it. */
static gboolean
search_part (Search *search, const BullaCliPagePart *part, const char *base, GError **error)
{
  g_autoptr (GPtrArray) items = list_items (search->site, part, base);
  gboolean is_cors = part->is_cors;
  const char *as = part->as;

  if (items->len == 0) {
    report_missing (search, part->url);
    return TRUE;
  }
  if (as == NULL) {
    g_autofree char *type = dup_type (items->pdata[0]);
    as = get_destination_of_type (type, &is_cors);
    if (as == NULL)
      return TRUE;
  }
  if (search->page->links->len >= BULLA_CLI_SITE_LINKS_MAX) {
    search->n_left_out++;
    return TRUE;
  }
  BullaCliSiteLink *link = g_new (BullaCliSiteLink, 1);
  *link = (BullaCliSiteLink){.url = g_strdup (part->url),
                             .as = as,
                             .is_cors = is_cors,
                             .srcset = g_strdup (part->srcset),
                             .sizes = g_strdup (part->sizes),
                             .items = g_ptr_array_ref (items)};
  g_ptr_array_add (search->page->links, link);
  search->site->n_links++;
  return TRUE;
}

/* @parts: (transfer full) */
static gboolean
search_parts (Search *search, GPtrArray *parts, const char *base, GError **error)
{
  g_autoptr (GPtrArray) styles = g_ptr_array_new ();

  g_ptr_array_add (search->kept, parts);
  for (guint i = 0; i < parts->len; i++) {
    const BullaCliPagePart *part = parts->pdata[i];
    BullaCliSiteItem *item = g_hash_table_lookup (search->site->by_url, part->url);
    if (!g_hash_table_add (search->seen, part->url))
      continue;
    if (!search_part (search, part, base, error))
      return FALSE;
    if (item != NULL && g_strcmp0 (part->as, "style") == 0)
      g_ptr_array_add (styles, item);
  }
  return search_styles (search, styles, error);
}

/* Returns: (transfer full) (nullable): a page or a stylesheet; empty if it is too large to be
 * searched, which is reported */
static GBytes *
read_text (const BullaCliSiteItem *item, GError **error)
{
  const char *path = g_file_peek_path (item->resource->file);
  const char *coding = bulla_cli_resource_get_header (item->resource, "content-encoding");
  g_autoptr (GError) failure = NULL;
  GBytes *bytes = coding != NULL ? bulla_cli_read_coded_file (path, coding, &failure)
                                 : bulla_cli_read_file (path, TEXT_MAX, &failure);

  if (bytes != NULL)
    return bytes;
  g_propagate_error (error, g_steal_pointer (&failure));
  bulla_cli_prefix_path (error, path);
  if (!g_error_matches (*error, BULLA_ERROR, BULLA_ERROR_LIMIT))
    return NULL;
  g_autofree char *shown = bulla_printable_dup ((*error)->message);
  bulla_cli_print_error (_ ("Not searched for subresources: %s\n"), shown);
  g_clear_error (error);
  return g_bytes_new (NULL, 0);
}

/* Searches what the stylesheets load, after all that the page itself loads. Each is searched once,
 * because each URL is looked at once. */
static gboolean
search_styles (Search *search, GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++) {
    const BullaCliSiteItem *item = items->pdata[i];
    const char *url = item->resource->url;
    g_autoptr (GBytes) bytes = read_text (item, error);
    gsize length = 0;
    if (bytes == NULL)
      return FALSE;
    const char *css = g_bytes_get_data (bytes, &length);
    if (!search_parts (search, bulla_cli_page_parts_read_css (css != NULL ? css : "", length, url),
                       url, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
search_page (BullaCliSite *site, BullaCliSiteItem *page, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func ((GDestroyNotify)g_ptr_array_unref);
  Search search = {site, page, seen, kept, 0};
  const char *url = page->resource->url;
  g_autoptr (GBytes) bytes = read_text (page, error);
  gsize length = 0;

  if (bytes == NULL)
    return FALSE;
  const char *html = g_bytes_get_data (bytes, &length);
  if (!search_parts (&search,
                     bulla_cli_page_parts_read_html (html != NULL ? html : "", length, url), url,
                     error))
    return FALSE;
  if (search.n_left_out > 0) {
    g_autofree char *shown = bulla_printable_dup (url);
    bulla_cli_print_error (ngettext ("Not linked: %s: %u subresource above the limit of %d\n",
                                     "Not linked: %s: %u subresources above the limit of %d\n",
                                     search.n_left_out),
                           shown, search.n_left_out, BULLA_CLI_SITE_LINKS_MAX);
  }
  return TRUE;
}

/**
 * bulla_cli_site_find_links: (skip)
 * @self: a site whose items are known
 * @error: set if a page or a stylesheet cannot be read
 *
 * Finds the subresources of every page: first those in its markup, then those in its stylesheets,
 * at most %BULLA_CLI_SITE_LINKS_MAX. Those below the site's URL that the folder lacks are reported
 * on stderr, and pages and stylesheets above 16 MiB, which are not searched.
 */
gboolean
bulla_cli_site_find_links (BullaCliSite *self, GError **error)
{
  for (guint i = 0; i < self->items->len; i++) {
    BullaCliSiteItem *item = self->items->pdata[i];
    if (item->is_page && !search_page (self, item, error))
      return FALSE;
  }
  return TRUE;
}

static void
append_link (GString *field, const BullaCliSiteLink *link)
{
  g_string_append_printf (field, "%s<%s>; rel=\"preload\"; as=\"%s\"", field->len > 0 ? ", " : "",
                          link->url, link->as);
  if (link->is_cors)
    g_string_append (field, "; crossorigin=\"anonymous\"");
  if (link->srcset != NULL)
    g_string_append_printf (field, "; imagesrcset=\"%s\"", link->srcset);
  if (link->sizes != NULL)
    g_string_append_printf (field, "; imagesizes=\"%s\"", link->sizes);
}

/**
 * bulla_cli_site_write_links: (skip)
 * @self: a site
 * @page: a page whose subresources are signed
 *
 * Returns: (transfer full) (nullable): the Link field of the page, to be signed: a preload and the
 *   allowed exchanges of each subresource; %NULL if it has none
 */
char *
bulla_cli_site_write_links (const BullaCliSite *self, const BullaCliSiteItem *page)
{
  g_autoptr (GString) field = g_string_new (NULL);
  g_autoptr (GHashTable) allowed = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < page->links->len; i++) {
    const BullaCliSiteLink *link = page->links->pdata[i];
    append_link (field, link);
    for (guint j = 0; j < link->items->len; j++) {
      const BullaCliSiteItem *item = link->items->pdata[j];
      if (!g_hash_table_add (allowed, (gpointer)item))
        continue;
      g_string_append_printf (field, ", <%s>; rel=\"allowed-alt-sxg\"; header-integrity=\"%s\"",
                              item->resource->url, item->integrity);
      bulla_cli_site_append_variants (field, self, item);
    }
  }
  return field->len > 0 ? g_string_free (g_steal_pointer (&field), FALSE) : NULL;
}
