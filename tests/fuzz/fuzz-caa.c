/* fuzz-caa.c - parses DNS records as text, judges CAA records among them, and writes them again
 * SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bulla-caa-judge.h"
#include "bulla-caa-records.h"
#include "fuzz.h"

/* a record that is written must be read again as the same */
static void
check_text (const BullaCaaRecord *record)
{
  g_autofree char *value = bulla_caa_value_dup_text (record->value);
  g_autofree char *line = g_strdup_printf ("a CAA %u %s \"%s\"", record->flags, record->tag, value);
  g_autoptr (BullaCaaRecords) records = bulla_caa_records_parse (line, strlen (line), NULL);
  g_autoptr (BullaCaaAnswer) answer = bulla_caa_records_answer (records, "a");
  const BullaCaaRecord *again = g_ptr_array_index (answer->records, 0);

  g_assert_true (g_bytes_equal (record->value, again->value));
  g_assert_cmpstr (record->tag, ==, again->tag);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const char *const issuers[] = {"ca.example", NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (BullaCaaRecords) records = bulla_caa_records_parse ((const char *)data, size, &error);
  g_autoptr (BullaCaaClimb) climb = bulla_caa_climb_new ("a.b", size % 2 == 1);
  BullaCaaJudgement judgement;

  g_assert_true ((records == NULL) == (error != NULL));
  if (records == NULL)
    return 0;
  bulla_caa_records_climb (records, climb);
  bulla_caa_judge (&judgement, climb, issuers);
  g_assert_true ((judgement.reason == BULLA_REASON_NONE)
                 == (judgement.exchanges == BULLA_CAA_PERMITTED));
  g_assert_true (judgement.exchanges != BULLA_CAA_PERMITTED
                 || judgement.issue == BULLA_CAA_PERMITTED);
  for (guint i = 0; i < climb->answers->len; i++) {
    const BullaCaaAnswer *answer = g_ptr_array_index (climb->answers, i);
    for (guint j = 0; j < answer->records->len; j++)
      check_text (g_ptr_array_index (answer->records, j));
  }
  return 0;
}
