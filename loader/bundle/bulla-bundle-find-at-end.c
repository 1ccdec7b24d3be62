/* bulla-bundle-find-at-end.c - finds a bundle at the end of another file by its trailing length
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: B1, B2 "Load a bundle's metadata from the end". */
#include <string.h>

#include "bulla-bundle-private.h"

#define TRAILER_SIZE 9 /* bytes: 0x48 and a length of eight bytes */

static guint64
read_number (const guint8 *bytes)
{
  guint64 wire;

  memcpy (&wire, bytes, sizeof wire);
  return GUINT64_FROM_BE (wire);
}

/* Finds the last integrity block that ends directly before @end. */
static gboolean
find_block (BullaBundle *self, guint64 end, gboolean *found, GError **error)
{
  gsize size = (gsize)MIN (end, BULLA_INTEGRITY_BLOCK_MAX);
  g_autofree guint8 *bytes = g_malloc (size + 1);
  gssize n = bulla_bundle_source_read_at (self->source, end - size, bytes, size, error);

  if (n < 0)
    return FALSE;
  size = (gsize)n;
  guint n_tried = 0;
  for (gsize at = size; at-- > 0 && !*found && n_tried < 8;) {
    gboolean wants_more = FALSE;
    if ((bytes[at] & 0xf0) != 0x80 || !bulla_integrity_block_recognise (bytes + at, size - at))
      continue;
    n_tried++;
    g_autoptr (BullaFacts) facts = bulla_facts_new ();
    BullaSpan span = {bytes + at, size - at, end - size + at};
    g_autoptr (BullaIntegrityBlock) block =
        bulla_integrity_block_read (span, TRUE, facts, &wants_more);
    *found = block != NULL && g_bytes_get_size (block->bytes) == size - at;
    self->block_start = *found ? span.offset : 0;
  }
  return TRUE;
}

/* @start: (out): offset of the integrity block, or 0 if there is none */
static gboolean
find_start (BullaBundleSource *source, guint64 *start, GError **error)
{
  guint8 trailer[TRAILER_SIZE], sniffed[BULLA_PACKAGE_SNIFF_SIZE];
  guint64 size = bulla_bundle_source_get_length (source);

  *start = 0;
  if (size < sizeof trailer)
    return TRUE;
  gssize n =
      bulla_bundle_source_read_at (source, size - sizeof trailer, trailer, sizeof trailer, error);
  if (n < 0)
    return FALSE;
  guint64 length = n == TRAILER_SIZE && trailer[0] == 0x48 ? read_number (trailer + 1) : 0;
  if (length < sizeof sniffed || length > size)
    return TRUE;
  n = bulla_bundle_source_read_at (source, size - length, sniffed, sizeof sniffed, error);
  if (n >= 0 && bulla_package_sniff (sniffed, (gsize)n) == BULLA_PACKAGE_BUNDLE)
    *start = size - length;
  return n >= 0;
}

/**
 * bulla_bundle_find_place: (skip)
 * @source: a file
 * @kind: the kind by the first bytes; %BULLA_PACKAGE_UNKNOWN to read them from @source
 * @place: (out caller-allocates): the kind of the file, and the offset of a bundle at its end
 * @error: set if the file could not be read
 *
 * Finds a bundle also at the end of a file of another format.
 *
 * Returns: whether the file could be read
 */
gboolean
bulla_bundle_find_place (BullaBundleSource *source, BullaPackageKind kind, BullaBundlePlace *place,
                         GError **error)
{
  guint8 start[BULLA_PACKAGE_SNIFF_SIZE];

  *place = (BullaBundlePlace){kind, 0};
  if (kind != BULLA_PACKAGE_UNKNOWN)
    return TRUE;
  gssize n = bulla_bundle_source_read_at (source, 0, start, sizeof start, error);
  if (n < 0)
    return FALSE;
  place->kind = bulla_package_sniff (start, (gsize)n);
  return place->kind != BULLA_PACKAGE_UNKNOWN || find_start (source, &place->appended, error);
}

/**
 * bulla_bundle_find_appended_block: (skip)
 * @self: a bundle at the end of a file of another format
 * @has_block: (out): whether an integrity block precedes the bundle
 * @error: set if the file could not be read
 */
gboolean
bulla_bundle_find_appended_block (BullaBundle *self, gboolean *has_block, GError **error)
{
  self->start = self->place.appended;
  return find_block (self, self->start, has_block, error);
}

/**
 * bulla_bundle_check_length: (skip)
 * @self: a bundle that has arrived completely
 * @error: set if the file could not be read
 */
gboolean
bulla_bundle_check_length (BullaBundle *self, GError **error)
{
  guint8 trailer[TRAILER_SIZE];
  BullaRange responses = bulla_bundle_reader_get_responses (self->reader);
  guint64 end = responses.offset + responses.length;
  gssize n = bulla_bundle_source_read_at (self->source, end, trailer, sizeof trailer, error);

  if (n < 0)
    return FALSE;
  bulla_bundle_reader_check_length (self->reader, (BullaSpan){trailer, (size_t)n, end},
                                    bulla_bundle_source_get_length (self->source) - self->start);
  return TRUE;
}
