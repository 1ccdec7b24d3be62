/* bulla-sxg-reader.h - collects the head of a signed exchange from chunks of any size
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cursor.h"
#include "bulla-facts.h"

G_BEGIN_DECLS

#define BULLA_SXG_SIGNATURE_MAX 16384
#define BULLA_SXG_HEADERS_MAX 524288

typedef enum {
  BULLA_SXG_PREFIX,  /* reading the magic and the length of the URL */
  BULLA_SXG_URL,     /* reading the URL */
  BULLA_SXG_LENGTHS, /* reading the lengths of Signature and signed headers */
  BULLA_SXG_PARTS,   /* reading Signature and signed headers */
  BULLA_SXG_HEAD,    /* the head was read completely; the body follows */
  BULLA_SXG_FAULTED, /* the head is faulty; this state is final */
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
