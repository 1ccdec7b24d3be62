/* bench-bundle-large.c - measures opening a bundle of 100,000 resources, compared with hashing its
 * index
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Both read the same bytes of the file, the index and what is before it. What is opened has a
 * verdict, and one resource is looked up. */
#include <fcntl.h>
#include <gio/gio.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "bench-bundle.h"
#include "bench-world.h"
#include "bench.h"
#include "bulla-bundle-internal.h"
#include "bulla-bundle-reader.h"
#include "bulla-loader-internal.h"

#define N_RESOURCES 100000
#define SIZE 10
#define PIECE 65536

typedef struct {
  const char *path;    /* borrowed */
  BullaLoader *loader; /* borrowed */
  guint64 length;      /* bytes before the responses */
} Work;

static BullaBundle *
open_bundle (const Work *work)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  GObject *bundle = bulla_loader_open_file (work->loader, work->path, BULLA_PACKAGE_BUNDLE, outer,
                                            NULL, NULL, &error);

  g_assert_no_error (error);
  return BULLA_BUNDLE (bundle);
}

static double
run_ours (gpointer data)
{
  const Work *work = data;
  double start = bench_cpu_time ();
  g_autoptr (BullaBundle) bundle = open_bundle (work);

  g_assert_cmpint (bulla_verdict_get_outcome (bulla_bundle_get_verdict (bundle)), ==,
                   BULLA_OUTCOME_SEPARATE_ORIGIN);
  g_assert_cmpint (bulla_bundle_find (bundle, BENCH_BUNDLE_ORIGIN "/99998"), >=, 0);
  return bench_cpu_time () - start;
}

static double
run_floor (gpointer data)
{
  const Work *work = data;
  static guint8 piece[PIECE];
  guint8 hash[EVP_MAX_MD_SIZE];
  double start = bench_cpu_time ();
  int file = open (work->path, O_RDONLY | O_CLOEXEC);
  EVP_MD_CTX *digest = EVP_MD_CTX_new ();

  EVP_DigestInit_ex (digest, EVP_sha256 (), NULL);
  for (guint64 left = work->length; left > 0;) {
    ssize_t n = read (file, piece, MIN (left, sizeof piece));
    g_assert_cmpint (n, >, 0);
    EVP_DigestUpdate (digest, piece, (size_t)n);
    left -= (guint64)n;
  }
  EVP_DigestFinal_ex (digest, hash, NULL);
  EVP_MD_CTX_free (digest);
  close (file);
  return bench_cpu_time () - start;
}

void
bench_bundle_open_large (const BenchOptions *options)
{
  static const Bench bench = {"bundle-open-100k", "SHA-256 of its index", "ms", 1000, 51};

  if (!bench_is_wanted (options, bench.name))
    return;
  g_auto (BenchWorld) world = {0};
  g_autoptr (GError) error = NULL;
  bench_world_init (&world);
  g_autofree char *path = NULL;
  {
    g_autoptr (GBytes) bytes = bench_bundle_make (N_RESOURCES - 1, SIZE, "<title>a page</title>");
    path = bench_world_write_file (&world, "large.wbn", bytes);
  }
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);
  g_assert_no_error (error);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  bulla_trust_set_system_roots (trust, FALSE);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  Work work = {.path = path, .loader = loader};
  {
    g_autoptr (BullaBundle) bundle = open_bundle (&work);
    work.length = bulla_bundle_reader_get_responses (bulla_bundle_get_reader (bundle)).offset;
  }
  bench_compare (options, &bench, run_ours, run_floor, &work);
}
