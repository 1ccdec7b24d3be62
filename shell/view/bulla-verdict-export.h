/* bulla-verdict-export.h - writes a page's verdict as a JSON document
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-provenance.h"

G_BEGIN_DECLS

char *bulla_verdict_export (BullaProvenance *provenance);

G_END_DECLS
