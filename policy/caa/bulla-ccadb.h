/* bulla-ccadb.h - reads CCADB's list of CAA identifiers
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-issuers.h"

G_BEGIN_DECLS

gboolean bulla_ccadb_is_caa_list (const char *text, gsize length);
gboolean bulla_ccadb_read (BullaIssuers *issuers, const char *text, gsize length,
                           const char *source, GError **error);

G_END_DECLS
