/* bulla-bundle-reader.c - a web bundle up to its responses, as it comes in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-bundle-reader.h"

struct _BullaBundleReader {
  BullaFacts *facts; /* owned */
  guint64 start;
};

BullaBundleReader *
bulla_bundle_reader_new (BullaFacts *facts, const BullaSettings *settings, guint64 start,
                         const char *base_url)
{
  BullaBundleReader *self = g_new0 (BullaBundleReader, 1);
  self->facts = bulla_facts_ref (facts);
  self->start = start;
  return self;
}

void
bulla_bundle_reader_free (BullaBundleReader *self)
{
  bulla_facts_unref (self->facts);
  g_free (self);
}

size_t
bulla_bundle_reader_push (BullaBundleReader *self, const guint8 *data, size_t length)
{
  return 0;
}

void
bulla_bundle_reader_end (BullaBundleReader *self)
{
}

BullaBundleState
bulla_bundle_reader_get_state (const BullaBundleReader *self)
{
  return BULLA_BUNDLE_FAULTED;
}

guint64
bulla_bundle_reader_get_start (const BullaBundleReader *self)
{
  return self->start;
}

const BullaBundleSection *
bulla_bundle_reader_get_sections (const BullaBundleReader *self, guint *n_sections)
{
  *n_sections = 0;
  return NULL;
}

BullaRange
bulla_bundle_reader_get_responses (const BullaBundleReader *self)
{
  return (BullaRange){0};
}

const BullaBundleIndex *
bulla_bundle_reader_get_index (const BullaBundleReader *self)
{
  return NULL;
}

const BullaBundleSignatures *
bulla_bundle_reader_get_signatures (const BullaBundleReader *self)
{
  return NULL;
}

void
bulla_bundle_reader_check_length (BullaBundleReader *self, BullaSpan trailer, guint64 total_length)
{
}
