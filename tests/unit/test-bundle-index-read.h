/* test-bundle-index-read.h - writes indexes of bundles and reads them
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-index.h"
#include "test-cbor-bytes.h"

#define RESPONSES 1000 /* bytes of the section that the index points into */

/* an index, and the bytes that it borrows */
typedef struct {
  ExactBytes *bytes;
  BullaBundleIndex *index; /* NULL if there was a fault */
  GError *error;
} Read;

static inline void
read_clear (Read *self)
{
  g_clear_pointer (&self->index, bulla_bundle_index_free);
  g_clear_pointer (&self->bytes, exact_free);
  g_clear_error (&self->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static inline Read
read_as (const guint8 *data, size_t length, gboolean is_b2, const char *base)
{
  Read self = {.bytes = exact_copy (data, length)};
  const BullaBundleIndexOptions options = {is_b2, base, is_b2, RESPONSES};
  BullaRange range;

  self.index =
      bulla_bundle_index_read ((BullaSpan){self.bytes, length, 700}, &options, &self.error);
  g_assert_cmpint (self.index == NULL, ==, self.error != NULL);
  if (self.error != NULL) {
    g_assert_true (bulla_fault_get_range (self.error, &range));
    g_assert_cmpuint (range.offset, >=, 700);
    g_assert_cmpuint (range.offset + range.length, <=, 700 + length);
  }
  return self;
}

static inline Read
read_index (const GByteArray *bytes, gboolean is_b2)
{
  return read_as (bytes->data, bytes->len, is_b2, NULL);
}

static inline void
put_location (GByteArray *out, guint64 offset, guint64 length)
{
  put_head (out, BULLA_CBOR_UNSIGNED, offset);
  put_head (out, BULLA_CBOR_UNSIGNED, length);
}

static inline void
put_entry (GByteArray *out, const char *url, guint64 offset, guint64 length)
{
  put_text (out, url);
  put_head (out, BULLA_CBOR_ARRAY, 2);
  put_location (out, offset, length);
}
