/* bulla-cli-site-links.h - finds which exchanges of a site each page may load, and links them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cli-site.h"

G_BEGIN_DECLS

gboolean bulla_cli_site_find_links (BullaCliSite *self, GError **error);
void bulla_cli_site_link_free (gpointer link);
char *bulla_cli_site_write_links (const BullaCliSite *self, const BullaCliSiteItem *page);

G_END_DECLS
