/* bench.h - ratios: what we take, to what the floor or a peer takes in the same run
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* seconds that one run takes; NULL errors end the program */
typedef double (*BenchFunc) (gpointer data);

typedef struct {
  const char *name;
  const char *against; /* names the reference */
  const char *unit;    /* of ours and reference */
  double scale;        /* from seconds of one run to that unit */
  guint runs;
  guint rtt; /* ms, of the publisher, for gateway-page */
} Bench;

typedef struct {
  const char *bulla; /* the program, for cold-cli */
  const char *page;  /* bench-page.c, for gateway-page; nullable: not built */
  const char *parts; /* bench-parts.c, for bundle-serve; nullable: not built */
  gboolean json;
  char **only; /* names; nullable: all */
} BenchOptions;

double bench_cpu_time (void);
gboolean bench_is_wanted (const BenchOptions *options, const char *name);
void bench_compare (const BenchOptions *options, const Bench *bench, BenchFunc ours,
                    BenchFunc reference, gpointer data);
void bench_report (const BenchOptions *options, const Bench *bench, double *a, double *b);

void bench_verify (const BenchOptions *options);
void bench_merkle (const BenchOptions *options);
void bench_cold_cli (const BenchOptions *options);
void bench_caa_climb (const BenchOptions *options);
void bench_gateway_page (const BenchOptions *options);
void bench_bundle_open (const BenchOptions *options);
void bench_bundle_serve (const BenchOptions *options);
void bench_bundle_memory (const BenchOptions *options);
int bench_bundle_memory_child (const char *path);

/* Runs a program that measures in WebKit: each line of its output has the seconds of the reference,
 * then ours. It is started with the number of runs and the distance. */
gboolean bench_run_page (const BenchOptions *options, const Bench *bench, const char *program);

G_END_DECLS
