/* bulla-integrity-writer-private.h - stages of writing an integrity block
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-cbor-writer.h"
#include "bulla-integrity-writer.h"
#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

/* BULLA_STAGE_INTEGRITY_SIGNATURE shows it before signing, BULLA_STAGE_INTEGRITY_SIGNED after. */
typedef struct {
  guint number;       /* position in the block; in v1, order of signing */
  GBytes *attributes; /* owned; the encoded CBOR map */
  GBytes *digest;     /* owned; 64 bytes */
  GBytes *block;      /* owned; signed block: without signatures, or in v1 with the older ones */
  EVP_PKEY *key;      /* owned; NULL if an existing signature is kept */
  GBytes *signature;  /* owned; NULL before signing */
} BullaIntegritySignaturePlan;

/* Shown as BULLA_STAGE_INTEGRITY before anything is signed. */
typedef struct {
  guint version;         /* 2; 1 only in tests */
  guint8 array_head;     /* 0x84, or 0x83 in version 1 */
  GBytes *magic;         /* owned; 8 bytes */
  GBytes *version_bytes; /* owned; 4 bytes */
  GBytes *attributes;    /* owned; the CBOR map; not used by version 1 */
  GPtrArray *signatures; /* owned; of BullaIntegritySignaturePlan */
} BullaIntegrityPlan;

/* With a mutation, nothing is rejected. The last stage is BULLA_STAGE_INTEGRITY_BYTES. */
void bulla_integrity_writer_set_mutation (BullaIntegrityWriter *self, BullaMutation *mutation);
void bulla_integrity_writer_set_version (BullaIntegrityWriter *self, guint version);

EVP_PKEY *bulla_signing_key_get_key (BullaSigningKey *self);
GBytes *bulla_signing_key_dup_attributes (BullaSigningKey *self);

G_END_DECLS
