/* bench-corpus.c - measures bulla verify of a folder of exchanges of one publisher: on one core,
 * against their signatures alone; on two cores, against one
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* sched_setaffinity() */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench-signature.h"
#include "bench-world.h"
#include "bench.h"

#define EXCHANGES 5000
#define BODY_SIZE 1000

typedef struct {
  const char *const *command; /* borrowed */
  BenchSignature signature;   /* owned */
} Corpus;

/* Runs the command on the first @n_cores cores of this process. @cpu: (out): processor time in
 * seconds. Returns: elapsed time in seconds */
static double
run_on (const Corpus *corpus, int n_cores, double *cpu)
{
  gint64 start = g_get_monotonic_time ();
  cpu_set_t all, some;
  int status = 0, chosen = 0;
  struct rusage usage = {0};

  CPU_ZERO (&some);
  sched_getaffinity (0, sizeof all, &all);
  for (int core = 0; core < CPU_SETSIZE && chosen < n_cores; core++)
    if (CPU_ISSET (core, &all)) {
      CPU_SET (core, &some);
      chosen++;
    }
  pid_t child = fork ();
  if (child == 0) {
    int nothing = open ("/dev/null", O_WRONLY);
    if (sched_setaffinity (0, sizeof some, &some) == 0 && dup2 (nothing, 1) == 1
        && dup2 (nothing, 2) == 2)
      execv (corpus->command[0], (char **)corpus->command);
    _exit (127);
  }
  if (wait4 (child, &status, 0, &usage) != child || !WIFEXITED (status)
      || WEXITSTATUS (status) != 0)
    g_error ("%s: could not be run, or failed", corpus->command[0]);
  *cpu = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / G_USEC_PER_SEC;
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static double
run_on_one (gpointer data)
{
  double cpu = 0;

  run_on (data, 1, &cpu);
  return cpu / EXCHANGES;
}

static double
verify_signatures (gpointer data)
{
  const Corpus *corpus = data;

  return bench_signature_verify (&corpus->signature, EXCHANGES) / EXCHANGES;
}

/* twice the time on two cores: the ratio to one core is 1 if nothing is lost */
static double
run_on_two (gpointer data)
{
  double cpu = 0;

  return 2 * run_on (data, 2, &cpu) / EXCHANGES;
}

static double
time_on_one (gpointer data)
{
  double cpu = 0;

  return run_on (data, 1, &cpu) / EXCHANGES;
}

static char *
make_folder (BenchWorld *world)
{
  char *folder = g_build_filename (world->folder, "corpus", NULL);

  if (g_mkdir (folder, 0700) != 0)
    g_error ("%s: cannot be made", folder);
  for (guint i = 0; i < EXCHANGES; i++) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u.html", i);
    g_autofree char *name = g_strdup_printf ("corpus/%u.sxg", i);
    g_autoptr (GBytes) exchange = bench_world_make_exchange_of (world, url, BODY_SIZE);
    g_free (bench_world_write_file (world, name, exchange));
  }
  return folder;
}

void
bench_corpus (const BenchOptions *options)
{
  static const Bench alone = {"corpus-1", "an ECDSA verification for each", "µs", 1e6, 11},
                     scaling = {"corpus-2", "half of the speed on two cores: the time on one", "µs",
                                1e6, 11};
  gboolean wants_alone = bench_is_wanted (options, alone.name);
  gboolean wants_scaling = bench_is_wanted (options, scaling.name) && g_get_num_processors () > 1;
  g_auto (BenchWorld) world = {0};

  if (!wants_alone && !wants_scaling)
    return;
  bench_world_init (&world);
  g_autofree char *folder = make_folder (&world);
  g_autofree char *store = g_build_filename (world.folder, "no-store", NULL);
  g_setenv ("BULLA_STORE", store, TRUE); /* nothing is remembered from earlier runs */
  g_autofree char *chain = bench_world_write_file (&world, "chain.cbor", world.chain);
  const char *const command[] = {options->bulla,
                                 "verify",
                                 "--offline",
                                 "--trust",
                                 world.root_file,
                                 "--ct-logs",
                                 world.logs_file,
                                 "--chain",
                                 chain,
                                 folder,
                                 NULL};
  Corpus corpus = {.command = command};
  bench_signature_init (&corpus.signature, BODY_SIZE);
  if (wants_alone)
    bench_compare (options, &alone, run_on_one, verify_signatures, &corpus);
  if (wants_scaling)
    bench_compare (options, &scaling, run_on_two, time_on_one, &corpus);
  bench_signature_clear (&corpus.signature);
}
