/* bulla-bundle-layout.c - reads the layout of a web bundle, from the magic to the responses
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Each step runs once the bytes that the previous step asked for have arrived. Spec: B1ALG and
 * B2, "Parsing a web bundle's metadata". */
#include "bulla-bundle-reader-private.h"
#include "bulla-url.h"

#include <string.h>

#define VERSION_AT 10

static void
want (BullaBundleReader *self, size_t more, void (*step) (BullaBundleReader *self))
{
  self->wanted = self->at + more;
  self->step = step;
}

/* Reads the head of an item. Returns: FALSE if it is incomplete or has another type */
static gboolean
take_head (BullaBundleReader *self, BullaCborType type, const char *what, BullaCborItem *item)
{
  size_t width = bulla_cbor_head_width (self->head->data[self->at]);

  if (self->head->len - self->at < width) {
    self->wanted = self->at + width;
    return FALSE;
  }
  g_auto (BullaCursor) in = bulla_cursor_over (bulla_bundle_reader_span_at (self, self->at, width),
                                               BULLA_REASON_BUNDLE_TRUNCATED);
  GError *fault = NULL;
  bulla_cbor_expect_head (&in, &bulla_bundle_cbor_reasons, type, what, item);
  if (bulla_cursor_close (&in, BULLA_REASON_BUNDLE_MALFORMED, &fault)) {
    self->at += width;
    return TRUE;
  }
  bulla_bundle_reader_take_fault (self, fault);
  return FALSE;
}

static void
read_responses_head (BullaBundleReader *self)
{
  BullaCborItem item;

  self->at = (size_t)(self->responses.offset - self->start);
  if (!take_head (self, BULLA_CBOR_ARRAY, "responses that are not an array", &item))
    return;
  /* The collected bytes are borrowed from now on, so no more are added. */
  if (item.whole.length > self->responses.length)
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_MALFORMED, bulla_span_range (item.whole),
                               "longer than its section");
  else
    bulla_bundle_reader_finish (self, &item);
}

/* Calculates the offset of each section. Returns: FALSE if an offset overflows */
static gboolean
place_sections (BullaBundleReader *self)
{
  guint64 offset = self->start + self->at, end = 0;

  for (guint i = 0; i < self->sections->len; i++) {
    BullaBundleSection *section = &g_array_index (self->sections, BullaBundleSection, i);
    section->offset = offset;
    if (!g_uint64_checked_add (&offset, offset, section->length))
      return FALSE;
    if (g_array_index (self->kinds, BullaSectionKind, i) == BULLA_SECTION_RESPONSES)
      self->responses = (BullaRange){section->offset, section->length};
  }
  return g_uint64_checked_add (&end, offset, BULLA_BUNDLE_TRAILER_SIZE) && end <= G_MAXINT64;
}

static gboolean
has_kind (const BullaBundleReader *self, BullaSectionKind kind)
{
  for (guint i = 0; i < self->kinds->len; i++)
    if (g_array_index (self->kinds, BullaSectionKind, i) == kind)
      return TRUE;
  return FALSE;
}

static void
read_sections_head (BullaBundleReader *self)
{
  BullaCborItem item;
  guint n = self->sections->len;

  if (!take_head (self, BULLA_CBOR_ARRAY, "sections that are not an array", &item))
    return;
  if (item.number != n)
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_SECTION_COUNT,
                               bulla_span_range (item.whole),
                               "not as many sections as there are lengths");
  else if (!has_kind (self, BULLA_SECTION_INDEX))
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_SECTION_MISSING, self->lengths,
                               "no index");
  else if (!has_kind (self, BULLA_SECTION_RESPONSES))
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_SECTION_MISSING, self->lengths,
                               "no responses");
  else if (g_array_index (self->kinds, BullaSectionKind, n - 1) != BULLA_SECTION_RESPONSES)
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_SECTION_ORDER, self->lengths,
                               "the responses are not last");
  else if (!place_sections (self))
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_SECTION_RANGE, self->lengths,
                               "beyond the end of any file");
  else
    want (self, (size_t)(self->responses.offset - self->start) - self->at + 1, read_responses_head);
}

static void
read_lengths (BullaBundleReader *self)
{
  if (bulla_bundle_reader_read_section_lengths (self, self->wanted - self->at))
    want (self, 1, read_sections_head);
}

static void
read_lengths_head (BullaBundleReader *self)
{
  BullaCborItem item;

  if (!take_head (self, BULLA_CBOR_BYTES, "section-lengths that are not a byte string", &item))
    return;
  if (item.number >= BULLA_BUNDLE_SECTION_LENGTHS_END)
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_SECTION_LENGTHS,
                               bulla_span_range (item.whole), "8192 bytes or more");
  else
    want (self, (size_t)item.number, read_lengths);
}

