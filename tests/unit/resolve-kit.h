/* resolve-kit.h - a resolver for this process, with addresses that tests choose
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* from now on @name has that address, for GLib and curl alike; other names have none, and nobody is
 * asked for them */
void resolve_kit_set (const char *name, const char *address);

G_END_DECLS
