/* bench-webkit.c - runs the benchmarks in WebKit: a page through the gateway, and a page of a
 * bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * They are the programs of bench-page.c and bench-parts.c, which run on their own X server. */
#include <gio/gio.h>

#include "bench.h"

static GSubprocess *
start (const char *program, const Bench *bench, GError **error)
{
  static const char *const settings[][2] = {
      {"GDK_BACKEND", "x11"},   {"GTK_A11Y", "none"},      {"GSETTINGS_BACKEND", "memory"},
      {"GIO_USE_VFS", "local"}, {"GSK_RENDERER", "cairo"}, {"NO_AT_BRIDGE", "1"},
      {"LC_ALL", "C.UTF-8"},
  };
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *rounds = g_strdup_printf ("%u", bench->runs);
  g_autofree char *rtt = g_strdup_printf ("%u", bench->rtt);

  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    g_subprocess_launcher_setenv (launcher, settings[i][0], settings[i][1], TRUE);
  return g_subprocess_launcher_spawn (launcher, error, "xvfb-run", "-a", "-s",
                                      "-screen 0 1200x800x24 -nolisten tcp", program, rounds, rtt,
                                      bench->http1 ? "http1" : NULL, NULL);
}

gboolean
bench_run_page (const BenchOptions *options, const Bench *bench, const char *program)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *complaints = NULL;
  g_autofree double *ours = g_new (double, bench->runs), *reference = g_new (double, bench->runs);
  guint n = 0;

  if (program == NULL) {
    g_printerr ("%s: left out, WebKitGTK was not there at build time\n", bench->name);
    return FALSE;
  }
  g_autoptr (GSubprocess) process = start (program, bench, &error);
  if (process == NULL
      || !g_subprocess_communicate_utf8 (process, NULL, NULL, &text, &complaints, &error))
    g_error ("%s: %s", bench->name, error->message);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (; n < bench->runs && lines[n] != NULL && *lines[n] != '\0'; n++) {
    char *end = NULL;
    reference[n] = g_ascii_strtod (lines[n], &end);
    ours[n] = g_ascii_strtod (end, NULL);
  }
  if (!g_subprocess_get_successful (process) || n != bench->runs)
    g_error ("%s: it failed: %s", bench->name, complaints);
  bench_report (options, bench, ours, reference);
  return TRUE;
}

/* The name `gateway-page` stands for all that are not of HTTP/1.1, or with --http1 for those. */
void
bench_gateway_page (const BenchOptions *options)
{
  static const Bench benches[] = {
      {"gateway-page-webkit-0", "the same page without a proxy", "ms", 1000, 81},
      {"gateway-page-webkit-50", "the same, the publisher 50 ms away", "ms", 1000, 31, 50},
      {"gateway-page-webkit-100", "the same, the publisher 100 ms away", "ms", 1000, 21, 100},
      {"gateway-page-h1-0", "the same page without a proxy", "ms", 1000, 81, 0, TRUE},
      {"gateway-page-h1-50", "the same, the publisher 50 ms away", "ms", 1000, 31, 50, TRUE},
  };
  gboolean all = bench_is_wanted (options, "gateway-page");

  for (guint i = 0; i < G_N_ELEMENTS (benches); i++) {
    gboolean named = options->only != NULL && options->only[0] != NULL;
    gboolean wanted = bench_is_wanted (options, benches[i].name);
    if ((named && wanted) || (all && benches[i].http1 == options->http1))
      bench_run_page (options, &benches[i], options->page);
  }
}

void
bench_bundle_serve (const BenchOptions *options)
{
  static const Bench bench = {"bundle-serve", "the same from memory, by a scheme handler", "ms",
                              1000, 31};

  if (bench_is_wanted (options, bench.name))
    bench_run_page (options, &bench, options->parts);
}
