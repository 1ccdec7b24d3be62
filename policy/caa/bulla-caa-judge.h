/* bulla-caa-judge.h - judges whether CAA records permit a certificate and exchanges signed with it
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa.h"

G_BEGIN_DECLS

/* whether CAA records permit something; a name that was not looked up is not known */
typedef enum {
  BULLA_CAA_NOT_KNOWN,
  BULLA_CAA_PERMITTED,
  BULLA_CAA_FORBIDDEN,
} BullaCaaState;

/* judgement of one issuer by the CAA records of one host */
typedef struct {
  BullaCaaState issue;     /* whether the issuer may issue a certificate for the host */
  BullaCaaState exchanges; /* whether that certificate may sign exchanges */
  const char *rule;        /* static; the section that decided @exchanges: "RFC 8659 4.2" */
  BullaReason reason;      /* why exchanges are not permitted; BULLA_REASON_NONE if they are */
  const char *found_at;    /* borrowed; name with the records that decided; NULL if none */
  BullaDnssec dnssec;      /* the weakest DNSSEC state among the names looked up */
} BullaCaaJudgement;

void bulla_caa_judge (BullaCaaJudgement *self, const BullaCaaClimb *climb,
                      const char *const *issuers);
BullaReason bulla_caa_judge_dnssec (const BullaCaaClimb *climb);
const char *bulla_caa_state_get_nick (BullaCaaState state);
const char *bulla_dnssec_get_nick (BullaDnssec state);

G_END_DECLS
