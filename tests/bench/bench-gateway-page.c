/* bench-gateway-page.c - a page of 50 parts in WebKit, through the gateway against directly
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The loads are those of bench-page.c, on an X server of their own. */
#include <gio/gio.h>

#include "bench.h"

#define RUNS 81

static GSubprocess *
start (const char *program, GError **error)
{
  static const char *const settings[][2] = {
      {"GDK_BACKEND", "x11"},   {"GTK_A11Y", "none"},      {"GSETTINGS_BACKEND", "memory"},
      {"GIO_USE_VFS", "local"}, {"GSK_RENDERER", "cairo"}, {"NO_AT_BRIDGE", "1"},
      {"LC_ALL", "C.UTF-8"},
  };
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *rounds = g_strdup_printf ("%d", RUNS);
  g_subprocess_launcher_unsetenv (launcher, "WAYLAND_DISPLAY");
  for (size_t i = 0; i < G_N_ELEMENTS (settings); i++)
    g_subprocess_launcher_setenv (launcher, settings[i][0], settings[i][1], TRUE);
  return g_subprocess_launcher_spawn (launcher, error, "xvfb-run", "-a", "-s",
                                      "-screen 0 1200x800x24 -nolisten tcp", program, rounds, NULL);
}

void
bench_gateway_page (const BenchOptions *options)
{
  static const Bench bench = {"gateway-page", "the same page without a proxy", "ms", 1000, RUNS};
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL, *complaints = NULL;
  double ours[RUNS], reference[RUNS];
  guint n = 0;
  if (!bench_is_wanted (options, bench.name))
    return;
  if (options->page == NULL) {
    g_printerr ("%s: left out, WebKitGTK was not there at build time\n", bench.name);
    return;
  }
  g_autoptr (GSubprocess) program = start (options->page, &error);
  if (program == NULL
      || !g_subprocess_communicate_utf8 (program, NULL, NULL, &text, &complaints, &error))
    g_error ("%s: %s", bench.name, error->message);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (; n < RUNS && lines[n] != NULL && *lines[n] != '\0'; n++) {
    char *end = NULL;
    reference[n] = g_ascii_strtod (lines[n], &end);
    ours[n] = g_ascii_strtod (end, NULL);
  }
  if (!g_subprocess_get_successful (program) || n != RUNS)
    g_error ("%s: it failed: %s", bench.name, complaints);
  bench_report (options, &bench, ours, reference);
}
