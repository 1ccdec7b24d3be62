/* bench-verify.c - measures a complete verdict with its trace, compared with only the OpenSSL calls
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string.h>

#include "bench-world.h"
#include "bench.h"
#include "bulla-issuers.h"
#include "bulla-load-internal.h"
#include "bulla-signed-message.h"
#include "bulla-sxg-signature.h"
#include "bulla-trust-internal.h"
#include "dns-mock.h"

#define ROUNDS 100
#define READ_SIZE 65536

typedef struct {
  BenchWorld *world;
  BullaLoader *loader; /* owned */
  GBytes *exchange;    /* owned */
  GBytes *message;     /* owned; signed bytes */
  GBytes *signature;   /* owned */
  EVP_PKEY *key;       /* owned */
  GBytes *body;        /* owned; encoded */
  guint8 *buffer;      /* owned */
  guint rounds;
} Case;

static BullaLoad *
load (Case *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (self->exchange);
  BullaLoad *found =
      bulla_loader_load (self->loader, outer, stream, self->world->chain, NULL, &error);

  g_assert_no_error (error);
  return found;
}

static double
run_ours (gpointer data)
{
  Case *self = data;
  double start = bench_cpu_time ();

  for (guint i = 0; i < self->rounds; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (BullaLoad) found = load (self);
    GInputStream *body = bulla_load_get_body (found);
    while (g_input_stream_read (body, self->buffer, READ_SIZE, NULL, &error) > 0)
      continue;
    g_assert_no_error (error);
    BullaVerdict *verdict = bulla_load_get_verdict (found);
    g_assert_cmpint (bulla_verdict_get_outcome (verdict), ==, BULLA_OUTCOME_SUBSTITUTE);
  }
  return (bench_cpu_time () - start) / self->rounds;
}

static void
hash_records (Case *self, EVP_MD_CTX *digest)
{
  const gsize record_size = 4096;
  gsize length = 0;
  const guint8 *at = g_bytes_get_data (self->body, &length);
  guint8 hash[32], closing = 0;

  at += 8;
  length -= 8;
  while (length > 0) {
    gsize covered = MIN (length, record_size + sizeof hash);
    EVP_DigestInit_ex (digest, NULL, NULL);
    EVP_DigestUpdate (digest, at, covered);
    EVP_DigestUpdate (digest, &closing, 1);
    EVP_DigestFinal_ex (digest, hash, NULL);
    at += covered;
    length -= covered;
  }
}

/* Verifies the same signature with a decoded key, and hashes the same records. */
static double
run_bare (gpointer data)
{
  Case *self = data;
  gsize n_message = 0, n_signature = 0;
  const guint8 *message = g_bytes_get_data (self->message, &n_message);
  const guint8 *signature = g_bytes_get_data (self->signature, &n_signature);
  EVP_MD_CTX *records = EVP_MD_CTX_new ();

  EVP_DigestInit_ex (records, EVP_sha256 (), NULL);
  double start = bench_cpu_time ();
  for (guint i = 0; i < self->rounds; i++) {
    EVP_MD_CTX *digest = EVP_MD_CTX_new ();
    EVP_DigestVerifyInit (digest, NULL, EVP_sha256 (), NULL, self->key);
    g_assert_cmpint (EVP_DigestVerify (digest, signature, n_signature, message, n_message), ==, 1);
    EVP_MD_CTX_free (digest);
    hash_records (self, records);
  }
  EVP_MD_CTX_free (records);
  return (bench_cpu_time () - start) / self->rounds;
}

/* Takes the inputs of the reference measurement from the package. */
static void
take_apart (Case *self)
{
  g_autoptr (BullaLoad) found = load (self);
  BullaSxgReader *reader = bulla_load_get_reader (found);
  const BullaFacts *facts = bulla_load_get_facts (found);
  g_autoptr (GPtrArray) members = bulla_sf_parse_parameterised_list (
      bulla_sxg_reader_get_signature (reader), BULLA_REASON_SIGNATURE_SYNTAX, NULL);
  GBytes *hash = bulla_sf_member_find (members->pdata[0], "cert-sha256")->bytes;
  BullaSignedMessage message = {
      .url = bulla_sxg_reader_get_url (reader),
      .headers = bulla_sxg_reader_get_headers (reader),
      .cert_sha256 = {g_bytes_get_data (hash, NULL), g_bytes_get_size (hash), 0},
      .validity_url = facts->signature.validity_url,
      .date = facts->signature.date,
      .expires = facts->signature.expires,
  };

  self->message = bulla_signed_message_build (&message);
  self->signature = g_bytes_ref (bulla_sf_member_find (members->pdata[0], "sig")->bytes);
  gsize start = facts->headers_range.offset + facts->headers_range.length;
  self->body =
      g_bytes_new_from_bytes (self->exchange, start, g_bytes_get_size (self->exchange) - start);
  g_autoptr (GBytes) leaf = bulla_credential_dup_leaf (self->world->leaf);
  const unsigned char *der = g_bytes_get_data (leaf, NULL);
  X509 *certificate = d2i_X509 (NULL, &der, (long)g_bytes_get_size (leaf));
  self->key = X509_get_pubkey (certificate);
  X509_free (certificate);
}

