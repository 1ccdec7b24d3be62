/* resolve-kit.h - a resolver for this process, with addresses that tests choose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Gives @name an address, for GLib and curl alike. Other names have no address, and no server is
 * queried for them. */
void resolve_kit_set (const char *name, const char *address);

G_END_DECLS
