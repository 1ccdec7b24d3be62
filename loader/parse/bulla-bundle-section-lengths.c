/* bulla-bundle-section-lengths.c - reads and limits the lengths of a web bundle's sections
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-reader-private.h"

#include <string.h>

/* Copies a section name. Names are shown and compared, so NULs and commas are replaced. */
static char *
dup_name (BullaSpan name)
{
  char *text = g_malloc (name.length + 1);

  memcpy (text, name.data, name.length);
  text[name.length] = '\0';
  for (size_t i = 0; i < name.length; i++)
    if (g_ascii_iscntrl (text[i]) || text[i] == '\0' || text[i] == ',')
      text[i] = '?';
  return text;
}

static gboolean
require_short (BullaBundleReader *self, BullaCursor *in, const BullaCborItem *length)
{
  if (length->number <= self->section_max)
    return in->fault == NULL;
  g_autofree char *detail =
      g_strdup_printf ("a section of %" G_GUINT64_FORMAT " bytes, at most %" G_GUINT64_FORMAT,
                       length->number, self->section_max);
  return bulla_cursor_require (in, FALSE, length->whole, BULLA_REASON_BUNDLE_SECTION_TOO_LONG,
                               detail);
}

static void
read_pair (BullaBundleReader *self, BullaCursor *in, GHashTable *seen, guint64 *metadata)
{
  BullaCborItem name, length;

  if (!bulla_cbor_expect (in, &bulla_bundle_cbor_reasons, BULLA_CBOR_TEXT,
                          "the name of a section that is not text", &name)
      || !bulla_cbor_expect (in, &bulla_bundle_cbor_reasons, BULLA_CBOR_UNSIGNED,
                             "the length of a section that is not a number", &length))
    return;
  GBytes *key = g_bytes_new_static (name.bytes.data, name.bytes.length);
  BullaSectionKind kind = bulla_section_kind_of (name.bytes, &self->options);
  gboolean is_metadata = kind != BULLA_SECTION_RESPONSES;
  bulla_cursor_require (in, g_hash_table_add (seen, key), name.whole,
                        BULLA_REASON_BUNDLE_SECTION_DUPLICATE, "a section that comes twice");
  if (is_metadata && require_short (self, in, &length))
    *metadata += length.number;
  bulla_cursor_require (in, *metadata <= self->section_max + BULLA_BUNDLE_OTHER_SECTIONS_MAX,
                        length.whole, BULLA_REASON_BUNDLE_TOO_LARGE,
                        "more bytes in the sections than Bulla holds in memory");
  BullaBundleSection section = {dup_name (name.bytes), 0, length.number};
  g_array_append_val (self->sections, section);
  g_array_append_val (self->kinds, kind);
}

/**
 * bulla_bundle_reader_read_section_lengths: (skip)
 * @self: a reader whose read position is at the content of section-lengths
 * @size: bytes of that content, all of them collected
 *
 * Reads the names and lengths of the sections, and takes the fault of a name or a length that is
 * wrong, or of sections that are longer than `bundle.section-max` allows. Spec: B1ALG and B2,
 * "section-lengths".
 *
 * Returns: whether they could be read; then the read position is behind them
 */
gboolean
bulla_bundle_reader_read_section_lengths (BullaBundleReader *self, size_t size)
{
  BullaSpan span = bulla_bundle_reader_span_at (self, self->at, size);
  g_auto (BullaCursor) in = bulla_cursor_over (span, BULLA_REASON_BUNDLE_SECTION_LENGTHS);
  g_autoptr (GHashTable) seen =
      g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref, NULL);
  BullaCborItem array;
  guint64 metadata = 0;
  GError *fault = NULL;

  if (bulla_cbor_expect (&in, &bulla_bundle_cbor_reasons, BULLA_CBOR_ARRAY,
                         "section-lengths that are not an array", &array)
      && bulla_cursor_require (&in, array.number % 2 == 0, array.whole,
                               BULLA_REASON_BUNDLE_SECTION_LENGTHS, "a name without a length"))
    for (guint64 i = 0; i < array.number / 2 && in.fault == NULL; i++)
      read_pair (self, &in, seen, &metadata);
  self->lengths = bulla_span_range (span);
  if (!bulla_cursor_close (&in, BULLA_REASON_BUNDLE_TRAILING_BYTES, &fault)) {
    bulla_bundle_reader_take_fault (self, fault);
    return FALSE;
  }
  self->at += size;
  return TRUE;
}
