/* bench-cold-cli.c - measures a run of the bulla command, compared with a program that does nothing
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "bench-world.h"
#include "bench.h"

extern char **environ;

typedef struct {
  const char *const *ours;      /* borrowed */
  const char *const *reference; /* borrowed */
} Commands;

static double
seconds (struct timeval time)
{
  return (double)time.tv_sec + (double)time.tv_usec / G_USEC_PER_SEC;
}

/* measures the processor time of the process and of the kernel for it; neither program waits for
 * anything */
static double
run (const char *const *command)
{
  posix_spawn_file_actions_t quiet;

  posix_spawn_file_actions_init (&quiet);
  posix_spawn_file_actions_addopen (&quiet, 1, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  int status = 0;
  struct rusage usage = {0};
  if (posix_spawnp (&pid, command[0], &quiet, NULL, (char **)command, environ) != 0
      || wait4 (pid, &status, 0, &usage) != pid || status != 0)
    g_error ("%s: could not be run, or failed", command[0]);
  posix_spawn_file_actions_destroy (&quiet);
  return seconds (usage.ru_utime) + seconds (usage.ru_stime);
}

static double
run_ours (gpointer data)
{
  return run (((Commands *)data)->ours);
}

static double
run_reference (gpointer data)
{
  return run (((Commands *)data)->reference);
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
  Commands commands = {ours, reference};
  bench_compare (options, &bench, run_ours, run_reference, &commands);
}
