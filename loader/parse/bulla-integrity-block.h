/* bulla-integrity-block.h - the signatures in front of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"
#include "bulla-web-bundle-id.h"

G_BEGIN_DECLS

#define BULLA_INTEGRITY_BLOCK_MAX (1024 * 1024)
#define BULLA_INTEGRITY_SIGNATURES_MAX 1024
#define BULLA_INTEGRITY_MAGIC_SIZE 10 /* array head and magic: enough to recognise it */

typedef struct {
  BullaWebBundleKey kind; /* UNKNOWN: passed over */
  BullaSpan attributes;   /* the map as it stands there */
  BullaSpan key;
  BullaSpan signature;
  BullaSpan whole; /* of v1, what later signatures cover */
} BullaIntegritySignature;

typedef struct {
  GBytes *bytes;                       /* owned; the whole block; the spans point into it */
  guint version;                       /* 1 or 2 */
  BullaSpan head;                      /* array head, magic and version, as they stand there */
  BullaSpan attributes;                /* of the block; v1 has none */
  char *web_bundle_id;                 /* owned; nullable */
  BullaIntegritySignature *signatures; /* owned */
  guint n_signatures;
} BullaIntegrityBlock;

gboolean bulla_integrity_block_recognise (const guint8 *data, size_t length);
BullaIntegrityBlock *bulla_integrity_block_read (BullaSpan start, gboolean at_end,
                                                 BullaFacts *facts, gboolean *wants_more);
void bulla_integrity_block_free (BullaIntegrityBlock *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaIntegrityBlock, bulla_integrity_block_free)

G_END_DECLS
