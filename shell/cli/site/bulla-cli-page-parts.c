/* bulla-cli-page-parts.c - the list of subresources that a page or a stylesheet loads
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bulla-cli-bundle-resources.h"
#include "bulla-cli-page-parts-private.h"
#include "bulla-link.h"

static void
part_free (gpointer data)
{
  BullaCliPagePart *self = data;

  g_free (self->url);
  g_free (self->srcset);
  g_free (self->sizes);
  g_free (self);
}

GPtrArray *
bulla_cli_page_parts_new (void)
{
  return g_ptr_array_new_with_free_func (part_free);
}

/**
 * bulla_cli_page_parts_add: (skip)
 * @parts: the list
 * @base: the URL that @reference is relative to
 * @reference: a URL as written in the file
 * @as: a string constant; see BullaCliPagePart
 * @is_cors: see BullaCliPagePart
 *
 * Returns: (transfer none) (nullable): the new part; %NULL if @reference is not an https URL, or
 *   is in the list
 */
BullaCliPagePart *
bulla_cli_page_parts_add (GPtrArray *parts, const char *base, const char *reference, const char *as,
                          gboolean is_cors)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (reference));
  g_autofree char *typed = bulla_cli_normalise_url (trimmed);
  g_autofree char *url = *trimmed != '\0' ? bulla_link_resolve (base, typed) : NULL;

  if (url == NULL || !g_str_has_prefix (url, "https://"))
    return NULL;
  for (guint i = 0; i < parts->len; i++)
    if (strcmp (((BullaCliPagePart *)parts->pdata[i])->url, url) == 0)
      return NULL;
  BullaCliPagePart *part = g_new (BullaCliPagePart, 1);
  *part = (BullaCliPagePart){g_steal_pointer (&url), as, is_cors, NULL, NULL};
  g_ptr_array_add (parts, part);
  return part;
}

/**
 * bulla_cli_page_parts_list_candidates: (skip)
 * @part: a part of a page
 * @url: the page's URL
 *
 * Returns: (transfer full) (element-type utf8): the URLs of which the browser loads one
 */
GPtrArray *
bulla_cli_page_parts_list_candidates (const BullaCliPagePart *part, const char *url)
{
  GPtrArray *urls = g_ptr_array_new_with_free_func (g_free);
  const char *at = part->srcset;

  g_ptr_array_add (urls, g_strdup (part->url));
  while (at != NULL && *at != '\0' && urls->len < BULLA_CLI_PAGE_PARTS_MAX) {
    at += strspn (at, " \t\n\f\r,");
    size_t length = strcspn (at, " \t\n\f\r");
    gboolean ends = length > 0 && at[length - 1] == ',';
    g_autofree char *candidate = g_strndup (at, length);
    for (size_t n = length; n > 0 && candidate[n - 1] == ','; n--)
      candidate[n - 1] = '\0'; /* those inside belong to the URL */
    g_autofree char *typed = bulla_cli_normalise_url (candidate);
    char *absolute = length > 0 ? bulla_link_resolve (url, typed) : NULL;
    if (absolute != NULL && !g_ptr_array_find_with_equal_func (urls, absolute, g_str_equal, NULL))
      g_ptr_array_add (urls, absolute);
    else
      g_free (absolute);
    at += length;
    if (!ends)
      at += strcspn (at, ","); /* the descriptors */
  }
  return urls;
}
