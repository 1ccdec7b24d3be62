/* bulla-shell-pages.h - writes the HTML of the shell's own pages
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"

G_BEGIN_DECLS

/* set if a load of the shell was replaced by another load */
#define BULLA_PAGE_ERROR (bulla_page_error_quark ())
GQuark bulla_page_error_quark (void);

void bulla_page_begin (GString *html, const char *headline);
void bulla_page_append (GString *html, const char *before, const char *text, const char *after);
char *bulla_page_end (GString *html);

char *bulla_page_write_verdict (const char *address, BullaVerdict *verdict,
                                const char *fallback_url);
char *bulla_page_write_list (const char *address, BullaBundle *bundle);
char *bulla_page_write_set_aside (const char *address, BullaLoad *load, BullaVerdict *request,
                                  const GError *error);
char *bulla_page_write_refusal (const char *address, BullaLoad *load, const GError *error);

G_END_DECLS
