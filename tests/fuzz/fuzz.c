/* fuzz.c - functions shared by the fuzz targets
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fuzz.h"

#include "bulla-body-stream.h"
#include "bulla-mi-sha256.h"
#include "bulla-sxg-reader.h"

FuzzSplit
fuzz_split_new (const uint8_t *data, size_t size)
{
  FuzzSplit self = {(guint32)size * 2654435761u + 1};

  for (size_t i = 0; i < MIN (size, 64); i++)
    self.state = self.state * 31 + data[i];
  return self;
}

/* Returns 1 to @left, usually a small number, so that many inputs are split within their
 * structures. */
size_t
fuzz_split_next (FuzzSplit *self, size_t left)
{
  self->state = self->state * 1664525u + 1013904223u;
  guint32 random = self->state >> 8;
  size_t most = random % 4 == 0 ? 5000 : random % 4 == 1 ? 100 : 8;
  return MIN (left, 1 + (random >> 2) % most);
}

void
fuzz_check_fault (const GError *error, size_t size)
{
  BullaRange range;

  g_assert_true (bulla_fault_get_range (error, &range));
  g_assert_nonnull (bulla_reason_get_nick (error->code));
  g_assert_cmpuint (range.offset, <=, size);
  g_assert_cmpuint (range.length, <=, size - range.offset);
}

void
fuzz_check_part (const BullaPart *part, size_t size)
{
  g_assert_cmpint (part->read, !=, BULLA_UNKNOWN);
  g_assert_cmpint (part->read == BULLA_NO, ==, part->reason != BULLA_REASON_NONE);
  g_assert_cmpuint (part->range.offset, <=, size);
  g_assert_cmpuint (part->range.length, <=, size - part->range.offset);
}

/* A verdict must have a reason if and only if the package may not be substituted, and a text for
 * every step. */
void
fuzz_check_verdict (const BullaVerdict *verdict)
{
  gboolean substitute = bulla_verdict_get_outcome (verdict) == BULLA_OUTCOME_SUBSTITUTE;
  g_autofree char *text = bulla_verdict_describe (verdict, TRUE);

  g_assert_cmpint (substitute, ==, bulla_verdict_get_reason (verdict) == BULLA_REASON_NONE);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  for (guint i = 0; i < bulla_verdict_get_n_steps (verdict); i++)
    g_assert_true (!substitute || bulla_verdict_get_state (verdict, i) != BULLA_STATE_BROKEN);
}

BullaFacts *
fuzz_read_head (const uint8_t *data, size_t size, gboolean in_pieces)
{
  BullaFacts *facts = bulla_facts_new ();
  g_autoptr (BullaSxgReader) reader = bulla_sxg_reader_new (facts);
  FuzzSplit split = fuzz_split_new (data, size);
  size_t at = 0, used = 1, piece = 0;

  for (; at < size && used > 0; at += used) {
    piece = in_pieces ? fuzz_split_next (&split, size - at) : size - at;
    used = bulla_sxg_reader_push (reader, data + at, piece);
    g_assert_cmpuint (used, <=, piece);
  }
  bulla_sxg_reader_end (reader);
  BullaSxgState state = bulla_sxg_reader_get_state (reader);
  g_assert_true (state == BULLA_SXG_HEAD || state == BULLA_SXG_FAULTED);
  g_assert_cmpint (state == BULLA_SXG_HEAD, ==, facts->prologue.read == BULLA_YES);
  if (state == BULLA_SXG_HEAD) {
    BullaSpan headers = bulla_sxg_reader_get_headers (reader);
    g_assert_cmpuint (headers.offset + headers.length, <=, size);
    g_assert_cmpint (memcmp (headers.data, data + headers.offset, headers.length), ==, 0);
  }
  return facts;
}

GByteArray *
fuzz_read_body (const uint8_t *proof, const uint8_t *coded, size_t size, gboolean in_pieces,
                BullaFacts *facts)
{
  FuzzSplit split = fuzz_split_new (coded, size);
  size_t n_ahead = in_pieces && size > 0 ? fuzz_split_next (&split, size) : 0;
  g_autoptr (GInputStream) rest =
      g_memory_input_stream_new_from_data (coded + n_ahead, (gssize)(size - n_ahead), NULL);
  g_autoptr (BullaMiSha256) decoder = bulla_mi_sha256_new (proof, 0, facts);
  g_autoptr (GInputStream) body =
      bulla_body_stream_new (rest, coded, n_ahead, G_CONVERTER (decoder));
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  guint8 buffer[5000];
  gssize n;

  do {
    n = g_input_stream_read (body, buffer,
                             in_pieces ? fuzz_split_next (&split, sizeof buffer) : sizeof buffer,
                             NULL, &error);
    g_byte_array_append (out, buffer, (guint)MAX (n, 0));
  } while (n > 0);
  g_assert_cmpint (n < 0, ==, error != NULL);
  if (error != NULL)
    fuzz_check_fault (error, size);
  fuzz_check_part (&facts->body, size);
  g_assert_cmpint (facts->body.read == BULLA_YES, ==, error == NULL);
  return out;
}
