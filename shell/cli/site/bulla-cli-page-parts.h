/* bulla-cli-page-parts.h - finds the subresources that pages and stylesheets load
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BULLA_CLI_PAGE_PARTS_MAX 512 /* most subresources found in one file */

typedef struct {
  char *url;            /* owned; absolute, as browsers request it */
  const char *as;       /* static; destination; NULL if it depends on the media type */
  gboolean is_cors;     /* whether it is requested with CORS, without credentials */
  char *srcset, *sizes; /* owned; candidates of a picture, and its sizes; nullable */
} BullaCliPagePart;

GPtrArray *bulla_cli_page_parts_read_html (const char *html, gsize length, const char *url);
GPtrArray *bulla_cli_page_parts_read_css (const char *css, gsize length, const char *url);
GPtrArray *bulla_cli_page_parts_list_candidates (const BullaCliPagePart *part, const char *url);

G_END_DECLS
