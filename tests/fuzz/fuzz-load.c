/* fuzz-load.c - loads an exchange and its chain up to the verdict, without trusted roots
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-walk.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  size_t chain_size = size >= 2 ? MIN ((size_t)(data[0] << 8 | data[1]), size - 2) : 0;
  const uint8_t *exchange = data + (size >= 2 ? 2 + chain_size : 0);
  size_t exchange_size = (size_t)(data + size - exchange);
  BullaReason reasons[2];

  for (int profile = 0; profile < FUZZ_N_PROFILES; profile++) {
    for (int in_pieces = 0; in_pieces < 2; in_pieces++) {
      g_autoptr (GBytes) chain = g_bytes_new (exchange - chain_size, chain_size);
      g_autoptr (BullaLoad) load =
          fuzz_walk (profile, chain, exchange, exchange_size, in_pieces == 1);
      BullaVerdict *verdict = bulla_load_get_verdict (load);
      reasons[in_pieces] = bulla_verdict_get_reason (verdict);
      g_assert_cmpint (bulla_verdict_get_outcome (verdict), !=, BULLA_OUTCOME_SUBSTITUTE);
    }
    g_assert_cmpint (reasons[0], ==, reasons[1]);
  }
  return 0;
}