static void
case_clear (Case *self)
{
  g_bytes_unref (self->exchange);
  g_bytes_unref (self->message);
  g_bytes_unref (self->signature);
  g_bytes_unref (self->body);
  EVP_PKEY_free (self->key);
  g_free (self->buffer);
}

/* --- CAA records at hand */

/* Before any chain is verified: a chain knows the domains of its issuer from then. */
static void
add_issuers (BullaTrust *trust)
{
  static const char lines[] = "dn\tCN=Bench Intermediate\tca.test\n";
  g_autoptr (BullaIssuers) issuers = bulla_issuers_new ();

  bulla_issuers_add_lines (issuers, lines, strlen (lines), TRUE, "bench", NULL);
  bulla_trust_set_issuers (trust, issuers);
}

#define ANCHOR                                                                                     \
  "elsewhere. IN DS 12345 13 2 "                                                                   \
  "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"

typedef struct {
  Case with, without;
} CaaCase;

static double
run_with_caa (gpointer data)
{
  return run_ours (&((CaaCase *)data)->with);
}

static double
run_without_caa (gpointer data)
{
  return run_ours (&((CaaCase *)data)->without);
}

static BullaLoader *
new_loader (const char *caa, BullaTrust *trust)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaProfile) profile =
      bulla_profile_load_with ("draft-b3", caa, "ignore", NULL, &error);

  g_assert_no_error (error);
  return bulla_loader_new (profile, trust);
}

/* Lets @loader ask @mock, which the first exchange does; the others find the answer at hand. */
static void
set_dns (BullaLoader *loader, BenchWorld *world, DnsMock *mock)
{
  const char *resolvers[] = {dns_mock_get_resolver (mock), NULL};
  g_autoptr (GBytes) bytes = g_bytes_new_static (ANCHOR, strlen (ANCHOR));
  g_autofree char *anchors = bench_world_write_file (world, "anchors", bytes);
  g_autoptr (GError) error = NULL;

  bulla_loader_set_dns (loader, resolvers, anchors, NULL, NULL, &error);
  g_assert_no_error (error);
}

/* the same verdict with and without CAA records, to which the reference has to add nothing */
static void
bench_verify_caa (const BenchOptions *options, BenchWorld *world, BullaTrust *trust)
{
  static const char record[] = "\x00\x05issueca.test; cansignhttpexchanges=yes";
  Bench bench = {"verify-1k-caa", "verify-1k without CAA records", "µs", 1e6, 301};
  g_autoptr (GBytes) exchange = bench_world_make_exchange (world, 1000);
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  CaaCase self = {.with = {.world = world, .exchange = exchange, .buffer = buffer, .rounds = 20}};

  if (!bench_is_wanted (options, bench.name))
    return;
  g_autoptr (DnsMock) mock = dns_mock_new (DNS_MOCK_CAA, record, sizeof record - 1, 0);
  g_autoptr (BullaLoader) with = new_loader ("require", trust);
  g_autoptr (BullaLoader) without = new_loader ("off", trust);
  set_dns (with, world, mock);
  self.without = self.with;
  self.with.loader = with;
  self.without.loader = without;
  bench_compare (options, &bench, run_with_caa, run_without_caa, &self);
  g_assert_cmpuint (dns_mock_get_n_questions (mock), ==, 1);
}

void
bench_verify (const BenchOptions *options)
{
  static const struct {
    const char *name;
    gsize size;
    guint rounds;
  } sizes[] = {{"verify-1k", 1000, ROUNDS}, {"verify-100k", 100 * 1000, ROUNDS}};
  g_auto (BenchWorld) world = {0};
  g_autoptr (GError) error = NULL;
  bench_world_init (&world);
  g_autoptr (BullaTrust) trust = bulla_trust_new ();
  bulla_trust_add_roots (trust, world.root_file, &error);
  g_assert_no_error (error);
  bulla_trust_add_logs (trust, world.logs_file, &error);
  g_assert_no_error (error);
  add_issuers (trust);
  g_autoptr (BullaProfile) profile = bulla_profile_load ("draft-b3", &error);
  g_assert_no_error (error);
  g_autoptr (BullaLoader) loader = bulla_loader_new (profile, trust);
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
    if (!bench_is_wanted (options, sizes[i].name))
      continue;
    Bench bench = {sizes[i].name, "EVP verify of the message, SHA-256 of the records", "µs", 1e6,
                   101};
    Case self = {.world = &world, .loader = loader, .rounds = sizes[i].rounds};
    self.exchange = bench_world_make_exchange (&world, sizes[i].size);
    self.buffer = g_malloc (READ_SIZE);
    take_apart (&self);
    bench_compare (options, &bench, run_ours, run_bare, &self);
    case_clear (&self);
  }
  bench_verify_caa (options, &world, trust);
}
