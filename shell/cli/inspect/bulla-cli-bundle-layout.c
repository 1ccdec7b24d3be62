/* bulla-cli-bundle-layout.c - locates the parts of a bundle as far as they are readable
 * SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The result is only displayed, never judged. */
#include "bulla-cli-bundle-layout.h"

#include <string.h>

#include "bulla-bundle.h"
#include "bulla-loader.h"
#include "bulla-settings.h"

#define MAGIC_SIZE 9
#define TRAILER_SIZE 9

/* the magic behind the array head; some readers look at the type only */
static const char BUNDLE_MAGIC[] = "\x48\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6";
static const char BLOCK_MAGIC[] = "\x48\xf0\x9f\x96\x8b\xf0\x9f\x93\xa6";

static gboolean
has_magic (GBytes *bytes, guint64 offset, const char *magic)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return offset + 1 + MAGIC_SIZE <= size && data[offset] >> 5 == 4
         && memcmp (data + offset + 1, magic, MAGIC_SIZE) == 0;
}

/* Returns where a bundle at the end of another file begins, from the bundle's length; else the
 * file's end. */
static guint64
find_appended (GBytes *bytes)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint64 length = 0;

  if (size < TRAILER_SIZE || data[size - TRAILER_SIZE] != 0x48)
    return size;
  for (int i = 8; i > 0; i--)
    length = length << 8 | data[size - (gsize)i];
  return length <= size && has_magic (bytes, size - length, BUNDLE_MAGIC) ? size - length : size;
}

/**
 * bulla_cli_bundle_layout_recognise: (skip)
 * @bytes: a file
 * @name: name of the file
 *
 * Returns: whether it looks like a bundle by its start or @name, or ends with one
 */
gboolean
bulla_cli_bundle_layout_recognise (GBytes *bytes, const char *name)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  BullaPackageKind kind = bulla_package_sniff (data, size);

  return kind == BULLA_PACKAGE_BUNDLE
         || (kind == BULLA_PACKAGE_UNKNOWN
             && (g_str_has_suffix (name, ".wbn") || g_str_has_suffix (name, ".swbn")
                 || find_appended (bytes) < size));
}

/* Finds an integrity block before an appended bundle; it ends where the bundle begins. */
static void
read_block (BullaCliBundleLayout *self, guint64 offset)
{
  gboolean wants_more = FALSE;
  BullaRange all = {offset, g_bytes_get_size (self->bytes) - offset};
  BullaSpan span = bulla_cli_bundle_layout_span (self, all);

  span.length = MIN (span.length, BULLA_INTEGRITY_BLOCK_MAX);
  self->has_block = TRUE;
  self->block =
      bulla_integrity_block_read (span, span.length == all.length, self->facts, &wants_more);
  if (self->block != NULL)
    self->block_range = (BullaRange){offset, g_bytes_get_size (self->block->bytes)};
}

static void
locate (BullaCliBundleLayout *self)
{
  guint64 end = g_bytes_get_size (self->bytes), appended = find_appended (self->bytes);

  self->start = appended;
  if (has_magic (self->bytes, 0, BLOCK_MAGIC)) {
    read_block (self, 0);
    if (self->block_range.length > 0)
      self->start = self->block_range.length;
  } else if (has_magic (self->bytes, 0, BUNDLE_MAGIC) || appended == end) {
    self->start = 0; /* a file that is not a bundle is parsed from its start, to show its fault */
  }
  self->has_bundle = self->start < end || !self->has_block;
}

static void
read_head (BullaCliBundleLayout *self, const char *base_url)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  const BullaSettings *settings = bulla_profile_get_settings (self->profile);
  guint64 at = self->start;

  self->reader = bulla_bundle_reader_new (self->facts, settings, self->start, base_url);
  while (at < size && bulla_bundle_reader_get_state (self->reader) == BULLA_BUNDLE_READING) {
    size_t taken = bulla_bundle_reader_push (self->reader, data + at, size - at);
    if (taken == 0)
      break;
    at += taken;
  }
  if (bulla_bundle_reader_get_state (self->reader) == BULLA_BUNDLE_READING)
    bulla_bundle_reader_end (self->reader);
}

/**
 * bulla_cli_bundle_layout_new: (skip)
 * @bytes: a file with any content
 * @base_url: (nullable): base of relative URLs
 * @error: set if the file could not be read; faults of the bundle are in the facts
 *
 * Returns: (transfer full): the readable parts
 */
BullaCliBundleLayout *
bulla_cli_bundle_layout_new (GBytes *bytes, const char *base_url, GError **error)
{
  g_autoptr (BullaCliBundleLayout) self = g_new0 (BullaCliBundleLayout, 1);

  self->bytes = g_bytes_ref (bytes);
  self->facts = bulla_facts_new ();
  self->facts->form = BULLA_FORM_BUNDLE;
  self->profile = bulla_profile_load ("draft-b3", error);
  if (self->profile == NULL)
    return NULL;
  locate (self);
  if (self->has_bundle)
    read_head (self, base_url);
  return g_steal_pointer (&self);
}

void
bulla_cli_bundle_layout_free (BullaCliBundleLayout *self)
{
  g_clear_pointer (&self->reader, bulla_bundle_reader_free);
  g_clear_pointer (&self->block, bulla_integrity_block_free);
  g_clear_pointer (&self->facts, bulla_facts_unref);
  g_clear_pointer (&self->profile, bulla_profile_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

/* Returns the bytes of a range, cut at the end of the file. */
BullaSpan
bulla_cli_bundle_layout_span (const BullaCliBundleLayout *self, BullaRange range)
{
  gsize size = 0;
  const guint8 *data = g_bytes_get_data (self->bytes, &size);
  guint64 offset = MIN (range.offset, size);

  return (BullaSpan){data + offset, MIN (range.length, size - offset), offset};
}

GBytes *
bulla_cli_bundle_layout_dup (const BullaCliBundleLayout *self, BullaRange range)
{
  BullaSpan span = bulla_cli_bundle_layout_span (self, range);

  return g_bytes_new_from_bytes (self->bytes, span.offset, span.length);
}

/* Returns the range behind the integrity block, which its signatures cover. */
BullaRange
bulla_cli_bundle_layout_get_bundle (const BullaCliBundleLayout *self)
{
  return (BullaRange){self->start, g_bytes_get_size (self->bytes) - self->start};
}

/**
 * bulla_cli_bundle_layout_read: (skip)
 * @self: a bundle with an index
 * @resource: index of the resource
 * @location: index of its location
 * @response: (out caller-allocates): receives the response; cleared by the caller; its faults are
 *   in its facts
 */
void
bulla_cli_bundle_layout_read (const BullaCliBundleLayout *self, guint resource, guint location,
                              BullaCliLayoutResponse *response)
{
  const BullaBundleIndex *index = bulla_bundle_reader_get_index (self->reader);
  BullaBundleLocation where = bulla_bundle_index_get_location (index, resource, location);
  BullaRange responses = bulla_bundle_reader_get_responses (self->reader);

  *response = (BullaCliLayoutResponse){.facts = bulla_facts_new (),
                                       .item = {responses.offset + where.offset, where.length}};
  response->facts->form = BULLA_FORM_RESPONSE;
  BullaSpan span = bulla_cli_bundle_layout_span (self, response->item);
  response->is_read =
      bulla_bundle_response_read (&response->parts, span, where.length, response->facts);
}

void
bulla_cli_layout_response_clear (BullaCliLayoutResponse *self)
{
  g_clear_pointer (&self->facts, bulla_facts_unref);
}
