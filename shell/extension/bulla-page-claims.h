/* bulla-page-claims.h - maps the URLs that a bundle claims to the URLs at which they are shown
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _BullaPageClaims BullaPageClaims;

BullaPageClaims *bulla_page_claims_new (void);
void bulla_page_claims_add (BullaPageClaims *self, GVariant *claims);
char *bulla_page_claims_dup_shown (BullaPageClaims *self, const char *page, const char *url);

G_END_DECLS
