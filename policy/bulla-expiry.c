/* bulla-expiry.c - finds the first moment at which a package stops being trusted, and the cause
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-expiry.h"

#define WEEK (7 * G_GINT64_CONSTANT (86400))

static void
end_at (BullaExpiry *self, gint64 time, BullaExpiresBy by)
{
  if (self->time >= 0 && self->time <= time)
    return;
  self->time = time;
  self->by = by;
}

static void
end_by_ocsp (BullaExpiry *self, const BullaOcspFacts *ocsp, const BullaSettings *settings)
{
  if (ocsp->known != BULLA_YES || (ocsp->flags & BULLA_OCSP_NOT_ABOUT_US) != 0)
    return;
  if (ocsp->next_update >= 0)
    end_at (self, ocsp->next_update + (settings->ocsp == BULLA_OCSP_AGE ? 0 : 1),
            BULLA_EXPIRES_BY_OCSP);
  if (ocsp->responder_end < G_MAXINT64)
    end_at (self, ocsp->responder_end + 1, BULLA_EXPIRES_BY_OCSP);
  if (settings->ocsp_max_age > 0)
    end_at (self, ocsp->this_update + settings->ocsp_max_age + 1, BULLA_EXPIRES_BY_PROFILE);
  if (settings->ocsp == BULLA_OCSP_REVOKED_AGE && ocsp->revoked_at >= 0)
    end_at (self, ocsp->revoked_at + WEEK, BULLA_EXPIRES_BY_OCSP);
}

/* RFC 6962 leaves it to browsers which logs count; a retired one counts beside a live one alone. */
static void
end_by_sct (BullaExpiry *self, const BullaFacts *facts, const BullaSettings *settings)
{
  gboolean system = (facts->cert.flags & BULLA_CERT_FLAG_SYSTEM_ROOT) != 0;

  if (settings->sct == BULLA_SCT_REQUIRED || (settings->sct == BULLA_SCT_SYSTEM_ROOTS && system))
    if (facts->sct.until > 0)
      end_at (self, facts->sct.until + 1, BULLA_EXPIRES_BY_SCT);
}

/* An answer may carry more signatures than its check needs: one that has ended while the answer is
 * still secure does not count. */
static void
end_by_caa (BullaExpiry *self, const BullaCaaFacts *caa, const BullaSettings *settings, gint64 now)
{
  if (settings->caa != BULLA_CAA_REQUIRE
      && (settings->caa != BULLA_CAA_REPORT || settings->dnssec != BULLA_DNSSEC_CHOICE_REQUIRE))
    return;
  if (caa->ended > 0)
    end_at (self, caa->ended + 1, BULLA_EXPIRES_BY_CAA);
  for (guint i = 0; caa->climbs != NULL && i < caa->climbs->len; i++) {
    const BullaCaaClimb *climb = g_ptr_array_index (caa->climbs, i);
    gint64 until = bulla_caa_climb_get_valid_until (climb);
    gboolean holds = bulla_caa_climb_get_dnssec (climb) > BULLA_DNSSEC_NO_ANSWER;
    if (until > 0 && (until >= now || !holds))
      end_at (self, until + 1, BULLA_EXPIRES_BY_CAA);
  }
}

/**
 * bulla_facts_find_expiry: (skip)
 * @self: what was learnt about an exchange, or about a response that a subset vouches for
 * @settings: of the profile
 * @now: Unix time in s at which @self was learnt
 * @expiry: (out caller-allocates): the first second in which one of the rules about time would be
 *   broken, even if it has passed, and the cause; of equal times the first in the order signature,
 *   certificate, OCSP response, profile, timestamps, CAA answers
 *
 * Whether the package is trusted at all is not asked. What is not known does not count.
 */
void
bulla_facts_find_expiry (const BullaFacts *self, const BullaSettings *settings, gint64 now,
                         BullaExpiry *expiry)
{
  *expiry = (BullaExpiry){-1, BULLA_EXPIRES_BY_NONE};
  if (self->signature.read.read == BULLA_YES)
    end_at (expiry, self->signature.expires + 1, BULLA_EXPIRES_BY_SIGNATURE);
  if (self->cert.known == BULLA_YES)
    end_at (expiry, MIN (self->cert.not_after, self->cert.path_end) + 1,
            BULLA_EXPIRES_BY_CERTIFICATE);
  end_by_ocsp (expiry, &self->ocsp, settings);
  end_by_sct (expiry, self, settings);
  end_by_caa (expiry, &self->caa, settings, now);
}

/**
 * bulla_reason_is_expiry: (skip)
 * @reason: why a package is not trusted
 * @facts: what was learnt about it
 * @now: Unix time in s at which it was judged
 *
 * Returns: whether the package is not trusted because time has passed: an earlier judgement would
 *   not have had this reason
 */
gboolean
bulla_reason_is_expiry (BullaReason reason, const BullaFacts *facts, gint64 now)
{
  switch (reason) {
  case BULLA_REASON_SIGNATURE_EXPIRED:
  case BULLA_REASON_CERT_EXPIRED:
  case BULLA_REASON_OCSP_STALE:
  case BULLA_REASON_OCSP_TOO_OLD:
    return TRUE;
  case BULLA_REASON_SCT_UNKNOWN_LOG:
  case BULLA_REASON_SCT_SIGNATURE:
  case BULLA_REASON_SCT_MALFORMED:
    return facts->sct.until > 0 && facts->sct.until < now;
  case BULLA_REASON_CAA_NO_ANSWER:
    return facts->caa.ended > 0;
  case BULLA_REASON_CAA_BOGUS:
    for (guint i = 0; facts->caa.climbs != NULL && i < facts->caa.climbs->len; i++) {
      gint64 until = bulla_caa_climb_get_valid_until (g_ptr_array_index (facts->caa.climbs, i));
      if (until > 0 && until < now)
        return TRUE;
    }
    return FALSE;
  default:
    return FALSE;
  }
}
