/* bulla-caa-judge.h - does today's DNS back an issuance, and exchanges by that certificate?
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa.h"

G_BEGIN_DECLS

/* what was not asked is not known */
typedef enum {
  BULLA_CAA_NOT_KNOWN,
  BULLA_CAA_PERMITTED,
  BULLA_CAA_FORBIDDEN,
} BullaCaaState;

/* what the records of one host say about one issuer */
typedef struct {
  BullaCaaState issue;     /* may it issue a certificate for the host? */
  BullaCaaState exchanges; /* may that certificate sign exchanges? */
  const char *rule;        /* static; the section that decided @exchanges: "RFC 8659 4.2" */
  BullaReason reason;      /* BULLA_REASON_NONE if @exchanges is permitted */
  const char *found_at;    /* borrowed from the climb; nullable; the name whose records decided */
  BullaDnssec dnssec;      /* the weakest state among the names asked for */
} BullaCaaJudgement;

void bulla_caa_judge (BullaCaaJudgement *self, const BullaCaaClimb *climb,
                      const char *const *issuers);
BullaReason bulla_caa_judge_dnssec (const BullaCaaClimb *climb);
const char *bulla_caa_state_get_nick (BullaCaaState state);
const char *bulla_dnssec_get_nick (BullaDnssec state);

G_END_DECLS
