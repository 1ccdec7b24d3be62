/* seeds.h - functions that write seeds for the fuzz targets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>
#include <string.h>

G_BEGIN_DECLS

void seed_write (const char *folder, const char *target, const char *name, const void *data,
                 gsize size);
void seed_write_texts (const char *folder);
void seed_write_gateway (const char *folder);
void seed_write_bundles (const char *folder);
void seed_write_dns (const char *folder);

G_END_DECLS
