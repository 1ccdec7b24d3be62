/* bulla-integrity-block.h - reads the integrity block in front of a signed web bundle
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"
#include "bulla-web-bundle-id.h"

G_BEGIN_DECLS

#define BULLA_INTEGRITY_BLOCK_MAX (1024 * 1024)
#define BULLA_INTEGRITY_SIGNATURES_MAX 1024
#define BULLA_INTEGRITY_MAGIC_SIZE 10 /* bytes of the array head and the magic */

typedef struct {
  BullaWebBundleKey kind; /* kind of the key; UNKNOWN if the signature is ignored */
  BullaSpan attributes;   /* the encoded map */
  BullaSpan key;
  BullaSpan signature;
  BullaSpan whole; /* the encoded signature, which later v1 signatures cover */
} BullaIntegritySignature;

typedef struct {
  GBytes *bytes;                       /* owned; the whole block, into which the spans point */
  guint version;                       /* 1 or 2 */
  BullaSpan head;                      /* array head, magic and version, as encoded */
  BullaSpan attributes;                /* attributes of the block; empty in v1 */
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
