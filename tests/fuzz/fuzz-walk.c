/* fuzz-walk.c - loads an exchange up to the end of its body, for several fuzz targets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz-walk.h"

#include "bulla-loader.h"

static BullaProfile *
get_profile (int profile)
{
  static const char *const names[FUZZ_N_PROFILES] = {"draft-b3", "loading", "chromium"};
  static BullaProfile *profiles[FUZZ_N_PROFILES];

  if (profiles[profile] == NULL)
    profiles[profile] = bulla_profile_load (names[profile], NULL);
  return profiles[profile];
}

static void
note_header (const char *name, const char *value, gpointer user_data)
{
  g_assert_true (name[0] != '\0' && name[0] != ':' && value != NULL);
}

static void
check (BullaLoad *load)
{
  const char *url = bulla_load_get_url (load);
  BullaRequestFacts request = {.method = "GET", .url = url != NULL ? url : "https://a.test/"};
  g_autoptr (BullaVerdict) answer = bulla_load_judge_request (load, &request, FUZZ_NOW);

  fuzz_check_verdict (bulla_load_get_verdict (load));
  fuzz_check_verdict (answer);
  g_assert_null (bulla_load_get_body (load));
  bulla_load_foreach_header (load, note_header, NULL);
}

/* Inspection can read bodies that are not delivered. */
static void
read_body (BullaLoad *load, const uint8_t *data, size_t size)
{
  g_autoptr (GInputStream) rest = g_memory_input_stream_new_from_data (data, (gssize)size, NULL);

  bulla_load_set_rest (load, rest, NULL, 0);
  GInputStream *body = bulla_load_peek_body (load);
  guint8 buffer[3000];
  while (body != NULL && g_input_stream_read (body, buffer, sizeof buffer, NULL, NULL) > 0)
    ;
}

BullaLoad *
fuzz_walk (int profile, GBytes *chain, const uint8_t *exchange, size_t size, gboolean in_pieces)
{
  FUZZ_ONCE (BullaTrust, trust, bulla_trust_new ());
  g_autoptr (BullaOuter) outer = bulla_outer_new_for_file (NULL);
  BullaLoad *load = bulla_load_new (get_profile (profile), trust, outer, NULL, FUZZ_NOW);
  FuzzSplit split = fuzz_split_new (exchange, size);
  size_t at = 0;

  while (at < size && bulla_load_get_state (load) == BULLA_LOAD_WANTS_BYTES) {
    size_t piece = in_pieces ? fuzz_split_next (&split, size - at) : size - at;
    size_t used = bulla_load_push (load, exchange + at, piece);
    g_assert_true (used == piece || bulla_load_get_state (load) != BULLA_LOAD_WANTS_BYTES);
    at += used;
  }
  if (bulla_load_get_state (load) == BULLA_LOAD_WANTS_BYTES)
    bulla_load_end (load);
  for (int given = 0; bulla_load_get_state (load) == BULLA_LOAD_WANTS_CHAIN; given++) {
    g_assert_cmpint (given, <, 4096);
    g_assert_nonnull (bulla_load_get_cert_url (load));
    bulla_load_give_chain (load, chain);
  }
  check (load);
  read_body (load, exchange + at, size - at);
  return load;
}
