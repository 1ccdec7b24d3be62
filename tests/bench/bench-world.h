/* bench-world.h - creates an authority, a chain and exchanges for benchmarks
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <bulla.h>

#include "write/bulla-authority.h"

G_BEGIN_DECLS

#define BENCH_URL "https://publisher.test/article.html"

typedef struct {
  gint64 now;
  char *folder;              /* owned; temporary */
  char *root_file;           /* owned */
  char *logs_file;           /* owned */
  BullaAuthority *authority; /* owned */
  BullaCredential *leaf;     /* owned */
  GBytes *chain;             /* owned */
} BenchWorld;

void bench_world_init (BenchWorld *self);
void bench_world_clear (BenchWorld *self);
GBytes *bench_world_make_exchange (BenchWorld *self, gsize body_size);
/* @url: of https://publisher.test */
GBytes *bench_world_make_exchange_of (BenchWorld *self, const char *url, gsize body_size);
/* @language: value of the axis accept-language, `en` or `fr` */
GBytes *bench_world_make_variant (BenchWorld *self, const char *url, const char *language,
                                  gsize body_size);
char *bench_world_write_file (BenchWorld *self, const char *name, GBytes *bytes);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BenchWorld, bench_world_clear)

G_END_DECLS
