/* bulla-field-kind.h - lists header fields of one connection, and fields that change stored state
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* lists of lower-case names, each ended by NULL */
extern const char *const BULLA_FIELDS_HOP_BY_HOP[];
extern const char *const BULLA_FIELDS_STATEFUL[];

gboolean bulla_header_is_hop_by_hop (const char *name);
gboolean bulla_header_is_stateful (const char *name);
gboolean bulla_field_is_for_connection (const char *name);

G_END_DECLS
