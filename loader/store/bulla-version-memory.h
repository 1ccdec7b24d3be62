/* bulla-version-memory.h - what the store knows about a version of a URL
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-store.h"

G_BEGIN_DECLS

/* One version of a URL. The strings are borrowed. */
typedef struct {
  const char *url;
  const char *header_integrity; /* nullable; `sha256-…` */
  const char *body_digest;      /* nullable; `mi-sha256-03=…` */
} BullaVersion;

typedef struct {
  gint64 newest;    /* Unix time in s: date of the newest version seen; -1 if none was seen */
  gboolean live;    /* that version came from the publisher's own server */
  char *vulnerable; /* owned; nullable; the entry for this version in the list of vulnerable ones */
} BullaVersionMemory;

gboolean bulla_version_memory_recall (BullaStore *store, const BullaVersion *version,
                                      BullaVersionMemory *memory, GError **error);
void bulla_version_memory_fill_facts (const BullaVersionMemory *memory, const char *failure,
                                      BullaFacts *facts);
void bulla_version_memory_clear (BullaVersionMemory *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaVersionMemory, bulla_version_memory_clear)

G_END_DECLS
