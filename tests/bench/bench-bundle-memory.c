/* bench-bundle-memory.c - measures the peak resident memory of a process that opens a bundle of 200
 * MB
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The process opens the file, reads the page, and computes the digest of all bytes, like the
 * shell when it shows a bundle. The results are in KiB where other benchmarks have seconds. */
#include <gio/gio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench-bundle.h"
#include "bench-world.h"
#include "bench.h"

#define N_RESOURCES 200
#define SIZE 1000000
#define LIMIT_KIB (32 * 1024)

/* Returns the peak in KiB. getrusage() cannot be used: its peak includes that of the parent
 * process. */
static long
read_peak (void)
{
  g_autofree char *status = NULL;

  if (!g_file_get_contents ("/proc/self/status", &status, NULL, NULL))
    return 0;
  const char *peak = strstr (status, "VmHWM:");
  return peak != NULL ? strtol (peak + strlen ("VmHWM:"), NULL, 10) : 0;
}

/* Prints the peak in KiB. */
int
bench_bundle_memory_child (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaBundle) bundle = bench_bundle_open_file (path);
  gint found = bulla_bundle_find (bundle, bulla_bundle_get_primary_url (bundle));
  g_autoptr (BullaLoad) load =
      found >= 0 ? bulla_bundle_load (bundle, (guint)found, 0, NULL, &error) : NULL;
  GInputStream *body = load != NULL ? bulla_load_get_body (load) : NULL;
  g_autofree char *id = bulla_bundle_dup_package_id (bundle, BENCH_BUNDLE_ORIGIN);
  long peak = read_peak ();

  if (body == NULL || id == NULL || peak == 0
      || g_input_stream_skip (body, G_MAXINT, NULL, &error) < 0)
    return 1;
  printf ("%ld\n", peak);
  return 0;
}

static double
measure (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                                    "/proc/self/exe", "--open", path, NULL);

  if (child == NULL || !g_subprocess_communicate_utf8 (child, NULL, NULL, &text, NULL, &error))
    g_error ("bundle-memory: %s", error->message);
  if (!g_subprocess_get_successful (child))
    g_error ("bundle-memory: it failed");
  return g_ascii_strtod (text, NULL);
}

void
bench_bundle_memory (const BenchOptions *options)
{
  static const Bench bench = {"bundle-memory", "the 32 MiB that it may take", "KiB", 1, 5};
  double ours[5], limit[5];

  if (!bench_is_wanted (options, bench.name))
    return;
  g_auto (BenchWorld) world = {0};
  bench_world_init (&world);
  g_autofree char *path = NULL;
  {
    g_autoptr (GBytes) bytes = bench_bundle_make (N_RESOURCES, SIZE, "<title>a page</title>");
    path = bench_world_write_file (&world, "large.wbn", bytes);
  }
  for (guint i = 0; i < bench.runs; i++) {
    ours[i] = measure (path);
    limit[i] = LIMIT_KIB;
  }
  bench_report (options, &bench, ours, limit);
}
