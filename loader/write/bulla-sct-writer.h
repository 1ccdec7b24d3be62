/* bulla-sct-writer.h - writes signed certificate timestamps of a test log
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-mutation.h"
#include "bulla-write-private.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_SCT_X509 = 0,    /* the entry is a certificate in DER */
  BULLA_SCT_PRECERT = 1, /* the entry is a TBSCertificate without the SCT list */
} BullaSctEntryType;

/* The contents of an SCT (RFC 6962 section 3.2). */
typedef struct {
  uint8_t version;    /* 0: v1 */
  GBytes *log_id;     /* owned; 32 bytes: SHA-256 of the log's SPKI */
  uint64_t timestamp; /* ms since 1970 (Unix time) */
  BullaSctEntryType entry_type;
  GBytes *issuer_hash; /* owned; precertificates only; 32 bytes: SHA-256 of the issuer's SPKI */
  GBytes *entry;       /* owned */
  GBytes *extensions;  /* owned */
  EVP_PKEY *key;       /* owned; the log's private key */
  uint8_t hash;        /* as written; 4 is SHA-256 */
  uint8_t signature;   /* as written; 3 is ECDSA */
} BullaSctPlan;

/* @log_key, @issuer: a reference is taken */
gboolean bulla_sct_plan_init (BullaSctPlan *self, EVP_PKEY *log_key, X509 *issuer,
                              BullaSctEntryType entry_type, GBytes *entry, int64_t time,
                              GError **error);
void bulla_sct_plan_clear (BullaSctPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BullaSctPlan, bulla_sct_plan_clear)

GBytes *bulla_write_sct (const BullaSctPlan *plan, GError **error);
GBytes *bulla_write_sct_list (GPtrArray *scts);
GBytes *bulla_write_spki (EVP_PKEY *key);
GBytes *bulla_write_spki_hash (EVP_PKEY *key, GError **error);

G_END_DECLS
