/* bulla-signed-subset.h - verifies the authority's signature of a vouched subset
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-openssl.h"

G_BEGIN_DECLS

gboolean bulla_signed_subset_verify (const char *version, BullaSpan signed_bytes,
                                     const EVP_MD_CTX *prepared, const guint8 *signature,
                                     size_t length);

G_END_DECLS
