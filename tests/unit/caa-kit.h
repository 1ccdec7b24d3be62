/* caa-kit.h - answers CAA questions from a text
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "bulla-caa-judge.h"
#include "bulla-caa-records.h"

/* Returns: (transfer full): the climb of @host over the records in @text, which must be valid */
static inline BullaCaaClimb *
caa_climb (const char *text, const char *host, gboolean wildcard)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCaaRecords) records = bulla_caa_records_parse (text, strlen (text), &error);
  BullaCaaClimb *climb = bulla_caa_climb_new (host, wildcard);

  g_assert_no_error (error);
  bulla_caa_records_climb (records, climb);
  return climb;
}

/* Returns issuance, exchanges, reason: "permitted permitted -" or "forbidden forbidden
 * caa.malformed". @issuers: separated by commas; NULL for any CA */
static inline char *
caa_judge (const BullaCaaClimb *climb, const char *issuers)
{
  g_auto (GStrv) list = issuers != NULL ? g_strsplit (issuers, ",", -1) : NULL;
  BullaCaaJudgement judgement;

  bulla_caa_judge (&judgement, climb, (const char *const *)list);
  const char *nick = bulla_reason_get_nick (judgement.reason);
  return g_strdup_printf ("%s %s %s", bulla_caa_state_get_nick (judgement.issue),
                          bulla_caa_state_get_nick (judgement.exchanges),
                          nick != NULL ? nick : "-");
}
