/* bulla-cli-expiry.c - finds when a judged package stops being trusted, and the cause
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-cli-expiry.h"

#include "bulla-cli-json.h"

/* Notes a time at which a part of the package stops being trusted, if it is the earliest. */
static void
end_at (BullaCliExpiry *self, gint64 time, BullaExpiresBy by)
{
  if (time < 0 || (self->time >= 0 && self->time <= time))
    return;
  self->time = time;
  self->by = by;
}

/* A bundle is trusted as long as each of its signatures that holds now. */
static void
find_in_bundle (const BullaCliReport *self, BullaCliExpiry *expiry)
{
  for (guint i = 0; i < self->check->findings->len; i++) {
    const BullaBundleFinding *each = &g_array_index (self->check->findings, BullaBundleFinding, i);
    if (each->outcome == BULLA_OUTCOME_SUBSTITUTE)
      end_at (expiry, each->vouched_until, each->vouched_until_by);
  }
}

/* Returns the verdict that says why the package is not trusted; NULL if it is. */
static const BullaVerdict *
find_refusal (const BullaCliReport *self)
{
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);

  if (bulla_verdict_get_reason (verdict) != BULLA_REASON_NONE)
    return verdict;
  if (self->check != NULL && self->check->reason != BULLA_REASON_NONE)
    return self->check->decisive != NULL ? bulla_load_get_verdict (self->check->decisive) : verdict;
  return NULL;
}

/**
 * bulla_cli_report_find_expiry: (skip)
 * @self: a report
 * @expiry: (out caller-allocates): when the package stops, or stopped, being trusted
 *
 * A request that the package does not answer changes nothing.
 */
void
bulla_cli_report_find_expiry (const BullaCliReport *self, BullaCliExpiry *expiry)
{
  const BullaVerdict *refusal = find_refusal (self);
  const BullaVerdict *verdict = bulla_cli_report_get_verdict (self);
  BullaExpiresBy by = BULLA_EXPIRES_BY_NONE;

  *expiry = (BullaCliExpiry){BULLA_CLI_NOT_TRUSTED, -1, BULLA_EXPIRES_BY_NONE};
  if (refusal != NULL) {
    gint64 end = bulla_verdict_find_end (refusal, &by);
    end_at (expiry, end, by);
  } else {
    end_at (expiry, bulla_verdict_get_expires (verdict), bulla_verdict_get_expires_by (verdict));
    if (self->check != NULL)
      find_in_bundle (self, expiry);
  }
  if (expiry->time >= 0)
    expiry->state = refusal != NULL ? BULLA_CLI_EXPIRED : BULLA_CLI_EXPIRES;
}

const char *
bulla_cli_expiry_state_get_nick (BullaCliExpiryState state)
{
  static const char *const nicks[] = {"expires", "expired", "not-trusted"};

  g_return_val_if_fail (state < G_N_ELEMENTS (nicks), NULL);
  return nicks[state];
}

/**
 * bulla_cli_expiry_add_to_json: (skip)
 * @builder: a builder inside an object
 * @self: when a package stops being trusted
 * @now: Unix time in s of the judgement
 */
void
bulla_cli_expiry_add_to_json (JsonBuilder *builder, const BullaCliExpiry *self, gint64 now)
{
  bulla_cli_json_expiry (builder, self->time, now, bulla_expires_by_get_nick (self->by));
}
