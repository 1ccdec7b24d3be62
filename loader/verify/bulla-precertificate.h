/* bulla-precertificate.h - rebuilds the precertificate that a transparency log signed
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

#include "bulla-cursor.h"

G_BEGIN_DECLS

GByteArray *bulla_precertificate_rebuild (BullaSpan certificate);

G_END_DECLS
