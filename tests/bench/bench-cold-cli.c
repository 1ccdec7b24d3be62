/* bench-cold-cli.c - measures runs of the bulla command, against a program that does nothing, and
 * against each other
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench-world.h"
#include "bench.h"

extern char **environ;

#define VARIANTS 1000 /* exchanges of the folder */

typedef struct {
  const char *const *ours;      /* borrowed */
  const char *const *reference; /* borrowed */
  int status;                   /* exit status of both */
} Commands;

static double
seconds (struct timeval time)
{
  return (double)time.tv_sec + (double)time.tv_usec / G_USEC_PER_SEC;
}

/* measures the processor time of the process and of the kernel for it; no program waits for
 * anything. @expected: exit status */
double
bench_run_command (const char *const *command, int expected)
{
  posix_spawn_file_actions_t quiet;

  posix_spawn_file_actions_init (&quiet);
  posix_spawn_file_actions_addopen (&quiet, 1, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen (&quiet, 2, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  int status = 0;
  struct rusage usage = {0};
  if (posix_spawnp (&pid, command[0], &quiet, NULL, (char **)command, environ) != 0
      || wait4 (pid, &status, 0, &usage) != pid || !WIFEXITED (status)
      || WEXITSTATUS (status) != expected)
    g_error ("%s: could not be run, or failed", command[0]);
  posix_spawn_file_actions_destroy (&quiet);
  return seconds (usage.ru_utime) + seconds (usage.ru_stime);
}

static double
run_ours (gpointer data)
{
  const Commands *commands = data;

  return bench_run_command (commands->ours, commands->status);
}

static double
run_reference (gpointer data)
{
  const Commands *commands = data;

  return bench_run_command (commands->reference, commands->status);
}

void
bench_cold_cli (const BenchOptions *options)
{
  if (!bench_is_wanted (options, "cold-cli"))
    return;
  Bench bench = {"cold-cli", "openssl version", "ms", 1000, 151};
  g_auto (BenchWorld) world = {0};
  bench_world_init (&world);
  g_autoptr (GBytes) exchange = bench_world_make_exchange (&world, 1000);
  g_autofree char *file = bench_world_write_file (&world, "page.sxg", exchange);
  g_autofree char *chain = bench_world_write_file (&world, "chain.cbor", world.chain);
  g_autofree char *store = g_build_filename (world.folder, "no-store", NULL);
  g_setenv ("BULLA_STORE", store, TRUE); /* nothing is remembered from earlier runs */
  const char *const ours[] = {options->bulla,
                              "verify",
                              "--offline",
                              "--trust",
                              world.root_file,
                              "--ct-logs",
                              world.logs_file,
                              "--chain",
                              chain,
                              file,
                              NULL};
  const char *const reference[] = {"openssl", "version", NULL};
  Commands commands = {ours, reference, 0};
  bench_compare (options, &bench, run_ours, run_reference, &commands);
}

/* Returns: (transfer full): a folder with the exchanges, two variants of each page */
static char *
make_variants (BenchWorld *world)
{
  char *folder = g_build_filename (world->folder, "site", NULL);

  if (g_mkdir (folder, 0700) != 0)
    g_error ("%s: cannot be made", folder);
  for (guint i = 0; i < VARIANTS; i++) {
    const char *language = i % 2 == 0 ? "en" : "fr";
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u.html", i / 2);
    g_autofree char *name = g_strdup_printf ("site/%u.%s.sxg", i / 2, language);
    g_autoptr (GBytes) exchange = bench_world_make_variant (world, url, language, 1000);
    g_free (bench_world_write_file (world, name, exchange));
  }
  return folder;
}

/* Every client against a folder of 1,000 exchanges; the reference verifies each of them once. Some
 * French readers get English, and English requests do not select the French variants, so both
 * commands end with 1. */
void
bench_variants_folder (const BenchOptions *options)
{
  Bench bench = {"variants-folder", "bulla verify of the same folder", "ms", 1000, 7};
  g_auto (BenchWorld) world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  bench_world_init (&world);
  g_autofree char *folder = make_variants (&world);
  g_autofree char *chain = bench_world_write_file (&world, "chain.cbor", world.chain);
  const char *const ours[] = {options->bulla, "variants", "--all-clients", "--quiet", folder, NULL};
  const char *const reference[] = {options->bulla, "verify",        "--offline", "--quiet",
                                   "--trust",      world.root_file, "--ct-logs", world.logs_file,
                                   "--chain",      chain,           folder,      NULL};
  Commands commands = {ours, reference, 1};
  bench_compare (options, &bench, run_ours, run_reference, &commands);
}
