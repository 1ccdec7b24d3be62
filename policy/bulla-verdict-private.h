/* bulla-verdict-private.h - the fields of a verdict, which the judges fill in
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-rule.h"

G_BEGIN_DECLS

typedef struct {
  const BullaRuleTable *table; /* the rule's table */
  const BullaRule *rule;
  BullaState state;
  BullaObservation observation; /* answer of the rule; its text is formatted on demand */
} BullaStep;

struct _BullaVerdict {
  BullaFacts *facts;     /* owned; facts that own the strings of answers on a package */
  BullaProfile *profile; /* owned; profile that was applied */
  gint64 now;
  BullaOutcome outcome;
  BullaReply reply;
  BullaReason reason;
  gint64 expires; /* Unix seconds; -1 if not known */
  BullaExpiresBy expires_by;
  guint n_steps;
  BullaStep *steps;    /* owned */
  GStringChunk *texts; /* owned; texts of a verdict on a request; NULL for one on a package */
};

BullaReason bulla_step_get_reason (const BullaStep *self);
BullaReason bulla_step_get_unknown (const BullaStep *self);
const char *bulla_verdict_find_anchor (const BullaVerdict *self, guint step);
BullaVerdict *bulla_verdict_new (BullaFacts *facts, BullaProfile *profile, gint64 now);
void bulla_verdict_ask (BullaVerdict *self, const BullaRuleTable *const *tables,
                        const BullaRequestFacts *request);
void bulla_verdict_ask_again (BullaVerdict *self, const BullaVerdict *before,
                              const BullaRuleTable *table);

G_END_DECLS
