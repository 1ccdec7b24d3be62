/* bulla-bundle-reader.c - reads a web bundle up to its responses, from chunks of any size
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Spec: B1ALG and B2, "Parsing a web bundle's metadata". */
#include "bulla-bundle-reader-private.h"

#include <string.h>

#include "bulla-bundle-app.h"
#include "bulla-url.h"

#define MAGIC_END 10 /* bytes of the array head and the magic */
#define TRAILER_SIZE BULLA_BUNDLE_TRAILER_SIZE
#define LENGTH_HEAD 0x48 /* head of a byte string of 8 bytes */

static void
section_clear (gpointer data)
{
  g_free (((BullaBundleSection *)data)->name);
}

/**
 * bulla_bundle_reader_new: (skip)
 * @facts: receives `bundle`, and the fallback URL
 * @settings: settings of the profile
 * @start: offset of the bundle in its file: after an integrity block or a file of another format
 * @base_url: (nullable): base of the relative URLs of b2; %NULL to keep them as paths, "" to refuse
 *   them
 *
 * Returns: (transfer full): a reader; the offsets that it returns are offsets in the file
 */
BullaBundleReader *
bulla_bundle_reader_new (BullaFacts *facts, const BullaSettings *settings, guint64 start,
                         const char *base_url)
{
  BullaBundleReader *self = g_new0 (BullaBundleReader, 1);
  gboolean nowhere = base_url != NULL && base_url[0] == '\0';
  gboolean isolated = base_url != NULL && g_str_has_prefix (base_url, "isolated-app:");

  self->facts = bulla_facts_ref (facts);
  self->base_url = nowhere ? NULL : g_strdup (base_url);
  self->options.all_known = settings->b2_sections == BULLA_SECTIONS_KNOWN;
  self->options.urls.base_url = self->base_url;
  self->options.urls.relative =
      isolated || (!nowhere && settings->relative_urls == BULLA_RELATIVE_RESOLVE);
  self->options.urls.reading = facts->url_reading = settings->url_reading;
  self->options.skip_odd = settings->odd_urls == BULLA_ODD_URLS_SKIP;
  self->variants = settings->variants;
  self->section_max = (guint64)settings->section_max;
  self->start = start;
  self->head = g_byte_array_sized_new (256);
  self->sections = g_array_new (FALSE, FALSE, sizeof (BullaBundleSection));
  g_array_set_clear_func (self->sections, section_clear);
  self->kinds = g_array_new (FALSE, FALSE, sizeof (BullaSectionKind));
  self->wanted = BULLA_BUNDLE_FIXED_SIZE;
  self->step = bulla_bundle_reader_read_fixed;
  if (facts->bundle.url == NULL)
    facts->bundle.url = bulla_facts_intern (facts, self->base_url);
  return self;
}

void
bulla_bundle_reader_free (BullaBundleReader *self)
{
  g_clear_pointer (&self->index, bulla_bundle_index_free);
  g_clear_pointer (&self->signatures, bulla_bundle_signatures_free);
  g_array_unref (self->sections);
  g_array_unref (self->kinds);
  g_byte_array_unref (self->head);
  g_free (self->base_url);
  bulla_facts_unref (self->facts);
  g_free (self);
}

/* Returns the collected bytes from @at on. */
BullaSpan
bulla_bundle_reader_span_at (const BullaBundleReader *self, size_t at, size_t length)
{
  return (BullaSpan){self->head->data + at, length, self->start + at};
}

/* Only the first fault is reported. */
void
bulla_bundle_reader_take_fault (BullaBundleReader *self, GError *fault)
{
  BullaPart *part = &self->facts->bundle.head;

  if (part->read == BULLA_UNKNOWN)
    bulla_facts_take_fault (self->facts, part, fault);
  else
    g_error_free (fault);
  self->state = BULLA_BUNDLE_FAULTED;
}

void
bulla_bundle_reader_blame (BullaBundleReader *self, BullaReason reason, BullaRange range,
                           const char *detail)
{
  GError *fault = NULL;

  bulla_fault_set (&fault, reason, range, "%s", detail);
  bulla_bundle_reader_take_fault (self, fault);
}

/* @odd: (out): a URL that cannot be used, and is left out. Returns: (nullable): the URL */
static const char *
read_url (BullaBundleReader *self, BullaSpan span, BullaReason reason, const char **odd,
          BullaRange *range, GError **fault)
{
  g_autofree char *url = NULL;
  g_autofree char *skipped = NULL;

  bulla_section_read_url (span, &self->options, reason, &url, &skipped, range, fault);
  *odd = bulla_facts_intern (self->facts, skipped);
  return bulla_facts_intern (self->facts, url);
}

static void
note_unknown (BullaBundleReader *self, const char *name)
{
  BullaFacts *facts = self->facts;
  const char *before = facts->bundle.unknown_sections;
  g_autofree char *names =
      before != NULL ? g_strconcat (before, ", ", name, NULL) : g_strdup (name);

  facts->bundle.unknown_sections = bulla_facts_intern (facts, names);
}

