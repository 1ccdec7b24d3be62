/* test-bundle-read.h - feeds a bundle to the reader in pieces of any size
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-bundle-reader.h"
#include "bulla-loader.h"
#include "test-bundle-bytes.h"

/* the URLs https://a.test/ and https://a.test/x in hex */
#define ROOT "6f 68747470733a2f2f612e746573742f"
#define X "70 68747470733a2f2f612e746573742f78"
#define INDEX_2 "a2" ROOT "82 01 10" X "82 11 10"
#define INDEX_1 "a2" ROOT "83 40 01 10" X "83 40 11 10"
#define RESPONSES "82" BUNDLE_RESPONSE BUNDLE_RESPONSE
#define B1 "44 62310000"

typedef struct {
  BullaFacts *facts;
  BullaBundleReader *reader;
  BullaBundleState state;
  size_t used;
} Read;

static inline void
read_clear (Read *self)
{
  bulla_bundle_reader_free (self->reader);
  bulla_facts_unref (self->facts);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static inline const BullaSettings *
get_settings (const char *profile)
{
  static BullaProfile *profiles[2];
  BullaProfile **kept = &profiles[strcmp (profile, "chromium") == 0];

  if (*kept == NULL)
    *kept = bulla_profile_load (profile, NULL);
  return bulla_profile_get_settings (*kept);
}

static inline void
push_exact (Read *self, const guint8 *data, size_t length)
{
  g_autoptr (ExactBytes) bytes = exact_copy (data, length);

  self->used += bulla_bundle_reader_push (self->reader, bytes, length);
}

/* Reads in pieces of @piece bytes each, the last one shorter, then the end. */
static inline Read
read_as (const guint8 *data, size_t length, size_t piece, const char *profile, guint64 start,
         const char *base)
{
  Read self = {.facts = bulla_facts_new ()};

  self.reader = bulla_bundle_reader_new (self.facts, get_settings (profile), start, base);
  for (size_t at = 0; at < length; at += piece)
    push_exact (&self, data + at, MIN (piece, length - at));
  bulla_bundle_reader_end (self.reader);
  self.state = bulla_bundle_reader_get_state (self.reader);
  const BullaPart *head = &self.facts->bundle.head;
  g_assert_cmpint (self.state, ==,
                   head->read == BULLA_YES ? BULLA_BUNDLE_HEAD : BULLA_BUNDLE_FAULTED);
  g_assert_cmpint (head->read == BULLA_NO, ==, head->reason != BULLA_REASON_NONE);
  g_assert_cmpuint (head->range.offset + head->range.length, <=, start + length);
  g_assert_cmpuint (self.used, <=, length);
  return self;
}

static inline Read
read_bundle_as (BundleBytes *bundle, const char *profile)
{
  g_autoptr (GByteArray) bytes = write_bundle (bundle);

  return read_as (bytes->data, bytes->len, bytes->len, profile, 0, NULL);
}

static inline Read
read_bundle (BundleBytes *bundle)
{
  return read_bundle_as (bundle, "draft-b3");
}

static inline void
assert_head (const Read *read, BullaReason reason)
{
  g_assert_cmpstr (reason == BULLA_REASON_NONE ? NULL : bulla_reason_get_nick (reason), ==,
                   read->state == BULLA_BUNDLE_HEAD
                       ? NULL
                       : bulla_reason_get_nick (read->facts->bundle.head.reason));
}
