/* bench-create.c - measures making bundles and exchanges, with the command and in the library
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The command judges what it made; the references do not. */
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/ec.h>
#include <string.h>

#include "bench-world.h"
#include "bench.h"

#define N_FOLDERS 100
#define N_FILES 1000 /* in each of them */
#define LIMIT_KIB (64 * 1024)
#define ROUNDS 100
#define BODY_SIZE 1000
#define MESSAGE_SIZE 500 /* about that of a signed message */

typedef struct {
  const char *const *ours;      /* borrowed */
  const char *const *reference; /* borrowed */
} Commands;

static double
run_ours (gpointer data)
{
  return bench_run_command (((const Commands *)data)->ours, 0);
}

static double
run_reference (gpointer data)
{
  return bench_run_command (((const Commands *)data)->reference, 0);
}

/* Makes 100,000 files of different content. Returns: (transfer full): the folder */
static char *
make_site (BenchWorld *world)
{
  char *site = g_build_filename (world->folder, "site", NULL);

  if (g_mkdir (site, 0700) != 0)
    g_error ("%s: cannot be made", site);
  for (guint i = 0; i < N_FOLDERS; i++) {
    g_autofree char *folder = g_strdup_printf ("%s/%03u", site, i);
    if (g_mkdir (folder, 0700) != 0)
      g_error ("%s: cannot be made", folder);
    for (guint f = 0; f < N_FILES; f++) {
      g_autofree char *name = g_strdup_printf ("site/%03u/page-%06u.html", i, i * N_FILES + f);
      g_autofree char *text = g_strdup_printf ("<title>page %u</title>", f);
      gsize size = strlen (text);
      g_autoptr (GBytes) bytes = g_bytes_new_take (g_steal_pointer (&text), size);
      g_free (bench_world_write_file (world, name, bytes));
    }
  }
  return site;
}

/* Removes the folders that bench_world_clear() expects to be empty of folders. */
static void
remove_site (const char *site)
{
  for (guint i = 0; i < N_FOLDERS; i++) {
    g_autofree char *folder = g_strdup_printf ("%s/%03u", site, i);
    g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
    const char *name = NULL;
    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
    if (g_rmdir (folder) != 0)
      g_warning ("%s: cannot be removed", folder);
  }
}

void
bench_bundle_create (const BenchOptions *options)
{
  static const Bench bench = {"bundle-create-100k", "npm wbn 0.0.9", "s", 1, 3};
  g_auto (BenchWorld) world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  g_autofree char *why = bench_wbn_install ();
  if (why != NULL) {
    g_printerr ("%s: left out, npm cannot install wbn: %s\n", bench.name, why);
    return;
  }
  bench_world_init (&world);
  g_autofree char *site = make_site (&world);
  g_autofree char *out = g_build_filename (world.folder, "out.wbn", NULL);
  const char *const ours[] = {
      options->bulla, "create",  "bundle", "--dir", site, "--base-url", "https://publisher.test/",
      "--no-primary", "--force", out,      NULL};
  const char *const reference[] = {"node", WBN_CREATE_SCRIPT, NPM_FOLDER, site, out, NULL};
  Commands commands = {ours, reference};
  bench_compare (options, &bench, run_ours, run_reference, &commands);
  remove_site (site);
}

void
bench_bundle_create_memory (const BenchOptions *options)
{
  static const Bench bench = {"bundle-create-memory", "the 64 MiB that it may take", "KiB", 1, 3};
  double peaks[3], limit[3];
  g_auto (BenchWorld) world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  bench_world_init (&world);
  g_autofree char *site = make_site (&world);
  g_autofree char *out = g_build_filename (world.folder, "out.wbn", NULL);
  const char *const ours[] = {
      options->bulla, "create",  "bundle", "--dir", site, "--base-url", "https://publisher.test/",
      "--no-primary", "--force", out,      NULL};
  for (guint i = 0; i < bench.runs; i++) {
    peaks[i] = bench_measure_peak (ours);
    limit[i] = LIMIT_KIB;
  }
  bench_report (options, &bench, peaks, limit);
  remove_site (site);
}

