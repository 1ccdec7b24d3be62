/* bulla-judge.h - applies the rules to the facts and decides the outcome of a package
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-profile.h"
#include "bulla-request-facts.h"
#include "bulla-settings.h"
#include "bulla-verdict.h"

G_BEGIN_DECLS

BullaVerdict *bulla_judge_package (BullaFacts *facts, BullaProfile *profile, gint64 now);
BullaVerdict *bulla_judge_bundle (BullaFacts *facts, BullaProfile *profile, BullaVerdict *primary,
                                  gint64 now);
BullaVerdict *bulla_judge_chain (BullaFacts *facts, gboolean stapled, BullaProfile *profile,
                                 gint64 now);
BullaVerdict *bulla_judge_response (BullaFacts *facts, BullaProfile *profile, gint64 now);
gboolean bulla_verdict_fails_by_body (const BullaVerdict *self);
BullaVerdict *bulla_judge_body (BullaVerdict *head);
BullaVerdict *bulla_judge_coding (const BullaVerdict *before);
BullaVerdict *bulla_judge_request (BullaFacts *facts, BullaProfile *profile,
                                   const BullaRequestFacts *request, gint64 now);
gboolean bulla_judge_plain_prefetch (const BullaPrefetchFacts *prefetch,
                                     const BullaRequestFacts *request, gint64 now);
BullaVerdict *bulla_judge_missing (BullaFacts *facts, BullaProfile *profile,
                                   const BullaRequestFacts *request, gint64 now);
BullaReason bulla_judge_ocsp (const BullaFacts *facts, const BullaSettings *settings, gint64 now);

BullaVerdict *bulla_judge_caa (const BullaVerdict *before);
gboolean bulla_verdict_is_broken (const BullaVerdict *self);

G_END_DECLS
