/* bulla-page.h - the pages that the shell writes itself
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-load.h"

G_BEGIN_DECLS

/* what a load of ours ends with when another takes its place */
#define BULLA_PAGE_ERROR (bulla_page_error_quark ())
GQuark bulla_page_error_quark (void);

char *bulla_page_write_refusal (const char *address, BullaLoad *load, const GError *error);

G_END_DECLS
