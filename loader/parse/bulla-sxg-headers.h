/* bulla-sxg-headers.h - the signed headers: a canonical CBOR map
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

#define BULLA_SXG_HEADERS_COUNT_MAX 4096

void bulla_sxg_headers_read (BullaSpan span, BullaFacts *facts);

G_END_DECLS