/* For an unknown version, the fallback URL is the only usable part. */
static void
fall_back (BullaBundleReader *self, BullaSpan span)
{
  BullaFacts *facts = self->facts;
  BullaReason reason;
  const char *detail;
  g_auto (BullaUrl) url = {0};

  if (bulla_url_read (&url, (const char *)span.data, span.length, facts->url_reading, &reason,
                      &detail)) {
    facts->request_url = facts->bundle.primary_url = bulla_facts_intern (facts, url.url);
    facts->request_origin = bulla_facts_intern (facts, url.origin);
    facts->request_host = bulla_facts_intern (facts, url.host);
  }
  self->state = BULLA_BUNDLE_FAULTED;
}

static void
read_primary (BullaBundleReader *self)
{
  BullaFacts *facts = self->facts;
  size_t length = self->wanted - self->at;
  BullaSpan span = bulla_bundle_reader_span_at (self, self->at, length);
  const BullaBundleUrlOptions absolute = {NULL, FALSE, facts->url_reading};
  BullaReason reason;
  const char *detail = NULL;
  g_auto (BullaBundleUrl) url = {0};

  facts->bundle.primary_range = bulla_span_range (span);
  if (facts->bundle.head.read != BULLA_UNKNOWN) {
    fall_back (self, span);
    return;
  }
  if (length > 0 && !bulla_bundle_url_read (&url, span, &absolute, &reason, &detail)) {
    g_autofree char *odd = bulla_url_dup_named ((const char *)span.data, length, detail);
    if (!self->options.skip_odd) {
      bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_PRIMARY, facts->bundle.primary_range,
                                 odd);
      return;
    }
    facts->bundle.primary_odd = bulla_facts_intern (facts, odd);
  }
  facts->bundle.primary_url = bulla_facts_intern (facts, url.url);
  self->at += length;
  want (self, 1, read_lengths_head);
}

static void
read_primary_head (BullaBundleReader *self)
{
  BullaCborItem item;

  if (!take_head (self, BULLA_CBOR_TEXT, "a primary URL that is not text", &item))
    return;
  if (item.number > BULLA_URL_MAX)
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_PRIMARY, bulla_span_range (item.whole),
                               "longer than Bulla reads");
  else
    want (self, (size_t)item.number, read_primary);
}

/* Copies the version for display, without trailing zeros. */
static const char *
keep_version (BullaFacts *facts, const guint8 *version)
{
  g_autoptr (GString) text = g_string_new (NULL);
  int length = 4;

  while (length > 0 && version[length - 1] == 0)
    length--;
  for (int i = 0; i < length; i++)
    if (g_ascii_isgraph ((char)version[i]) && version[i] != '\\')
      g_string_append_c (text, (char)version[i]);
    else
      g_string_append_printf (text, "\\x%02x", version[i]);
  return bulla_facts_intern (facts, text->str);
}

/* Reads the part of fixed size: array head, magic and version. */
void
bulla_bundle_reader_read_fixed (BullaBundleReader *self)
{
  BullaBundleFacts *bundle = &self->facts->bundle;
  const guint8 *data = self->head->data;
  BullaRange first = {self->start, 1}, version = {self->start + VERSION_AT, 5};

  self->at = BULLA_BUNDLE_FIXED_SIZE;
  if (data[0] >> 5 != BULLA_CBOR_ARRAY
      || memcmp (data + 1, BULLA_BUNDLE_MAGIC, VERSION_AT - 1) != 0) {
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_MAGIC,
                               (BullaRange){self->start, VERSION_AT},
                               "unrecognised file signature");
    return;
  }
  gboolean six = data[0] == 0x86, five = data[0] == 0x85;
  if (!six && !five) {
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_TYPE, first,
                               "an array of neither 5 nor 6 items");
    return;
  }
  if (data[VERSION_AT] != 0x44) {
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_TYPE, version,
                               "a version that is not a byte string of 4 bytes");
    return;
  }
  bundle->version_range = version;
  bundle->version = keep_version (self->facts, data + VERSION_AT + 1);
  gboolean b1 = memcmp (data + VERSION_AT + 1, "b1\0", 4) == 0;
  gboolean b2 = memcmp (data + VERSION_AT + 1, "b2\0", 4) == 0;
  self->options.is_b2 = b2;
  self->options.urls.relative &= !six; /* b1 has no base URL */
  if ((b1 && five) || (b2 && six)) {
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_TYPE, first,
                               "an array of as many items as another version");
    return;
  }
  if (!b1 && !b2)
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_VERSION, version, bundle->version);
  /* Versions after b1 may keep its fallback URL at the same place. */
  if (six)
    self->state = BULLA_BUNDLE_READING;
  want (self, 1, six ? read_primary_head : read_lengths_head);
}
