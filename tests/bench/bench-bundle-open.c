/* bench-bundle-open.c - measures opening a bundle of 10,000 resources and finding each, compared
 * with npm's wbn
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The reference, bench-wbn.cjs, runs in a new process each time and measures itself, without its
 * start. Each run takes the best of five times. Both find the offset and length of each
 * response; wbn also reads its headers. */
#include <gio/gio.h>

#include "bench-bundle.h"
#include "bench-world.h"
#include "bench.h"

#define N_RESOURCES 10000
#define SIZE 100

typedef struct {
  const char *path; /* borrowed */
  GPtrArray *urls;  /* borrowed; of char * */
} Work;

static double
open_once (const Work *work)
{
  gint64 start = g_get_monotonic_time ();
  guint64 sum = 0;
  g_autoptr (BullaBundle) bundle = bench_bundle_open_file (work->path);

  for (guint i = 0; i < work->urls->len; i++) {
    gint found = bulla_bundle_find (bundle, g_ptr_array_index (work->urls, i));
    BullaRange range;
    if (found < 0 || !bulla_bundle_get_range (bundle, (guint)found, 0, &range))
      g_error ("bundle-open: %s is not there", (char *)g_ptr_array_index (work->urls, i));
    sum += range.length;
  }
  g_assert (sum > N_RESOURCES * SIZE);
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

/* measures the best of five times, as bench-wbn.cjs does */
static double
run_ours (gpointer data)
{
  double best = open_once (data);

  for (guint i = 1; i < 5; i++)
    best = MIN (best, open_once (data));
  return best;
}

static double
run_reference (gpointer data)
{
  const Work *work = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GSubprocess) node = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "node",
                                                   WBN_SCRIPT, NPM_FOLDER, work->path, NULL);

  if (node == NULL || !g_subprocess_communicate_utf8 (node, NULL, NULL, &text, NULL, &error))
    g_error ("bundle-open: %s", error->message);
  if (!g_subprocess_get_successful (node))
    g_error ("bundle-open: wbn failed");
  return g_ascii_strtod (text, NULL);
}

/* Returns: why the reference cannot run; NULL if it can. The npm packages are those of
 * tests/interop. */
char *
bench_wbn_install (void)
{
  static const char *const parts[] = {"package.json", "package-lock.json"};
  g_autoptr (GError) error = NULL;
  g_autofree char *complaints = NULL;

  if (g_file_test (NPM_FOLDER "/node_modules/wbn/package.json", G_FILE_TEST_EXISTS))
    return NULL;
  g_mkdir_with_parents (NPM_FOLDER, 0777);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autofree char *from = g_build_filename (INTEROP_FOLDER, parts[i], NULL);
    g_autofree char *to = g_build_filename (NPM_FOLDER, parts[i], NULL);
    g_autoptr (GFile) source = g_file_new_for_path (from), target = g_file_new_for_path (to);
    if (!g_file_copy (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &error))
      return g_strdup (error->message);
  }
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_subprocess_launcher_set_cwd (launcher, NPM_FOLDER);
  g_autoptr (GSubprocess) npm =
      g_subprocess_launcher_spawn (launcher, &error, "npm", "ci", "--ignore-scripts", "--no-audit",
                                   "--no-fund", "--prefer-offline", NULL);
  if (npm == NULL || !g_subprocess_communicate_utf8 (npm, NULL, NULL, NULL, &complaints, &error))
    return g_strdup (error->message);
  return g_subprocess_get_successful (npm) ? NULL : g_strdup (g_strstrip (complaints));
}

void
bench_bundle_open (const BenchOptions *options)
{
  static const Bench bench = {"bundle-open", "npm wbn 0.0.9", "ms", 1000, 21};

  if (!bench_is_wanted (options, bench.name))
    return;
  g_autofree char *why = bench_wbn_install ();
  if (why != NULL) {
    g_printerr ("%s: left out, npm cannot install wbn: %s\n", bench.name, why);
    return;
  }
  g_auto (BenchWorld) world = {0};
  bench_world_init (&world);
  g_autoptr (GBytes) bytes = bench_bundle_make (N_RESOURCES - 1, SIZE, "<title>a page</title>");
  g_autofree char *path = bench_world_write_file (&world, "large.wbn", bytes);
  g_autoptr (GPtrArray) urls = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (urls, g_strdup (BENCH_BUNDLE_ORIGIN "/"));
  for (guint i = 0; i + 1 < N_RESOURCES; i++)
    g_ptr_array_add (urls, g_strdup_printf (BENCH_BUNDLE_ORIGIN "/%u", i));
  Work work = {.path = path, .urls = urls};
  bench_compare (options, &bench, run_ours, run_reference, &work);
}
