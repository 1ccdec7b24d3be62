/* bench-caa-corpus.c - counts the questions to DNS about many exchanges of one publisher
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "bench-world.h"
#include "bench.h"
#include "dns-mock.h"

#define N_EXCHANGES 1000
/* a trust anchor of another zone, so that unsigned answers are accepted */
#define ANCHOR                                                                                     \
  "elsewhere. IN DS 12345 13 2 "                                                                   \
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
#define ISSUERS "dn\tCN=Bench Intermediate\tca.test\n"

static char *
write_text (BenchWorld *world, const char *name, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));

  return bench_world_write_file (world, name, bytes);
}

static void
run (GPtrArray *arguments)
{
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (arguments, NULL);
  g_autoptr (GSubprocess) process = g_subprocess_newv ((const char *const *)arguments->pdata,
                                                       G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  if (process == NULL || !g_subprocess_wait_check (process, NULL, &error))
    g_error ("caa-corpus: %s", error->message);
}

static void
add_words (GPtrArray *arguments, const char *first, ...)
{
  va_list words;

  va_start (words, first);
  for (const char *word = first; word != NULL; word = va_arg (words, const char *))
    g_ptr_array_add (arguments, g_strdup (word));
  va_end (words);
}

static void
import_issuer (const BenchOptions *options, BenchWorld *world)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *issuers = write_text (world, "issuers", ISSUERS);

  add_words (arguments, options->bulla, "issuers", "import", "--store", world->folder, issuers,
             NULL);
  run (arguments);
}

/* CAA records are required and name the issuer, so status 0 says that DNS answered. */
static void
verify_all (const BenchOptions *options, BenchWorld *world, DnsMock *mock)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *anchor = write_text (world, "anchor", ANCHOR);
  g_autofree char *chain = bench_world_write_file (world, "chain.cbor", world->chain);

  add_words (arguments, options->bulla, "verify", "--require", "substitute", "--store",
             world->folder, "--caa", "require", "--dnssec", "ignore", "--resolver",
             dns_mock_get_resolver (mock), "--trust-anchor", anchor, "--trust", world->root_file,
             "--ct-logs", world->logs_file, "--chain", chain, "--quiet", NULL);
  for (guint i = 0; i < N_EXCHANGES; i++) {
    g_autofree char *url = g_strdup_printf ("https://publisher.test/%u", i);
    g_autofree char *name = g_strdup_printf ("%u.sxg", i);
    g_autoptr (GBytes) exchange = bench_world_make_exchange_of (world, url, 1000);
    g_ptr_array_add (arguments, bench_world_write_file (world, name, exchange));
  }
  run (arguments);
}

void
bench_caa_corpus (const BenchOptions *options)
{
  static const char record[] = "\x00\x05issueca.test; cansignhttpexchanges=yes";
  Bench bench = {"caa-corpus", "one question to DNS, for 1,000 exchanges", "", 1, 1};
  double reference = 1;

  if (!bench_is_wanted (options, bench.name))
    return;
  g_auto (BenchWorld) world = {0};
  bench_world_init (&world);
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_CAA, record, sizeof record - 1, 0);
  import_issuer (options, &world);
  verify_all (options, &world, mock);
  double questions = dns_mock_get_n_questions (mock);
  bench_report (options, &bench, &questions, &reference);
}
