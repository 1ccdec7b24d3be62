/* bench-bundle.h - creates bundles for benchmarks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle.h"

G_BEGIN_DECLS

#define BENCH_BUNDLE_ORIGIN "https://publisher.test"

/* @n resources, each of @size bytes, at /0, /1 … with a page at / before them; b2 */
GBytes *bench_bundle_make (guint n, gsize size, const char *page);
BullaBundle *bench_bundle_open_file (const char *path);

G_END_DECLS
