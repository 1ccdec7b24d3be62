/* bulla-bytes.h - a text out of bytes
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *bulla_bytes_dup_text (GBytes *bytes);

G_END_DECLS
