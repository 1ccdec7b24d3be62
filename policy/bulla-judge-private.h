/* bulla-judge-private.h - functions shared by the judges of exchanges, bundles and requests
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-judge.h"
#include "bulla-verdict-private.h"

G_BEGIN_DECLS

BullaReason bulla_verdict_find_reason (const BullaVerdict *self, guint *step);
void bulla_verdict_set_expiry (BullaVerdict *self, const BullaSettings *settings);
void bulla_verdict_conclude_response (BullaVerdict *self);

G_END_DECLS
