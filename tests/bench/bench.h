/* bench.h - runs benchmarks: each is the ratio of Bulla's time to that of a reference in the same
 * run
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* seconds of one run; NULL: the benchmark failed */
typedef double (*BenchFunc) (gpointer data);

typedef struct {
  const char *name;
  const char *against; /* name of the reference */
  const char *unit;    /* unit of both results */
  double scale;        /* factor from seconds of one run to @unit */
  guint runs;
  guint rtt;      /* ms; distance of the publisher, for gateway-page */
  gboolean http1; /* its publisher does not speak HTTP/2 */
} Bench;

typedef struct {
  const char *bulla; /* the bulla program, for cold-cli */
  const char *page;  /* program of bench-page.c, for gateway-page; NULL if not built */
  const char *parts; /* program of bench-parts.c, for bundle-serve; NULL if not built */
  gboolean json;
  gboolean http1; /* `gateway-page` stands for publishers of HTTP/1.1 */
  char **only;    /* names of the benchmarks to run; NULL for all */
} BenchOptions;

double bench_cpu_time (void);
double bench_run_command (const char *const *command, int expected);
gboolean bench_is_wanted (const BenchOptions *options, const char *name);
void bench_compare (const BenchOptions *options, const Bench *bench, BenchFunc ours,
                    BenchFunc reference, gpointer data);
void bench_report (const BenchOptions *options, const Bench *bench, double *a, double *b);

void bench_verify (const BenchOptions *options);
void bench_new_chain (const BenchOptions *options);
void bench_corpus (const BenchOptions *options);
void bench_bundle_open_large (const BenchOptions *options);
void bench_merkle (const BenchOptions *options);
void bench_cold_cli (const BenchOptions *options);
void bench_variants_folder (const BenchOptions *options);
void bench_verify_json (const BenchOptions *options);
void bench_verify_memory (const BenchOptions *options);
double bench_measure_peak (const char *const *command);
int bench_peak_child (char **arguments);
void bench_caa_climb (const BenchOptions *options);
void bench_caa_corpus (const BenchOptions *options);
void bench_variants_choose (const BenchOptions *options);
void bench_gateway_page (const BenchOptions *options);
char *bench_wbn_install (void);
void bench_bundle_open (const BenchOptions *options);
void bench_bundle_serve (const BenchOptions *options);
void bench_bundle_create (const BenchOptions *options);
void bench_bundle_create_memory (const BenchOptions *options);
void bench_create_cold (const BenchOptions *options);
void bench_sign (const BenchOptions *options);
void bench_bundle_memory (const BenchOptions *options);
int bench_bundle_memory_child (const char *path);

/* Runs a program that measures in WebKit, with the number of runs and the round-trip time as
 * arguments. Each line of its output has the seconds of the reference, then those of Bulla. */
gboolean bench_run_page (const BenchOptions *options, const Bench *bench, const char *program);

G_END_DECLS
