/* bulla-bundle-reader-private.h - struct of the bundle reader, shared by its files
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-reader.h"
#include "bulla-bundle-sections.h"

G_BEGIN_DECLS

#define BULLA_BUNDLE_MAGIC "\x48\xf0\x9f\x8c\x90\xf0\x9f\x93\xa6" /* U+1F310 U+1F4E6 */
#define BULLA_BUNDLE_FIXED_SIZE 15 /* bytes: array head, magic and version, with their heads */
#define BULLA_BUNDLE_TRAILER_SIZE 9

struct _BullaBundleReader {
  BullaFacts *facts; /* owned */
  char *base_url;    /* owned; nullable */
  BullaSectionOptions options;
  BullaVariantsReadings variants; /* of the profile */
  guint64 section_max;            /* most bytes of a section before the responses */
  guint64 start;                  /* offset of the bundle in the file */
  BullaBundleState state;
  void (*step) (BullaBundleReader *self);
  GByteArray *head;   /* owned; all collected bytes */
  size_t at;          /* read position in @head */
  size_t wanted;      /* bytes of @head that the next step needs */
  GArray *sections;   /* owned; of BullaBundleSection */
  GArray *kinds;      /* owned; of BullaSectionKind: the kind of each section */
  BullaRange lengths; /* location of section-lengths */
  BullaRange responses;
  BullaBundleIndex *index;           /* owned */
  BullaBundleSignatures *signatures; /* owned */
};

void bulla_bundle_reader_read_fixed (BullaBundleReader *self);
gboolean bulla_bundle_reader_read_section_lengths (BullaBundleReader *self, size_t size);
void bulla_bundle_reader_finish (BullaBundleReader *self, const BullaCborItem *responses);
BullaSpan bulla_bundle_reader_span_at (const BullaBundleReader *self, size_t at, size_t length);
void bulla_bundle_reader_take_fault (BullaBundleReader *self, GError *fault);
void bulla_bundle_reader_blame (BullaBundleReader *self, BullaReason reason, BullaRange range,
                                const char *detail);

G_END_DECLS