static void
read_section (BullaBundleReader *self, const BullaBundleSection *section, BullaSectionKind kind,
              GError **fault)
{
  BullaBundleFacts *bundle = &self->facts->bundle;
  BullaSpan span = bulla_bundle_reader_span_at (self, (size_t)(section->offset - self->start),
                                                (size_t)section->length);
  const BullaBundleIndexOptions options = {
      self->options.is_b2,    self->options.urls.base_url, self->options.urls.relative,
      self->responses.length, self->options.urls.reading,  self->options.skip_odd,
      self->variants};
  BullaRange nowhere;

  switch (kind) {
  case BULLA_SECTION_CRITICAL:
    bulla_section_read_critical (span, &self->options, fault);
    break;
  case BULLA_SECTION_INDEX:
    self->index = bulla_bundle_index_read (span, &options, fault);
    break;
  case BULLA_SECTION_MANIFEST:
    bundle->manifest_url =
        read_url (self, span, BULLA_REASON_BUNDLE_MANIFEST, &bundle->manifest_odd, &nowhere, fault);
    break;
  case BULLA_SECTION_PRIMARY:
    bundle->primary_url = read_url (self, span, BULLA_REASON_BUNDLE_PRIMARY, &bundle->primary_odd,
                                    &bundle->primary_range, fault);
    break;
  case BULLA_SECTION_SIGNATURES:
    self->signatures = bulla_bundle_signatures_read (span, &self->variants, fault);
    break;
  case BULLA_SECTION_UNKNOWN:
    bulla_section_check (span, fault);
    note_unknown (self, section->name);
    break;
  case BULLA_SECTION_RESPONSES:
    break;
  }
}

static BullaKnown
index_has (const BullaBundleIndex *index, const char *url)
{
  if (url == NULL)
    return BULLA_UNKNOWN;
  return bulla_bundle_index_find (index, url, strlen (url)) >= 0 ? BULLA_YES : BULLA_NO;
}

/* Leaves out a primary URL that the index lacks. */
static void
leave_out_primary (BullaBundleReader *self)
{
  BullaBundleFacts *bundle = &self->facts->bundle;
  g_autofree char *odd =
      bulla_url_dup_named (bundle->primary_url, strlen (bundle->primary_url), "not in the index");

  bundle->primary_odd = bulla_facts_intern (self->facts, odd);
  bundle->primary_url = NULL;
}

/* Reads the sections, and checks the rules that depend on several of them. */
void
bulla_bundle_reader_finish (BullaBundleReader *self, const BullaCborItem *responses)
{
  BullaBundleFacts *bundle = &self->facts->bundle;
  GError *fault = NULL;

  for (guint i = 0; i < self->sections->len && fault == NULL; i++)
    read_section (self, &g_array_index (self->sections, BullaBundleSection, i),
                  g_array_index (self->kinds, BullaSectionKind, i), &fault);
  if (fault == NULL
      && !bulla_bundle_index_fits (self->index, responses->number, responses->whole.length))
    bulla_fault_set (&fault, BULLA_REASON_BUNDLE_MALFORMED, bulla_span_range (responses->whole),
                     "an array of %" G_GUINT64_FORMAT " responses, which the index contradicts",
                     responses->number);
  if (fault != NULL) {
    bulla_bundle_reader_take_fault (self, fault);
    return;
  }
  bulla_bundle_index_fill_facts (self->index, self->facts);
  bulla_bundle_app_fill_facts (self->index, self->facts);
  bundle->primary_found = index_has (self->index, bundle->primary_url);
  if (self->options.skip_odd && bundle->primary_found == BULLA_NO)
    leave_out_primary (self);
  bundle->manifest_found = index_has (self->index, bundle->manifest_url);
  if (self->signatures != NULL) {
    bundle->n_authorities = self->signatures->n_authorities;
    bundle->n_subsets = self->signatures->n_subsets;
  }
  bulla_part_set_ok (&bundle->head);
  self->state = BULLA_BUNDLE_HEAD;
}

/**
 * bulla_bundle_reader_push: (skip)
 * @self: a reader
 * @data: the next bytes of the bundle
 * @length: number of bytes
 *
 * Returns: the number of bytes used; the head ends after the head of the responses array
 */
size_t
bulla_bundle_reader_push (BullaBundleReader *self, const guint8 *data, size_t length)
{
  size_t used = 0;

  while (self->state == BULLA_BUNDLE_READING) {
    size_t take = MIN (self->wanted - self->head->len, length - used);
    g_byte_array_append (self->head, data + used, (guint)take);
    used += take;
    if (self->head->len < self->wanted)
      break;
    self->step (self);
  }
  return used;
}

