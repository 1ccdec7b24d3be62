/* bulla-bundle-reader.h - reads a web bundle up to its responses, from chunks of any size
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-index.h"
#include "bulla-bundle-signatures.h"
#include "bulla-settings.h"

G_BEGIN_DECLS

#define BULLA_BUNDLE_SECTION_LENGTHS_END 8192 /* lowest length in bytes that is too large */
/* Most bytes of the sections before the responses, besides one that is as long as the profile
 * allows. */
#define BULLA_BUNDLE_OTHER_SECTIONS_MAX (15 * 1024 * 1024)

typedef enum {
  BULLA_BUNDLE_READING,
  BULLA_BUNDLE_HEAD, /* everything before the responses was read */
  BULLA_BUNDLE_FAULTED,
} BullaBundleState;

typedef struct {
  char *name;             /* owned */
  guint64 offset, length; /* location of the item, from the first byte of the file */
} BullaBundleSection;

typedef struct _BullaBundleReader BullaBundleReader;

BullaBundleReader *bulla_bundle_reader_new (BullaFacts *facts, const BullaSettings *settings,
                                            guint64 start, const char *base_url);
void bulla_bundle_reader_free (BullaBundleReader *self);
size_t bulla_bundle_reader_push (BullaBundleReader *self, const guint8 *data, size_t length);
void bulla_bundle_reader_end (BullaBundleReader *self);
BullaBundleState bulla_bundle_reader_get_state (const BullaBundleReader *self);
guint64 bulla_bundle_reader_get_start (const BullaBundleReader *self);
const BullaBundleSection *bulla_bundle_reader_get_sections (const BullaBundleReader *self,
                                                            guint *n_sections);
BullaRange bulla_bundle_reader_get_responses (const BullaBundleReader *self);
const BullaBundleIndex *bulla_bundle_reader_get_index (const BullaBundleReader *self);
const BullaBundleSignatures *bulla_bundle_reader_get_signatures (const BullaBundleReader *self);
void bulla_bundle_reader_check_length (BullaBundleReader *self, BullaSpan trailer,
                                       guint64 total_length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaBundleReader, bulla_bundle_reader_free)

G_END_DECLS
