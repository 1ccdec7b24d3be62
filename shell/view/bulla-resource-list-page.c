/* bulla-resource-list-page.c - writes the page that lists the resources of a bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-shell-pages.h"

#include <glib/gi18n.h>

#include "bulla-address.h"

#define ROWS_MAX 1000

/* The page works without scripts: its form requests the same address again. */
static void
append_search (GString *html, const char *address, const char *filter)
{
  g_autofree char *package = bulla_address_get_package (address);

  bulla_page_append (html,
                     "<form id=\"search\" method=\"get\" action=\"webpkg://open/\" role=\"search\">"
                     "<input type=\"hidden\" name=\"url\" value=\"",
                     package != NULL ? package : "", "\">");
  bulla_page_append (html, "<label>", _ ("Search addresses"), " ");
  bulla_page_append (html, "<input type=\"search\" name=\"filter\" value=\"",
                     filter != NULL ? filter : "", "\"></label> ");
  bulla_page_append (html, "<button>", _ ("Search"), "</button></form>");
}

static void
append_resource (GString *html, BullaBundle *bundle, guint resource, const char *url)
{
  /* the gateway serves and judges signed resources */
  gboolean vouched =
      bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle)) == BULLA_OUTCOME_SUBSTITUTE
      && bulla_bundle_get_subset (bundle, resource) >= 0;
  g_autofree char *shown = vouched ? g_strdup (url) : bulla_package_dup_url (bundle, url);

  bulla_page_append (html, "<li><a href=\"", shown != NULL ? shown : "", "\">");
  bulla_page_append (html, "", url, "</a>");
  if (vouched)
    bulla_page_append (html, " <span class=\"dim\">", _ ("signed by its publisher"), "</span>");
  g_string_append (html, "</li>\n");
}

/**
 * bulla_page_write_list:
 * @address: the requested address, which may contain a filter
 * @bundle: a bundle that may be shown
 *
 * Returns: (transfer full): HTML
 */
char *
bulla_page_write_list (const char *address, BullaBundle *bundle)
{
  g_autoptr (GString) html = g_string_new (NULL);
  g_autofree char *package = bulla_address_for_display (address);
  g_autofree char *filter = bulla_address_get_filter (address);
  guint rows = 0, count = bulla_bundle_get_n_resources (bundle);

  bulla_page_begin (html, _ ("Bundle contents"));
  bulla_page_append (html, "<p class=\"address\">", package, "</p>");
  bulla_page_append (html, "<p>", _ ("This bundle names no start page. Choose one:"), "</p>");
  append_search (html, address, filter);
  bulla_page_append (html, "<ul id=\"resources\" class=\"resources\" aria-label=\"",
                     _ ("Resources of the bundle"), "\">\n");
  for (guint i = 0; i < count && rows < ROWS_MAX; i++) {
    g_autofree char *url = bulla_bundle_dup_url (bundle, i);

    if (filter != NULL && strstr (url, filter) == NULL)
      continue;
    append_resource (html, bundle, i, url);
    rows++;
  }
  g_string_append (html, "</ul>");
  if (rows == 0)
    bulla_page_append (html, "<p role=\"status\">",
                       _ ("No address in this bundle contains the search text."), "</p>");
  else if (rows == ROWS_MAX && count > rows)
    bulla_page_append (
        html, "<p role=\"status\">",
        _ ("Not all addresses are listed. Search for part of an address to find the others."),
        "</p>");
  return bulla_page_end (g_steal_pointer (&html));
}
