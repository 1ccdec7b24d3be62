/* bulla-load-internal.h - steps a load from the first byte to its verdict, without I/O
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-load.h"
#include "bulla-profile.h"
#include "bulla-sxg-reader.h"
#include "bulla-sxg-signature.h"
#include "bulla-trust.h"
#include "bulla-version-memory.h"

G_BEGIN_DECLS

typedef enum {
  BULLA_LOAD_WANTS_BYTES,
  BULLA_LOAD_WANTS_CHAIN,    /* the load waits for the chain at bulla_load_get_cert_url() */
  BULLA_LOAD_WANTS_MEMORY,   /* the load waits for what the store knows about its URL */
  BULLA_LOAD_WANTS_CAA,      /* the load waits for the CAA records of the leaf's next DNS name */
  BULLA_LOAD_WANTS_VALIDITY, /* the load waits for the publisher's answer, and what follows */
  BULLA_LOAD_JUDGED,
} BullaLoadState;

/* Declared here because this folder only keeps the pointer; bundle/ defines the type. */
typedef struct _BullaBundle BullaBundle;
typedef struct _BullaRefresh BullaRefresh; /* bulla-refresh.h */

BullaLoad *bulla_load_new (BullaProfile *profile, BullaTrust *trust, BullaOuter *outer,
                           GBytes *chain_by_hand, gint64 now);
BullaLoad *bulla_load_new_for_response (BullaBundle *bundle, BullaOuter *outer,
                                        BullaProfile *profile, BullaFacts *facts,
                                        BullaVerdict *verdict, GInputStream *body);
void bulla_load_set_asks_dns (BullaLoad *self, gboolean asks_dns);
void bulla_load_set_asks_validity (BullaLoad *self, gboolean asks);
BullaRefresh *bulla_load_peek_refresh (BullaLoad *self);
gboolean bulla_load_has_question (BullaLoad *self);
gboolean bulla_load_begin_question (BullaLoad *self, gint64 now);
void bulla_load_withdraw_question (BullaLoad *self);
void bulla_load_end_late_answer (BullaLoad *self);
void bulla_load_set_asks_store (BullaLoad *self, gboolean asks_store);
gboolean bulla_load_facts_are_coded (const BullaFacts *facts);
BullaLoadState bulla_load_get_state (BullaLoad *self);
size_t bulla_load_push (BullaLoad *self, const guint8 *data, size_t length);
void bulla_load_end (BullaLoad *self);
void bulla_load_fail (BullaLoad *self, const GError *transport);
void bulla_load_give_chain (BullaLoad *self, GBytes *chain);
void bulla_load_reuse_chain (BullaLoad *self, GBytes *chain);
void bulla_load_give_no_chain (BullaLoad *self, BullaReason reason, const char *detail);
void bulla_load_give_caa (BullaLoad *self, BullaCaaClimb *climb, BullaReason reason);
void bulla_load_give_version_memory (BullaLoad *self, const BullaVersionMemory *memory,
                                     const char *detail);
gboolean bulla_load_wants_fresh_chain (BullaLoad *self);
void bulla_load_note_chain_server (BullaLoad *self, const char *address);
const GPtrArray *bulla_load_get_cert_urls (BullaLoad *self);
const GPtrArray *bulla_load_get_cert_addresses (BullaLoad *self);
void bulla_load_set_rest (BullaLoad *self, GInputStream *rest, const guint8 *ahead, gsize length);
void bulla_load_judge_body (BullaLoad *self);
void bulla_load_judge_coding (BullaLoad *self, BullaKnown good, const char *coding);
BullaBundle *bulla_load_peek_bundle (BullaLoad *self);
void bulla_load_drop_body (BullaLoad *self);
BullaFacts *bulla_load_get_facts (BullaLoad *self);
const char *bulla_load_get_header_integrity (BullaLoad *self);
char *bulla_load_dup_certificate_sha256 (BullaLoad *self);
GInputStream *bulla_load_peek_body (BullaLoad *self);
BullaProfile *bulla_load_get_profile (BullaLoad *self);
BullaSxgReader *bulla_load_get_reader (BullaLoad *self);

G_END_DECLS
