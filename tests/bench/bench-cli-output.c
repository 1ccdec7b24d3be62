/* bench-cli-output.c - measures what the output of bulla verify costs, in time and in memory
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench-world.h"
#include "bench.h"

extern char **environ;

#define FEW 1000
#define MANY 100000
#define LINKS_MAX 30000      /* names of one file; file systems allow more than that */
#define ABOVE 30e-6          /* seconds by which a line of JSON may exceed the human line */
#define MORE_KIB (16 * 1024) /* memory that the additional packages may cost */

/* The options of every run, for a folder. */
typedef struct {
  const char *bulla, *root, *logs, *chain, *folder; /* borrowed */
} Verify;

/* Runs a command without its output. Returns: what it used, with the children that it awaited */
static struct rusage
run_quietly (const char *const *command)
{
  posix_spawn_file_actions_t quiet;
  struct rusage usage = {0};
  pid_t pid = 0;
  int status = 0;

  posix_spawn_file_actions_init (&quiet);
  posix_spawn_file_actions_addopen (&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen (&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (posix_spawnp (&pid, command[0], &quiet, NULL, (char **)command, environ) != 0
      || wait4 (pid, &status, 0, &usage) != pid || !WIFEXITED (status) || WEXITSTATUS (status) != 0)
    g_error ("%s: could not be run, or failed", command[0]);
  posix_spawn_file_actions_destroy (&quiet);
  return usage;
}

/* @more: (nullable): another option */
static double
measure_time (const Verify *self, const char *more)
{
  const char *const command[] = {self->bulla, "verify",     "--offline", "--trust",
                                 self->root,  "--ct-logs",  self->logs,  "--chain",
                                 self->chain, self->folder, more,        NULL};
  struct rusage usage = run_quietly (command);

  return ((double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
          + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC)
         / FEW;
}

static double
run_json (gpointer data)
{
  return measure_time (data, "--json");
}

static double
run_human (gpointer data)
{
  return measure_time (data, NULL) + ABOVE;
}

/* Makes a folder with many names of a few equal exchanges. Returns: (transfer full): its path */
static char *
make_folder (BenchWorld *world, const char *name, guint n)
{
  g_autoptr (GBytes) exchange = bench_world_make_exchange (world, 1000);
  char *folder = g_build_filename (world->folder, name, NULL);
  g_autofree char *first = NULL;

  if (g_mkdir (folder, 0700) != 0)
    g_error ("%s: cannot be made", folder);
  for (guint i = 0; i < n; i++) {
    g_autofree char *file = g_strdup_printf ("%s/%06u.sxg", name, i);
    if (i % LINKS_MAX == 0) {
      g_free (first);
      first = bench_world_write_file (world, file, exchange);
      continue;
    }
    g_autofree char *path = g_build_filename (world->folder, file, NULL);
    if (link (first, path) != 0)
      g_error ("%s: cannot be linked", path);
  }
  return folder;
}

void
bench_verify_json (const BenchOptions *options)
{
  static const Bench bench = {"verify-json", "the text and 30 µs", "µs", G_USEC_PER_SEC, 15};
  g_auto (BenchWorld) world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  bench_world_init (&world);
  g_autofree char *folder = make_folder (&world, "few", FEW);
  g_autofree char *chain = bench_world_write_file (&world, "chain.cbor", world.chain);
  Verify verify = {options->bulla, world.root_file, world.logs_file, chain, folder};
  bench_compare (options, &bench, run_json, run_human, &verify);
}

/* --- memory */

/* Prints the peak in KiB of the command in @arguments. This is a process of its own, because the
 * peak of a child includes that of the process that started it. */
int
bench_peak_child (char **arguments)
{
  struct rusage usage = run_quietly ((const char *const *)arguments);

  printf ("%ld\n", usage.ru_maxrss);
  return 0;
}

/* Returns: the peak of the resident memory of @command, in KiB */
double
bench_measure_peak (const char *const *command)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, (char *)"/proc/self/exe");
  g_ptr_array_add (arguments, (char *)"--peak");
  for (guint i = 0; command[i] != NULL; i++)
    g_ptr_array_add (arguments, (char *)command[i]);
  g_ptr_array_add (arguments, NULL);
  g_autoptr (GSubprocess) child = g_subprocess_newv ((const char *const *)arguments->pdata,
                                                     G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  if (child == NULL || !g_subprocess_communicate_utf8 (child, NULL, NULL, &text, NULL, &error))
    g_error ("%s: %s", command[0], error->message);
  if (!g_subprocess_get_successful (child))
    g_error ("%s: it failed", command[0]);
  return g_ascii_strtod (text, NULL);
}

static double
measure_peak (const Verify *self)
{
  const char *const command[] = {self->bulla, "verify",     "--offline", "--trust",
                                 self->root,  "--ct-logs",  self->logs,  "--chain",
                                 self->chain, self->folder, "--json",    NULL};

  return bench_measure_peak (command);
}

void
bench_verify_memory (const BenchOptions *options)
{
  static const Bench bench = {"verify-memory", "that of 1,000 and 16 MiB", "KiB", 1, 3};
  double ours[3], limit[3];
  g_auto (BenchWorld) world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  bench_world_init (&world);
  g_autofree char *few = make_folder (&world, "few", FEW);
  g_autofree char *many = make_folder (&world, "many", MANY);
  g_autofree char *chain = bench_world_write_file (&world, "chain.cbor", world.chain);
  Verify verify = {options->bulla, world.root_file, world.logs_file, chain, NULL};
  for (guint i = 0; i < bench.runs; i++) {
    verify.folder = few;
    limit[i] = measure_peak (&verify) + MORE_KIB;
    verify.folder = many;
    ours[i] = measure_peak (&verify);
  }
  bench_report (options, &bench, ours, limit);
}
