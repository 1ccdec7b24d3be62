/* bulla-expiry.h - finds the first moment at which a package stops being trusted, and the cause
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-facts.h"
#include "bulla-settings.h"
#include "bulla-verdict.h"

G_BEGIN_DECLS

typedef struct {
  gint64 time; /* Unix time in s of the first second without trust; -1 if no time ends the trust */
  BullaExpiresBy by;
} BullaExpiry;

void bulla_facts_find_expiry (const BullaFacts *self, const BullaSettings *settings, gint64 now,
                              BullaExpiry *expiry);
gboolean bulla_reason_is_expiry (BullaReason reason, const BullaFacts *facts, gint64 now);

G_END_DECLS
