/* bulla-integrity-writer-private.h - the stages of writing an integrity block
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cbor-writer.h"
#include "bulla-integrity-writer.h"
#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

/* BULLA_STAGE_INTEGRITY_SIGNATURE, before it is signed, and BULLA_STAGE_INTEGRITY_SIGNED, after */
typedef struct {
  guint number;       /* in the order of the block; of v1, of signing */
  GBytes *attributes; /* owned; the CBOR map as it will stand there */
  GBytes *digest;     /* owned; 64 bytes */
  GBytes *block;      /* owned; the block that is signed: without signatures, or of v1 the older */
  EVP_PKEY *key;      /* owned; nullable: the signature is kept */
  GBytes *signature;  /* owned; NULL before signing */
} BullaIntegritySignaturePlan;

/* BULLA_STAGE_INTEGRITY, before anything is signed */
typedef struct {
  guint version;         /* 2; 1 only in tests */
  guint8 array_head;     /* 0x84; 0x83 of version 1 */
  GBytes *magic;         /* owned; 8 bytes */
  GBytes *version_bytes; /* owned; 4 bytes */
  GBytes *attributes;    /* owned; the CBOR map; of no concern to version 1 */
  GPtrArray *signatures; /* owned; of BullaIntegritySignaturePlan */
} BullaIntegrityPlan;

/* With a mutation nothing is refused. The last stage is BULLA_STAGE_INTEGRITY_BYTES. */
void bulla_integrity_writer_set_mutation (BullaIntegrityWriter *self, BullaMutation *mutation);
void bulla_integrity_writer_set_version (BullaIntegrityWriter *self, guint version);

EVP_PKEY *bulla_signing_key_get_key (BullaSigningKey *self);
GBytes *bulla_signing_key_dup_attributes (BullaSigningKey *self);

G_END_DECLS
