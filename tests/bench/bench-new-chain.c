/* bench-new-chain.c - measures the verdict on an exchange of a publisher that was not seen before
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Every exchange has another leaf and its chain inline; the publishers share one authority. The
 * reference is what no verifier can do without: four ECDSA verifications, of the leaf, its OCSP
 * response, its timestamp and the exchange. */
#include <string.h>

#include "bench-signature.h"
#include "bench-world.h"
#include "bench.h"
#include "write/bulla-exchange-writer.h"

#define DAY 86400
#define RUNS 200
#define OPERATIONS 4

typedef struct {
  BullaLoader *loader;      /* owned */
  GPtrArray *exchanges;     /* owned; of GBytes; each of another publisher */
  guint next;               /* index of the next exchange */
  BenchSignature signature; /* owned */
} Case;

static double
run_ours (gpointer data)
{
  Case *self = data;
  g_autoptr (GError) error = NULL;
  GBytes *exchange = self->exchanges->pdata[self->next++];
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (exchange);
  double start = bench_cpu_time ();

  g_autoptr (BullaLoad) load = bulla_loader_load (self->loader, outer, stream, NULL, NULL, &error);
  g_assert_no_error (error);
  double time = bench_cpu_time () - start;
  g_assert_cmpint (bulla_verdict_get_outcome (bulla_load_get_verdict (load)), ==,
                   BULLA_OUTCOME_SUBSTITUTE);
  return time;
}

static double
run_floor (gpointer data)
{
  Case *self = data;

  return bench_signature_verify (&self->signature, OPERATIONS);
}

static GBytes *
make_exchange (BenchWorld *world, guint number)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *host = g_strdup_printf ("publisher-%u.test", number);
  g_autofree char *url = g_strdup_printf ("https://%s/", host);
  g_autofree char *validity_url = g_strdup_printf ("https://%s/validity", host);
  const char *const hosts[] = {host, NULL};
  g_autoptr (BullaCredential) leaf =
      bulla_authority_issue (world->authority, hosts, world->now - 5 * DAY, 90,
                             BULLA_ISSUE_SIGN_EXCHANGES | BULLA_ISSUE_EMBED_SCT, &error);

  g_assert_no_error (error);
  g_autoptr (GBytes) chain = bulla_authority_write_chain (
      world->authority, leaf, world->now - DAY, world->now + 5 * DAY, BULLA_RESPOND_GOOD, &error);
  g_assert_no_error (error);
  g_autofree char *encoded =
      g_base64_encode (g_bytes_get_data (chain, NULL), g_bytes_get_size (chain));
  g_autofree char *inline_url =
      g_strconcat ("data:application/cert-chain+cbor;base64,", encoded, NULL);
  g_autoptr (GBytes) body = g_bytes_new_static ("<title>a page</title>", 21);
  g_autoptr (BullaExchangeWriter) writer = bulla_exchange_writer_new (url, leaf);
  bulla_exchange_writer_add_header (writer, "content-type", "text/html; charset=utf-8");
  bulla_exchange_writer_set_body (writer, body);
  bulla_exchange_writer_set_cert_url (writer, inline_url);
  bulla_exchange_writer_set_validity_url (writer, validity_url);
  bulla_exchange_writer_set_validity (writer, world->now - DAY, world->now + DAY);
  GBytes *exchange = bulla_exchange_writer_write (writer, &error);
  g_assert_no_error (error);
  return exchange;
}

void
bench_new_chain (const BenchOptions *options)
{
  static const Bench bench = {"new-chain", "four ECDSA verifications", "µs", 1e6, RUNS};
  g_auto (BenchWorld) world = {0};
  g_autoptr (GError) error = NULL;

  if (!bench_is_wanted (options, bench.name))
    return;
  bench_world_init (&world);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  bulla_trust_add_roots (trust, world.root_file, &error);
  g_assert_no_error (error);
  bulla_trust_add_logs (trust, world.logs_file, &error);
  g_assert_no_error (error);
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);
  g_assert_no_error (error);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  g_autoptr (GPtrArray) exchanges = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  for (guint i = 0; i < RUNS + 1; i++) /* one more for the run that is not counted */
    g_ptr_array_add (exchanges, make_exchange (&world, i));
  Case self = {.loader = loader, .exchanges = exchanges};
  bench_signature_init (&self.signature, 1000);
  bench_compare (options, &bench, run_ours, run_floor, &self);
  bench_signature_clear (&self.signature);
}
