/* bulla-header-map.h - parses the headers of an exchange or bundled response: a canonical CBOR map
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

#define BULLA_HEADER_MAP_COUNT_MAX 4096

void bulla_header_map_read (BullaSpan span, BullaFacts *facts);

G_END_DECLS