/* A whole run of the command, against one that only signs. */
void
bench_create_cold (const BenchOptions *options)
{
  static const Bench bench = {"create-cold", "openssl dgst -sign", "ms", 1000, 51};
  g_auto (BenchWorld) world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  bench_world_init (&world);
  g_autofree char *authority = g_build_filename (world.folder, "authority", NULL);
  g_autofree char *content = NULL;
  {
    g_autofree char *body = g_strnfill (BODY_SIZE, 'b');
    g_autoptr (GBytes) bytes = g_bytes_new (body, BODY_SIZE);
    content = bench_world_write_file (&world, "page.html", bytes);
  }
  g_autofree char *out = g_build_filename (world.folder, "page.sxg", NULL);
  g_autofree char *signature = g_build_filename (world.folder, "signature", NULL);
  g_autofree char *chain = g_build_filename (world.folder, "pub.cbor", NULL);
  g_autofree char *certificate = g_build_filename (world.folder, "pub.pem", NULL);
  g_autofree char *key = g_build_filename (world.folder, "pub.key", NULL);
  const char *const make_authority[] = {options->bulla, "create", "authority", authority, NULL};
  const char *const make_chain[] = {options->bulla,   "create",  "chain",
                                    "--authority",    authority, "--host",
                                    "publisher.test", chain,     NULL};
  const char *const ours[] = {options->bulla,
                              "create",
                              "exchange",
                              "--certificate",
                              certificate,
                              "--private-key",
                              key,
                              "--chain",
                              chain,
                              "--url",
                              BENCH_URL,
                              "--cert-url",
                              "https://certs.test/chain.cbor",
                              "--content",
                              content,
                              "--force",
                              out,
                              NULL};
  const char *const reference[] = {"openssl", "dgst",    "-sha256", "-sign", key,
                                   "-out",    signature, content,   NULL};
  bench_run_command (make_authority, 0);
  bench_run_command (make_chain, 0);
  Commands commands = {ours, reference};
  bench_compare (options, &bench, run_ours, run_reference, &commands);
}

/* --- in the library */

typedef struct {
  BenchWorld *world; /* borrowed */
  EVP_PKEY *key;     /* owned */
} Signing;

static double
sign_ours (gpointer data)
{
  const Signing *self = data;
  double start = bench_cpu_time ();

  for (guint i = 0; i < ROUNDS; i++)
    g_bytes_unref (bench_world_make_exchange (self->world, BODY_SIZE));
  return (bench_cpu_time () - start) / ROUNDS;
}

static double
sign_floor (gpointer data)
{
  const Signing *self = data;
  static const guint8 message[MESSAGE_SIZE];
  guint8 signature[128];
  double start = bench_cpu_time ();

  for (guint i = 0; i < ROUNDS; i++) {
    size_t size = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new ();
    if (EVP_DigestSignInit (context, NULL, EVP_sha256 (), NULL, self->key) != 1
        || EVP_DigestSign (context, signature, &size, message, sizeof message) != 1)
      g_error ("sign: OpenSSL failed");
    EVP_MD_CTX_free (context);
  }
  return (bench_cpu_time () - start) / ROUNDS;
}

/* An exchange of 1,000 bytes, its digest and its signature, with a key that was decoded before. */
void
bench_sign (const BenchOptions *options)
{
  static const Bench bench = {"sign", "one ECDSA signature", "µs", G_USEC_PER_SEC, 51};
  g_auto (BenchWorld) world = {0};

  if (!bench_is_wanted (options, bench.name))
    return;
  bench_world_init (&world);
  Signing signing = {&world, EVP_EC_gen ("prime256v1")};
  bench_compare (options, &bench, sign_ours, sign_floor, &signing);
  EVP_PKEY_free (signing.key);
}