/* Returns whether the bytes begin like a bundle. */
static gboolean
begins_well (const BullaBundleReader *self)
{
  const guint8 *data = self->head->data;
  size_t n = MIN (self->head->len, MAGIC_END);

  return n == 0
         || (data[0] >> 5 == BULLA_CBOR_ARRAY && memcmp (data + 1, BULLA_BUNDLE_MAGIC, n - 1) == 0);
}

/**
 * bulla_bundle_reader_end: (skip)
 * @self: a reader
 *
 * Ends the input: no more bytes will be pushed.
 */
void
bulla_bundle_reader_end (BullaBundleReader *self)
{
  if (self->state != BULLA_BUNDLE_READING)
    return;
  g_autofree char *detail = bulla_cursor_describe_end (self->head->len, self->wanted);
  if (begins_well (self))
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_TRUNCATED,
                               (BullaRange){self->start + self->head->len, 0}, detail);
  else
    bulla_bundle_reader_blame (self, BULLA_REASON_BUNDLE_MAGIC,
                               (BullaRange){self->start, self->head->len},
                               "unrecognised file signature");
}

/**
 * bulla_bundle_reader_check_length: (skip)
 * @self: a reader in state %BULLA_BUNDLE_HEAD
 * @trailer: the bytes after the responses: at least the first 9, if there are as many
 * @total_length: bytes from the start of the bundle to the end of the file
 *
 * Compares the trailing length with the actual one; the result is in `bundle.length`.
 */
void
bulla_bundle_reader_check_length (BullaBundleReader *self, BullaSpan trailer, guint64 total_length)
{
  BullaBundleFacts *bundle = &self->facts->bundle;
  guint64 end = self->responses.offset + self->responses.length;
  guint64 wanted = end - self->start + TRAILER_SIZE;

  trailer.length = MIN (trailer.length, TRAILER_SIZE);
  trailer.offset = end;
  g_auto (BullaCursor) in = bulla_cursor_over (trailer, BULLA_REASON_BUNDLE_TRUNCATED);
  GError *fault = NULL;
  BullaSpan all = trailer, nothing = {trailer.data, 0, self->start + total_length};
  bulla_cursor_require (&in, total_length >= wanted && trailer.length == TRAILER_SIZE, nothing,
                        BULLA_REASON_BUNDLE_TRUNCATED, "the file ends before the bundle does");
  guint64 head = bulla_cursor_take_be (&in, 1), stated = bulla_cursor_take_be (&in, 8);
  bulla_cursor_require (&in, head == LENGTH_HEAD, all, BULLA_REASON_BUNDLE_LENGTH,
                        "no byte string of 8 bytes in its place");
  if (in.fault == NULL)
    bundle->total_length = stated;
  bulla_cursor_require (&in, stated == wanted, all, BULLA_REASON_BUNDLE_LENGTH,
                        "not the length of the bundle");
  bulla_cursor_require (&in, total_length == wanted, all, BULLA_REASON_BUNDLE_LENGTH,
                        "more bytes than the bundle has");
  if (bulla_cursor_close (&in, BULLA_REASON_BUNDLE_LENGTH, &fault))
    bulla_part_set_ok (&bundle->length);
  else
    bulla_facts_take_fault (self->facts, &bundle->length, fault);
}

BullaBundleState
bulla_bundle_reader_get_state (const BullaBundleReader *self)
{
  return self->state;
}

guint64
bulla_bundle_reader_get_start (const BullaBundleReader *self)
{
  return self->start;
}

/**
 * bulla_bundle_reader_get_sections: (skip)
 * @self: a reader
 * @n_sections: (out): number of sections
 *
 * Returns: (transfer none) (array length=n_sections): all sections in their order; after a fault,
 *   those that were read. Sections without a location have no offset
 */
const BullaBundleSection *
bulla_bundle_reader_get_sections (const BullaBundleReader *self, guint *n_sections)
{
  *n_sections = self->sections->len;
  return (const BullaBundleSection *)self->sections->data;
}

/**
 * bulla_bundle_reader_get_responses: (skip)
 * @self: a reader in state %BULLA_BUNDLE_HEAD
 *
 * Returns: the location of the responses section in the file; locations in the index are relative
 *   to it
 */
BullaRange
bulla_bundle_reader_get_responses (const BullaBundleReader *self)
{
  return self->responses;
}

/**
 * bulla_bundle_reader_get_index: (skip)
 * @self: a reader
 *
 * Returns: (transfer none) (nullable): the index, if it could be read; it lives as long as @self
 */
const BullaBundleIndex *
bulla_bundle_reader_get_index (const BullaBundleReader *self)
{
  return self->index;
}

/**
 * bulla_bundle_reader_get_signatures: (skip)
 * @self: a reader
 *
 * Returns: (transfer none) (nullable): the signatures section, if there is one and it could be
 *   read; it lives as long as @self
 */
const BullaBundleSignatures *
bulla_bundle_reader_get_signatures (const BullaBundleReader *self)
{
  return self->signatures;
}
