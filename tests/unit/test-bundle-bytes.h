/* test-bundle-bytes.h - whole bundles, valid and invalid, written byte by byte
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "test-cbor-bytes.h"

#define BUNDLE_MAGIC "48f09f8c90f09f93a6"
#define BUNDLE_RESPONSE "82 4d a1473a737461747573 43323030 40" /* without payload: 16 bytes */
#define BUNDLE_RESPONSE_SIZE 16

/* one section; members without a value have the correct one */
typedef struct {
  const char *name;
  const char *hex; /* content of the section */
  gint64 length;   /* stated length; 0 for the correct one */
  size_t filling;  /* bytes of a byte string in place of `hex`; 0 for none */
} SectionBytes;

typedef struct {
  const char *array, *version; /* in hex; NULL for those of b2 */
  const char *primary;         /* primary URL of b1; NULL for none */
  const SectionBytes *sections;
  guint n_sections;
  gint64 n_lengths, n_items; /* counts stated in the heads; 0 for the correct ones */
  gint64 total;              /* the trailing length; 0 for the correct one */
  gsize head_size;           /* (out): bytes up to and including the head of the responses */
} BundleBytes;

static inline GByteArray *
write_section (const SectionBytes *section)
{
  GByteArray *out = g_byte_array_new ();

  if (section->hex != NULL)
    put_hex (out, section->hex);
  if (section->filling > 0) {
    put_head (out, BULLA_CBOR_BYTES, section->filling);
    put_filling (out, section->filling, 'x');
  }
  return out;
}

static inline GByteArray *
write_lengths (const BundleBytes *bundle)
{
  GByteArray *out = g_byte_array_new ();

  put_head (out, BULLA_CBOR_ARRAY,
            bundle->n_lengths > 0 ? (guint64)bundle->n_lengths : 2 * bundle->n_sections);
  for (guint i = 0; i < bundle->n_sections; i++) {
    const SectionBytes *section = &bundle->sections[i];
    g_autoptr (GByteArray) content = write_section (section);
    put_text (out, section->name);
    put_head (out, BULLA_CBOR_UNSIGNED,
              section->length != 0 ? (guint64)section->length : content->len);
  }
  return out;
}

/* Writes the bundle; the last section has the responses. */
static inline GByteArray *
write_bundle (BundleBytes *bundle)
{
  GByteArray *out = g_byte_array_new ();
  g_autoptr (GByteArray) lengths = write_lengths (bundle);

  put_hex (out, bundle->array != NULL ? bundle->array : "85");
  put_hex (out, BUNDLE_MAGIC);
  put_hex (out, bundle->version != NULL ? bundle->version : "44 62320000");
  if (bundle->primary != NULL)
    put_text (out, bundle->primary);
  put_bytes (out, lengths->data, lengths->len);
  put_head (out, BULLA_CBOR_ARRAY,
            bundle->n_items > 0 ? (guint64)bundle->n_items : bundle->n_sections);
  for (guint i = 0; i < bundle->n_sections; i++) {
    g_autoptr (GByteArray) content = write_section (&bundle->sections[i]);
    bundle->head_size = out->len + 1;
    g_byte_array_append (out, content->data, content->len);
  }
  guint8 trailer[9] = {0x48};
  guint64 total = bundle->total != 0 ? (guint64)bundle->total : out->len + 9;
  for (guint i = 0; i < 8; i++)
    trailer[1 + i] = (guint8)(total >> 8 * (7 - i));
  g_byte_array_append (out, trailer, sizeof trailer);
  return out;
}
