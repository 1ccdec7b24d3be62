/* bulla-trust-internal.h - functions that look up verified chains, for the loader
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa-answers.h"
#include "bulla-chain.h"
#include "bulla-log-list.h"
#include "bulla-revocations.h"
#include "bulla-seen-keys.h"
#include "bulla-trust.h"

G_BEGIN_DECLS

void bulla_trust_add_log_list (BullaTrust *self, const BullaLogList *list);
void bulla_trust_set_log_list (BullaTrust *self, const BullaLogList *list);
void bulla_trust_set_revocations (BullaTrust *self, BullaRevocations *revocations);
BullaChain *bulla_trust_verify_chain (BullaTrust *self, GBytes *bytes, gint64 now, GError **error);
BullaChain *bulla_trust_verify_parsed (BullaTrust *self, const BullaCertChain *certificates,
                                       gint64 now, GError **error);

guint bulla_trust_get_generation (BullaTrust *self);

gboolean bulla_trust_has_issuers (BullaTrust *self);
void bulla_trust_set_issuers (BullaTrust *self, BullaIssuers *issuers);
BullaCaaAnswers *bulla_trust_get_caa_answers (BullaTrust *self);
BullaSeenKeys *bulla_trust_get_seen_keys (BullaTrust *self);

G_END_DECLS
