/* bench.c - runs benchmarks: each is the ratio of Bulla's time to that of a reference in the same
 * run
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return (x > y) - (x < y);
}

static double
quantile (double *sorted, guint n, double q)
{
  return sorted[(guint)(q * (n - 1) + 0.5)];
}

/* seconds of processor time of this thread, which other processes do not affect */
double
bench_cpu_time (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static GHashTable *known; /* owned; names of all benchmarks that were offered */

gboolean
bench_is_wanted (const BenchOptions *options, const char *name)
{
  if (known == NULL)
    known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (known, g_strdup (name));
  return options->only == NULL || options->only[0] == NULL
         || g_strv_contains ((const char *const *)options->only, name);
}

/* the figures of docs/testing.md; bench_names.py compares them */
static const struct {
  const char *name;
  double ratio; /* at most */
} TARGETS[] = {
    {"verify-1k", 1.15},
    {"verify-100k", 1.15},
    {"verify-1k-caa", 1.05},
    {"merkle-16384", 1.1},
    {"merkle-64", 1.5},
    {"cold-cli", 2},
    {"caa-climb", 2},
    {"caa-corpus", 1},
    {"variants-choose", 3},
    {"variants-folder", 2},
    {"gateway-page-webkit-0", 1.3},
    {"gateway-page-webkit-50", 1.15},
    {"gateway-page-webkit-100", 1.15},
    {"gateway-page-h1-0", 1.25},
    {"gateway-page-h1-50", 1.1},
    {"bundle-open", 0.04},
    {"bundle-serve", 2},
    {"bundle-memory", 1},
    {"new-chain", 2.5},
    {"corpus-1", 1.25},
    {"corpus-2", 1.053},
    {"bundle-open-100k", 3},
    {"verify-json", 1},
    {"verify-memory", 1},
    {"bundle-create-100k", 0.5},
    {"bundle-create-memory", 1},
    {"create-cold", 2},
    {"sign", 1.3},
};

static double
find_target (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (TARGETS); i++)
    if (g_str_equal (TARGETS[i].name, name))
      return TARGETS[i].ratio;
  g_error ("%s: the benchmark has no target", name);
}

/* @a: seconds of Bulla's runs; @b: seconds of the reference's runs; both sorted */
void
bench_report (const BenchOptions *options, const Bench *bench, double *a, double *b)
{
  guint n = bench->runs;
  g_autofree double *ratios = g_new (double, n);

  for (guint i = 0; i < n; i++)
    ratios[i] = a[i] / b[i];
  qsort (a, n, sizeof *a, compare_doubles);
  qsort (b, n, sizeof *b, compare_doubles);
  qsort (ratios, n, sizeof *ratios, compare_doubles);
  double ratio = quantile (ratios, n, 0.5);
  double spread = (quantile (ratios, n, 0.9) - quantile (ratios, n, 0.1)) / ratio;
  double mine = quantile (a, n, 0.5) * bench->scale, theirs = quantile (b, n, 0.5) * bench->scale;
  double target = find_target (bench->name);
  if (options->json)
    printf ("{\"name\":\"%s\",\"ratio\":%.3f,\"target\":%g,\"unit\":\"%s\",\"ours\":%.4g,"
            "\"reference\":%.4g,"
            "\"runs\":%u,\"spread\":%.3f}\n",
            bench->name, ratio, target, bench->unit, mine, theirs, n, spread);
  else
    printf (
        "%-16s %6.3f × (at most %g)   %10.4g %-3s  %10.4g %-3s  %3u runs, spread %.1f %%   %s\n",
        bench->name, ratio, target, mine, bench->unit, theirs, bench->unit, n, spread * 100,
        bench->against);
  fflush (stdout);
}

/* runs both alternately, so that other load on the machine affects both */
void
bench_compare (const BenchOptions *options, const Bench *bench, BenchFunc ours, BenchFunc reference,
               gpointer data)
{
  g_autofree double *a = g_new (double, bench->runs);
  g_autofree double *b = g_new (double, bench->runs);

  ours (data);
  reference (data);
  for (guint i = 0; i < bench->runs; i++) {
    b[i] = reference (data);
    a[i] = ours (data);
  }
  bench_report (options, bench, a, b);
}

static void
print_targets (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (TARGETS); i++)
    printf ("%s %g\n", TARGETS[i].name, TARGETS[i].ratio);
}

/* Returns: 2 if a name on the command line is not that of a benchmark; 0 otherwise */
static int
blame_strange_names (const BenchOptions *options)
{
  int status = 0;

  for (guint i = 0; options->only != NULL && options->only[i] != NULL; i++)
    if (!g_hash_table_contains (known, options->only[i])) {
      g_printerr ("bulla-bench: no benchmark is called %s\n", options->only[i]);
      status = 2;
    }
  return status;
}

int
main (int argc, char **argv)
{
  BenchOptions options = {.bulla = BULLA_PROGRAM, .page = PAGE_PROGRAM, .parts = PARTS_PROGRAM};
  gboolean targets = FALSE;
  const GOptionEntry entries[] = {
      {"targets", 0, 0, G_OPTION_ARG_NONE, &targets, "Print names and targets; measure nothing",
       NULL},
      {"json", 0, 0, G_OPTION_ARG_NONE, &options.json, "Print one JSON object per line", NULL},
      {"http1", 0, 0, G_OPTION_ARG_NONE, &options.http1,
       "The publishers of gateway-page speak HTTP/1.1 alone", NULL},
      {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.only, "Only these", "NAME…"},
      {NULL},
  };

  if (argc == 3 && g_str_equal (argv[1], "--open")) /* run by bundle-memory */
    return bench_bundle_memory_child (argv[2]);
  if (argc > 2 && g_str_equal (argv[1], "--peak")) /* run by verify-memory */
    return bench_peak_child (argv + 2);
  g_autoptr (GOptionContext) context = g_option_context_new ("— measure against a floor");
  g_option_context_add_main_entries (context, entries, NULL);
  g_autoptr (GError) error = NULL;
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("bulla-bench: %s\n", error->message);
    return 2;
  }
  if (targets) {
    print_targets ();
    return 0;
  }
  if (!options.json)
    printf ("%-16s %6s     %10s      %10s\n", "", "ratio", "ours", "reference");
  bench_verify (&options);
  bench_new_chain (&options);
  bench_merkle (&options);
  bench_cold_cli (&options);
  bench_corpus (&options);
  bench_caa_climb (&options);
  bench_caa_corpus (&options);
  bench_variants_choose (&options);
  bench_variants_folder (&options);
  bench_verify_json (&options);
  bench_verify_memory (&options);
  bench_gateway_page (&options);
  bench_bundle_open (&options);
  bench_bundle_open_large (&options);
  bench_bundle_create (&options);
  bench_bundle_create_memory (&options);
  bench_create_cold (&options);
  bench_sign (&options);
  bench_bundle_serve (&options);
  bench_bundle_memory (&options);
  int status = blame_strange_names (&options);
  g_strfreev (options.only);
  g_hash_table_unref (known);
  return status;
}
