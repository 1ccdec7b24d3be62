/* bench-merkle.c - measures streaming a body record by record, compared with only computing its
 * hash chain
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gio/gio.h>
#include <openssl/evp.h>
#include <string.h>

#include "bench.h"
#include "bulla-body-stream.h"
#include "bulla-mi-sha256.h"
#include "write/bulla-merkle-writer.h"

#define BODY_SIZE (100 * 1000 * 1000)
#define READ_SIZE 65536

typedef struct {
  GBytes *coded; /* owned */
  guint8 proof[BULLA_PROOF_SIZE];
  guint64 record_size;
} Body;

static void
body_init (Body *self, guint64 record_size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = NULL;
  g_autofree guint8 *data = g_malloc (BODY_SIZE);

  for (size_t i = 0; i < BODY_SIZE; i++)
    data[i] = (guint8)(i * 131 >> 3);
  g_autoptr (GBytes) body = g_bytes_new_take (g_steal_pointer (&data), BODY_SIZE);
  self->coded = bulla_merkle_encode (body, record_size, &digest, &error);
  g_assert_no_error (error);
  self->record_size = record_size;
  g_assert_cmpint (bulla_field_read_digest (digest, FALSE, self->proof), ==, BULLA_DIGEST_FOUND);
}

static double
run_ours (gpointer data)
{
  Body *self = data;
  double start = bench_cpu_time ();
  g_autoptr (BullaFacts) facts = bulla_facts_new ();
  g_autoptr (BullaMiSha256) decoder = bulla_mi_sha256_new (self->proof, 0, facts);
  g_autoptr (GInputStream) coded = g_memory_input_stream_new_from_bytes (self->coded);
  g_autoptr (GInputStream) plain = bulla_body_stream_new (coded, NULL, 0, G_CONVERTER (decoder));
  g_autofree guint8 *buffer = g_malloc (READ_SIZE);
  g_autoptr (GError) error = NULL;
  gsize total = 0;
  gssize n = 0;

  while ((n = g_input_stream_read (plain, buffer, READ_SIZE, NULL, &error)) > 0)
    total += (gsize)n;
  g_assert_no_error (error);
  g_assert_cmpuint (total, ==, BODY_SIZE);
  return bench_cpu_time () - start;
}

/* uses one digest context, as the decoder does, and only hashes and compares */
static double
run_bare (gpointer data)
{
  Body *self = data;
  double start = bench_cpu_time ();
  gsize length = 0;
  const guint8 *at = g_bytes_get_data (self->coded, &length);
  guint8 proof[BULLA_PROOF_SIZE], hash[BULLA_PROOF_SIZE];
  const guint8 closing[2] = {0x00, 0x01};

  memcpy (proof, self->proof, sizeof proof);
  EVP_MD_CTX *digest = EVP_MD_CTX_new ();
  EVP_DigestInit_ex (digest, EVP_sha256 (), NULL);
  at += 8;
  length -= 8;
  for (gboolean last = FALSE; !last;) {
    last = length <= self->record_size;
    size_t covered = last ? length : self->record_size + BULLA_PROOF_SIZE;
    EVP_DigestInit_ex (digest, NULL, NULL);
    EVP_DigestUpdate (digest, at, covered);
    EVP_DigestUpdate (digest, &closing[last ? 0 : 1], 1);
    EVP_DigestFinal_ex (digest, hash, NULL);
    g_assert (memcmp (hash, proof, sizeof hash) == 0);
    if (!last)
      memcpy (proof, at + self->record_size, BULLA_PROOF_SIZE);
    at += covered;
    length -= covered;
  }
  EVP_MD_CTX_free (digest);
  return bench_cpu_time () - start;
}

void
bench_merkle (const BenchOptions *options)
{
  static const struct {
    const char *name;
    guint64 record_size;
  } sizes[] = {{"merkle-16384", 16384}, {"merkle-64", 64}};
  for (size_t i = 0; i < G_N_ELEMENTS (sizes); i++) {
    if (!bench_is_wanted (options, sizes[i].name))
      continue;
    Bench bench = {sizes[i].name, "the bare hash chain over 100 MB", "ms", 1000, 15};
    Body body;
    body_init (&body, sizes[i].record_size);
    bench_compare (options, &bench, run_ours, run_bare, &body);
    g_bytes_unref (body.coded);
  }
}
