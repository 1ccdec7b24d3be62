/* bulla-sxg-reader.h - collects the head of a signed exchange, however it is cut
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

#define BULLA_SXG_SIGNATURE_MAX 16384
#define BULLA_SXG_HEADERS_MAX 524288

typedef enum {
  BULLA_SXG_PREFIX,  /* magic and the length of the URL */
  BULLA_SXG_URL,     /* the URL */
  BULLA_SXG_LENGTHS, /* two lengths */
  BULLA_SXG_PARTS,   /* Signature and signed headers */
  BULLA_SXG_HEAD,    /* all of it was read; the body follows */
  BULLA_SXG_FAULTED, /* no state follows */
} BullaSxgState;

typedef struct _BullaSxgReader BullaSxgReader;

BullaSxgReader *bulla_sxg_reader_new (BullaFacts *facts);
void bulla_sxg_reader_free (BullaSxgReader *self);
size_t bulla_sxg_reader_push (BullaSxgReader *self, const guint8 *data, size_t length);
void bulla_sxg_reader_end (BullaSxgReader *self);
BullaSxgState bulla_sxg_reader_get_state (const BullaSxgReader *self);
BullaSpan bulla_sxg_reader_get_url (const BullaSxgReader *self);
BullaSpan bulla_sxg_reader_get_signature (const BullaSxgReader *self);
BullaSpan bulla_sxg_reader_get_headers (const BullaSxgReader *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BullaSxgReader, bulla_sxg_reader_free)

G_END_DECLS
